/*
 * test_describe.c: weir_plan_describe writes as snprintf does, and tells what the plan is.
 */
#include "contract/suite.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include <weir/weir.h>

enum { ROOM = 4096, LSTM_WEIGHTS = 2 * 12 * 3, GRU_WEIGHTS = 12 * 4 }; /* numbers of R */

struct described {
    weir_net *net;
    weir_plan *plan;
    weir_plan_size size;
    char text[ROOM];
    int64_t length;
};

static const struct setting {
    const char *name;
    weir_precision precision;
    weir_plan_options options;
} settings[] = {
    {"an f32 inference plan", WEIR_F32, {.batch = 5, .steps = 40}},
    {"an f64 inference plan", WEIR_F64, {.batch = 2000, .steps = 9}},
    {"an f32 training plan", WEIR_F32, {.batch = 3000, .steps = 11, .mode = WEIR_TRAINING}},
    {"an f64 training plan", WEIR_F64, {.batch = 1, .steps = 1, .mode = WEIR_TRAINING}},
    {"a plan by default", WEIR_F32, {.batch = 0}},
    {"a plan on the blas engine", WEIR_F32, {.batch = 7, .steps = 3, .engine = WEIR_ENGINE_BLAS}},
    {"a training plan on the blas engine",
     WEIR_F64,
     {.batch = 7, .steps = 3, .mode = WEIR_TRAINING, .engine = WEIR_ENGINE_BLAS}},
};

/* What a plan is to say, from what was asked, here or by the environment. */
static bool on_blas(const struct setting *setting)
{
    const char *named = getenv("WEIR_ENGINE");
    return setting->options.engine == WEIR_ENGINE_BLAS ||
           (setting->options.engine == WEIR_ENGINE_AUTO && named && strcmp(named, "blas") == 0);
}

static const char *highest_level(void)
{
    const char *mask = getenv("WEIR_CPU_MASK");
    const uint32_t levels = weir_cpu_levels();
    const char *highest = "portable";
    for (uint32_t flag = 1; flag <= levels; flag *= 2)
        if ((levels & flag) && (!mask || strstr(mask, weir_cpu_level_name((weir_cpu_level)flag))))
            highest = weir_cpu_level_name((weir_cpu_level)flag);
    return highest;
}

static void described_open_net(struct described *described, const struct setting *setting, int64_t inputs,
                               const weir_layer *layers, int64_t n_layers)
{
    memset(described, 0, sizeof *described);
    assert_int_equal(weir_net_create(&described->net, setting->precision, inputs, layers, n_layers, NULL), WEIR_OK);
    assert_int_equal(weir_plan_create(&described->plan, described->net, &setting->options, NULL), WEIR_OK);
    assert_int_equal(weir_plan_bytes(&described->size, described->net, &setting->options, NULL), WEIR_OK);
    described->length = weir_plan_describe(described->plan, described->text, ROOM);
    assert_in_range(described->length, 1, ROOM - 1);
    assert_int_equal(strlen(described->text), described->length);
}

static void described_open(struct described *described, const struct setting *setting)
{
    const weir_layer layers[] = {{WEIR_LSTM, WEIR_BOTH, .units = 3}, {WEIR_GRU, .units = 4}, {WEIR_LINEAR, .units = 2}};
    described_open_net(described, setting, 6, layers, 3);
}

static void described_close(struct described *described)
{
    weir_plan_destroy(&described->plan);
    weir_net_destroy(&described->net);
}

