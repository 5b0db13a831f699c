/*
 * support/case.c: reading cases of golden files.
 */
#include "support/case.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

double golden_number(uint64_t seed, uint64_t stream, uint64_t i)
{
    uint64_t z = seed * UINT64_C(0x9E3779B97F4A7C15) + stream * UINT64_C(0xD1B54A32D192ED03) + i + 1;
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    z ^= z >> 31;
    return (double)(z >> 40) / 16777216.0 * 2.0 - 1.0;
}

/* The place of a word in a list that ends with NULL. */
static int place_of(const char *word, const char *const *words)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(word, words[i]) == 0)
            return i;
    abort();
}

static const char *text_at(const json_t *json, const char *key)
{
    return json_string_value(json_object_get(json, key));
}

static int64_t number_at(const json_t *json, const char *key)
{
    return (int64_t)json_integer_value(json_object_get(json, key));
}

static weir_layer read_layer(const json_t *json)
{
    static const char *const kinds[] = {"rnn", "rnn_relu", "lstm", "gru", "gru_reset_before", "linear", NULL};
    static const char *const directions[] = {"forward", "reverse", "both", NULL};
    static const char *const biases[] = {"two", "one", "none", NULL};
    return (weir_layer){
        .kind = (weir_kind)(place_of(text_at(json, "kind"), kinds) + WEIR_RNN),
        .direction = (weir_direction)place_of(text_at(json, "direction"), directions),
        .bias = (weir_bias)place_of(text_at(json, "bias"), biases),
        .learned_state = json_is_true(json_object_get(json, "learned_state")),
        .units = number_at(json, "units"),
    };
}

void golden_case_read(struct golden_case *one, const json_t *json)
{
    const json_t *layers = json_object_get(json, "layers"), *lengths = json_object_get(json, "lengths");
    *one = (struct golden_case){
        .name = text_at(json, "name"),
        .inputs = number_at(json, "inputs"),
        .rows = number_at(json, "rows"),
        .steps = number_at(json, "steps"),
        .layer_count = (int64_t)json_array_size(layers),
        .state_given = strcmp(text_at(json, "state"), "given") == 0,
        .seed = (uint64_t)number_at(json, "seed"),
        .json = json,
    };
    assert(one->layer_count <= CASE_LAYERS);
    for (int64_t k = 0; k < one->layer_count; k++)
        one->layers[k] = read_layer(json_array_get(layers, (size_t)k));
    one->lengths = calloc((size_t)one->rows, sizeof *one->lengths);
    for (int64_t b = 0; b < one->rows; b++)
        one->lengths[b] = (int64_t)json_integer_value(json_array_get(lengths, (size_t)b));
}

void golden_case_free(struct golden_case *one) { free(one->lengths); }

double *golden_output(const struct golden_case *one, const char *key, int64_t *count)
{
    const json_t *array = json_object_get(one->json, key);
    if (!array)
        return NULL;
    *count = (int64_t)json_array_size(array);
    double *numbers = calloc((size_t)*count + 1, sizeof *numbers);
    for (int64_t i = 0; i < *count; i++)
        numbers[i] = json_number_value(json_array_get(array, (size_t)i));
    return numbers;
}

double largest_of(const double *numbers, int64_t count)
{
    double largest = 0.0;
    for (int64_t i = 0; i < count; i++)
        largest = fmax(largest, fabs(numbers[i]));
    return largest;
}
