/* The layers of an integer network: see kernels.h. */

#include "kernels.h"

#include "network.h" /* SINGLE_ROUNDING, LARGEST_PATCH */

/* floor(value / 2^bits). C leaves it to the compiler what >> makes of a negative number: none is shifted here. */
static int64_t floor_shift(int64_t value, int bits)
{
    return value >= 0 ? value >> bits : ~(~value >> bits);
}

/* value / 2^bits to nearest, of a tie the one farther from 0. */
static int64_t rounding_shift(int64_t value, int bits)
{
    int64_t half = ((int64_t)1 << bits) >> 1;
    return floor_shift(value + half - (value < 0 && bits > 0), bits);
}

/* A sum of 32 bits times a real factor, as a whole number. */
int32_t requantised(int32_t sum, Factor factor)
{
    int left = factor.shift > 0 ? factor.shift : 0;
    int right = factor.shift < 0 ? -factor.shift : 0;
    int64_t product = (int64_t)sum * ((int64_t)1 << left) * factor.multiplier;
    if (SINGLE_ROUNDING)
        return (int32_t)floor_shift(floor_shift(product, 30 + right) + 1, 1);
    return (int32_t)rounding_shift(floor_shift(product + ((int64_t)1 << 30), 31), right);
}

static int32_t smaller(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static int32_t clipped(int32_t value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

int32_t code_of(int32_t sum, Factor factor, Codes codes)
{
    return clipped(requantised(sum, factor) + codes.zero, codes.low, codes.high);
}

/* Weight k of packed ones, which may lie in two bytes. */
int packed_weight(Weights weights, int k)
{
    int at = k * weights.bits;
    const uint8_t *bytes = weights.packed + at / 8;
    int code = (bytes[0] | bytes[1] << 8) >> at % 8 & ((1 << weights.bits) - 1);
    if (weights.bits == 1)
        return 1 - 2 * code;
    return code < 1 << (weights.bits - 1) ? code : code - (1 << weights.bits);
}

/* The sum of products with the weights from `first` on: 16 bits hold a code of 8 less its zero, and compilers make vectors of it. */
static int32_t dot(const int16_t *values, Weights weights, int first, int count)
{
    int32_t sum = 0;
    if (weights.packed)
        for (int i = 0; i < count; i++)
            sum += values[i] * packed_weight(weights, first + i);
    else
        for (int i = 0; i < count; i++)
            sum += values[i] * weights.codes[first + i];
    return sum;
}

/* What the window at row y, column x sees of the input channels of a group, codes less their zero: 0 outside the map. */
static void gather(const int8_t *in, const Conv *layer, int group, int y, int x, int16_t *patch)
{
    Window window = layer->window;
    int depth = layer->in.channels / layer->groups;
    for (int i = group * depth; i < (group + 1) * depth; i++)
        for (int ky = 0; ky < window.height; ky++)
            for (int kx = 0; kx < window.width; kx++) {
                int row = y * window.down + ky * window.dilation_y - window.top;
                int column = x * window.right + kx * window.dilation_x - window.left;
                int is_inside = row >= 0 && row < layer->in.height && column >= 0 && column < layer->in.width;
                int at = (i * layer->in.height + row) * layer->in.width + column;
                *patch++ = (int16_t)(is_inside ? in[at] - layer->zero_in : 0);
            }
}

/* One output channel, from a patch of its group. */
static int32_t conv_code(const int16_t *patch, const Conv *layer, int o)
{
    int count = layer->in.channels / layer->groups * layer->window.height * layer->window.width;
    int32_t sum = layer->bias[o] + dot(patch, layer->weights, o * count, count);
    return code_of(sum, layer->factors[o], layer->codes);
}

void conv(const int8_t *in, int8_t *out, const Conv *layer)
{
    int16_t patch[LARGEST_PATCH];
    int area = layer->out.height * layer->out.width, width = layer->out.channels / layer->groups;
    for (int group = 0; group < layer->groups; group++)
        for (int at = 0; at < area; at++) {
            gather(in, layer, group, at / layer->out.width, at % layer->out.width, patch);
            for (int o = group * width; o < (group + 1) * width; o++)
                out[o * area + at] = (int8_t)conv_code(patch, layer, o);
        }
}

void conv_scores(const int8_t *in, int16_t *out, const Conv *layer)
{
    int16_t patch[LARGEST_PATCH];
    int area = layer->out.height * layer->out.width, width = layer->out.channels / layer->groups;
    for (int group = 0; group < layer->groups; group++)
        for (int at = 0; at < area; at++) {
            gather(in, layer, group, at / layer->out.width, at % layer->out.width, patch);
            for (int o = group * width; o < (group + 1) * width; o++)
                out[o * area + at] = (int16_t)conv_code(patch, layer, o);
        }
}

/* One output, from as many inputs at a time as there is room for. */
static int32_t linear_code(const int8_t *in, const Linear *layer, int o)
{
    int16_t patch[LARGEST_PATCH];
    int32_t sum = layer->bias[o];
    for (int first = 0; first < layer->inputs; first += LARGEST_PATCH) {
        int count = smaller(LARGEST_PATCH, layer->inputs - first);
        for (int i = 0; i < count; i++)
            patch[i] = (int16_t)(in[first + i] - layer->zero_in);
        sum += dot(patch, layer->weights, o * layer->inputs + first, count);
    }
    return code_of(sum, layer->factors[o], layer->codes);
}

void linear(const int8_t *in, int8_t *out, const Linear *layer)
{
    for (int o = 0; o < layer->outputs; o++)
        out[o] = (int8_t)linear_code(in, layer, o);
}

void linear_scores(const int8_t *in, int16_t *out, const Linear *layer)
{
    for (int o = 0; o < layer->outputs; o++)
        out[o] = (int16_t)linear_code(in, layer, o);
}

/* The part of a pool's window that lies inside the map: rows from `top` to before `bottom`, and so on. */
typedef struct {
    int top, bottom, left, right;
} Inside;

static Inside inside(const Pool *layer, int y, int x)
{
    Window window = layer->window;
    int row = y * window.down - window.top, column = x * window.right - window.left;
    Inside part = {row < 0 ? 0 : row, smaller(row + window.height, layer->in.height),
                   column < 0 ? 0 : column, smaller(column + window.width, layer->in.width)};
    return part;
}

static int8_t largest(const int8_t *map, int width, Inside part)
{
    int8_t found = INT8_MIN;
    for (int row = part.top; row < part.bottom; row++)
        for (int column = part.left; column < part.right; column++)
            if (map[row * width + column] > found)
                found = map[row * width + column];
    return found;
}

void max_pool(const int8_t *in, int8_t *out, const Pool *layer)
{
    for (int c = 0; c < layer->out.channels; c++, in += layer->in.height * layer->in.width)
        for (int y = 0; y < layer->out.height; y++)
            for (int x = 0; x < layer->out.width; x++)
                *out++ = largest(in, layer->in.width, inside(layer, y, x));
}

static int32_t sum_of(const int8_t *map, int width, Inside part, int zero_in)
{
    int32_t sum = 0;
    for (int row = part.top; row < part.bottom; row++)
        for (int column = part.left; column < part.right; column++)
            sum += map[row * width + column] - zero_in;
    return sum;
}

void avg_pool(const int8_t *in, int8_t *out, const Pool *layer)
{
    for (int c = 0; c < layer->out.channels; c++, in += layer->in.height * layer->in.width)
        for (int y = 0; y < layer->out.height; y++)
            for (int x = 0; x < layer->out.width; x++) {
                int32_t sum = sum_of(in, layer->in.width, inside(layer, y, x), layer->zero_in);
                *out++ = (int8_t)code_of(sum, layer->factor, layer->codes);
            }
}

void add(const int8_t *a, const int8_t *b, int8_t *out, int count, const Add *layer)
{
    int32_t unit = (int32_t)1 << layer->left_shift; /* the codes get bits behind the point before they are scaled */
    for (int i = 0; i < count; i++) {
        int32_t sum = requantised((a[i] - layer->zero_a) * unit, layer->a);
        sum += requantised((b[i] - layer->zero_b) * unit, layer->b);
        out[i] = (int8_t)code_of(sum, layer->sum, layer->codes);
    }
}

void rescale(const int8_t *in, int8_t *out, int count, const Rescale *part)
{
    for (int i = 0; i < count; i++)
        out[i] = (int8_t)code_of(in[i] - part->zero_in, part->factor, part->codes);
}

void lookup(const int8_t *in, int8_t *out, int count, const int8_t *table, int low_in)
{
    for (int i = 0; i < count; i++)
        out[i] = table[in[i] - low_in];
}

void clip(const int8_t *in, int8_t *out, int count, int low, int high)
{
    for (int i = 0; i < count; i++)
        out[i] = (int8_t)clipped(in[i], low, high);
}

void codes_of_pixels(const uint8_t *pixels, int8_t *out, int count, const int8_t *table)
{
    for (int i = 0; i < count; i++)
        out[i] = table[pixels[i]];
}

void scores_of_codes(const int8_t *in, int16_t *out, int count)
{
    for (int i = 0; i < count; i++)
        out[i] = in[i];
}
