/*
 * engine/native_model.h: how long the native engine takes, by a model of the machine (docs/engine.md, "The model").
 *
 * A product takes as long as its arithmetic, or as long as its weights take to come from the cache that holds them,
 * whichever is longer. All numbers are rough on purpose: where they decide wrongly, the ways are nearly equal.
 */
#ifndef WEIR_ENGINE_NATIVE_MODEL_H
#define WEIR_ENGINE_NATIVE_MODEL_H

#include "engine/cost.h"
#include "engine/engine.h"

#define native_step_time_r REAL(native_step_time)
#define native_input_seconds_r REAL(native_input_seconds)
#define native_start_seconds_r REAL(native_start_seconds)
#define native_predict_r REAL(native_predict)

/* What a step takes, and by what. */
struct step_time {
    double seconds;
    enum bound bound;
};

/* A step of a walk of `batch` rows that so many threads share in this way: the one with the largest share; of a linear
   layer, its product. Ways that this model does not know count as one thread. */
struct step_time native_step_time_r(const struct walk_r *walk, weir_sharing sharing, int64_t threads, int64_t batch);

/* The product of so many rows of inputs with W, by one thread. */
double native_input_seconds_r(const struct walk_r *walk, double rows);

/* What starting so many threads for a run takes. */
double native_start_seconds_r(int64_t threads);

/* Fills in the times of a walk's cost. */
void native_predict_r(const struct walk_r *walk, const struct work *work, int64_t threads, struct cost *cost);

#endif
