/*
 * peers/c/onednn.c: oneDNN as a subject, through its C API.
 *
 * Its plain layouts: parameters and gradient are weights_layer [L][D][I][G][H], weights_iter [L][D][H][G][H] and bias
 * [L][D][G][H] one after the other (a GRU has a fourth bias), dstate is h [L][D][B][H], then an LSTM's c. What a
 * primitive would rather have (format "any") is made from them before the first run. Memory is oneDNN's own and is
 * reached by mapping it, which is all that a SYCL build and an OpenMP build have in common.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <oneapi/dnnl/dnnl.h>
#include <oneapi/dnnl/dnnl_debug.h>

#include "peers/c/subject.h"

enum { ARGUMENTS_MOST = 24 };

/* A primitive and what it works on. */
struct execution {
    dnnl_primitive_t primitive;
    dnnl_exec_arg_t arguments[ARGUMENTS_MOST];
    int count;
};

/* What the primitives are made from; an absent one is NULL. */
struct descriptions {
    dnnl_memory_desc_t src_layer, src_iter, src_iter_c, weights_layer, weights_iter, bias, dst_layer, dst_iter,
        dst_iter_c;
};

struct subject {
    struct subject_work work;
    struct subject_arrays arrays;
    dnnl_engine_t engine;
    dnnl_stream_t stream;
    struct descriptions descriptions;
    dnnl_primitive_desc_t forward_desc, backward_desc;
    struct execution *forwards; /* one a call */
    struct execution backward;
    dnnl_memory_t *owned;
    size_t owned_count;
    char why[160];
};

/* True if it went well; else `why` says what did not. */
static bool well(struct subject *subject, dnnl_status_t status, const char *what)
{
    if (status != dnnl_success)
        snprintf(subject->why, sizeof subject->why, "oneDNN: %s: %s", what, dnnl_status2str(status));
    return status == dnnl_success;
}

/* --- Shapes --------------------------------------------------------------------------------------------------- */

static int64_t gates_of(const struct subject_work *work)
{
    static const int64_t gates[] = {[SUBJECT_RNN] = 1, [SUBJECT_GRU] = 3, [SUBJECT_LSTM] = 4};
    return gates[work->cell];
}

static int64_t biases_of(const struct subject_work *work) { return work->cell == SUBJECT_GRU ? 4 : gates_of(work); }

static bool takes_state(const struct subject_work *work) { return work->training || work->calls > 1; }

static bool describe(struct subject *subject, dnnl_memory_desc_t *desc, int count, const dnnl_dims_t sizes,
                     dnnl_format_tag_t tag)
{
    return well(subject, dnnl_memory_desc_create_with_tag(desc, count, sizes, dnnl_f32, tag), "memory description");
}

static bool describe_states(struct subject *subject)
{
    const struct subject_work *work = &subject->work;
    struct descriptions *all = &subject->descriptions;
    const dnnl_dims_t sizes = {work->layers, work->directions, work->batch, work->hidden};
    const bool has_c = work->cell == SUBJECT_LSTM;
    if (takes_state(work) && !(describe(subject, &all->src_iter, 4, sizes, dnnl_ldnc) &&
                               (!has_c || describe(subject, &all->src_iter_c, 4, sizes, dnnl_ldnc))))
        return false;
    return work->calls == 1 || (describe(subject, &all->dst_iter, 4, sizes, dnnl_ldnc) &&
                                (!has_c || describe(subject, &all->dst_iter_c, 4, sizes, dnnl_ldnc)));
}

