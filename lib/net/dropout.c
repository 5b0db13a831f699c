/*
 * net/dropout.c: dropout between layers (Srivastava et al. 2014; on the way up only, as Zaremba et al. 2014 do).
 *
 * Whether a number is dropped is a hash of (seed, draw, layer, sequence, absolute step, unit), not the next number of a
 * generator: forward and backward, chunks and whole sequences, any batch and any order of rows agree on it. So no mask
 * is stored, and no tape keeps what a layer read: backward makes it again, unless the plan still has it.
 */
#include "net/run.h"

#include "base/random.h"

bool drops_r(const struct plan_r *plan, int64_t k)
{
    return plan->shell.drops && plan->shell.net->layers[k].given.dropout > 0.0;
}

static void drop_numbers(uint64_t key, uint32_t threshold, real scale, int64_t width, const real *from, real *to)
{
    for (int64_t j = 0; j < width; j++) {
        const uint32_t uniform = (uint32_t)(weir_mix_in(key, (uint64_t)j) >> 32);
        to[j] = uniform < threshold ? (real)0 : from[j] * scale;
    }
}

void drop_row_r(const struct plan_r *plan, const weir_tape *tape, int64_t k, int64_t t, int64_t b, const real *from,
                real *to)
{
    const struct layer *layer = &plan->shell.net->layers[k];
    const uint32_t threshold = (uint32_t)(layer->given.dropout * 0x1p32);
    const real scale = (real)(1.0 / (1.0 - layer->given.dropout));
    const uint64_t layer_key = weir_mix_in(weir_mix_in(plan->shell.dropout_seed, tape->draw), (uint64_t)k);
    const uint64_t sequence_key = weir_mix_in(layer_key, (uint64_t)tape->sequences[b]);
    const uint64_t step_key = weir_mix_in(sequence_key, (uint64_t)tape->first_step + (uint64_t)t);
    drop_numbers(step_key, threshold, scale, layer->outputs, from, to);
}

void drop_r(const struct plan_r *plan, const weir_tape *tape, int64_t k, struct share which, struct member member,
            const real *from, real *to)
{
    const int64_t width = plan->shell.net->layers[k].outputs;
    const struct share mine = weir_share_of(member, which.end - which.first, 1);
    const int64_t first = which.first + mine.first, end = which.first + mine.end;
    int64_t at = weir_rows_between(&tape->steps, which.first, first) * width;
    for (int64_t t = first; t < end; t++)
        for (int64_t b = 0, live = weir_live_rows(&tape->steps, t); b < live; b++, at += width)
            drop_row_r(plan, tape, k, t, b, from + at, to + at);
}
