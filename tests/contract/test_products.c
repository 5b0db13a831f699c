/*
 * test_products.c: which products a run asks for, counted where a BLAS would make them (contract/plain_blas.c).
 *
 * With T the longest length and N the sum of all lengths: forward, a layer in one direction makes one product of its
 * inputs a tile, of N rows together, and exactly T (a GRU that resets before: 2 T) of its states, also of N rows;
 * backward as many of the latter, and for each tile one for dW, dR (two) and dx, if wanted. A linear layer makes one
 * each, forward one a segment. One row is a matrix-vector product. A tile is as many steps as have at most tile_rows
 * live rows, counted from the end at which the walk begins.
 *
 * All that on the blas engine; on the native one a run asks for none.
 */
#include "contract/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/weir.h>

#include "base/public.h"
#include "contract/products.h"

/* --- Products of one shape, added up ------------------------------------------------------------------------------ */

/* The weight matrix is [tall][wide]; rows are those that went through it. */
struct tally {
    enum product_way way;
    int64_t tall, wide;
    int64_t calls, rows;
};

enum { TALLIES = 64 };

struct tallies {
    struct tally list[TALLIES];
    int count;
};

static struct tally *tally_of(struct tallies *tallies, enum product_way way, int64_t tall, int64_t wide)
{
    for (int i = 0; i < tallies->count; i++) {
        struct tally *tally = &tallies->list[i];
        if (tally->way == way && tally->tall == tall && tally->wide == wide)
            return tally;
    }
    assert_true(tallies->count < TALLIES);
    struct tally *tally = &tallies->list[tallies->count++];
    *tally = (struct tally){way, tall, wide, 0, 0};
    return tally;
}

static void tally_add(struct tallies *tallies, enum product_way way, int64_t tall, int64_t wide, int64_t calls,
                      int64_t rows)
{
    if (calls == 0)
        return;
    struct tally *tally = tally_of(tallies, way, tall, wide);
    tally->calls += calls;
    tally->rows += rows;
}

static struct tallies tallies_of_noted(void)
{
    struct tallies tallies = {.count = 0};
    assert_in_range(products_count(), 0, PRODUCTS_NOTED);
    for (int i = 0; i < products_count(); i++) {
        const struct product *p = products_noted(i);
        assert_int_equal(p->is_gemv, p->way != WAY_WEIGHT && p->m == 1);
        if (p->way == WAY_FORWARD)
            tally_add(&tallies, p->way, p->n, p->k, 1, p->m);
        else if (p->way == WAY_BACKWARD)
            tally_add(&tallies, p->way, p->k, p->n, 1, p->m);
        else
            tally_add(&tallies, p->way, p->m, p->n, 1, p->k);
    }
    return tallies;
}

static void assert_noted(struct tallies expected, const char *what)
{
    static const char *const ways[] = {"forward", "backward", "weight"};
    struct tallies noted = tallies_of_noted();
    for (int i = 0; i < expected.count; i++) {
        const struct tally *e = &expected.list[i], *n = tally_of(&noted, e->way, e->tall, e->wide);
        if (n->calls != e->calls || n->rows != e->rows)
            fail_msg("%s: %lld %s products with [%lld][%lld], of %lld rows; expected %lld, of %lld", what,
                     (long long)n->calls, ways[e->way], (long long)e->tall, (long long)e->wide, (long long)n->rows,
                     (long long)e->calls, (long long)e->rows);
    }
    if (noted.count != expected.count)
        fail_msg("%s: products of %d shapes, expected %d", what, noted.count, expected.count);
}

/* --- Nets, plans, lengths ----------------------------------------------------------------------------------------- */

enum { STEPS = 8, FEW = 4, MANY = 6000, MOST_LAYERS = 4, MOST_WIDTH = 16 };