static bool describe_all(struct subject *subject)
{
    const struct subject_work *work = &subject->work;
    struct descriptions *all = &subject->descriptions;
    const int64_t gates = gates_of(work), layers = work->layers, directions = work->directions;
    const dnnl_dims_t x = {work->steps, work->batch, work->inputs};
    const dnnl_dims_t y = {work->steps, work->batch, directions * work->hidden};
    const dnnl_dims_t w = {layers, directions, work->inputs, gates, work->hidden};
    const dnnl_dims_t r = {layers, directions, work->hidden, gates, work->hidden};
    const dnnl_dims_t b = {layers, directions, biases_of(work), work->hidden};
    return describe(subject, &all->src_layer, 3, x, dnnl_tnc) && describe(subject, &all->dst_layer, 3, y, dnnl_tnc) &&
           describe(subject, &all->weights_layer, 5, w, dnnl_format_tag_any) &&
           describe(subject, &all->weights_iter, 5, r, dnnl_format_tag_any) &&
           describe(subject, &all->bias, 4, b, dnnl_ldgo) && describe_states(subject);
}

/* The plain description of the weights that argument `id` of a primitive holds. */
static bool describe_plain(struct subject *subject, dnnl_memory_desc_t *plain, int id)
{
    const struct subject_work *work = &subject->work;
    const bool layer = id == DNNL_ARG_WEIGHTS_LAYER || id == DNNL_ARG_DIFF_WEIGHTS_LAYER;
    const dnnl_dims_t sizes = {work->layers, work->directions, layer ? work->inputs : work->hidden, gates_of(work),
                               work->hidden};
    return describe(subject, plain, 5, sizes, dnnl_ldigo);
}

/* --- Memory --------------------------------------------------------------------------------------------------- */

static bool own(struct subject *subject, dnnl_memory_t *memory, const_dnnl_memory_desc_t desc)
{
    dnnl_memory_t *owned = realloc(subject->owned, (subject->owned_count + 1) * sizeof(dnnl_memory_t));
    if (owned == NULL)
        return well(subject, dnnl_out_of_memory, "list of memories");
    subject->owned = owned;
    if (!well(subject, dnnl_memory_create(memory, desc, subject->engine, DNNL_MEMORY_ALLOCATE), "memory"))
        return false;
    subject->owned[subject->owned_count++] = *memory;
    return true;
}

static size_t bytes_of(dnnl_memory_t memory)
{
    const_dnnl_memory_desc_t desc;
    return dnnl_memory_get_memory_desc(memory, &desc) == dnnl_success ? dnnl_memory_desc_get_size(desc) : 0;
}

/* From `values`, or zeros where that is NULL. */
static bool write_memory(struct subject *subject, dnnl_memory_t memory, const void *values)
{
    void *mapped;
    if (!well(subject, dnnl_memory_map_data(memory, &mapped), "map"))
        return false;
    if (values != NULL)
        memcpy(mapped, values, bytes_of(memory));
    else
        memset(mapped, 0, bytes_of(memory));
    return well(subject, dnnl_memory_unmap_data(memory, mapped), "unmap");
}

static bool read_memory(struct subject *subject, dnnl_memory_t memory, void *values)
{
    void *mapped;
    if (!well(subject, dnnl_memory_map_data(memory, &mapped), "map"))
        return false;
    memcpy(values, mapped, bytes_of(memory));
    return well(subject, dnnl_memory_unmap_data(memory, mapped), "unmap");
}

static bool reorder(struct subject *subject, dnnl_memory_t from, dnnl_memory_t to)
{
    const_dnnl_memory_desc_t from_desc, to_desc;
    dnnl_primitive_desc_t desc = NULL;
    dnnl_primitive_t primitive = NULL;
    const dnnl_exec_arg_t arguments[] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}};
    const bool done =
        well(subject, dnnl_memory_get_memory_desc(from, &from_desc), "description") &&
        well(subject, dnnl_memory_get_memory_desc(to, &to_desc), "description") &&
        well(subject,
             dnnl_reorder_primitive_desc_create(&desc, from_desc, subject->engine, to_desc, subject->engine, NULL),
             "reorder") &&
        well(subject, dnnl_primitive_create(&primitive, desc), "reorder") &&
        well(subject, dnnl_primitive_execute(primitive, subject->stream, 2, arguments), "reorder") &&
        well(subject, dnnl_stream_wait(subject->stream), "reorder");
    dnnl_primitive_destroy(primitive);
    dnnl_primitive_desc_destroy(desc);
    return done;
}

