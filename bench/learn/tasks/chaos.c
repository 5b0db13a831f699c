/*
 * learn/tasks/chaos.c: the next step of the Lorenz system, and a forecast that goes on by itself.
 *
 * Three series from different starts, sampled each 0.01 units of time; each coordinate less its mean, over its standard
 * deviation (both of the training series). A net reads the series and says by how much each coordinate is about to
 * change, in units of the root mean square of such changes: to say 0 is persistence, and scores 1. Afterwards it
 * forecasts: from each of 100 starts it reads some steps of the truth, then its own forecasts, and what counts is how
 * long it takes until they are off.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/proportion.h"
#include "learn/cells.h"
#include "learn/learner.h"
#include "learn/tasks/forecast.h"

enum {
    D = LORENZ_DIMENSIONS,
    INNER_STEPS = 10, /* of the integrator, to a step of a series */
    TRANSIENT = 5000, /* steps until a start is forgotten */
    WINDOW = 100,     /* steps of a sequence */
    WASHOUT = 20,     /* the first of them, which are not scored: states come from zero */
    STARTS = 100,     /* of forecasts */
    WARM_UP = WINDOW, /* steps of the truth that a forecast begins with */
    HORIZON = 2500,   /* steps of a forecast: 22 Lyapunov times */
    SPACING = 500,    /* steps from one start to the next */
    TRAIN = 100000,
    VALID = 10001,
    TEST = STARTS * SPACING + WARM_UP + HORIZON + 1
};

static const double interval = 0.01;

static const int64_t lengths[] = {TRAIN, VALID, TEST};

struct chaos {
    double *series[3]; /* [length][D], normalised */
    double change[D];  /* root mean square of a step's */
    double nothing;
};

/* --- series --- */

/* All series by the training series' mean and deviation. */
static void normalise(struct chaos *chaos, int i)
{
    double mean = 0.0, squares = 0.0;
    for (int64_t t = 0; t < TRAIN; t++)
        mean += chaos->series[SPLIT_TRAIN][t * D + i] / TRAIN;
    for (int64_t t = 0; t < TRAIN; t++)
        squares += pow(chaos->series[SPLIT_TRAIN][t * D + i] - mean, 2.0) / TRAIN;
    for (int split = SPLIT_TRAIN; split <= SPLIT_TEST; split++)
        for (int64_t t = 0; t < lengths[split]; t++) {
            double *value = &chaos->series[split][t * D + i];
            *value = (*value - mean) / sqrt(squares);
        }
}

/* The mean square of a step's change, in a coordinate of a series. */
static double mean_change(const double *series, int64_t length, int i)
{
    double squares = 0.0;
    for (int64_t t = 0; t + 1 < length; t++)
        squares += pow(series[(t + 1) * D + i] - series[t * D + i], 2.0) / (double)(length - 1);
    return squares;
}

static bool open_chaos(struct problem *problem, const char *folder, struct why *why)
{
    struct chaos *chaos = problem->data = buffer_allocate(1, sizeof *chaos);
    (void)folder;
    (void)why;
    for (int split = SPLIT_TRAIN; split <= SPLIT_TEST; split++)
        chaos->series[split] = lorenz_series((uint64_t)split + 1, interval / INNER_STEPS, INNER_STEPS, lengths[split]);
    for (int i = 0; i < D; i++) {
        normalise(chaos, i);
        chaos->change[i] = sqrt(mean_change(chaos->series[SPLIT_TRAIN], TRAIN, i));
        chaos->nothing += mean_change(chaos->series[SPLIT_TEST], TEST, i) / pow(chaos->change[i], 2.0) / D;
    }
    problem->inputs = problem->outputs = D;
    problem->steps = WINDOW;
    for (int split = SPLIT_VALID; split <= SPLIT_TEST; split++)
        problem->count[split] = (lengths[split] - 1) / WINDOW;
    return true;
}

static void close_chaos(struct problem *problem)
{
    struct chaos *chaos = problem->data;
    for (int split = SPLIT_TRAIN; split <= SPLIT_TEST; split++)
        free(chaos->series[split]);
    free(chaos);
}

/* --- sequences --- */

static int64_t measure_chaos(const struct problem *problem, struct sequence *sequence)
{
    (void)problem;
    (void)sequence;
    return WINDOW;
}

/* Anywhere in the training series; window after window of the others. */
static int64_t start_of(const struct problem *problem, struct sequence *sequence)
{
    if (sequence->split == SPLIT_TRAIN)
        return (int64_t)random_below(&sequence->generator, TRAIN - WINDOW);
    return sequence->index % problem->count[sequence->split] * WINDOW;
}

static void write_chaos(const struct problem *problem, struct sequence *sequence, struct batch *batch, int64_t row)
{
    const struct chaos *chaos = problem->data;
    const double *series = chaos->series[sequence->split] + start_of(problem, sequence) * D;
    for (int64_t t = 0; t < WINDOW; t++) {
        for (int i = 0; i < D; i++) {
            batch_x(batch, t, row)[i] = (float)series[t * D + i];
            batch_target(batch, t, row)[i] = (float)((series[(t + 1) * D + i] - series[t * D + i]) / chaos->change[i]);
        }
        *batch_mark(batch, t, row) = t >= WASHOUT;
    }
}

static double nothing_chaos(const struct problem *problem)
{
    const struct chaos *chaos = problem->data;
    return chaos->nothing;
}

/* --- forecasts --- */

