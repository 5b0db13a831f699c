/*
 * mathematics/table.h: settings, properties, and one test for each pair of them.
 */
#ifndef TEST_MATHEMATICS_TABLE_H
#define TEST_MATHEMATICS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <weir/weir.h>

enum { SETTING_LAYERS = 8, SETTING_ROWS = 16 };

/* A net and rows to run through it. */
struct setting {
    const char *name;
    weir_layer layers[SETTING_LAYERS]; /* ends with kind 0 */
    int64_t inputs, rows, steps;
    const int64_t *lengths; /* [rows]; NULL: rows are full */
    bool starts_anew;       /* no initial state is given */
    double scale;           /* parameters are uniform in [-scale, scale]; 0: 1/sqrt(widest layer) */
};

/* Nets of every cell, bias, direction and depth, with and without dropout and learned states; rows full and ragged;
   some so large that a run takes several tiles. */
extern const struct setting all_settings[];
extern const size_t all_settings_count;

int64_t setting_layer_count(const struct setting *setting);
bool setting_has_reverse(const struct setting *setting);
bool setting_has_dropout(const struct setting *setting);

/* Has states, and each of them stands between what was and what will be. */
bool setting_has_lags(const struct setting *setting);

/* What should hold for settings; a cmocka test whose state is the setting. */
struct property {
    const char *promise;
    void (*check)(void **state);
    bool (*concerns)(const struct setting *setting); /* NULL: every setting */
};

/* Runs one test, named "promise: setting", for each pair; where WEIR_TEST_BRIEF is set, for few with large settings.
   Returns what main returns. */
int run_table(const char *group, const struct property *properties, size_t property_count,
              const struct setting *settings, size_t setting_count);

#endif
