/*
 * plans/contest.c: all ways to run a point, each with a plan.
 *
 * A program cannot tell a plan its tiles. But it can tell it that this choice was measured: the text that a measured
 * plan leaves names the shape, and behind it any choice can be written.
 */
#include "plans/contest.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/clock.h"

enum { TEXT_MOST = 8192 };

/* As in the text; and whether it takes more than one thread. */
static const struct {
    const char *word;
    bool needs_threads;
} ways[] = {{"none", false}, {"units", true}, {"rows", true}, {"directions", true}, {"layers", true}};
enum { WAYS = sizeof ways / sizeof ways[0] };

/* The value of "key: value" in a description, up to the end of its line. */
static const char *value_of(const char *described, const char *key)
{
    const size_t length = strlen(key);
    for (const char *line = described; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, key, length) == 0 && strncmp(line + length, ": ", 2) == 0)
            return line + length + 2;
    }
    return "";
}

static int64_t number_of(const char *described, const char *key) { return strtoll(value_of(described, key), NULL, 10); }

/* The last word of the first layer's line, which says how that is shared. */
static void copy_sharing(const char *described, char *word, size_t size)
{
    const char *layer = value_of(described, "layer 0"), *end = layer + strcspn(layer, "\n"), *begin = end;
    while (begin > layer && begin[-1] != ' ')
        begin--;
    snprintf(word, size, "%.*s", (int)(end - begin), begin);
}

void contest_label(const char *described, char label[LABEL_MOST])
{
    const int threads = (int)number_of(described, "threads"), tile_steps = (int)number_of(described, "tile_steps");
    const bool blas = strncmp(value_of(described, "engine"), "blas", 4) == 0;
    char shared[32] = "", word[12];
    copy_sharing(described, word, sizeof word);
    if (threads > 1)
        snprintf(shared, sizeof shared, " %s x%d", word, threads);
    snprintf(label, LABEL_MOST, "%s%s tile %d", blas ? "blas" : "native", shared, tile_steps);
}

/* Descriptions of equal plans differ at most in the line that says how they were planned. */
static bool are_same(const char *a, const char *b)
{
    const char *end = strstr(a, "\nplanning: ");
    return end != NULL && strncmp(a, b, (size_t)(end - a)) == 0;
}

/* Adds a plan, unless there is one like it; its place. */
static size_t add(struct contest *contest, struct workload *workload)
{
    struct contender *added = &contest->contenders[contest->count];
    workload_describe(workload, added->described, sizeof added->described);
    for (size_t i = 0; i < contest->count; i++)
        if (are_same(added->described, contest->contenders[i].described)) {
            workload_close(&workload);
            return i;
        }
    added->workload = workload;
    return contest->count++;
}

/* Makes a plan that takes such a choice, if there is room for one more and it can be made. */
static void add_choice(struct contest *contest, struct point point, const char *question, const char *engine,
                       const char *sharing, int64_t threads, int64_t tile_steps)
{
    char text[TEXT_MOST + 256]; /* the question, and what is around it */
    struct why why;
    snprintf(text, sizeof text,
             "weir-choices 1 of weir %s\n%s -> engine=%s sharing=%s threads=%" PRId64 " tile_steps=%" PRId64 "\n",
             weir_version(), question, engine, sharing, threads, tile_steps);
    if (contest->count == CANDIDATES_MOST || weir_choices_create(&point.choices, NULL, NULL) != WEIR_OK)
        return;
    struct workload *workload =
        weir_choices_import(point.choices, text, NULL) == WEIR_OK ? workload_open(&point, &why) : NULL;
    if (workload != NULL)
        add(contest, workload);
    weir_choices_destroy(&point.choices);
}

/* The engine's own tile, half, and twice that. */
static void add_tiles(struct contest *contest, const struct point *point, const char *question, const char *engine,
                      const char *sharing, int64_t threads, int64_t tile_steps)
{
    const int64_t twice = 2 * tile_steps < point->steps ? 2 * tile_steps : point->steps;
    const int64_t tiles[] = {tile_steps, (tile_steps + 1) / 2, twice};
    for (size_t i = 0; i < 3; i++)
        add_choice(contest, *point, question, engine, sharing, threads, tiles[i]);
}

/* The tile of a plan on that engine by the model; 0 if it cannot be made. */
static int64_t tile_of(struct point point, weir_engine engine)
{
    struct why why;
    point.engine = engine;
    struct workload *workload = workload_open(&point, &why);
    const int64_t tile_steps = workload == NULL ? 0 : workload_described(workload, "tile_steps", 0);
    workload_close(&workload);
    return tile_steps;
}

static void add_all(struct contest *contest, const struct point *point, const char *question, int64_t threads)
{
    const int64_t native = tile_of(*point, WEIR_ENGINE_NATIVE), blas = tile_of(*point, WEIR_ENGINE_BLAS);
    for (int64_t count = 1; native > 0 && count <= threads;
         count = count < threads && 2 * count > threads ? threads : 2 * count)
        for (size_t i = 0; i < WAYS; i++)
            if (ways[i].needs_threads == (count > 1))
                add_tiles(contest, point, question, "native", ways[i].word, count, native);
    if (blas > 0)
        add_tiles(contest, point, question, "blas", "auto", 1, blas);
}

/* The plan that measures; the text that it leaves names the question. */
static bool learn(struct contest *contest, struct point point, char question[TEXT_MOST], struct why *why)
{
    char text[TEXT_MOST];
    point.planning = WEIR_MEASURE;
    if (weir_choices_create(&point.choices, NULL, NULL) != WEIR_OK)
        return false;
    const double start = clock_seconds();
    struct workload *workload = workload_open(&point, why);
    contest->learning_seconds = clock_seconds() - start;
    weir_choices_export(point.choices, text, sizeof text);
    weir_choices_destroy(&point.choices);
    if (workload == NULL)
        return false;
    contest->learned = add(contest, workload);
    const char *line = strchr(text, '\n') + 1, *end = strstr(line, " -> ");
    snprintf(question, TEXT_MOST, "%.*s", end == NULL ? 0 : (int)(end - line), line);
    return true;
}

bool contest_open(struct contest *contest, const struct point *point, weir_pool *pool, int64_t threads, struct why *why)
{
    char question[TEXT_MOST];
    struct point all = *point;
    *contest = (struct contest){.contenders = buffer_allocate(CANDIDATES_MOST, sizeof *contest->contenders)};
    all.engine = WEIR_ENGINE_AUTO;
    all.pool = pool;
    struct workload *model = workload_open(&all, why);
    if (model == NULL)
        return false;
    contest->model = add(contest, model);
    if (!learn(contest, all, question, why))
        return false;
    add_all(contest, &all, question, threads);
    return true;
}

void contest_close(struct contest *contest)
{
    for (size_t i = 0; i < contest->count; i++)
        workload_close(&contest->contenders[i].workload);
    free(contest->contenders);
    *contest = (struct contest){0};
}
