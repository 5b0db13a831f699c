/*
 * net/initialise.c: drawing parameters.
 *
 * One generator runs through the parameter vector in its order, so the numbers depend on the layers and the seed alone.
 */
#include "net/run.h"

#include <math.h>

#include "base/environment.h"
#include "base/random.h"

static void fill(real *numbers, int64_t count, double value)
{
    for (int64_t i = 0; i < count; i++)
        numbers[i] = (real)value;
}

static void fill_uniform(real *numbers, int64_t count, double bound, struct generator *generator)
{
    for (int64_t i = 0; i < count; i++)
        numbers[i] = (real)((2.0 * weir_uniform(generator) - 1.0) * bound);
}

static void fill_normal(real *numbers, int64_t count, double deviation, struct generator *generator)
{
    for (int64_t i = 0; i < count; i++)
        numbers[i] = (real)(deviation * weir_normal(generator));
}

static void fill_identity(real *matrix, int64_t n)
{
    fill(matrix, n * n, 0.0);
    for (int64_t i = 0; i < n; i++)
        matrix[i * n + i] = 1;
}

static double dot(const real *a, const real *b, int64_t n)
{
    double sum = 0.0;
    for (int64_t i = 0; i < n; i++)
        sum += (double)a[i] * (double)b[i];
    return sum;
}

/* Takes out of row `at` what it has in common with the rows above. */
static void orthogonalise(real *matrix, int64_t n, int64_t at)
{
    real *row = matrix + at * n;
    for (int64_t above = 0; above < at; above++) {
        const double common = dot(row, matrix + above * n, n);
        for (int64_t j = 0; j < n; j++)
            row[j] = (real)((double)row[j] - common * (double)matrix[above * n + j]);
    }
}

/* A random rotation or reflection: rows of normal numbers, made orthonormal by Gram and Schmidt's method, twice, since
   once leaves rounding errors and twice is enough (Giraud, Langou & Rozloznik 2005). */
static void fill_orthogonal(real *matrix, int64_t n, struct generator *generator)
{
    for (int64_t i = 0; i < n; i++) {
        real *row = matrix + i * n;
        double norm;
        do {
            fill_normal(row, n, 1.0, generator);
            for (int pass = 0; pass < 2; pass++) {
                orthogonalise(matrix, n, i);
                norm = sqrt(dot(row, row, n));
                for (int64_t j = 0; norm > 0.0 && j < n; j++)
                    row[j] = (real)((double)row[j] / norm);
            }
        } while (!(norm > 0.5)); /* a row that lay in the span of the others: draw again */
    }
}

static void fill_glorot(real *weight, int64_t gates, int64_t units, int64_t inputs, struct generator *generator)
{
    fill_uniform(weight, gates * units * inputs, sqrt(6.0 / (double)(inputs + units)), generator);
}

/* The weights and biases of one direction of a layer, as the scheme has them. */
struct part {
    const struct layer *layer;
    real *weight_ih, *weight_hh, *bias_ih, *bias_hh; /* NULL where the layer has none */
};

static void draw_pytorch(const struct part *part, struct generator *generator)
{
    const struct layer *layer = part->layer;
    const int64_t H = layer->units, block = layer->shape->gate_count * H;
    const double bound = 1.0 / sqrt((double)(layer->shape->recurs ? H : layer->inputs));
    fill_uniform(part->weight_ih, block * layer->inputs, bound, generator);
    if (part->weight_hh)
        fill_uniform(part->weight_hh, block * H, bound, generator);
    if (part->bias_ih)
        fill_uniform(part->bias_ih, block, bound, generator);
    if (part->bias_hh)
        fill_uniform(part->bias_hh, block, bound, generator);
}

static void draw_glorot_orthogonal(const struct part *part, struct generator *generator)
{
    const int64_t H = part->layer->units;
    const int gates = part->layer->shape->gate_count;
    fill_glorot(part->weight_ih, gates, H, part->layer->inputs, generator);
    for (int g = 0; part->weight_hh && g < gates; g++)
        fill_orthogonal(part->weight_hh + g * H * H, H, generator);
}

static void draw_identity(const struct part *part, struct generator *generator)
{
    const int64_t H = part->layer->units;
    if (!part->weight_hh) {
        draw_glorot_orthogonal(part, generator);
        return;
    }
    fill_normal(part->weight_ih, H * part->layer->inputs, 0.001, generator);
    fill_identity(part->weight_hh, H);
}

/* Sets the bias of one gate: the sum of both vectors is what counts. */
static void set_gate_bias(const struct part *part, int gate, int64_t j, double value)
{
    const int64_t at = gate * part->layer->units + j;
    part->bias_ih[at] = (real)value;
    if (part->bias_hh)
        part->bias_hh[at] = 0;
}

static void draw_keep_bias(const struct part *part, const weir_init *init, struct generator *generator)
{
    const struct shape *shape = part->layer->shape;
    for (int64_t j = 0; j < part->layer->units; j++) {
        if (init->keep_bias == WEIR_KEEP_BIAS_CONSTANT) {
            set_gate_bias(part, shape->keep_gate, j, init->keep_value);
            continue;
        }
        const double steps = 1.0 + weir_uniform(generator) * (init->keep_value - 2.0);
        set_gate_bias(part, shape->keep_gate, j, weir_log(steps));
        if (shape->input_gate >= 0)
            set_gate_bias(part, shape->input_gate, j, -weir_log(steps));
    }
}

static void draw_part(const struct part *part, const weir_init *init, struct generator *generator)
{
    switch (init->scheme) {
    case WEIR_INIT_PYTORCH:
        draw_pytorch(part, generator);
        break;
    case WEIR_INIT_GLOROT_ORTHOGONAL:
        draw_glorot_orthogonal(part, generator);
        break;
    case WEIR_INIT_IDENTITY:
        draw_identity(part, generator);
        break;
    }
    if (init->keep_bias != WEIR_KEEP_BIAS_SCHEME && part->layer->shape->keep_gate >= 0)
        draw_keep_bias(part, init, generator);
}

static real *at(real *parameters, int64_t offset) { return offset < 0 ? NULL : parameters + offset; }

/* In the environment of a run: the same numbers whatever the caller's rounding mode is, and no trap. */
void initialise_r(weir_net *net, const weir_init *init)
{
    struct environment environment;
    weir_environment_enter(&environment);
    struct generator generator = {.state = weir_mix(init->seed)};
    real *parameters = net->parameters;
    fill(parameters, net->parameter_count, 0.0);
    for (int64_t k = 0; k < net->layer_count; k++)
        for (int d = 0; d < net->layers[k].direction_count; d++) {
            const struct direction_offsets *offsets = &net->layers[k].directions[d];
            const struct part part = {
                .layer = &net->layers[k],
                .weight_ih = at(parameters, offsets->weight_ih),
                .weight_hh = at(parameters, offsets->weight_hh),
                .bias_ih = at(parameters, offsets->bias_ih),
                .bias_hh = at(parameters, offsets->bias_hh),
            };
            draw_part(&part, init, &generator);
        }
    weir_environment_leave(&environment);
}
