/*
 * net/choice_text.c: a question and its answer as a line of text.
 *
 *     f32 training level=avx512 processor=AMD_EPYC_9B45 batch=16 steps=50 threads=2 pool=own engine=auto sharing=auto
 *     dropout=no memory_limit=none inputs=88 layers=lstm:256:forward,linear:88:forward -> engine=native sharing=units
 *     threads=2 tile_steps=12
 *
 * in one line. It may come from anywhere: nothing is taken that a plan could not have written.
 */
#include "net/choices.h"

#include <string.h>

#include "base/size.h"
#include "net/plan.h"

enum { MOST_WORDS = 8 };

/* What stands in a field. */
enum field_kind { FIELD_WORD, FIELD_NUMBER, FIELD_NAME };

/* The text before a field, and what it may hold: one of some words; a number from 1 on; any name. */
struct field {
    const char *before;
    enum field_kind kind;
    const char *words[MOST_WORDS];
    int64_t most;
    const char *expected; /* how it is called where it is missing */
};

#define ENGINES "auto", "blas", "native"
#define SHARINGS "auto", "none", "units", "rows", "directions", "layers"

enum {
    ASKED_BATCH = 4,
    ASKED_STEPS,
    ASKED_THREADS,
    ASKED_POOL,
    ASKED_ENGINE,
    ASKED_SHARING,
    ASKED_DROPOUT,
    ASKED_LIMIT,
    ASKED_INPUTS,
    ASKED_LAYERS,
    CHOSEN_ENGINE,
    CHOSEN_SHARING,
    CHOSEN_THREADS,
    CHOSEN_TILE
};

/* In the order of a line. */
static const struct field fields[] = {
    {"", FIELD_WORD, {"f32", "f64"}, 0, "'f32' or 'f64'"},
    {" ", FIELD_WORD, {"inference", "training"}, 0, "' inference' or ' training'"},
    {" level=", FIELD_NAME, {NULL}, 0, "' level=' and a name"},
    {" processor=", FIELD_NAME, {NULL}, 0, "' processor=' and a name"},
    [ASKED_BATCH] = {" batch=", FIELD_NUMBER, {NULL}, LARGEST_SIZE, "' batch=' and a number of rows"},
    [ASKED_STEPS] = {" steps=", FIELD_NUMBER, {NULL}, LARGEST_SIZE, "' steps=' and a number of steps"},
    [ASKED_THREADS] =
        {" threads=", FIELD_NUMBER, {NULL}, WEIR_POOL_MOST_THREADS, "' threads=' and a number of threads"},
    [ASKED_POOL] = {" pool=", FIELD_WORD, {"none", "own", "loop"}, 0, "' pool=none', '=own' or '=loop'"},
    [ASKED_ENGINE] = {" engine=", FIELD_WORD, {ENGINES}, 0, "' engine=' and an engine"},
    [ASKED_SHARING] = {" sharing=", FIELD_WORD, {SHARINGS}, 0, "' sharing=' and a way to share"},
    [ASKED_DROPOUT] = {" dropout=", FIELD_WORD, {"no", "yes"}, 0, "' dropout=no' or '=yes'"},
    [ASKED_LIMIT] = {" memory_limit=", FIELD_NAME, {NULL}, 0, "' memory_limit=' and a number of bytes, or 'none'"},
    [ASKED_INPUTS] = {" inputs=", FIELD_NUMBER, {NULL}, LARGEST_SIZE, "' inputs=' and a number of inputs"},
    [ASKED_LAYERS] = {" layers=", FIELD_NAME, {NULL}, 0, "' layers=' and layers"},
    [CHOSEN_ENGINE] = {" -> engine=", FIELD_WORD, {ENGINES}, 0, "' -> engine=' and an engine"},
    [CHOSEN_SHARING] = {" sharing=", FIELD_WORD, {SHARINGS}, 0, "' sharing=' and a way to share"},
    [CHOSEN_THREADS] =
        {" threads=", FIELD_NUMBER, {NULL}, WEIR_POOL_MOST_THREADS, "' threads=' and a number of threads"},
    [CHOSEN_TILE] = {" tile_steps=", FIELD_NUMBER, {NULL}, LARGEST_SIZE, "' tile_steps=' and a number of steps"},
};
enum { FIELDS = sizeof fields / sizeof *fields };

