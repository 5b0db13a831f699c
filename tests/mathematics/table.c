/*
 * mathematics/table.c: settings that several tests share, and running properties over settings.
 */
#include "mathematics/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include <stdio.h>

/* Small shapes, with rows of several lengths. */
#define LENGTHS(...) ((const int64_t[]){__VA_ARGS__})
#define RAGGED .inputs = 2, .rows = 4, .steps = 7, .lengths = LENGTHS(3, 7, 0, 5)

const struct setting all_settings[] = {
    {"rnn", {{.kind = WEIR_RNN, .units = 3}}, RAGGED},
    {"rnn_relu", {{.kind = WEIR_RNN_RELU, .units = 3}}, RAGGED},
    {"lstm", {{.kind = WEIR_LSTM, .units = 3}}, RAGGED},
    {"gru", {{.kind = WEIR_GRU, .units = 3}}, RAGGED},
    {"gru_reset_before", {{.kind = WEIR_GRU_RESET_BEFORE, .units = 3}}, RAGGED},
    {"linear", {{.kind = WEIR_LINEAR, .units = 3}}, RAGGED},
    {"one of everything", {{.kind = WEIR_LSTM, .units = 1}}, .inputs = 1, .rows = 1, .steps = 1},
    {"no row has a step",
     {{.kind = WEIR_GRU, .units = 3}, {.kind = WEIR_LINEAR, .units = 2}},
     .inputs = 2,
     .rows = 3,
     .steps = 5,
     .lengths = LENGTHS(0, 0, 0)},
    {"full rows, dropout",
     {{.kind = WEIR_GRU, .units = 4, .dropout = 0.3}, {.kind = WEIR_LSTM, .units = 3}},
     .inputs = 2,
     .rows = 3,
     .steps = 6},
    {"one row, dropout",
     {{.kind = WEIR_LSTM, .units = 4, .dropout = 0.5}, {.kind = WEIR_GRU_RESET_BEFORE, .units = 3}},
     .inputs = 3,
     .rows = 1,
     .steps = 6},
    {"learned states, dropout",
     {{.kind = WEIR_LSTM, .units = 3, .learned_state = 1, .dropout = 0.25},
      {.kind = WEIR_GRU, .units = 2, .bias = WEIR_BIAS_ONE, .learned_state = 1},
      {.kind = WEIR_LINEAR, .units = 2}},
     RAGGED,
     .starts_anew = true},
    {"started anew, no bias",
     {{.kind = WEIR_RNN, .units = 3, .bias = WEIR_BIAS_NONE},
      {.kind = WEIR_GRU_RESET_BEFORE, .units = 2, .bias = WEIR_BIAS_NONE}},
     RAGGED,
     .starts_anew = true},
    {"every kind, dropout",
     {{.kind = WEIR_RNN_RELU, .units = 5, .dropout = 0.2},
      {.kind = WEIR_LINEAR, .units = 4, .dropout = 0.1},
      {.kind = WEIR_GRU_RESET_BEFORE, .units = 3, .bias = WEIR_BIAS_ONE, .dropout = 0.3},
      {.kind = WEIR_LSTM, .units = 2, .dropout = 0.4},
      {.kind = WEIR_GRU, .units = 4},
      {.kind = WEIR_RNN, .units = 3},
      {.kind = WEIR_LINEAR, .units = 2}},
     RAGGED},
    {"reverse gru", {{.kind = WEIR_GRU, .units = 3, .direction = WEIR_REVERSE}}, RAGGED},
    {"reverse lstm, learned state",
     {{.kind = WEIR_LSTM, .units = 3, .direction = WEIR_REVERSE, .learned_state = 1}},
     RAGGED,
     .starts_anew = true},
    {"both ways, dropout",
     {{.kind = WEIR_LSTM, .units = 3, .direction = WEIR_BOTH, .dropout = 0.3},
      {.kind = WEIR_GRU_RESET_BEFORE, .units = 2, .direction = WEIR_REVERSE, .dropout = 0.2},
      {.kind = WEIR_GRU, .units = 3, .direction = WEIR_BOTH, .learned_state = 1},
      {.kind = WEIR_LINEAR, .units = 2}},
     RAGGED,
     .starts_anew = true},
    {"large lstm, dropout",
     {{.kind = WEIR_LSTM, .units = 96, .dropout = 0.1}, {.kind = WEIR_LINEAR, .units = 5}},
     .inputs = 20,
     .rows = 5,
     .steps = 160,
     .lengths = LENGTHS(160, 31, 97, 160, 8)},
    {"large gru", {{.kind = WEIR_GRU, .units = 130}}, .inputs = 7, .rows = 5, .steps = 160},
    {"large gru_reset_before",
     {{.kind = WEIR_GRU_RESET_BEFORE, .units = 130}},
     .inputs = 7,
     .rows = 5,
     .steps = 160,
     .lengths = LENGTHS(150, 31, 97, 159, 8),
     .starts_anew = true},
    {"large rnn",
     {{.kind = WEIR_RNN, .units = 350}},
     .inputs = 7,
     .rows = 3,
     .steps = 160,
     .lengths = LENGTHS(160, 70, 97)},
    {"large both ways",
     {{.kind = WEIR_LSTM, .units = 96, .direction = WEIR_BOTH}, {.kind = WEIR_GRU, .units = 130}},
     .inputs = 9,
     .rows = 5,
     .steps = 120,
     .lengths = LENGTHS(120, 31, 97, 120, 8)},
};
const size_t all_settings_count = sizeof all_settings / sizeof *all_settings;