/* --- Primitives ----------------------------------------------------------------------------------------------- */

static dnnl_rnn_direction_t direction_of(const struct subject_work *work)
{
    return work->directions == 2 ? dnnl_bidirectional_concat : dnnl_unidirectional_left2right;
}

static dnnl_status_t make_forward_desc(struct subject *subject)
{
    const struct descriptions *d = &subject->descriptions;
    const dnnl_prop_kind_t kind = subject->work.training ? dnnl_forward_training : dnnl_forward_inference;
    const dnnl_rnn_direction_t direction = direction_of(&subject->work);
    dnnl_primitive_desc_t *desc = &subject->forward_desc;
    switch (subject->work.cell) {
    case SUBJECT_RNN:
        return dnnl_vanilla_rnn_forward_primitive_desc_create(
            desc, subject->engine, kind, dnnl_eltwise_tanh, direction, d->src_layer, d->src_iter, d->weights_layer,
            d->weights_iter, d->bias, d->dst_layer, d->dst_iter, dnnl_rnn_flags_undef, 0.0f, 0.0f, NULL);
    case SUBJECT_GRU:
        return dnnl_lbr_gru_forward_primitive_desc_create(desc, subject->engine, kind, direction, d->src_layer,
                                                          d->src_iter, d->weights_layer, d->weights_iter, d->bias,
                                                          d->dst_layer, d->dst_iter, dnnl_rnn_flags_undef, NULL);
    default:
        return dnnl_lstm_forward_primitive_desc_create(
            desc, subject->engine, kind, direction, d->src_layer, d->src_iter, d->src_iter_c, d->weights_layer,
            d->weights_iter, NULL, NULL, d->bias, d->dst_layer, d->dst_iter, d->dst_iter_c, dnnl_rnn_flags_undef, NULL);
    }
}

/* A derivative has the description of what it is the derivative of. */
static dnnl_status_t make_backward_desc(struct subject *subject)
{
    const struct descriptions *d = &subject->descriptions;
    const dnnl_rnn_direction_t direction = direction_of(&subject->work);
    const unsigned flags = dnnl_rnn_flags_diff_weights_overwrite;
    dnnl_primitive_desc_t *desc = &subject->backward_desc;
    switch (subject->work.cell) {
    case SUBJECT_RNN:
        return dnnl_vanilla_rnn_backward_primitive_desc_create(
            desc, subject->engine, dnnl_backward, dnnl_eltwise_tanh, direction, d->src_layer, d->src_iter,
            d->weights_layer, d->weights_iter, d->bias, d->dst_layer, NULL, d->src_layer, d->src_iter, d->weights_layer,
            d->weights_iter, d->bias, d->dst_layer, NULL, flags, 0.0f, 0.0f, subject->forward_desc, NULL);
    case SUBJECT_GRU:
        return dnnl_lbr_gru_backward_primitive_desc_create(
            desc, subject->engine, dnnl_backward, direction, d->src_layer, d->src_iter, d->weights_layer,
            d->weights_iter, d->bias, d->dst_layer, NULL, d->src_layer, d->src_iter, d->weights_layer, d->weights_iter,
            d->bias, d->dst_layer, NULL, flags, subject->forward_desc, NULL);
    default:
        return dnnl_lstm_backward_primitive_desc_create(
            desc, subject->engine, dnnl_backward, direction, d->src_layer, d->src_iter, d->src_iter_c, d->weights_layer,
            d->weights_iter, NULL, NULL, d->bias, d->dst_layer, NULL, NULL, d->src_layer, d->src_iter, d->src_iter_c,
            d->weights_layer, d->weights_iter, NULL, NULL, d->bias, d->dst_layer, NULL, NULL, flags,
            subject->forward_desc, NULL);
    }
}