/* No layer has as many units as inputs, so that W and R can be told apart. */
static const struct net_case {
    const char *name;
    int64_t inputs, n_layers;
    weir_layer layers[MOST_LAYERS];
} nets[] = {
#define ONE(kind, name, direction)                                                                                     \
    {                                                                                                                  \
        name, 5, 1,                                                                                                    \
        {                                                                                                              \
            {                                                                                                          \
                (kind), (direction), .units = 3                                                                        \
            }                                                                                                          \
        }                                                                                                              \
    }
#define EACH_WAY(kind, name)                                                                                           \
    ONE(kind, name, WEIR_FORWARD), ONE(kind, name " in reverse", WEIR_REVERSE), ONE(kind, name " both ways", WEIR_BOTH)
    EACH_WAY(WEIR_RNN, "RNN"),
    EACH_WAY(WEIR_RNN_RELU, "ReLU RNN"),
    EACH_WAY(WEIR_LSTM, "LSTM"),
    EACH_WAY(WEIR_GRU, "GRU"),
    EACH_WAY(WEIR_GRU_RESET_BEFORE, "GRU resetting before"),
    ONE(WEIR_LINEAR, "linear layer", WEIR_FORWARD),
    {"stack", 4, 3, {{WEIR_GRU, .units = 3}, {WEIR_LSTM, .units = 5}, {WEIR_LINEAR, .units = 7}}},
    {"stack with both ways",
     4,
     4,
     {{WEIR_LSTM, WEIR_BOTH, .units = 3},
      {WEIR_LINEAR, .units = 11},
      {WEIR_GRU_RESET_BEFORE, WEIR_REVERSE, .units = 5},
      {WEIR_LINEAR, .units = 2}}},
};

/* Row b has length lengths[b % 4]. */
static const struct rows_case {
    const char *name;
    int64_t rows, lengths[4];
} rows_cases[] = {
    {"full rows", 4, {8, 8, 8, 8}},
    {"ragged rows", 4, {3, 8, 0, 5}},
    {"one row", 1, {8}},
    {"one row live at the end", 3, {2, 7, 1}},
    {"rows of one step", 2, {1, 1}},
    {"shorter than the plan", 4, {6, 6, 2, 6}},
    {"one row, one step", 1, {1}},
    {"empty rows", 3, {0, 0, 0}},
    {"many full rows", MANY, {8, 8, 8, 8}},
    {"many ragged rows", MANY, {3, 8, 0, 5}},
};

static int64_t length_of(const struct rows_case *rows, int64_t b) { return rows->lengths[b % 4]; }

/* A plan, and how it cuts time. */
struct setting {
    const struct net_case *net_case;
    weir_net *net;
    weir_plan *plan;
    int64_t tile_rows, segment_steps;
    int64_t batch;
};

static int64_t described(const weir_plan *plan, const char *key)
{
    char text[4096];
    assert_in_range(weir_plan_describe(plan, text, sizeof text), 1, sizeof text - 1);
    const char *at = strstr(text, key);
    assert_non_null(at);
    return strtoll(at + strlen(key), NULL, 10);
}

static void setting_open(struct setting *setting, const struct net_case *net_case, int64_t batch, weir_mode mode,
                         weir_engine engine)
{
    const weir_plan_options options = {.batch = batch, .steps = STEPS, .mode = mode, .engine = engine};
    *setting = (struct setting){.net_case = net_case, .batch = batch};
    assert_int_equal(
        weir_net_create(&setting->net, REAL_PRECISION, net_case->inputs, net_case->layers, net_case->n_layers, NULL),
        WEIR_OK);
    assert_int_equal(weir_plan_create(&setting->plan, setting->net, &options, NULL), WEIR_OK);
    setting->tile_rows = described(setting->plan, "\ntile_rows: ");
    setting->segment_steps = described(setting->plan, "\nsegment_steps: ");
}

static void setting_close(struct setting *setting)
{
    weir_plan_destroy(&setting->plan);
    weir_net_destroy(&setting->net);
}

/* --- What is promised --------------------------------------------------------------------------------------------- */

/* One layer as the promise speaks of it. */
struct walk {
    int64_t inputs, units, gates; /* gates counts numbers: G*H */
    int ways;
    bool recurs, reverse, resets_before;
};

static struct walk walk_of(const struct net_case *net_case, int64_t k)
{
    static const int gate_counts[] = {[WEIR_RNN] = 1, [WEIR_RNN_RELU] = 1,         [WEIR_LSTM] = 4,
                                      [WEIR_GRU] = 3, [WEIR_GRU_RESET_BEFORE] = 3, [WEIR_LINEAR] = 1};
    const weir_layer *layer = &net_case->layers[k], *below = k > 0 ? layer - 1 : NULL;
    return (struct walk){
        .inputs = below ? below->units * (below->direction == WEIR_BOTH ? 2 : 1) : net_case->inputs,
        .units = layer->units,
        .gates = layer->units * gate_counts[layer->kind],
        .ways = layer->direction == WEIR_BOTH ? 2 : 1,
        .recurs = layer->kind != WEIR_LINEAR,
        .reverse = layer->direction == WEIR_REVERSE,
        .resets_before = layer->kind == WEIR_GRU_RESET_BEFORE,
    };
}

/* Products with R, `calls` of all ways together: one, or one for r and z and another for n. `rows` are those of a way.
 */
