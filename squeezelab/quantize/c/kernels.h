/* The layers of an integer network in plain C99: no float, no memory of its own.

   A map of codes is an array of int8_t, in the order channels, rows, columns. A code stands for scale * (code - zero); the scales
   have gone into the multipliers and shifts. A pixel outside a map counts as the code of 0, so it adds nothing. */

#ifndef KERNELS_H
#define KERNELS_H

#include <stdint.h>

typedef struct {
    int channels, height, width;
} Shape;

/* A real factor, multiplier / 2^31 * 2^shift. */
typedef struct {
    int32_t multiplier;
    int shift;
} Factor;

/* The codes of a result: its zero, its least and its largest. A ReLU is no more than low = zero. */
typedef struct {
    int zero, low, high;
} Codes;

typedef struct {
    int height, width, down, right, top, left, dilation_y, dilation_x;
} Window; /* of the kernel, its steps down and to the right, the padding above and on the left, its dilation */

/* A byte a weight, or `bits` of them one behind the other, the least first, the last in a byte that another one follows. Of one bit,
   1 stands for -1. */
typedef struct {
    const int8_t *codes;
    const uint8_t *packed;
    int bits;
} Weights;

typedef struct {
    Shape in, out;
    Window window;
    int groups, zero_in;
    Weights weights;     /* (channels out, channels in / groups, window rows, window columns) */
    const int32_t *bias; /* (channels out), as the next */
    const Factor *factors;
    Codes codes;
} Conv;

typedef struct {
    int inputs, outputs, zero_in;
    Weights weights; /* (outputs, inputs) */
    const int32_t *bias;
    const Factor *factors;
    Codes codes;
} Linear;

typedef struct {
    Shape in, out;
    Window window;
    int zero_in;
    Factor factor;
    Codes codes;
} Pool;

typedef struct {
    int left_shift, zero_a, zero_b;
    Factor a, b, sum;
    Codes codes;
} Add;

typedef struct {
    int zero_in;
    Factor factor;
    Codes codes;
} Rescale;

int32_t requantised(int32_t sum, Factor factor);
int32_t code_of(int32_t sum, Factor factor, Codes codes);
int packed_weight(Weights weights, int k);

void conv(const int8_t *in, int8_t *out, const Conv *layer);
void conv_scores(const int8_t *in, int16_t *out, const Conv *layer);
void linear(const int8_t *in, int8_t *out, const Linear *layer);
void linear_scores(const int8_t *in, int16_t *out, const Linear *layer);
void max_pool(const int8_t *in, int8_t *out, const Pool *layer);
void avg_pool(const int8_t *in, int8_t *out, const Pool *layer);

/* These treat `count` codes one by one; `out` may be `in` itself. */
void add(const int8_t *a, const int8_t *b, int8_t *out, int count, const Add *layer);
void rescale(const int8_t *in, int8_t *out, int count, const Rescale *part); /* a part of a concatenation */
void lookup(const int8_t *in, int8_t *out, int count, const int8_t *table, int low_in);
void clip(const int8_t *in, int8_t *out, int count, int low, int high);
void codes_of_pixels(const uint8_t *pixels, int8_t *out, int count, const int8_t *table);
void scores_of_codes(const int8_t *in, int16_t *out, int count);

#endif
