/*
 * net/plan.h: plans and tapes, as far as they are the same in both precisions.
 */
#ifndef WEIR_NET_PLAN_H
#define WEIR_NET_PLAN_H

#include <weir/plan.h>

#include "base/pool.h"
#include "engine/blocking.h"
#include "engine/cost.h"
#include "engine/steps.h"
#include "net/net.h"

/* What every tape begins with. */
struct weir_tape {
    weir_allocator allocator;
    int64_t bytes;
    bool is_owned;          /* the memory came from the allocator */
    uint64_t plan_identity; /* of the plan that it was made for */

    /* The forward that it holds. */
    bool is_filled;
    uint64_t generation; /* of the parameters */
    weir_span span;
    bool started_anew; /* no state_in */
    uint64_t draw;
    int64_t first_step;
    struct steps steps;
    int64_t *sequences; /* [B] by sorted place */
    uint64_t forward;   /* which of the plan's runs that was, counted from 1 */

    /* Where the plan recomputes (net/checkpoints.c): */
    int64_t kept_count; /* states that forward kept; 0 when backward has overwritten one, to begin from the first */
    int64_t *kept;      /* [slots] the segments at whose beginning they were, ascending */
};

/* What a plan does not have to be told, and who said it. */
struct choice {
    weir_engine engine;   /* never WEIR_ENGINE_AUTO */
    weir_sharing sharing; /* of all layers; WEIR_SHARE_AUTO: as the engine's model says of each */
    int64_t threads;      /* of a run, unless they have nothing to share */
    int64_t tile_steps;   /* 0: as the engine says */
    bool or_fewer;        /* threads as the engine's model says, so many at most */
};
enum planned { PLAN_ESTIMATED, PLAN_MEASURED, PLAN_REMEMBERED };

/* Numbers of threads that are tried where up to `all` may be taken: 1, 2, 4, ... and all; the one after this, which is
   more than all after the last. */
int64_t weir_threads_after(int64_t threads, int64_t all);

/* What every plan begins with. */
struct weir_plan {
    weir_allocator allocator;
    weir_plan_size size;
    int64_t bytes; /* of the block that this struct begins */
    weir_net *net;
    weir_pool *pool;      /* NULL: none */
    int64_t threads;      /* of a run: 1 unless something is shared */
    int64_t crew_count;   /* 1: all go through the layers together; else a wave of so many crews (net/ways.c) */
    weir_sharing sharing; /* as chosen: of all layers, or WEIR_SHARE_AUTO */
    enum planned planned;
    uint64_t identity;
    const char *engine_name, *level_name;
    bool uses_blas; /* some product may be the BLAS's */
    weir_mode mode;
    int64_t batch, steps;
    int64_t tile_steps;    /* steps whose input products are made at once, at full batch; with fewer live rows more */
    int64_t segment_steps; /* steps that go through all layers, or a crew's, before the next ones do, likewise */
    bool together;         /* threads may only go through the layers together: no wave, no directions side by side */
    bool recomputes;       /* training: tapes keep states only, backward runs segments again (net/checkpoints.c) */
    int64_t memory_limit;  /* 0: none */
    int64_t slots;         /* states that a tape has room for then, beside the initial one */
    uint64_t forwards;     /* runs so far that left a tape */
    bool drops;            /* dropout happens */
    uint64_t dropout_seed;
    uint64_t short_draws; /* forwards by the short call */
    uint64_t generation;  /* of the parameters that an inference plan has taken */
    weir_tape *tape;      /* training: the plan's own */
    weir_error last_error;
};

/* net/plan.c: what does not depend on the precision. `options` are complete and checked. */
weir_status weir_plan_check(const weir_net *net, const weir_plan_options *options, weir_error *error);
/* The engine that was asked for by name, here or in the environment; WEIR_ENGINE_AUTO: any is allowed. */
weir_status weir_engines_allowed(weir_engine *engine, const weir_plan_options *options, weir_error *error);
bool weir_plan_drops(const weir_net *net, const weir_plan_options *options);
bool weir_has_reverse_layer(const weir_net *net);
/* Whether all layers that recur go in reverse; whether none of several layers and directions goes another way than the
   others, a linear one counting as forward, as its dW is summed up from the last step to the first; whether a layer
   needs the whole sequence of another, which goes the other way; and whether there is but one layer, of both ways. */
