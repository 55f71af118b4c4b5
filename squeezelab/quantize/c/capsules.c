/* The layers of a capsule network in integers: see capsules.h. */

#include "capsules.h"

#include "network.h" /* LARGEST_CAPSULE */

void capsules(const int8_t *in, int8_t *out, int types, int size, int places)
{
    for (int type = 0; type < types; type++, in += size * places)
        for (int place = 0; place < places; place++)
            for (int d = 0; d < size; d++)
                *out++ = in[d * places + place];
}

/* The root, rounded down, bit by bit from the top. */
static int32_t root(uint32_t value)
{
    uint32_t found = 0;
    for (uint32_t bit = (uint32_t)1 << 15; bit > 0; bit >>= 1)
        if ((found | bit) * (found | bit) <= value)
            found |= bit;
    return (int32_t)found;
}

static int32_t squares(const int8_t *capsule, int size)
{
    int32_t sum = 0;
    for (int d = 0; d < size; d++)
        sum += capsule[d] * capsule[d];
    return sum;
}

/* The length of a capsule, with `bits` behind the point. */
static int32_t length_of(const int8_t *capsule, int size, int bits)
{
    return root((uint32_t)squares(capsule, size) << (2 * bits));
}

/* part / whole to nearest, of a tie the one farther from 0. */
static int64_t quotient(int64_t part, int64_t whole)
{
    int64_t size = (2 * (part < 0 ? -part : part) + whole) / (2 * whole);
    return part < 0 ? -size : size;
}

/* v = s |s| / (1 + |s|^2), with the scales in it. */
void squash(const int8_t *in, int8_t *out, const Squash *layer)
{
    for (int i = 0; i < layer->capsules; i++, in += layer->size, out += layer->size) {
        int64_t one = (int64_t)1 << (2 * layer->fraction_in);
        int64_t whole = (squares(in, layer->size) + one) * ((int64_t)1 << layer->root_bits);
        int64_t factor = length_of(in, layer->size, layer->root_bits) * ((int64_t)1 << layer->fraction_out);
        for (int d = 0; d < layer->size; d++) {
            int64_t code = quotient(in[d] * factor, whole);
            out[d] = (int8_t)(code < layer->codes.low ? layer->codes.low : code > layer->codes.high ? layer->codes.high : code);
        }
    }
}

static void add_products(int32_t *sums, int value, Weights weights, int first, int count)
{
    if (weights.packed)
        for (int i = 0; i < count; i++)
            sums[i] += value * packed_weight(weights, first + i);
    else
        for (int i = 0; i < count; i++)
            sums[i] += value * weights.codes[first + i];
}

/* The vote of one input for one output: its codes, less their zero, times the matrix that begins at weight `first`. */
static void vote(const int8_t *in, const Votes *layer, int first, int32_t *sums)
{
    for (int d = 0; d < layer->size; d++)
        sums[d] = 0;
    for (int k = 0; k < layer->size_in; k++)
        add_products(sums, in[k] - layer->zero_in, layer->weights, first + k * layer->size, layer->size);
}

void votes(const int8_t *in, int8_t *out, const Votes *layer)
{
    int32_t sums[LARGEST_CAPSULE];
    int matrix = layer->size_in * layer->size;
    for (int i = 0; i < layer->inputs; i++)
        for (int j = 0; j < layer->outputs; j++) {
            int8_t *cast = out + (j * layer->inputs + i) * layer->size;
            vote(in + i * layer->size_in, layer, ((layer->is_shared ? 0 : i) * layer->outputs + j) * matrix, sums);
            for (int d = 0; d < layer->size; d++)
                cast[d] = (int8_t)code_of(sums[d], layer->factors[j], layer->codes);
        }
}

/* The sum of the votes for one output, each times its coupling. */
static void coupled(const int8_t *in, const int8_t *couplings, const Routing *layer, int32_t *sums)
{
    for (int d = 0; d < layer->size; d++)
        sums[d] = 0;
    for (int i = 0; i < layer->inputs; i++, in += layer->size)
        for (int d = 0; d < layer->size; d++)
            sums[d] += in[d] * (couplings ? couplings[i] : 1);
}

void capsule_sum(const int8_t *in, const int8_t *couplings, int8_t *out, const Routing *layer)
{
    int32_t sums[LARGEST_CAPSULE];
    for (int j = 0; j < layer->outputs; j++) {
        coupled(in + j * layer->inputs * layer->size, couplings ? couplings + j * layer->inputs : couplings, layer, sums);
        for (int d = 0; d < layer->size; d++)
            *out++ = (int8_t)code_of(sums[d], layer->factor, layer->codes);
    }
}

void agreement(const int8_t *in, const int8_t *poses, int8_t *out, const Routing *layer)
{
    for (int j = 0; j < layer->outputs; j++, poses += layer->size)
        for (int i = 0; i < layer->inputs; i++, in += layer->size) {
            int32_t sum = 0;
            for (int d = 0; d < layer->size; d++)
                sum += in[d] * poses[d];
            *out++ = (int8_t)code_of(sum, layer->factor, layer->codes);
        }
}

/* The couplings of one input, whose logits lie `step` apart. */
static void couple(const int8_t *in, int8_t *out, const Softmax *layer)
{
    int32_t largest = INT8_MIN, sum = 0;
    int step = layer->inputs, end = step * layer->outputs;
    for (int at = 0; at < end; at += step)
        largest = in[at] > largest ? in[at] : largest;
    for (int at = 0; at < end; at += step)
        sum += layer->table[largest - in[at]];
    for (int at = 0; at < end; at += step) {
        int32_t code = (2 * (layer->largest + 1) * layer->table[largest - in[at]] + sum) / (2 * sum);
        out[at] = (int8_t)(code < layer->largest ? code : layer->largest);
    }
}

void softmax(const int8_t *in, int8_t *out, const Softmax *layer)
{
    for (int i = 0; i < layer->inputs; i++)
        couple(in + i, out + i, layer);
}

void lengths(const int8_t *in, int16_t *out, int count, int size, int root_bits, int16_t largest)
{
    for (int i = 0; i < count; i++, in += size) {
        int32_t length = length_of(in, size, root_bits);
        out[i] = (int16_t)(length < largest ? length : largest);
    }
}

void mask(const int8_t *in, int8_t *out, int count, int size)
{
    int longest = 0;
    for (int i = 1; i < count; i++)
        if (squares(in + i * size, size) > squares(in + longest * size, size))
            longest = i;
    for (int at = 0; at < count * size; at++)
        out[at] = (int8_t)(at / size == longest ? in[at] : 0);
}