/* Where the forecast from a start begins: the first step that is not read but forecast. */
static const double *truth_of(const struct chaos *chaos, int64_t start)
{
    return chaos->series[SPLIT_TEST] + (start * SPACING + WARM_UP) * D;
}

/* Steps back from there are the truth. */
static void write_warm_up(const struct chaos *chaos, float *x)
{
    for (int64_t t = 0; t < WARM_UP; t++)
        for (int64_t s = 0; s < STARTS; s++)
            for (int i = 0; i < D; i++)
                x[(t * STARTS + s) * D + i] = (float)truth_of(chaos, s)[(t - WARM_UP) * D + i];
}

/* One step of all forecasts [start][HORIZON][D]: what was there before it, and the change y [start][D]. */
static void add_step(const struct chaos *chaos, double *forecasts, int64_t t, const float *y, float *x)
{
    for (int64_t s = 0; s < STARTS; s++)
        for (int i = 0; i < D; i++) {
            double *forecast = forecasts + (s * HORIZON + t) * D + i;
            const double before = t > 0 ? *(forecast - D) : (truth_of(chaos, s) - D)[i];
            *forecast = before + chaos->change[i] * (double)y[s * D + i];
            x[s * D + i] = (float)*forecast;
        }
}

/* The net's, after it has read the warm-up. */
static void run_forecasts(const struct chaos *chaos, struct learner *learner, double *forecasts)
{
    const size_t places = (size_t)WARM_UP * STARTS * D;
    float *x = buffer_allocate(places, sizeof *x), *y = buffer_allocate(places, sizeof *y);
    float *state = buffer_allocate((size_t)(STARTS * weir_net_state_size(learner->net)), sizeof *state);
    write_warm_up(chaos, x);
    learner_run(learner, STARTS, WARM_UP, x, state, y);
    add_step(chaos, forecasts, 0, y + (size_t)(WARM_UP - 1) * STARTS * D, x);
    for (int64_t t = 1; t < HORIZON; t++) {
        learner_run(learner, STARTS, 1, x, state, y);
        add_step(chaos, forecasts, t, y, x);
    }
    free(x);
    free(y);
    free(state);
}

/* What knows nothing: the last state that was seen for ever, or, `climatology`, the mean of all. */
static void repeat(const struct chaos *chaos, double *forecasts, bool climatology)
{
    for (int64_t s = 0; s < STARTS; s++)
        for (int64_t t = 0; t < HORIZON; t++)
            for (int i = 0; i < D; i++)
                forecasts[(s * HORIZON + t) * D + i] = climatology ? 0.0 : (truth_of(chaos, s) - D)[i];
}

static int compare(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* In Lyapunov times, sorted. */
static void find_times(const struct chaos *chaos, const double *forecasts, double times[STARTS])
{
    for (int64_t s = 0; s < STARTS; s++)
        times[s] = interval * lorenz_exponent *
                   (double)forecast_valid_steps(forecasts + s * HORIZON * D, truth_of(chaos, s), HORIZON);
    qsort(times, STARTS, sizeof *times, compare);
}

static void note(struct findings *findings, const char *name, double value)
{
    snprintf(findings->values[findings->count].name, sizeof findings->values[0].name, "%s", name);
    findings->values[findings->count++].value = value;
}

static void examine_chaos(const struct problem *problem, struct learner *learner, struct findings *findings)
{
    const struct chaos *chaos = problem->data;
    double *forecasts = buffer_allocate((size_t)STARTS * HORIZON * D, sizeof *forecasts);
    double times[STARTS];
    run_forecasts(chaos, learner, forecasts);
    find_times(chaos, forecasts, times);
    note(findings, "valid time (Lyapunov times)", censored_median(times, STARTS));
    note(findings, "its lower quartile", times[STARTS / 4]);
    note(findings, "its upper quartile", times[3 * STARTS / 4]);
    repeat(chaos, forecasts, false);
    find_times(chaos, forecasts, times);
    note(findings, "of persistence", censored_median(times, STARTS));
    repeat(chaos, forecasts, true);
    find_times(chaos, forecasts, times);
    note(findings, "of climatology", censored_median(times, STARTS));
    free(forecasts);
}

const struct task task_chaos = {
    .name = "chaos",
    .summary = "the next step of the Lorenz system; forecasts that go on by themselves",
    .paper = "ours; valid time as in Pathak et al. 2018",
    .unit = "squared error of a step's change, over persistence's",
    .settings = {.training = {.scheme = WEIR_INIT_GLOROT_ORTHOGONAL,
                              .optimizer = WEIR_ADAM,
                              .rate = 5e-3,
                              .clip = 1.0,
                              .bias = 1.0,
                              .batch = 32,
                              .every = 250,
                              .budget = 10000,
                              .wait = 4},
                 .cells = {4, {0, 1, 2, 3}},
                 .units = 64},
    .quick = {.units = 32, .budget = 1500},
    .full = {.seeds = {5, {1, 2, 3, 4, 5}}, .equal = {2, {EQUAL_PARAMETERS, EQUAL_UNITS}}, .draws = 6, .budget = 30000},
    .loss = WEIR_MSE,
    .scored = SCORED_MARKED,
    .scale = 1.0 / LORENZ_DIMENSIONS,
    .open = open_chaos,
    .close = close_chaos,
    .measure = measure_chaos,
    .write = write_chaos,
    .nothing = nothing_chaos,
    .examine = examine_chaos,
};
