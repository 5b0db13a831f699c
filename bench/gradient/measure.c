/*
 * gradient/measure.c: one f64 net, one length: a forward through some sequences of the adding problem, then what the
 * library tells of its tape. L is the output at the last step itself: a loss of it has this gradient times its slope
 * there.
 */
#include "gradient/gradient.h"

#include <math.h>
#include <stdlib.h>

#include <weir/weir.h>

#include "base/buffer.h"
#include "base/message.h"
#include "gradient/adding.h"

enum { ROWS = 16 };

struct probe {
    struct gradient_row *row;
    weir_net *net;
    weir_plan *plan;
};

static void require(const struct probe *probe, weir_status status)
{
    if (status != WEIR_OK)
        message_fail("gradient: %s", weir_plan_error(probe->plan));
}

static bool has_gates(const struct probe *probe) { return probe->row->start.cell->gates > 1; }

static void go_forward(struct probe *probe, uint64_t seed)
{
    struct generator generator = {.state = seed + 1};
    const int64_t steps = probe->row->steps;
    double *x = buffer_allocate((size_t)(steps * ROWS * ADDING_INPUTS), sizeof *x), target[ROWS];
    adding_draw(&generator, ROWS, steps, x, target);
    const weir_forward_args_f64 forward = {.rows = ROWS, .steps = steps, .x = x};
    require(probe, weir_forward_full_f64(probe->plan, &forward));
    free(x);
}

/* The geometric mean of some numbers, whose logarithms are given. */
static double mean_of_logs(const double *logs, int64_t count)
{
    double sum = 0.0;
    for (int64_t i = 0; i < count; i++)
        sum += logs[i];
    return exp(sum / (double)count);
}

static void measure_norms(struct probe *probe)
{
    struct gradient_row *row = probe->row;
    const int64_t T = row->steps;
    double *norms = buffer_allocate((size_t)(T * ROWS), sizeof *norms), dy[ROWS], logs[ROWS];
    for (int b = 0; b < ROWS; b++)
        dy[b] = 1.0;
    const weir_gradient_by_lag_args_f64 args = {.dy = dy, .lags = T, .norms = norms};
    require(probe, weir_gradient_by_lag_f64(probe->plan, &args));
    for (int64_t k = 0; k < T; k++) {
        row->least[k] = HUGE_VAL;
        row->most[k] = 0.0;
        for (int b = 0; b < ROWS; b++) {
            logs[b] = log(norms[k * ROWS + b]);
            row->least[k] = fmin(row->least[k], norms[k * ROWS + b]);
            row->most[k] = fmax(row->most[k], norms[k * ROWS + b]);
        }
        row->norms[k] = mean_of_logs(logs, ROWS);
    }
    row->decay = decay_of(row->norms, (size_t)T);
    free(norms);
}

static struct spans spans_within(int64_t steps)
{
    static const int64_t usual[] = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000};
    struct spans spans = {0};
    for (size_t i = 0; i < sizeof usual / sizeof *usual && usual[i] < steps; i++)
        spans.steps[spans.count++] = usual[i];
    spans.steps[spans.count++] = steps;
    return spans;
}

static void measure_jacobians(struct probe *probe)
{
    for (size_t i = 0; i < probe->row->spans.count; i++) {
        const weir_jacobian_args args = {.steps = probe->row->spans.steps[i], .tolerance = 1e-4};
        require(probe, weir_jacobian_norm(probe->plan, &args, &probe->row->jacobian[i]));
    }
}

/* Of one span: logs [ROWS][H]. */
static void conclude_direct_path(struct gradient_row *row, size_t span, const double *logs)
{
    double sum = 0.0, most = -HUGE_VAL;
    for (int64_t j = 0; j < row->hidden; j++) {
        double unit = 0.0;
        for (int b = 0; b < ROWS; b++)
            unit += logs[b * row->hidden + j] / ROWS;
        sum += unit;
        most = fmax(most, unit);
    }
    row->direct_most[span] = exp(most);
    row->direct_mean[span] = exp(sum / (double)row->hidden);
}

static void measure_direct_path(struct probe *probe)
{
    const int64_t T = probe->row->steps, width = ROWS * probe->row->hidden;
    double *logs = buffer_allocate((size_t)(T * width), sizeof *logs);
    const weir_direct_path_args args = {.lags = T, .logs = logs};
    require(probe, weir_direct_path(probe->plan, &args));
    for (size_t i = 0; i < probe->row->spans.count; i++)
        conclude_direct_path(probe->row, i, logs + (probe->row->spans.steps[i] - 1) * width);
    free(logs);
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median_of(double *values, int64_t count)
{
    qsort(values, (size_t)count, sizeof *values, compare);
    return count % 2 ? values[count / 2] : 0.5 * (values[count / 2 - 1] + values[count / 2]);
}

/* The mean over units of all gates but the third, which in both cells is new content. */
static double share_of(const double *shares, int64_t hidden, int gates)
{
    double sum = 0.0;
    for (int64_t i = 0; i < gates * hidden; i++)
        sum += i / hidden == 2 ? 0.0 : shares[i];
    return sum / (double)((gates - 1) * hidden);
}

static void measure_gates(struct probe *probe)
{
    struct gradient_row *row = probe->row;
    const int gates = row->start.cell->gates;
    const size_t numbers = (size_t)(gates * row->hidden);
    double *below = buffer_allocate(numbers, sizeof *below), *above = buffer_allocate(numbers, sizeof *above);
    double *times = buffer_allocate((size_t)row->hidden, sizeof *times);
    const weir_gate_statistics_args args = {.below = below, .above = above, .time_constants = times};
    require(probe, weir_gate_statistics(probe->plan, &args));
    row->below = share_of(below, row->hidden, gates);
    row->above = share_of(above, row->hidden, gates);
    row->time_constant = median_of(times, row->hidden);
    free(below);
    free(above);
    free(times);
}

static struct probe probe_open(struct gradient_row *row, const double *parameters)
{
    struct probe probe = {.row = row, .net = start_net(&row->start, WEIR_F64, row->hidden, row->steps, 0)};
    const weir_plan_options options = {.batch = ROWS, .steps = row->steps, .mode = WEIR_TRAINING};
    weir_error error;
    if (weir_net_set_parameters_f64(probe.net, parameters, weir_net_parameter_count(probe.net), &error) != WEIR_OK ||
        weir_plan_create(&probe.plan, probe.net, &options, &error) != WEIR_OK)
        message_fail("gradient: %s", error.message);
    return probe;
}

void gradient_measure(struct gradient_row *row, const double *parameters, uint64_t seed)
{
    struct probe probe = probe_open(row, parameters);
    row->norms = buffer_allocate((size_t)row->steps, sizeof *row->norms);
    row->least = buffer_allocate((size_t)row->steps, sizeof *row->least);
    row->most = buffer_allocate((size_t)row->steps, sizeof *row->most);
    row->spans = spans_within(row->steps);
    row->below = row->above = row->time_constant = (double)NAN;
    for (size_t i = 0; i < SPANS_MOST; i++)
        row->direct_most[i] = row->direct_mean[i] = (double)NAN;
    go_forward(&probe, seed);
    measure_norms(&probe);
    measure_jacobians(&probe);
    if (has_gates(&probe)) {
        measure_direct_path(&probe);
        measure_gates(&probe);
    }
    weir_plan_destroy(&probe.plan);
    weir_net_destroy(&probe.net);
}