bool weir_goes_back(const weir_net *net);
bool weir_goes_one_way(const weir_net *net);
bool weir_needs_sequences(const weir_net *net);
bool weir_goes_apart(const weir_net *net);
/* Of a run of all steps of a plan that recomputes: its segments, and the steps that a backward runs again. */
int64_t weir_plan_segments(const weir_plan *plan);
double weir_plan_recomputed_steps(const weir_plan *plan);
void weir_plan_prepare_shell(weir_plan *plan, weir_net *net, const weir_plan_options *options);
void weir_plan_free(weir_plan *plan);
void weir_tape_free(weir_tape *tape);
uint64_t weir_plan_next_identity(void);

/* net/choose.c: measures, and makes, a plan with the best choice, or makes one with a choice that is given. */
weir_status weir_plan_size_up(weir_plan_size *size, const weir_net *net, const weir_plan_options *options,
                              weir_error *error);
weir_status weir_plan_make(weir_plan **plan, weir_net *net, const weir_plan_options *options, weir_error *error);
weir_status weir_plan_make_with(weir_plan **plan, weir_net *net, const weir_plan_options *options,
                                const struct choice *choice, weir_error *error);

/* How threads go through a layer. */
struct layer_way {
    bool beside; /* its directions side by side, each by half of the threads */
    int64_t crew;
    weir_sharing sharing; /* of a walk; the second one's, which may have a thread more */
};

/* Those who own some layers; where all go together, all of them, and all. */
struct layer_crew {
    struct crew threads;
    struct share layers;
};

/* net/describe.c */
struct layer_way weir_plan_way_of(const weir_plan *plan, int64_t layer);
int64_t weir_plan_write_description(const weir_plan *plan, char *text, size_t size);

/* net/prepare.c, in both precisions: measures, and makes, a plan. */
weir_status weir_f32_plan_measure(weir_plan_size *size, const weir_net *net, const weir_plan_options *options,
                                  const struct choice *choice, weir_error *error);
weir_status weir_f64_plan_measure(weir_plan_size *size, const weir_net *net, const weir_plan_options *options,
                                  const struct choice *choice, weir_error *error);
weir_status weir_f32_plan_make(weir_plan **plan, weir_net *net, const weir_plan_options *options,
                               const struct choice *choice, weir_error *error);
weir_status weir_f64_plan_make(weir_plan **plan, weir_net *net, const weir_plan_options *options,
                               const struct choice *choice, weir_error *error);
weir_status weir_f32_plan_refresh(weir_plan *plan);
weir_status weir_f64_plan_refresh(weir_plan *plan);
void weir_f32_plan_let_go_weights(weir_plan *plan);
void weir_f64_plan_let_go_weights(weir_plan *plan);
struct layer_way weir_f32_plan_way(const weir_plan *plan, int64_t layer);
struct layer_way weir_f64_plan_way(const weir_plan *plan, int64_t layer);

/* net/tape.c, in both precisions: makes a tape in memory of plan->size.tape bytes. */
weir_tape *weir_f32_tape_put(const weir_plan *plan, void *memory);
weir_tape *weir_f64_tape_put(const weir_plan *plan, void *memory);

/* net/predict.c, in both precisions: what layer k costs in a full run, its directions together; and how the products of
   one are cut, false where nobody knows. */
struct cost weir_f32_plan_predict(const weir_plan *plan, int64_t k);
struct cost weir_f64_plan_predict(const weir_plan *plan, int64_t k);
bool weir_f32_plan_blocking(const weir_plan *plan, int64_t k, struct blocking *blocking);
bool weir_f64_plan_blocking(const weir_plan *plan, int64_t k, struct blocking *blocking);

#endif
