/*
 * kernels/time.c: how long every kernel of every level takes.
 *
 * Each work is called so often that a look at the clock does not show; of several rounds, in which the levels take
 * turns, the fastest counts, since nothing makes a kernel faster than it is. Operands lie in the first two caches.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/environment.h"
#include "kernels/checks.h"
#include "kernels/passes.h"

enum { ROUNDS = 9, ROWS = 48, LANES = 16, UNITS = 256, DEPTH = 112, NUMBERS = 1 << 16 };
static const double round_seconds = 0.0004;

/* What is timed. */
struct work {
    char name[64];
    bool counts_flops;       /* else numbers */
    int64_t rows, columns;   /* columns: of a product, vectors */
    const struct pass *pass; /* of a cell */
    void (*run)(const struct work *work, enum level level);
    double (*amount)(const struct work *work, enum level level); /* FLOPs or numbers of a call */
};

static _Alignas(64) real a[NUMBERS], b[NUMBERS], c[NUMBERS], fields[FIELDS][4 * ROWS * UNITS];

static void fill(void)
{
    struct generator generator = {1};
    for (int i = 0; i < NUMBERS; i++) {
        a[i] = draw(&generator, -1, 0); /* exp takes no others */
        b[i] = draw(&generator, -1, 1);
    }
    for (int f = 0; f < FIELDS; f++)
        for (int i = 0; i < 4 * ROWS * UNITS; i++)
            fields[f][i] = draw(&generator, -1, 1);
}

/* --- Works -------------------------------------------------------------------------------------------------------- */

static void run_product(const struct work *work, enum level level)
{
    const struct kernels_r *kernels = kernels_at_r(level);
    kernels->product(&(struct product_r){
        .rows = work->rows,
        .columns = work->columns * kernels->lanes,
        .a = {a, DEPTH, 1, 1, DEPTH, 0},
        .b = b,
        .write = PRODUCT_OVERWRITE,
        .c = {c, BLOCK_VECTORS * LANES},
    });
}

static double product_flops(const struct work *work, enum level level)
{
    return 2.0 * (double)(work->rows * work->columns * kernels_at_r(level)->lanes * DEPTH);
}

static double numbers(const struct work *work, enum level level)
{
    (void)level;
    return (double)(work->rows * work->columns);
}

static void run_pack_rows(const struct work *work, enum level level)
{
    kernels_at_r(level)->pack_rows(work->rows, work->columns, a, work->columns + 3, c, work->columns);
}

static void run_pack_columns(const struct work *work, enum level level)
{
    kernels_at_r(level)->pack_columns(work->rows, work->columns, a, work->rows + 3, c, work->columns);
}

static void run_sums(const struct work *work, enum level level)
{
    kernels_at_r(level)->add_column_sums(work->rows, work->columns, b, work->columns, c);
}

static void run_exp(const struct work *work, enum level level) { kernels_at_r(level)->exp(work->columns, a, c); }
static void run_sigmoid(const struct work *work, enum level level)
{
    kernels_at_r(level)->sigmoid(work->columns, b, c);
}
static void run_tanh(const struct work *work, enum level level) { kernels_at_r(level)->tanh(work->columns, b, c); }

static struct target_r target(enum field field, int64_t stride) { return (struct target_r){fields[field], stride}; }
static struct matrix_r matrix(enum field field, int64_t stride) { return (struct matrix_r){fields[field], stride}; }

static void run_forward(const struct work *work, enum level level)
{
    const int64_t units = work->columns, width = work->pass->gates * units;
    cell_of_r(level, work->pass->kind)
        ->stages[work->pass->stage]
        .forward(&(struct forward_step_r){
            .rows = work->rows,
            .units = units,
            .gate_stride = units,
            .bias_stride = units,
            .bias = fields[BIAS],
            .recurrent_bias = fields[RECURRENT_BIAS],
            .gates = target(GATES, width),
            .recurrent = matrix(RECURRENT, width),
            .reset = target(RESET, units),
            .h_before = matrix(H_BEFORE, units),
            .h = target(H_BEFORE, units),
            .c = target(C, units),
            .kept_c = target(KEPT_C, units),
            .kept_q = target(KEPT_Q, units),
        });
}

static void run_backward(const struct work *work, enum level level)
{
    const int64_t units = work->columns, width = work->pass->gates * units;
    cell_of_r(level, work->pass->kind)
        ->stages[work->pass->stage]
        .backward(&(struct backward_step_r){
            .rows = work->rows,
            .units = units,
            .gate_stride = units,
            .gates = matrix(GATES, width),
            .y = matrix(Y, units),
            .h_before = matrix(H_BEFORE, units),
            .c_before = matrix(C_BEFORE, units),
            .c = matrix(C, units),
            .q = matrix(Q, units),
            .dy = matrix(DY, units),
            .dh = target(DH, units),
            .dc = target(DC, units),
            .dgates = target(DGATES, width),
            .dq = target(DQ, units),
            .reset = target(RESET, units),
            .dreset = matrix(DRESET, units),
        });
}

static void run_tangent(const struct work *work, enum level level)
{
    const int64_t units = work->columns, width = work->pass->gates * units;
    cell_of_r(level, work->pass->kind)
        ->stages[work->pass->stage]
        .tangent(&(struct tangent_step_r){
            .rows = work->rows,
            .units = units,
            .gate_stride = units,
            .gates = matrix(GATES, width),
            .h = matrix(Y, units),
            .h_before = matrix(H_BEFORE, units),
            .c = matrix(C, units),
            .c_before = matrix(C_BEFORE, units),
            .q = matrix(Q, units),
            .gates_dot = target(GATES_DOT, width),
            .recurrent_dot = matrix(RECURRENT_DOT, width),
            .reset_dot = target(RESET_DOT, units),
            .h_before_dot = matrix(H_BEFORE_DOT, units),
            .h_dot = target(H_DOT, units),
            .c_dot = target(C_DOT, units),
        });
}

