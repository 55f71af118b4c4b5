/* The layers of squeezelab/quantize/c/kernels.c in float32, loop for loop: what the integers are timed against. Layers one after
   the other alone, in two buffers. */

#include "kernels.h"

#define LARGEST_PATCH 4096

enum { CONV, LINEAR, MAX_POOL };

typedef struct {
    int op;
    Shape in, out;
    Window window;
    const float *weights, *bias;
    float low; /* of what is written: 0 with a ReLU */
} FloatLayer;

static float dot(const float *values, const float *weights, int count)
{
    float sum = 0;
    for (int i = 0; i < count; i++)
        sum += values[i] * weights[i];
    return sum;
}

static void gather(const float *in, const FloatLayer *layer, int y, int x, float *patch)
{
    Window window = layer->window;
    for (int i = 0; i < layer->in.channels; i++)
        for (int ky = 0; ky < window.height; ky++)
            for (int kx = 0; kx < window.width; kx++) {
                int row = y * window.down + ky * window.dilation_y - window.top;
                int column = x * window.right + kx * window.dilation_x - window.left;
                int is_inside = row >= 0 && row < layer->in.height && column >= 0 && column < layer->in.width;
                int at = (i * layer->in.height + row) * layer->in.width + column;
                *patch++ = is_inside ? in[at] : 0;
            }
}

static float at_least(float value, float low)
{
    return value < low ? low : value;
}

static void conv_float(const float *in, float *out, const FloatLayer *layer)
{
    float patch[LARGEST_PATCH];
    int count = layer->in.channels * layer->window.height * layer->window.width;
    int area = layer->out.height * layer->out.width;
    for (int at = 0; at < area; at++) {
        gather(in, layer, at / layer->out.width, at % layer->out.width, patch);
        for (int o = 0; o < layer->out.channels; o++)
            out[o * area + at] = at_least(layer->bias[o] + dot(patch, layer->weights + o * count, count), layer->low);
    }
}

static void linear_float(const float *in, float *out, const FloatLayer *layer)
{
    int inputs = layer->in.channels * layer->in.height * layer->in.width;
    for (int o = 0; o < layer->out.channels; o++)
        out[o] = at_least(layer->bias[o] + dot(in, layer->weights + o * inputs, inputs), layer->low);
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

static void max_pool_float(const float *in, float *out, const FloatLayer *layer)
{
    Window window = layer->window;
    for (int c = 0; c < layer->out.channels; c++, in += layer->in.height * layer->in.width)
        for (int y = 0; y < layer->out.height; y++)
            for (int x = 0; x < layer->out.width; x++) {
                int top = y * window.down, left = x * window.right;
                float found = in[top * layer->in.width + left];
                for (int row = top; row < smaller(top + window.height, layer->in.height); row++)
                    for (int column = left; column < smaller(left + window.width, layer->in.width); column++)
                        if (in[row * layer->in.width + column] > found)
                            found = in[row * layer->in.width + column];
                *out++ = found;
            }
}

/* The scores lie in the buffer that is returned, 0 or 1. */
int float_network(const FloatLayer *layers, int count, const float *image, float *buffer_0, float *buffer_1)
{
    float *buffers[2] = {buffer_0, buffer_1};
    const float *in = image;
    for (int k = 0; k < count; k++) {
        float *out = buffers[k % 2];
        if (layers[k].op == CONV)
            conv_float(in, out, layers + k);
        else if (layers[k].op == LINEAR)
            linear_float(in, out, layers + k);
        else
            max_pool_float(in, out, layers + k);
        in = out;
    }
    return (count - 1) % 2;
}
