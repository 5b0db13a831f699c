/*
 * support/case.h: a net with all that goes in and comes out, as tests/golden stores it.
 *
 * Inputs are drawn by the counter generator that tests/golden/make_goldens.py describes; outputs come from the file.
 */
#ifndef TEST_SUPPORT_CASE_H
#define TEST_SUPPORT_CASE_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>
#include <weir/weir.h>

/* What is drawn from each stream. */
enum { STREAM_PARAMETERS = 0, STREAM_X = 1, STREAM_STATE = 2, STREAM_DY = 3, STREAM_DSTATE = 4 };

enum { CASE_LAYERS = 8 };

struct golden_case {
    const char *name;
    int64_t inputs, rows, steps;
    int64_t layer_count;
    weir_layer layers[CASE_LAYERS];
    int64_t *lengths; /* [rows] */
    bool state_given;
    uint64_t seed;
    const json_t *json; /* the outputs are read from here */
};

/* A number in [-1, 1), a multiple of 2^-23. */
double golden_number(uint64_t seed, uint64_t stream, uint64_t i);

/* Fills *one from an object of a golden file; the object must outlive it. Frees with golden_case_free. */
void golden_case_read(struct golden_case *one, const json_t *json);
void golden_case_free(struct golden_case *one);

/* Output `key` as an array of doubles (free it), its length in *count. NULL if the case has none. */
double *golden_output(const struct golden_case *one, const char *key, int64_t *count);

/* The largest absolute value of an array. */
double largest_of(const double *numbers, int64_t count);

#endif