static dnnl_memory_t argument_of(const struct execution *execution, int id)
{
    for (int k = 0; k < execution->count; k++)
        if (execution->arguments[k].arg == id)
            return execution->arguments[k].memory;
    return NULL;
}

static const_dnnl_memory_desc_t wanted(dnnl_primitive_desc_t desc, int id)
{
    return dnnl_primitive_desc_query_md(desc, dnnl_query_exec_arg_md, id);
}

/* Argument `id`: `shared`, if there is one and the primitive wants it as it is, or else new memory. */
static bool add_argument(struct subject *subject, struct execution *execution, dnnl_primitive_desc_t desc, int id,
                         dnnl_memory_t shared)
{
    const const_dnnl_memory_desc_t want = wanted(desc, id);
    if (want == NULL || dnnl_memory_desc_get_size(want) == 0)
        return true;
    const_dnnl_memory_desc_t have = NULL;
    dnnl_memory_t memory = shared;
    if (shared != NULL && !well(subject, dnnl_memory_get_memory_desc(shared, &have), "description"))
        return false;
    if ((have == NULL || !dnnl_memory_desc_equal(have, want)) && !own(subject, &memory, want))
        return false;
    execution->arguments[execution->count++] = (dnnl_exec_arg_t){.arg = id, .memory = memory};
    return true;
}

static const int forward_ids[] = {DNNL_ARG_SRC_LAYER,    DNNL_ARG_SRC_ITER, DNNL_ARG_SRC_ITER_C, DNNL_ARG_WEIGHTS_LAYER,
                                  DNNL_ARG_WEIGHTS_ITER, DNNL_ARG_BIAS,     DNNL_ARG_DST_LAYER,  DNNL_ARG_DST_ITER,
                                  DNNL_ARG_DST_ITER_C,   DNNL_ARG_WORKSPACE};
static const int backward_ids[] = {DNNL_ARG_DIFF_SRC_LAYER,     DNNL_ARG_DIFF_SRC_ITER,     DNNL_ARG_DIFF_SRC_ITER_C,
                                   DNNL_ARG_DIFF_WEIGHTS_LAYER, DNNL_ARG_DIFF_WEIGHTS_ITER, DNNL_ARG_DIFF_BIAS,
                                   DNNL_ARG_DIFF_DST_LAYER};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* What call `call` shares with the one before it: weights, and its initial state, which is that one's final state. */
static dnnl_memory_t from_call_before(const struct subject *subject, int64_t call, int id)
{
    if (call == 0)
        return NULL;
    const struct execution *before = &subject->forwards[call - 1];
    switch (id) {
    case DNNL_ARG_WEIGHTS_LAYER:
    case DNNL_ARG_WEIGHTS_ITER:
    case DNNL_ARG_BIAS:
        return argument_of(before, id);
    case DNNL_ARG_SRC_ITER:
        return argument_of(before, DNNL_ARG_DST_ITER);
    case DNNL_ARG_SRC_ITER_C:
        return argument_of(before, DNNL_ARG_DST_ITER_C);
    default:
        return NULL;
    }
}

static bool make_forwards(struct subject *subject)
{
    for (int64_t call = 0; call < subject->work.calls; call++) {
        struct execution *forward = &subject->forwards[call];
        if (!well(subject, dnnl_primitive_create(&forward->primitive, subject->forward_desc), "forward"))
            return false;
        for (size_t k = 0; k < COUNT(forward_ids); k++)
            if (!add_argument(subject, forward, subject->forward_desc, forward_ids[k],
                              from_call_before(subject, call, forward_ids[k])))
                return false;
    }
    return true;
}

