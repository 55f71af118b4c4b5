/* The layers of a capsule network in integers. A capsule is `size` codes that lie together; on from the squash, the zero of all codes
   is 0 and their scale is a power of two.

   Votes, couplings and logits are kept in the order (outputs, inputs): of output j all that its inputs say, one behind the other. */

#ifndef CAPSULES_H
#define CAPSULES_H

#include "kernels.h"

/* A code of the input stands for code / 2^fraction_in, one of the output for code / 2^fraction_out; roots have root_bits behind the
   point. */
typedef struct {
    int capsules, size, fraction_in, fraction_out, root_bits;
    Codes codes;
} Squash;

typedef struct {
    int inputs, size_in, outputs, size, is_shared, zero_in;
    Weights weights;       /* (inputs, or 1 that all of them share; outputs, size_in, size) */
    const Factor *factors; /* (outputs) */
    Codes codes;
} Votes;

typedef struct {
    int inputs, outputs, size; /* of the votes */
    Factor factor;
    Codes codes;
} Routing;

/* Over the outputs: of an input all couplings are 1 together, which is largest + 1. table[i]: 32767 exp(-i scale), i steps below the
   largest logit. */
typedef struct {
    int inputs, outputs, largest;
    const uint16_t *table;
} Softmax;

void capsules(const int8_t *in, int8_t *out, int types, int size, int places); /* capsule: type by type, place by place */
void votes(const int8_t *in, int8_t *out, const Votes *layer);
void capsule_sum(const int8_t *in, const int8_t *couplings, int8_t *out, const Routing *layer); /* without couplings: a plain sum */
void agreement(const int8_t *in, const int8_t *poses, int8_t *out, const Routing *layer);
void lengths(const int8_t *in, int16_t *out, int count, int size, int root_bits, int16_t largest);

/* `out` of these may be `in` itself. */
void squash(const int8_t *in, int8_t *out, const Squash *layer);
void softmax(const int8_t *in, int8_t *out, const Softmax *layer);
void mask(const int8_t *in, int8_t *out, int count, int size); /* the first of the longest capsules stays, the others are 0 */

#endif