static void expect_recurrent(struct tallies *expected, enum product_way way, const struct walk *walk, int64_t calls,
                             int64_t rows)
{
    const int64_t H = walk->units;
    if (walk->resets_before) {
        tally_add(expected, way, 2 * H, H, calls, walk->ways * rows);
        tally_add(expected, way, H, H, calls, walk->ways * rows);
    } else
        tally_add(expected, way, walk->gates, H, calls, walk->ways * rows);
}

/* T, N, and the rows live at each step. */
struct extent {
    int64_t longest, live_rows, live[STEPS];
};

static struct extent extent_of(const struct rows_case *rows)
{
    struct extent extent = {0};
    for (int64_t b = 0; b < rows->rows; b++)
        for (int64_t t = 0; t < length_of(rows, b); t++)
            extent.live[t]++;
    while (extent.longest < STEPS && extent.live[extent.longest] > 0)
        extent.live_rows += extent.live[extent.longest++];
    return extent;
}

/* How many pieces of at most `limit` rows time falls into, from one end or the other. */
static int64_t pieces_of(const struct extent *extent, int64_t limit, bool from_end)
{
    int64_t pieces = 0, rows = limit;
    for (int64_t k = 0; k < extent->longest; k++) {
        const int64_t live = extent->live[from_end ? extent->longest - 1 - k : k];
        if (rows + live > limit) {
            pieces++;
            rows = 0;
        }
        rows += live;
    }
    return pieces;
}

/* Tiles of all of a layer's walks. A walk of a forward run begins at the end that a backward run ends at. */
static int64_t tiles_of(const struct setting *setting, const struct walk *walk, const struct extent *extent,
                        bool backward)
{
    const int64_t from_start = pieces_of(extent, setting->tile_rows, false);
    const int64_t from_end = pieces_of(extent, setting->tile_rows, true);
    if (walk->ways == 2)
        return from_start + from_end;
    return walk->reverse != backward ? from_end : from_start;
}

static struct tallies expected_forward(const struct setting *setting, const struct extent *extent)
{
    struct tallies expected = {.count = 0};
    const int64_t segments = pieces_of(extent, setting->segment_steps * setting->batch, false);
    for (int64_t k = 0; k < setting->net_case->n_layers; k++) {
        const struct walk walk = walk_of(setting->net_case, k);
        tally_add(&expected, WAY_FORWARD, walk.gates, walk.inputs,
                  walk.recurs ? tiles_of(setting, &walk, extent, false) : segments, walk.ways * extent->live_rows);
        if (walk.recurs)
            expect_recurrent(&expected, WAY_FORWARD, &walk, walk.ways * extent->longest, extent->live_rows);
    }
    return expected;
}

static struct tallies expected_backward(const struct setting *setting, const struct extent *extent, bool gradient,
                                        bool dx)
{
    struct tallies expected = {.count = 0};
    for (int64_t k = 0; k < setting->net_case->n_layers; k++) {
        const struct walk walk = walk_of(setting->net_case, k);
        const int64_t tiles = walk.recurs ? tiles_of(setting, &walk, extent, true) : extent->longest > 0;
        const int64_t rows = walk.ways * extent->live_rows;
        if (walk.recurs)
            expect_recurrent(&expected, WAY_BACKWARD, &walk, walk.ways * extent->longest, extent->live_rows);
        if (walk.recurs && gradient)
            expect_recurrent(&expected, WAY_WEIGHT, &walk, tiles, extent->live_rows);
        if (gradient)
            tally_add(&expected, WAY_WEIGHT, walk.gates, walk.inputs, tiles, rows);
        if (dx || k > 0)
            tally_add(&expected, WAY_BACKWARD, walk.gates, walk.inputs, tiles, rows);
    }
    return expected;
}

/* --- What is asked for -------------------------------------------------------------------------------------------- */

static real x[STEPS * MANY * MOST_WIDTH], y[STEPS * MANY * MOST_WIDTH], gradient[4096], state[MANY * 32];
static int64_t lengths[MANY];

static void go_forward(const struct setting *setting, const struct rows_case *rows)
{
    for (int64_t b = 0; b < rows->rows; b++)
        lengths[b] = length_of(rows, b);
    const struct weir_forward_args_r args = {.rows = rows->rows, .steps = STEPS, .lengths = lengths, .x = x, .y = y};
    products_reset();
    assert_int_equal(weir_forward_full_r(setting->plan, &args), WEIR_OK);
}