static bool make_backward(struct subject *subject)
{
    struct execution *backward = &subject->backward;
    if (!well(subject, make_backward_desc(subject), "backward") ||
        !well(subject, dnnl_primitive_create(&backward->primitive, subject->backward_desc), "backward"))
        return false;
    for (size_t k = 0; k < COUNT(forward_ids); k++)
        if (!add_argument(subject, backward, subject->backward_desc, forward_ids[k],
                          argument_of(&subject->forwards[0], forward_ids[k])))
            return false;
    for (size_t k = 0; k < COUNT(backward_ids); k++)
        if (!add_argument(subject, backward, subject->backward_desc, backward_ids[k], NULL))
            return false;
    return true;
}

/* --- Numbers in and out --------------------------------------------------------------------------------------- */

static size_t layer_weights(const struct subject_work *work)
{
    return (size_t)(work->layers * work->directions * gates_of(work) * work->hidden * work->inputs);
}

static size_t iter_weights(const struct subject_work *work)
{
    return (size_t)(work->layers * work->directions * gates_of(work) * work->hidden * work->hidden);
}

/* Between a plain array and weights in whatever format. */
static bool move_weights(struct subject *subject, dnnl_memory_t weights, int id, const float *in, float *out)
{
    dnnl_memory_desc_t desc = NULL;
    dnnl_memory_t plain;
    bool done = describe_plain(subject, &desc, id) && own(subject, &plain, desc);
    if (in != NULL)
        done = done && write_memory(subject, plain, in) && reorder(subject, plain, weights);
    else
        done = done && reorder(subject, weights, plain) && read_memory(subject, plain, out);
    dnnl_memory_desc_destroy(desc);
    return done;
}

static bool load_parameters(struct subject *subject, const struct execution *execution)
{
    const struct subject_work *work = &subject->work;
    const float *parameters = subject->arrays.parameters;
    const size_t layer = layer_weights(work), iter = iter_weights(work);
    return move_weights(subject, argument_of(execution, DNNL_ARG_WEIGHTS_LAYER), DNNL_ARG_WEIGHTS_LAYER, parameters,
                        NULL) &&
           move_weights(subject, argument_of(execution, DNNL_ARG_WEIGHTS_ITER), DNNL_ARG_WEIGHTS_ITER,
                        parameters + layer, NULL) &&
           write_memory(subject, argument_of(execution, DNNL_ARG_BIAS), parameters + layer + iter);
}

static bool zero_state(struct subject *subject)
{
    const dnnl_memory_t h = argument_of(&subject->forwards[0], DNNL_ARG_SRC_ITER),
                        c = argument_of(&subject->forwards[0], DNNL_ARG_SRC_ITER_C);
    return (h == NULL || write_memory(subject, h, NULL)) && (c == NULL || write_memory(subject, c, NULL));
}

static bool load(struct subject *subject)
{
    const struct subject_work *work = &subject->work;
    const float *x = subject->arrays.x;
    for (int64_t call = 0; call < work->calls; call++, x += work->steps * work->batch * work->inputs)
        if (!write_memory(subject, argument_of(&subject->forwards[call], DNNL_ARG_SRC_LAYER), x))
            return false;
    if (!load_parameters(subject, &subject->forwards[0]) || !zero_state(subject))
        return false;
    return !work->training ||
           (load_parameters(subject, &subject->backward) &&
            write_memory(subject, argument_of(&subject->backward, DNNL_ARG_DIFF_DST_LAYER), subject->arrays.dy));
}

static bool fetch_gradient(struct subject *subject)
{
    const struct subject_work *work = &subject->work;
    const struct execution *backward = &subject->backward;
    float *gradient = subject->arrays.gradient;
    const size_t layer = layer_weights(work), iter = iter_weights(work);
    return move_weights(subject, argument_of(backward, DNNL_ARG_DIFF_WEIGHTS_LAYER), DNNL_ARG_DIFF_WEIGHTS_LAYER, NULL,
                        gradient) &&
           move_weights(subject, argument_of(backward, DNNL_ARG_DIFF_WEIGHTS_ITER), DNNL_ARG_DIFF_WEIGHTS_ITER, NULL,
                        gradient + layer) &&
           read_memory(subject, argument_of(backward, DNNL_ARG_DIFF_BIAS), gradient + layer + iter);
}