/* --- How long ----------------------------------------------------------------------------------------------------- */

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double seconds_of(const struct work *work, enum level level, int64_t calls)
{
    const double start = seconds();
    for (int64_t i = 0; i < calls; i++)
        work->run(work, level);
    return seconds() - start;
}

/* As many calls as take a round. */
static int64_t calls_of(const struct work *work, enum level level)
{
    int64_t calls = 1;
    while (seconds_of(work, level, calls) < round_seconds)
        calls *= 2;
    return calls;
}

/* --- The table ---------------------------------------------------------------------------------------------------- */

#define LEVEL_FLAG(name, flag) flag,
static const uint32_t flags[LEVEL_COUNT] = {FOR_EACH_LEVEL(LEVEL_FLAG)};

static bool runs(int level) { return weir_cpu_levels() & flags[level]; }

static void time_work(const struct work *work)
{
    double fastest[LEVEL_COUNT];
    int64_t calls[LEVEL_COUNT];
    for (int level = 0; level < LEVEL_COUNT; level++) {
        calls[level] = runs(level) ? calls_of(work, (enum level)level) : 0;
        fastest[level] = 1e9;
    }
    for (int round = 0; round < ROUNDS; round++)
        for (int level = 0; level < LEVEL_COUNT; level++) {
            const double here =
                calls[level] ? seconds_of(work, (enum level)level, calls[level]) / (double)calls[level] : 1e9;
            fastest[level] = here < fastest[level] ? here : fastest[level];
        }
    const double portable = fastest[LEVEL_portable] / work->amount(work, LEVEL_portable);
    for (int level = 0; level < LEVEL_COUNT; level++) {
        const double each = fastest[level] / work->amount(work, (enum level)level);
        if (runs(level))
            printf("%-44s %-9s %10.1f  %9.3f %-10s %6.2f\n", work->name, weir_level_name((enum level)level),
                   1e9 * fastest[level], work->counts_flops ? 1e-9 / each : 1e9 * each,
                   work->counts_flops ? "GFLOP/s" : "ns/number", portable / each);
    }
}

/* Every tile: rows by vectors; those higher than a level's largest are several of its tiles. Then many rows. */
static void time_products(void)
{
    for (int64_t vectors = 1; vectors <= BLOCK_VECTORS; vectors++)
        for (int64_t rows = 1; rows <= ROWS; rows += rows < 12 ? 1 : 36) {
            struct work work = {.counts_flops = true, .rows = rows, .columns = vectors};
            snprintf(work.name, sizeof work.name, "product, %d rows, %d vectors", (int)rows, (int)vectors);
            work.run = run_product;
            work.amount = product_flops;
            time_work(&work);
        }
}

static void time_arrays(void)
{
    static const struct work works[] = {
        {.name = "pack_rows 128 x 64", .rows = 128, .columns = 64, .run = run_pack_rows, .amount = numbers},
        {.name = "pack_columns 128 x 64", .rows = 128, .columns = 64, .run = run_pack_columns, .amount = numbers},
        {.name = "add_column_sums 128 x 64", .rows = 128, .columns = 64, .run = run_sums, .amount = numbers},
        {.name = "add_column_sums 128 x 7", .rows = 128, .columns = 7, .run = run_sums, .amount = numbers},
        {.name = "exp of 1024", .rows = 1, .columns = 1024, .run = run_exp, .amount = numbers},
        {.name = "exp of 7", .rows = 1, .columns = 7, .run = run_exp, .amount = numbers},
        {.name = "sigmoid of 1024", .rows = 1, .columns = 1024, .run = run_sigmoid, .amount = numbers},
        {.name = "sigmoid of 7", .rows = 1, .columns = 7, .run = run_sigmoid, .amount = numbers},
        {.name = "tanh of 1024", .rows = 1, .columns = 1024, .run = run_tanh, .amount = numbers},
        {.name = "tanh of 7", .rows = 1, .columns = 7, .run = run_tanh, .amount = numbers},
    };
    for (size_t i = 0; i < sizeof works / sizeof *works; i++)
        time_work(&works[i]);
}

/* A layer, and a few units, fewer than a vector of some levels. */
static void time_passes(void)
{
    static const int64_t units[] = {UNITS, 7};
    static void (*const runs_of[])(const struct work *work, enum level level) = {
        [FORWARD] = run_forward, [BACKWARD] = run_backward, [TANGENT] = run_tangent};
    for (int i = 0; i < 2 * pass_count; i++) {
        const struct pass *pass = &passes[i / 2];
        struct work work = {.rows = 4, .columns = units[i % 2], .pass = pass, .amount = numbers};
        snprintf(work.name, sizeof work.name, "%s, %d units", pass->name, (int)units[i % 2]);
        work.run = runs_of[pass->way];
        time_work(&work);
    }
}

void time_kernels(void)
{
    struct environment environment;
    fill();
    printf("f%d, depth of products %d; passes of 4 rows, a number being a unit of a row\n\n", REAL_BITS, DEPTH);
    printf("%-44s %-9s %10s  %9s %-10s %6s\n", "kernel", "level", "ns a call", "rate", "", "times portable");
    weir_environment_enter(&environment);
    time_products();
    time_arrays();
    time_passes();
    weir_environment_leave(&environment);
}
