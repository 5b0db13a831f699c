/*
 * peers/c/weir.c: Weir as a subject.
 *
 * Parameters and gradient are the net's flat vector; dstate is [batch][state size].
 */
#include <stdio.h>
#include <stdlib.h>

#include <weir/weir.h>

#include "peers/c/subject.h"

struct subject {
    struct subject_work work;
    struct subject_arrays arrays;
    struct weir_plan_size size;
    weir_net *net;
    weir_pool *pool; /* NULL: one thread */
    weir_plan *plan;
    void *state; /* that calls hand on; NULL where there is one call */
    weir_status (*run)(struct subject *subject);
};

#define REAL float
#define NAME(x) x##_f32
#include "peers/c/weir_body.h"
#undef REAL
#undef NAME

#define REAL double
#define NAME(x) x##_f64
#include "peers/c/weir_body.h"

static weir_status make_net(struct subject *subject, weir_error *error)
{
    static const weir_kind kinds[] = {[SUBJECT_RNN] = WEIR_RNN, [SUBJECT_GRU] = WEIR_GRU, [SUBJECT_LSTM] = WEIR_LSTM};
    const struct subject_work *work = &subject->work;
    weir_layer *layers = calloc((size_t)work->layers, sizeof *layers);
    if (layers == NULL) {
        snprintf(error->message, sizeof error->message, "no memory for the layers");
        return WEIR_ERROR_MEMORY;
    }
    for (int64_t k = 0; k < work->layers; k++)
        layers[k] = (weir_layer){.kind = kinds[work->cell],
                                 .direction = work->directions == 2 ? WEIR_BOTH : WEIR_FORWARD,
                                 .units = work->hidden};
    const weir_precision precision = work->bits == 64 ? WEIR_F64 : WEIR_F32;
    const weir_status status = weir_net_create(&subject->net, precision, work->inputs, layers, work->layers, error);
    free(layers);
    return status;
}

static weir_status make_pool(struct subject *subject, weir_error *error)
{
    const int64_t threads = subject->work.threads;
    return threads == 1 ? WEIR_OK : weir_pool_create(&subject->pool, threads, NULL, error);
}

static weir_status make_plan(struct subject *subject, weir_error *error)
{
    const struct subject_work *work = &subject->work;
    const weir_plan_options options = {
        .batch = work->batch,
        .steps = work->steps,
        .mode = work->training ? WEIR_TRAINING : WEIR_INFERENCE,
        .engine = (weir_engine)work->engine,
        .pool = subject->pool,
    };
    const weir_status status = weir_plan_bytes(&subject->size, subject->net, &options, error);
    return status != WEIR_OK ? status : weir_plan_create(&subject->plan, subject->net, &options, error);
}

static weir_status set_parameters(struct subject *subject, weir_error *error)
{
    const int64_t count = weir_net_parameter_count(subject->net);
    return subject->work.bits == 64
               ? weir_net_set_parameters_f64(subject->net, subject->arrays.parameters, count, error)
               : weir_net_set_parameters_f32(subject->net, subject->arrays.parameters, count, error);
}

static weir_status make_state(struct subject *subject, weir_error *error)
{
    if (subject->work.calls == 1)
        return WEIR_OK;
    const int64_t numbers = subject->work.batch * weir_net_state_size(subject->net);
    subject->state = malloc((size_t)numbers * (size_t)(subject->work.bits / 8));
    if (subject->state != NULL)
        return WEIR_OK;
    snprintf(error->message, sizeof error->message, "no memory for the state");
    return WEIR_ERROR_MEMORY;
}

struct subject *subject_open(const struct subject_work *work, const struct subject_arrays *arrays, char *why,
                             size_t why_size)
{
    weir_error error = {.message = "no memory"};
    struct subject *subject = calloc(1, sizeof *subject);
    if (subject != NULL) {
        subject->work = *work;
        subject->arrays = *arrays;
        subject->run = work->bits == 64 ? run_f64 : run_f32;
        if (make_net(subject, &error) == WEIR_OK && set_parameters(subject, &error) == WEIR_OK &&
            make_pool(subject, &error) == WEIR_OK && make_plan(subject, &error) == WEIR_OK &&
            make_state(subject, &error) == WEIR_OK)
            return subject;
        subject_close(subject);
    }
    snprintf(why, why_size, "%s", error.message);
    return NULL;
}

const char *subject_run(struct subject *subject, int64_t count)
{
    for (int64_t k = 0; k < count; k++)
        if (subject->run(subject) != WEIR_OK)
            return weir_plan_error(subject->plan);
    return NULL;
}

const char *subject_fetch(struct subject *subject)
{
    (void)subject; /* a run writes the arrays itself */
    return NULL;
}

struct subject_bytes subject_bytes(const struct subject *subject)
{
    return (struct subject_bytes){.total = subject->size.total,
                                  .weights = subject->size.weights,
                                  .workspace = subject->size.workspace,
                                  .tape = subject->size.tape};
}

void subject_describe(const struct subject *subject, char *text, size_t size)
{
    weir_plan_describe(subject->plan, text, size);
}

void subject_close(struct subject *subject)
{
    weir_plan_destroy(&subject->plan);
    weir_pool_destroy(&subject->pool);
    weir_net_destroy(&subject->net);
    free(subject->state);
    free(subject);
}

const char *subject_version(void) { return weir_build_info(); }