static bool fetch_backward(struct subject *subject)
{
    const struct subject_work *work = &subject->work;
    const struct execution *backward = &subject->backward;
    float *dstate = subject->arrays.dstate;
    const dnnl_memory_t dc = argument_of(backward, DNNL_ARG_DIFF_SRC_ITER_C);
    return read_memory(subject, argument_of(backward, DNNL_ARG_DIFF_SRC_LAYER), subject->arrays.dx) &&
           read_memory(subject, argument_of(backward, DNNL_ARG_DIFF_SRC_ITER), dstate) &&
           (dc == NULL ||
            read_memory(subject, dc, dstate + work->layers * work->directions * work->batch * work->hidden)) &&
           fetch_gradient(subject);
}

const char *subject_fetch(struct subject *subject)
{
    const struct subject_work *work = &subject->work;
    float *y = subject->arrays.y;
    bool done = true;
    for (int64_t call = 0; call < work->calls && done; call++) {
        done = read_memory(subject, argument_of(&subject->forwards[call], DNNL_ARG_DST_LAYER), y);
        y += work->steps * work->batch * work->directions * work->hidden;
    }
    if (work->training)
        done = done && fetch_backward(subject);
    return done ? NULL : subject->why;
}

/* --- The subject ---------------------------------------------------------------------------------------------- */

static bool fits(struct subject *subject)
{
    const struct subject_work *work = &subject->work;
    if (work->bits == 32 && work->lengths == NULL)
        return true;
    snprintf(subject->why, sizeof subject->why, "oneDNN has %s", work->bits != 32 ? "no f64" : "no variable lengths");
    return false;
}

static bool open_subject(struct subject *subject)
{
    if (!fits(subject) || !well(subject, dnnl_engine_create(&subject->engine, dnnl_cpu, 0), "engine") ||
        !well(subject, dnnl_stream_create(&subject->stream, subject->engine, dnnl_stream_default_flags), "stream"))
        return false;
    subject->forwards = calloc((size_t)subject->work.calls, sizeof *subject->forwards);
    if (subject->forwards == NULL)
        return well(subject, dnnl_out_of_memory, "list of calls");
    return describe_all(subject) && well(subject, make_forward_desc(subject), "forward") && make_forwards(subject) &&
           (!subject->work.training || make_backward(subject)) && load(subject);
}

struct subject *subject_open(const struct subject_work *work, const struct subject_arrays *arrays, char *why,
                             size_t why_size)
{
    struct subject *subject = calloc(1, sizeof *subject);
    if (subject == NULL) {
        snprintf(why, why_size, "no memory");
        return NULL;
    }
    subject->work = *work;
    subject->arrays = *arrays;
    if (open_subject(subject))
        return subject;
    snprintf(why, why_size, "%s", subject->why);
    subject_close(subject);
    return NULL;
}

static dnnl_status_t execute(struct subject *subject, const struct execution *execution)
{
    return dnnl_primitive_execute(execution->primitive, subject->stream, execution->count, execution->arguments);
}

static dnnl_status_t run_once(struct subject *subject)
{
    dnnl_status_t status = dnnl_success;
    for (int64_t call = 0; call < subject->work.calls && status == dnnl_success; call++)
        status = execute(subject, &subject->forwards[call]);
    if (subject->work.training && status == dnnl_success)
        status = execute(subject, &subject->backward);
    const dnnl_status_t waited = dnnl_stream_wait(subject->stream);
    return status != dnnl_success ? status : waited;
}

const char *subject_run(struct subject *subject, int64_t count)
{
    for (int64_t k = 0; k < count; k++)
        if (!well(subject, run_once(subject), "run"))
            return subject->why;
    return NULL;
}