/* The value of "key: value"; the key stands once, at the beginning of a line. */
static const char *value_of(const struct described *described, const char *key, char *value, size_t size)
{
    const char *found = NULL;
    for (const char *line = described->text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
        if (strncmp(line, key, strlen(key)) == 0 && strncmp(line + strlen(key), ": ", 2) == 0) {
            assert_null(found);
            found = line + strlen(key) + 2;
        }
    if (!found)
        fail_msg("no line \"%s: ...\" in\n%s", key, described->text);
    snprintf(value, size, "%.*s", (int)strcspn(found, "\n"), found);
    return value;
}

static void assert_value(const struct described *described, const char *key, const char *expected)
{
    char value[256];
    assert_string_equal(value_of(described, key, value, sizeof value), expected);
}

static void assert_number(const struct described *described, const char *key, int64_t expected)
{
    char value[256], *end;
    assert_int_equal(strtoll(value_of(described, key, value, sizeof value), &end, 10), expected);
    assert_int_equal(*end, '\0');
}

static void test_contents(void **state)
{
    const struct setting *setting = *state;
    struct described described;
    described_open(&described, setting);
    const int64_t steps = setting->options.steps ? setting->options.steps : 1;
    char value[256];
    const bool blas = on_blas(setting);
    assert_value(&described, "engine", blas ? "blas" : "native");
    assert_value(&described, "level", highest_level());
    assert_value(&described, "threads", blas ? "the caller's, and whatever the BLAS starts" : "the caller's");
    assert_value(&described, "reproducible", blas ? "no (products are the BLAS's)" : "yes");
    assert_value(&described, "denormals", blas ? "flushed, but not in threads of the BLAS's own" : "flushed");
    assert_value(&described, "real_time", blas ? "no (a BLAS may lock or allocate)" : "yes");
    assert_value(&described, "mode", setting->options.mode == WEIR_TRAINING ? "training" : "inference");
    assert_value(&described, "precision", setting->precision == WEIR_F32 ? "f32" : "f64");
    assert_number(&described, "batch", setting->options.batch ? setting->options.batch : 1);
    assert_number(&described, "steps", steps);
    assert_number(&described, "bytes_total", described.size.total);
    assert_number(&described, "bytes_weights", described.size.weights);
    assert_number(&described, "bytes_workspace", described.size.workspace);
    assert_number(&described, "bytes_tape", described.size.tape);
    assert_in_range(strtoll(value_of(&described, "tile_steps", value, sizeof value), NULL, 10), 1, steps);
    /* 2 ways of 4*3 x (6+3), 3*4 x (6+4), 2 x 4, each twice */
    assert_number(&described, "forward_flops_per_row_and_step", 2 * (2 * 12 * 9 + 12 * 10 + 8));
    assert_value(&described, "planning", "estimated");
    described_close(&described);
}

/* What a full run computes and reads, from the formulas of docs/engine.md; every product that forward makes has two in
   backward. */
static void test_prediction(void **state)
{
    const struct setting *setting = *state;
    struct described described;
    described_open(&described, setting);
    const bool training = setting->options.mode == WEIR_TRAINING;
    const int64_t batch = setting->options.batch ? setting->options.batch : 1, size = setting->precision * 4;
    const int64_t steps = setting->options.steps ? setting->options.steps : 1, rows = batch * steps;
    const int64_t forward = rows * 2 * (2 * 12 * 9 + 12 * 10 + 8), passes = training ? 2 : 1;
    const int64_t R = LSTM_WEIGHTS + GRU_WEIGHTS, W = 2 * 12 * 6 + 12 * 6 + 8;
    char value[256];
    const int64_t tile = strtoll(value_of(&described, "tile_steps", value, sizeof value), NULL, 10);
    assert_number(&described, "run_forward_flops", forward);
    assert_number(&described, "run_backward_flops", training ? 2 * forward : 0);
    assert_number(&described, "step_weight_bytes_read", R * size);
    assert_number(&described, "run_weight_bytes_read", passes * (steps * R + (steps + tile - 1) / tile * W) * size);
    /* LSTM i f g o c h, GRU r z n q h, linear y */
    assert_number(&described, "run_tape_bytes_written", training ? rows * (2 * 6 * 3 + 5 * 4 + 2) * size : 0);
    assert_in_range(strtoll(value_of(&described, "run_activation_bytes_read", value, sizeof value), NULL, 10),
                    rows * (6 + 6 + 6 + 4) * size, rows * 10000);
    assert_in_range(strtoll(value_of(&described, "run_activation_bytes_written", value, sizeof value), NULL, 10),
                    rows * (6 + 4 + 2) * size, rows * 10000);
    described_close(&described);
}

/* The native engine has a model of its time; what a BLAS takes nobody knows. */
static void test_predicted_time(void **state)
{
    const struct setting *setting = *state;
    struct described described;
    described_open(&described, setting);
    char value[256];
    if (on_blas(setting)) {
        assert_null(strstr(described.text, "predicted"));
    } else {
        double of_layers = 0.0;
        const double whole = strtod(value_of(&described, "run_microseconds_predicted", value, sizeof value), NULL);
        for (int k = 0; k < 3; k++) {
            char key[64];
            snprintf(key, sizeof key, "layer %d predicted", k);
            of_layers += strtod(value_of(&described, key, value, sizeof value), NULL);
            assert_non_null(strstr(value, " us a run, "));
            assert_non_null(strstr(value, " us a step, bound by "));
        }
        assert_true(whole > 0.0 && of_layers > 0.98 * whole && of_layers < 1.02 * whole); /* three digits of each */
    }
    described_close(&described);
}

/* --- Blocking: the tables of docs/engine.md, once more ------------------------------------------------------------ */

/* Of the level that the plan names. */
struct registers {
    int64_t count, bytes;
};

static struct registers registers_of(const struct described *described)
{
    char level[64];
    value_of(described, "level", level, sizeof level);
    return (struct registers){strcmp(level, "avx512") == 0 || strcmp(level, "neon") == 0 ? 32 : 16,
                              strcmp(level, "avx512") == 0 ? 64
                              : strcmp(level, "avx2") == 0 ? 32
                                                           : 16};
}

/* The CPU for which weights from afar are asked for ahead. */
static bool is_zen_5(void)
{
#if defined(__x86_64__)
    unsigned signature, ebx, ecx, edx, unused;
    return __get_cpuid(0, &unused, &ebx, &ecx, &edx) && ebx == signature_AMD_ebx &&
           __get_cpuid(1, &signature, &unused, &unused, &unused) && (signature >> 8 & 0xf) == 0xf &&
           (signature >> 20 & 0xff) == 0xb;
#else
    return false;
#endif
}

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

/* "6 x 4 vectors, depth 1024 of 2000" */
static const char *product_words(char words[64], struct registers registers, int64_t rows, int64_t vectors,
                                 int64_t depth, bool is_afar)
{
    static const int64_t most_of_16[] = {0, 8, 6, 4, 3}, most_of_32[] = {0, 12, 12, 8, 6};
    const int64_t most = (registers.count == 32 ? most_of_32 : most_of_16)[vectors];
    const bool by_halves = registers.count == 16 && vectors == 4 && (rows == 4 || rows == 5);
    const int64_t bytes = by_halves && is_afar ? 1 << 14 : registers.count == 32 ? 1 << 18 : 1 << 16;
    int64_t tallest = rows, across = vectors, piece = depth;
    if (rows > most) {
        const int64_t tiles = (rows + most - 1) / most;
        piece = smaller(depth, bytes / (vectors * registers.bytes));
        tallest = by_halves ? rows : registers.count == 16 && vectors == 4 ? most : (rows + tiles - 1) / tiles;
        across = by_halves ? 2 : vectors;
    }
    snprintf(words, 64, "%lld x %lld vectors, depth %lld of %lld", (long long)tallest, (long long)across,
             (long long)piece, (long long)depth);
    return words;
}

static const struct blocked {
    const char *name;
    struct setting setting;
    int64_t inputs;
    weir_layer layer;
    bool keeps_input;
    int64_t parts; /* of the rows, if they are shared */
} blocked[] = {
    {"LSTM, many inputs", {"", WEIR_F32, {.batch = 4, .steps = 300}}, 2100, {WEIR_LSTM, .units = 40}, true, 1},
    {"LSTM in f64, one row", {"", WEIR_F64, {.batch = 1, .steps = 1}}, 5, {WEIR_LSTM, .units = 3}, true, 1},
    {"LSTM whose R is near", {"", WEIR_F32, {.batch = 5}}, 3, {WEIR_LSTM, .units = 313}, true, 1},
    {"LSTM whose R is afar", {"", WEIR_F32, {.batch = 5}}, 3, {WEIR_LSTM, .units = 314}, true, 1},
    {"LSTM whose R is in memory", {"", WEIR_F32, {.batch = 2}}, 3, {WEIR_LSTM, .units = 887}, true, 1},
    {"LSTM whose R is afar, many rows", {"", WEIR_F64, {.batch = 70}}, 3, {WEIR_LSTM, .units = 314}, true, 1},
    {"GRU both ways", {"", WEIR_F32, {.batch = 17, .steps = 2}}, 30, {WEIR_GRU, WEIR_BOTH, .units = 33}, true, 1},
    {"GRU that resets before", {"", WEIR_F32, {.batch = 20}}, 7, {WEIR_GRU_RESET_BEFORE, .units = 50}, true, 1},
    {"GRU that resets before in f64", {"", WEIR_F64, {.batch = 7}}, 7, {WEIR_GRU_RESET_BEFORE, .units = 9}, true, 1},
    {"RNN", {"", WEIR_F32, {.batch = 6, .steps = 9}}, 3, {WEIR_RNN, .units = 200}, true, 1},
    {"RNN of one unit", {"", WEIR_F64, {.batch = 30}}, 1, {WEIR_RNN_RELU, .units = 1}, true, 1},
    {"linear layer", {"", WEIR_F32, {.batch = 2, .steps = 2}}, 3000, {WEIR_LINEAR, .units = 70}, true, 1},
    {"training in one tile",
     {"", WEIR_F32, {.batch = 2, .steps = 9, .mode = WEIR_TRAINING}},
     8,
     {WEIR_LSTM, .units = 20},
     false,
     1},
    {"training in tiles",
     {"", WEIR_F32, {.batch = 2, .steps = 9000, .mode = WEIR_TRAINING}},
     8,
     {WEIR_LSTM, .units = 20},
     true,
     1},
    {"LSTM shared by rows",
     {"", WEIR_F32, {.batch = 16, .steps = 2, .sharing = WEIR_SHARE_ROWS}},
     8,
     {WEIR_LSTM, .units = 20},
     true,
     3},
    {"LSTM shared by units",
     {"", WEIR_F32, {.batch = 16, .steps = 2, .sharing = WEIR_SHARE_UNITS}},
     8,
     {WEIR_LSTM, .units = 300},
     true,
     1},
};

/* Gates of each product with R. */
static int stages_of(weir_kind kind, int64_t gates[2])
{
    gates[0] = kind == WEIR_LSTM ? 4 : kind == WEIR_GRU ? 3 : kind == WEIR_GRU_RESET_BEFORE ? 2 : 1;
    gates[1] = 1;
    return kind == WEIR_LINEAR ? 0 : kind == WEIR_GRU_RESET_BEFORE ? 2 : 1;
}

static int64_t number_of(const struct described *described, const char *key)
{
    char value[256];
    return strtoll(value_of(described, key, value, sizeof value), NULL, 10);
}

/* The rows that are multiplied with W at once, by one thread. */
static int64_t input_rows(const struct described *described, const struct blocked *of)
{
    const int64_t tile = number_of(described, "tile_steps"), segment = number_of(described, "segment_steps");
    const int64_t steps = of->layer.kind == WEIR_LINEAR ? segment : smaller(tile, segment);
    return (steps * of->setting.options.batch + of->parts - 1) / of->parts;
}

static void expect_blocking(const struct described *described, const struct blocked *of, char *line, size_t size)
{
    const struct registers registers = registers_of(described);
    const int64_t lanes = registers.bytes / (4 * (int64_t)of->setting.precision), H = of->layer.units;
    int64_t gates[2];
    const int stages = stages_of(of->layer.kind, gates);
    const int64_t all_gates = stages == 2 ? 3 : gates[0], panel = smaller(4 / all_gates * lanes, H);
    const int64_t vectors = (panel + lanes - 1) / lanes;
    const int64_t rows = (of->setting.options.batch + of->parts - 1) / of->parts;
    const int64_t R_bytes = all_gates * H * H * 4 * (int64_t)of->setting.precision;
    const bool is_afar = R_bytes > 3 << 19;
    const bool is_asked_for = is_afar && (is_zen_5() || (registers.bytes == 32 && rows > 1 && R_bytes > 12 << 20));
    const char *place = is_asked_for ? "from afar, asked for" : is_afar ? "from afar" : "near";
    char words[64];
    size_t used = (size_t)snprintf(
        line, size, "panels of %lld units; W %s, %s", (long long)panel,
        of->keeps_input ? "kept packed" : "packed as it is used",
        product_words(words, registers, input_rows(described, of), all_gates * vectors, of->inputs, false));
    if (stages > 0)
        used += (size_t)snprintf(line + used, size - used, "; R %s", place);
    for (int s = 0; s < stages; s++)
        used += (size_t)snprintf(line + used, size - used, "%s%s", s > 0 ? ", then " : ", ",
                                 product_words(words, registers, rows, gates[s] * vectors, H, is_afar));
}

static void test_blocking(void **state)
{
    const struct blocked *of = *state;
    struct setting setting = of->setting;
    struct described described;
    char expected[256] = "the BLAS's; weights as given";
    weir_pool *pool = NULL;
    if (setting.options.sharing != WEIR_SHARE_AUTO)
        assert_int_equal(weir_pool_create(&pool, 3, NULL, NULL), WEIR_OK);
    setting.options.pool = pool;
    described_open_net(&described, &setting, of->inputs, &of->layer, 1);
    if (!on_blas(&setting))
        expect_blocking(&described, of, expected, sizeof expected);
    assert_value(&described, "layer 0 blocking", expected);
    described_close(&described);
    weir_pool_destroy(&pool);
}

/* --- The text ----------------------------------------------------------------------------------------------------- */

static void test_lines(void **state)
{
    struct described described;
    described_open(&described, *state);
    assert_int_equal(described.text[described.length - 1], '\n');
    char *line = strtok(described.text, "\n");
    for (; line; line = strtok(NULL, "\n"))
        if (!strstr(line, ": "))
            fail_msg("\"%s\" is no line \"key: value\"", line);
    described_close(&described);
}

/* Every size up to more than the whole: cut where snprintf would cut, nothing written behind. */
static void test_sizes(void **state)
{
    struct described described;
    described_open(&described, *state);
    for (size_t size = 0; size <= (size_t)described.length + 3; size++) {
        char text[ROOM];
        memset(text, '#', sizeof text);
        assert_int_equal(weir_plan_describe(described.plan, text, size), described.length);
        const size_t whole = (size_t)described.length, written = size == 0 ? 0 : size <= whole ? size - 1 : whole;
        assert_memory_equal(text, described.text, written);
        if (size > 0)
            assert_int_equal(text[written], '\0');
        for (size_t i = written + (size > 0); i < sizeof text; i++)
            assert_int_equal(text[i], '#');
    }
    described_close(&described);
}

static void test_no_text(void **state)
{
    struct described described;
    described_open(&described, *state);
    assert_int_equal(weir_plan_describe(described.plan, NULL, 0), described.length);
    described_close(&described);
}

/* A plan on a pool says how many threads, and how they share each layer. */
static void test_pool(void **state)
{
    (void)state;
    weir_pool *pool = NULL;
    assert_int_equal(weir_pool_create(&pool, 3, NULL, NULL), WEIR_OK);
    const struct setting shared = {"", WEIR_F64, {.batch = 8, .pool = pool, .sharing = WEIR_SHARE_ROWS}};
    struct described described;
    described_open(&described, &shared);
    if (!on_blas(&shared)) {
        assert_value(&described, "threads", "3, of a pool");
        assert_value(&described, "real_time", "no (threads may have to be woken)");
        assert_value(&described, "layer 1", "gru, 6 inputs, 4 units, forward, shared by rows");
    }
    described_close(&described);
    const struct setting apart = {"", WEIR_F64, {.batch = 8, .pool = pool, .sharing = WEIR_SHARE_DIRECTIONS}};
    described_open(&described, &apart);
    if (!on_blas(&apart)) {
        assert_value(&described, "threads", "3, of a pool");
        assert_value(&described, "layer 0",
                     "lstm, 6 inputs, 3 units, both, directions side by side, each by one thread");
        assert_value(&described, "layer 1", "gru, 6 inputs, 4 units, forward, by one thread");
    }
    described_close(&described);
    weir_pool_destroy(&pool);
}

/* Units of an f32 layer that one thread has at least: a block of a packed matrix, four vectors. */
static int64_t least_units(void)
{
    const char *level = highest_level();
    return strcmp(level, "avx512") == 0 ? 64 : strcmp(level, "avx2") == 0 ? 32 : 16;
}

/* Of a layer with units for so many of a pool's eight threads; three rows are too few to be shared out. */
static void assert_threads(const weir_plan_options *options, int64_t units_for, const char *threads, const char *way)
{
    const struct setting setting = {"", WEIR_F32, *options};
    const weir_layer layer = {.kind = WEIR_LSTM, .units = units_for * least_units()};
    struct described described = {0};
    char line[256];
    assert_int_equal(weir_net_create(&described.net, WEIR_F32, 6, &layer, 1, NULL), WEIR_OK);
    assert_int_equal(weir_plan_create(&described.plan, described.net, options, NULL), WEIR_OK);
    weir_plan_describe(described.plan, described.text, ROOM);
    snprintf(line, sizeof line, "lstm, 6 inputs, %lld units, forward, %s", (long long)layer.units, way);
    if (!on_blas(&setting)) {
        assert_value(&described, "threads", threads);
        assert_value(&described, "layer 0", line);
    }
    described_close(&described);
}

/* A plan takes as many threads as pay: neither all, some of which would have nothing to do, nor at once only one. */
static void test_fewer_threads(void **state)
{
    (void)state;
    weir_pool *pool = NULL;
    assert_int_equal(weir_pool_create(&pool, 8, NULL, NULL), WEIR_OK);
    weir_plan_options options = {.batch = 3, .steps = 100, .pool = pool};
    assert_threads(&options, 8, "8, of a pool", "shared by units");
    assert_threads(&options, 7, "4, of a pool", "shared by units");
    assert_threads(&options, 4, "4, of a pool", "shared by units");
    assert_threads(&options, 2, "2, of a pool", "shared by units");
    assert_threads(&options, 1, "the caller's", "by one thread");
    options.threads = 7;
    assert_threads(&options, 7, "7, of a pool", "shared by units");
    options.threads = 3;
    assert_threads(&options, 4, "2, of a pool", "shared by units"); /* a third one leaves two blocks to one of them */
    options.sharing = WEIR_SHARE_UNITS;
    assert_threads(&options, 4, "3, of a pool", "shared by units");
    weir_pool_destroy(&pool);
}

/* Layers can be a wave where none goes in reverse; a plan says whose each is, and of how many steps its pieces are. */
static void test_wave(void **state)
{
    (void)state;
    const weir_layer layers[] = {{WEIR_LSTM, .units = 3}, {WEIR_GRU, .units = 3}, {WEIR_LINEAR, .units = 2}};
    weir_pool *pool = NULL;
    struct described described = {0};
    assert_int_equal(weir_pool_create(&pool, 2, NULL, NULL), WEIR_OK);
    const struct setting wave = {"", WEIR_F32, {.steps = 64, .pool = pool, .sharing = WEIR_SHARE_LAYERS}};
    assert_int_equal(weir_net_create(&described.net, WEIR_F32, 6, layers, 3, NULL), WEIR_OK);
    assert_int_equal(weir_plan_create(&described.plan, described.net, &wave.options, NULL), WEIR_OK);
    weir_plan_describe(described.plan, described.text, ROOM);
    if (!on_blas(&wave)) {
        assert_value(&described, "threads", "2, of a pool");
        assert_value(&described, "layer 0", "lstm, 6 inputs, 3 units, forward, in a wave, crew 1 of 2, by one thread");
        assert_value(&described, "layer 1", "gru, 3 inputs, 3 units, forward, in a wave, crew 2 of 2, by one thread");
        assert_value(&described, "layer 2",
                     "linear, 3 inputs, 2 units, forward, in a wave, crew 2 of 2, by one thread");
        assert_value(&described, "segment_steps", "8");
    }
    described_close(&described);
    weir_pool_destroy(&pool);
}

/* Under a limit a plan says what it keeps and what is run again: here as many states as segments, so that all but the
   last one, which forward records, are run again once. */
static void test_limit(void **state)
{
    (void)state;
    const weir_layer layers[] = {{WEIR_LSTM, .units = 3}, {WEIR_LINEAR, .units = 2}};
    struct setting limited = {"", WEIR_F32, {.batch = 2, .steps = 1000, .mode = WEIR_TRAINING}};
    struct described described = {0};
    char value[256];
    assert_int_equal(weir_net_create(&described.net, WEIR_F32, 6, layers, 2, NULL), WEIR_OK);
    assert_int_equal(weir_plan_bytes(&described.size, described.net, &limited.options, NULL), WEIR_OK);
    const int64_t limit = limited.options.memory_limit = described.size.total / 3;
    assert_int_equal(weir_plan_create(&described.plan, described.net, &limited.options, NULL), WEIR_OK);
    weir_plan_describe(described.plan, described.text, ROOM);
    const int64_t segment = strtoll(value_of(&described, "segment_steps", value, sizeof value), NULL, 10);
    const int64_t segments = (1000 + segment - 1) / segment;
    const double again = (double)((segments - 1) * segment) / 1000.0;
    assert_number(&described, "memory_limit", limit);
    assert_value(&described, "tape_keeps", "states");
    assert_in_range(strtoll(value_of(&described, "kept_states", value, sizeof value), NULL, 10), segments - 1,
                    segments);
    assert_in_range(strtoll(value_of(&described, "bytes_total", value, sizeof value), NULL, 10), 1, limit);
    snprintf(value, sizeof value, "%.4g", again);
    assert_value(&described, "recomputed_steps_per_step", value);
    assert_number(&described, "run_recomputed_flops", (int64_t)(2000 * again * 2 * (12 * 9 + 2 * 3) + 0.5));
    described_close(&described);
}

static void test_no_plan(void **state)
{
    (void)state;
    char text[4] = "###";
    assert_int_equal(weir_plan_describe(NULL, text, sizeof text), 0);
    assert_string_equal(text, "");
    memcpy(text, "###", sizeof text);
    assert_int_equal(weir_plan_describe(NULL, text, 0), 0);
    assert_string_equal(text, "###");
    assert_int_equal(weir_plan_describe(NULL, NULL, 0), 0);
}

int main(void)
{
    struct suite suite = {0};
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        suite_add(&suite, test_contents, &settings[i], "%s tells its engine, tiles and bytes", settings[i].name);
        suite_add(&suite, test_prediction, &settings[i], "%s tells what a run computes, reads and writes",
                  settings[i].name);
        suite_add(&suite, test_predicted_time, &settings[i], "%s tells how long its engine thinks that a run takes",
                  settings[i].name);
        suite_add(&suite, test_lines, &settings[i], "%s is described in lines \"key: value\"", settings[i].name);
        suite_add(&suite, test_sizes, &settings[i], "%s is described as snprintf would, whatever the size",
                  settings[i].name);
        suite_add(&suite, test_no_text, &settings[i], "%s is described to NULL of size 0: the length",
                  settings[i].name);
    }
    for (size_t i = 0; i < sizeof blocked / sizeof *blocked; i++)
        suite_add(&suite, test_blocking, &blocked[i], "%s: a plan tells how its products are cut", blocked[i].name);
    suite_add(&suite, test_pool, NULL, "a plan on a pool says how it is shared");
    suite_add(&suite, test_fewer_threads, NULL, "a plan on a pool takes no more threads than pay, and says how many");
    suite_add(&suite, test_wave, NULL, "a plan whose layers are a wave says whose each is");
    suite_add(&suite, test_limit, NULL, "a plan under a memory limit says what it keeps");
    suite_add(&suite, test_no_plan, NULL, "of no plan the description is empty");
    return suite_run(&suite, "describe");
}