int64_t setting_layer_count(const struct setting *setting)
{
    int64_t count = 0;
    while (count < SETTING_LAYERS && setting->layers[count].kind != 0)
        count++;
    return count;
}

bool setting_has_reverse(const struct setting *setting)
{
    for (int64_t k = 0; k < setting_layer_count(setting); k++)
        if (setting->layers[k].direction != WEIR_FORWARD)
            return true;
    return false;
}

bool setting_has_dropout(const struct setting *setting)
{
    for (int64_t k = 0; k < setting_layer_count(setting); k++)
        if (setting->layers[k].dropout > 0.0)
            return true;
    return false;
}

bool setting_has_lags(const struct setting *setting)
{
    bool recurs = false;
    for (int64_t k = 0; k < setting_layer_count(setting); k++)
        recurs |= setting->layers[k].kind != WEIR_LINEAR;
    return recurs && !setting_has_reverse(setting);
}

static void name_test(struct CMUnitTest *test, const struct property *property, const struct setting *setting)
{
    const size_t size = 200;
    char *name = malloc(size);
    if (!name)
        abort();
    snprintf(name, size, "%s: %s", property->promise, setting->name);
    *test = (struct CMUnitTest){name, property->check, NULL, NULL, (void *)(uintptr_t)setting};
}

/* A run of such a setting takes long. */
static bool is_large(const struct setting *setting)
{
    bool has_many_units = false;
    for (int64_t k = 0; k < setting_layer_count(setting); k++)
        has_many_units |= setting->layers[k].units > 300;
    return has_many_units || setting->steps > 100;
}

static bool concerns(const struct property *property, const struct setting *setting)
{
    return !property->concerns || property->concerns(setting);
}

/* Where tests are to be brief, each property looks at one large setting that concerns it, the next one at the next. */
static bool is_left_out(const struct property *properties, size_t property, const struct setting *settings,
                        size_t setting, size_t setting_count)
{
    size_t before = 0, all = 0;
    for (size_t s = 0; s < setting_count; s++)
        if (is_large(&settings[s]) && concerns(&properties[property], &settings[s])) {
            all++;
            before += s < setting;
        }
    return getenv("WEIR_TEST_BRIEF") && is_large(&settings[setting]) && before != property % all;
}

int run_table(const char *group, const struct property *properties, size_t property_count,
              const struct setting *settings, size_t setting_count)
{
    struct CMUnitTest *tests = calloc(property_count * setting_count, sizeof *tests);
    if (!tests)
        abort();
    size_t count = 0;
    for (size_t p = 0; p < property_count; p++)
        for (size_t s = 0; s < setting_count; s++)
            if (concerns(&properties[p], &settings[s]) && !is_left_out(properties, p, settings, s, setting_count))
                name_test(&tests[count++], &properties[p], &settings[s]);
    const int failed = _cmocka_run_group_tests(group, tests, count, NULL, NULL);
    for (size_t i = 0; i < count; i++)
        free((void *)(uintptr_t)tests[i].name);
    free(tests);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