const char *weir_engine_word(weir_engine engine) { return fields[ASKED_ENGINE].words[engine]; }

const char *weir_sharing_word(weir_sharing sharing) { return fields[ASKED_SHARING].words[sharing]; }

void weir_choice_write(const struct choice *choice, struct text *text)
{
    weir_text_add(text, " -> engine=%s sharing=%s threads=%lld tile_steps=%lld", weir_engine_word(choice->engine),
                  weir_sharing_word(choice->sharing), (long long)choice->threads, (long long)choice->tile_steps);
}

/* --- Reading -------------------------------------------------------------------------------------------------------
 */

/* What ends a field. */
static bool is_end(char c) { return c == '\0' || c == ' ' || c == '\n' || c == '\r'; }

/* Which of a field's words stands at *at; -1 if none. */
static int64_t read_word(const struct field *field, const char **at)
{
    for (int i = 0; i < MOST_WORDS && field->words[i]; i++) {
        const size_t length = strlen(field->words[i]);
        if (strncmp(*at, field->words[i], length) == 0 && is_end((*at)[length])) {
            *at += length;
            return i;
        }
    }
    return -1;
}

/* A number from 1 to `most`, without leading zeros: each has one way to be written. -1 if there is none. */
static int64_t read_number(int64_t most, const char **at)
{
    const char *c = *at;
    int64_t number = 0;
    for (; *c >= '0' && *c <= '9' && number <= most; c++)
        number = number * 10 + (*c - '0');
    if (**at == '0' || c == *at || number > most || !is_end(*c))
        return -1;
    *at = c;
    return number;
}

static bool belongs_to_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("_.()@-:,", c));
}

/* At least one character of names. -1 if there is none. */
static int64_t read_name(const char **at)
{
    const char *c = *at;
    while (belongs_to_name(*c))
        c++;
    if (c == *at || !is_end(*c))
        return -1;
    *at = c;
    return 0;
}

static int64_t read_field(const struct field *field, const char **at)
{
    const size_t length = strlen(field->before);
    if (strncmp(*at, field->before, length) != 0)
        return -1;
    *at += length;
    switch (field->kind) {
    case FIELD_WORD:
        return read_word(field, at);
    case FIELD_NUMBER:
        return read_number(field->most, at);
    case FIELD_NAME:
        break;
    }
    return read_name(at);
}

/* What is wrong with an answer to such a question; NULL: nothing. */
static const char *contradiction(const int64_t values[FIELDS])
{
    if (values[CHOSEN_ENGINE] == WEIR_ENGINE_AUTO ||
        (values[ASKED_ENGINE] != WEIR_ENGINE_AUTO && values[CHOSEN_ENGINE] != values[ASKED_ENGINE]))
        return "an engine after '->' that was allowed before it";
    if (values[ASKED_SHARING] != WEIR_SHARE_AUTO && values[CHOSEN_SHARING] != values[ASKED_SHARING])
        return "the way to share after '->' that was asked for before it";
    if (values[CHOSEN_THREADS] > values[ASKED_THREADS])
        return "no more threads after '->' than before it";
    if (values[CHOSEN_TILE] > values[ASKED_STEPS])
        return "no more tile_steps than steps";
    return NULL;
}

const char *weir_choice_parse(const char *line, struct choice *choice, const char **question_end, const char **end)
{
    int64_t values[FIELDS];
    *end = line;
    for (int i = 0; i < FIELDS; i++) {
        const char *at = *end;
        values[i] = read_field(&fields[i], &at);
        if (values[i] < 0)
            return fields[i].expected;
        *end = at;
        if (i == ASKED_LAYERS)
            *question_end = at;
    }
    if (**end == ' ')
        return "nothing behind the tile_steps";
    *choice = (struct choice){(weir_engine)values[CHOSEN_ENGINE], (weir_sharing)values[CHOSEN_SHARING],
                              values[CHOSEN_THREADS], values[CHOSEN_TILE], false};
    return contradiction(values);
}
