/* Reads images, a byte a pixel, from standard input and prints their integer scores and their class.

   ./a.out < image           one image: its scores in one line, its class in the next
   ./a.out --many < images   image after image: a line each, scores and then class
   ./a.out --test            the images of vectors.h: do they have the scores that Python gave them? */

#include <stdio.h>
#include <string.h>

#include "network.h"
#include "vectors.h"

static uint8_t pixels[PIXELS];
static int16_t scores[SCORES];

/* The index of the first maximum. */
static int class_of_scores(void)
{
    int best = 0;
    for (int i = 1; i < SCORES; i++)
        if (scores[i] > scores[best])
            best = i;
    return best;
}

static void answer(char before_class)
{
    network(pixels, scores);
    for (int i = 0; i < SCORES; i++)
        printf(i ? " %d" : "%d", scores[i]);
    printf("%c%d\n", before_class, class_of_scores());
}

static int refused(const char *what, size_t bytes)
{
    fprintf(stderr, "%s: an image is %d bytes, one a pixel (%s), ", what, PIXELS, INPUT);
    fprintf(stderr, bytes > PIXELS ? "and there are more\n" : "not %lu\n", (unsigned long)bytes);
    return 1;
}

static int flushed(void)
{
    if (fflush(stdout) == 0 && !ferror(stdin))
        return 0;
    fprintf(stderr, "standard input or output failed\n");
    return 1;
}

static int one_image(void)
{
    size_t bytes = fread(pixels, 1, PIXELS, stdin);
    if (bytes == PIXELS && fgetc(stdin) != EOF)
        bytes++;
    if (bytes != PIXELS)
        return refused("standard input", bytes);
    answer('\n');
    return flushed();
}

static int many_images(void)
{
    size_t bytes;
    while ((bytes = fread(pixels, 1, PIXELS, stdin)) == PIXELS)
        answer(' ');
    if (bytes != 0) {
        fflush(stdout);
        return refused("the last image", bytes);
    }
    return flushed();
}

static int test_vectors(void)
{
    int right = 0;
    for (int i = 0; i < VECTORS; i++) {
        network(vector_pixels[i], scores);
        if (memcmp(scores, vector_scores[i], sizeof scores) == 0)
            right++;
        else
            fprintf(stderr, "image %d of vectors.h has other scores\n", i);
    }
    printf("%d of %d images have their scores\n", right, VECTORS);
    return right == VECTORS ? flushed() : 1;
}

int main(int count, char **words)
{
    if (count == 1)
        return one_image();
    if (count == 2 && strcmp(words[1], "--many") == 0)
        return many_images();
    if (count == 2 && strcmp(words[1], "--test") == 0)
        return test_vectors();
    fprintf(stderr, "%s reads one image from standard input; --many reads many, --test checks those of vectors.h\n", words[0]);
    return 2;
}
