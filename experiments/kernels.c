/* Kernels that experiments/compiled.py compiles and calls: signs in words of 64 bits, and weights of 8 and 4 bits. Each computes
   rows of a weight matrix with plain loops; what vectorises them is the compiler (gcc -O3 -march=native -fopenmp-simd). */
#include <stdint.h>

/* The signs of x, rows × n, as bits: words × 64 ≥ n; a bit is 1 where x ≥ 0. */
void pack_signs(const float *x, uint64_t *packed, long rows, long n) {
    long words = (n + 63) / 64;
    for (long row = 0; row < rows; row++)
        for (long word = 0; word < words; word++) {
            long left = n - 64 * word < 64 ? n - 64 * word : 64;
            const float *from = x + row * n + 64 * word;
            uint64_t bits = 0;
            for (long k = 0; k < left; k++) bits |= (uint64_t)(from[k] >= 0) << k;
            packed[row * words + word] = bits;
        }
}

/* y[i][j] = a[i] · b[j] = n − 2 · popcount(a[i] xor b[j]) */
void sign_dots(const uint64_t *a, const uint64_t *b, int32_t *y, long rows, long columns, long n) {
    long words = (n + 63) / 64;
    for (long i = 0; i < rows; i++)
        for (long j = 0; j < columns; j++) {
            long unlike = 0;
            for (long k = 0; k < words; k++) unlike += __builtin_popcountll(a[i * words + k] ^ b[j * words + k]);
            y[i * columns + j] = (int32_t)(n - 2 * unlike);
        }
}

/* The same loops on floats: y[i][j] = a[i] · b[j]. */
void float_dots(const float *a, const float *b, float *y, long rows, long columns, long n) {
    for (long i = 0; i < rows; i++)
        for (long j = 0; j < columns; j++) {
            float sum = 0;
#pragma omp simd reduction(+ : sum)
            for (long k = 0; k < n; k++) sum += a[i * n + k] * b[j * n + k];
            y[i * columns + j] = sum;
        }
}

/* y = W x, one input, weights as floats. Four rows at a time, here and below: four sums that need not wait for each other. */
void linear_float32(const float *w, const float *x, float *y, long rows, long n) {
    for (long row = 0; row < rows; row += 4) {
        const float *a = w + row * n, *b = a + n, *c = b + n, *d = c + n;
        float sa = 0, sb = 0, sc = 0, sd = 0;
#pragma omp simd reduction(+ : sa, sb, sc, sd)
        for (long k = 0; k < n; k++) {
            sa += a[k] * x[k];
            sb += b[k] * x[k];
            sc += c[k] * x[k];
            sd += d[k] * x[k];
        }
        y[row] = sa, y[row + 1] = sb, y[row + 2] = sc, y[row + 3] = sd;
    }
}

/* The same with weights of 8 bits and a scale a row; a weight becomes a float when it is used. */
void linear_int8(const int8_t *w, const float *scale, const float *x, float *y, long rows, long n) {
    for (long row = 0; row < rows; row += 4) {
        const int8_t *a = w + row * n, *b = a + n, *c = b + n, *d = c + n;
        float sa = 0, sb = 0, sc = 0, sd = 0;
#pragma omp simd reduction(+ : sa, sb, sc, sd)
        for (long k = 0; k < n; k++) {
            sa += (float)a[k] * x[k];
            sb += (float)b[k] * x[k];
            sc += (float)c[k] * x[k];
            sd += (float)d[k] * x[k];
        }
        y[row] = sa * scale[row], y[row + 1] = sb * scale[row + 1];
        y[row + 2] = sc * scale[row + 2], y[row + 3] = sd * scale[row + 3];
    }
}

/* The same with 4 bits: byte k of a row holds the weights k (low half) and k + n/2 (high half), each plus 8. That 8 leaves the
   loop: sum (w + 8) x = sum w x + 8 sum x. */
void linear_int4(const uint8_t *w, const float *scale, const float *x, float *y, long rows, long n) {
    long half = n / 2;
    float all = 0;
#pragma omp simd reduction(+ : all)
    for (long k = 0; k < n; k++) all += x[k];
    for (long row = 0; row < rows; row += 4) {
        const uint8_t *a = w + row * half, *b = a + half, *c = b + half, *d = c + half;
        const float *z = x + half;
        float sa = 0, sb = 0, sc = 0, sd = 0;
#pragma omp simd reduction(+ : sa, sb, sc, sd)
        for (long k = 0; k < half; k++) {
            sa += (float)(a[k] & 15) * x[k] + (float)(a[k] >> 4) * z[k];
            sb += (float)(b[k] & 15) * x[k] + (float)(b[k] >> 4) * z[k];
            sc += (float)(c[k] & 15) * x[k] + (float)(c[k] >> 4) * z[k];
            sd += (float)(d[k] & 15) * x[k] + (float)(d[k] >> 4) * z[k];
        }
        y[row] = (sa - 8 * all) * scale[row], y[row + 1] = (sb - 8 * all) * scale[row + 1];
        y[row + 2] = (sc - 8 * all) * scale[row + 2], y[row + 3] = (sd - 8 * all) * scale[row + 3];
    }
}
