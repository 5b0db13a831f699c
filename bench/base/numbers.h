/*
 * base/numbers.h: numbers and lists from the command line, with exact errors.
 */
#ifndef BENCH_BASE_NUMBERS_H
#define BENCH_BASE_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NUMBERS_MOST = 32, NUMBERS_WHY = 256 };

/* A list of at most NUMBERS_MOST whole numbers, all different. */
struct numbers {
    size_t count;
    int64_t values[NUMBERS_MOST];
};

/* What is wrong with an argument, as a sentence. */
struct why {
    char text[NUMBERS_WHY];
};

/* One whole number from `least` to `most`. */
bool number_parse(int64_t *number, const char *text, int64_t least, int64_t most, struct why *why);

/* One number from `least` to `most`, both included, with or without decimals. */
bool real_parse(double *number, const char *text, double least, double most, struct why *why);

/* Commas between numbers; a..b means a, 2a, 4a, ... up to b: "16..1024", "1,16,64". */
bool numbers_parse(struct numbers *numbers, const char *text, int64_t least, int64_t most, struct why *why);

/* Commas between names; the list gets their places among `names`, which NULL ends. */
bool names_parse(struct numbers *numbers, const char *text, const char *const names[], struct why *why);

#endif