static int64_t size_wanted(dnnl_primitive_desc_t desc, int id)
{
    const const_dnnl_memory_desc_t want = desc != NULL ? wanted(desc, id) : NULL;
    return want != NULL ? (int64_t)dnnl_memory_desc_get_size(want) : 0;
}

static int64_t scratch_of(dnnl_primitive_desc_t desc)
{
    int64_t bytes = 0;
    if (desc != NULL)
        dnnl_primitive_desc_query(desc, dnnl_query_memory_consumption_s64, 0, &bytes);
    return bytes;
}

struct subject_bytes subject_bytes(const struct subject *subject)
{
    static const int weights[] = {DNNL_ARG_WEIGHTS_LAYER, DNNL_ARG_WEIGHTS_ITER, DNNL_ARG_BIAS};
    struct subject_bytes bytes = {
        .workspace = scratch_of(subject->forward_desc) + scratch_of(subject->backward_desc),
        .tape = size_wanted(subject->forward_desc, DNNL_ARG_WORKSPACE),
    };
    for (size_t k = 0; k < COUNT(weights); k++)
        bytes.weights +=
            size_wanted(subject->forward_desc, weights[k]) + size_wanted(subject->backward_desc, weights[k]);
    bytes.total = bytes.weights + bytes.workspace + bytes.tape;
    return bytes;
}

static const char *implementation_of(dnnl_primitive_desc_t desc)
{
    const char *name = "none";
    if (desc != NULL)
        dnnl_primitive_desc_query(desc, dnnl_query_impl_info_str, 0, &name);
    return name;
}

void subject_describe(const struct subject *subject, char *text, size_t size)
{
    snprintf(text, size, "forward: %s\nbackward: %s\n", implementation_of(subject->forward_desc),
             implementation_of(subject->backward_desc));
}

static void destroy_descriptions(struct descriptions *all)
{
    const dnnl_memory_desc_t each[] = {all->src_layer,     all->src_iter,     all->src_iter_c,
                                       all->weights_layer, all->weights_iter, all->bias,
                                       all->dst_layer,     all->dst_iter,     all->dst_iter_c};
    for (size_t k = 0; k < COUNT(each); k++)
        if (each[k] != NULL)
            dnnl_memory_desc_destroy(each[k]);
}

void subject_close(struct subject *subject)
{
    for (int64_t call = 0; subject->forwards != NULL && call < subject->work.calls; call++)
        dnnl_primitive_destroy(subject->forwards[call].primitive);
    dnnl_primitive_destroy(subject->backward.primitive);
    dnnl_primitive_desc_destroy(subject->forward_desc);
    dnnl_primitive_desc_destroy(subject->backward_desc);
    for (size_t k = 0; k < subject->owned_count; k++)
        dnnl_memory_destroy(subject->owned[k]);
    destroy_descriptions(&subject->descriptions);
    dnnl_stream_destroy(subject->stream);
    dnnl_engine_destroy(subject->engine);
    free(subject->owned);
    free(subject->forwards);
    free(subject);
}

static const char *runtime_name(unsigned runtime)
{
    switch (runtime) {
    case DNNL_RUNTIME_SEQ:
        return "sequential";
    case DNNL_RUNTIME_OMP:
        return "OpenMP";
    case DNNL_RUNTIME_TBB:
        return "TBB";
    case DNNL_RUNTIME_SYCL:
        return "SYCL on TBB";
    default:
        return "unknown";
    }
}

const char *subject_version(void)
{
    static char text[128];
    const dnnl_version_t *version = dnnl_version();
    snprintf(text, sizeof text, "version: %d.%d.%d\nthreading: %s\ninstructions: 0x%x (dnnl_cpu_isa_t)\n",
             version->major, version->minor, version->patch, runtime_name(version->cpu_runtime),
             (unsigned)dnnl_get_effective_cpu_isa());
    return text;
}