static void go_backward(const struct setting *setting, bool wants_gradient, bool wants_dx)
{
    static real dx[STEPS * MANY * MOST_WIDTH];
    const struct weir_backward_args_r args = {.x = wants_gradient ? x : NULL,
                                              .dy = y,
                                              .gradient = wants_gradient ? gradient : NULL,
                                              .dx = wants_dx ? dx : NULL,
                                              .dstate_in = state};
    products_reset();
    assert_int_equal(weir_backward_full_r(setting->plan, &args), WEIR_OK);
}

static void check_forward(const struct setting *setting, const struct rows_case *rows)
{
    const struct extent extent = extent_of(rows);
    go_forward(setting, rows);
    assert_noted(expected_forward(setting, &extent), rows->name);
}

static void check_backward(const struct setting *setting, const struct rows_case *rows)
{
    const struct extent extent = extent_of(rows);
    go_forward(setting, rows);
    for (int wants = 0; wants < 4; wants++) {
        const bool wants_gradient = wants & 1, wants_dx = wants & 2;
        go_backward(setting, wants_gradient, wants_dx);
        assert_noted(expected_backward(setting, &extent, wants_gradient, wants_dx), rows->name);
    }
}

static void check_no_forward(const struct setting *setting, const struct rows_case *rows)
{
    go_forward(setting, rows);
    assert_int_equal(products_count(), 0);
}

static void check_none(const struct setting *setting, const struct rows_case *rows)
{
    check_no_forward(setting, rows);
    go_backward(setting, true, true);
    assert_int_equal(products_count(), 0);
}

/* In a plan for few rows, which has one tile, and in one for many, which has several if a run has many too. */
static void in_settings(const struct net_case *net_case, weir_engine engine, weir_mode mode,
                        void (*check)(const struct setting *setting, const struct rows_case *rows))
{
    const int64_t batches[] = {FEW, MANY};
    for (size_t i = 0; i < sizeof batches / sizeof *batches; i++) {
        struct setting setting;
        setting_open(&setting, net_case, batches[i], mode, engine);
        for (size_t k = 0; k < sizeof rows_cases / sizeof *rows_cases; k++)
            if (rows_cases[k].rows <= batches[i])
                check(&setting, &rows_cases[k]);
        setting_close(&setting);
    }
}

static void test_inference(void **of) { in_settings(*of, WEIR_ENGINE_BLAS, WEIR_INFERENCE, check_forward); }
static void test_training(void **of) { in_settings(*of, WEIR_ENGINE_BLAS, WEIR_TRAINING, check_forward); }
static void test_backward(void **of) { in_settings(*of, WEIR_ENGINE_BLAS, WEIR_TRAINING, check_backward); }

static void test_native(void **of)
{
    in_settings(*of, WEIR_ENGINE_NATIVE, WEIR_INFERENCE, check_no_forward);
    in_settings(*of, WEIR_ENGINE_NATIVE, WEIR_TRAINING, check_none);
}

/* The settings above are of use only if time is cut into tiles in some and not in others. */
static void test_tiles(void **of)
{
    (void)of;
    const struct net_case *lstm = &nets[6];
    const struct extent full = extent_of(&rows_cases[8]), ragged = extent_of(&rows_cases[9]),
                        few = extent_of(&rows_cases[0]);
    struct setting setting;
    assert_int_equal(lstm->layers[0].kind, WEIR_LSTM);
    setting_open(&setting, lstm, MANY, WEIR_TRAINING, WEIR_ENGINE_BLAS);
    assert_int_equal(pieces_of(&few, setting.tile_rows, false), 1);
    assert_in_range(pieces_of(&full, setting.tile_rows, false), 2, STEPS);
    assert_in_range(pieces_of(&ragged, setting.tile_rows, false), 2, STEPS);
    assert_int_equal(setting.segment_steps, STEPS);
    setting_close(&setting);
    setting_open(&setting, lstm, MANY, WEIR_INFERENCE, WEIR_ENGINE_BLAS);
    assert_int_equal(setting.segment_steps * MANY, setting.tile_rows);
    setting_close(&setting);
}

int main(void)
{
    struct suite suite = {0};
    for (size_t i = 0; i < sizeof nets / sizeof *nets; i++) {
        suite_add(&suite, test_inference, &nets[i], "%s: an inference run makes exactly the products promised",
                  nets[i].name);
        suite_add(&suite, test_training, &nets[i], "%s: a training forward makes exactly the products promised",
                  nets[i].name);
        suite_add(&suite, test_backward, &nets[i], "%s: a backward makes exactly the products wanted", nets[i].name);
        suite_add(&suite, test_native, &nets[i], "%s: on the native engine no run makes a BLAS product", nets[i].name);
    }
    suite_add(&suite, test_tiles, NULL, "a plan for many rows cuts time into tiles");
    return suite_run(&suite, "products");
}
