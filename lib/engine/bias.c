/*
 * engine/bias.c: the biases of a walk.
 */
#include "engine/bias.h"

#include "kern/vector.h"

void add_biases_r(const struct walk_r *walk)
{
    if (!walk->cell)
        return;
    const int64_t H = walk->units, block = walk->gate_count * H;
    const int64_t apart = walk->cell->has_recurrent_bias ? block - H : block;
    zero_rows_r(1, block, walk->bias, block);
    if (walk->bias_ih)
        add_rows_r(1, block, walk->bias_ih, block, walk->bias, block);
    if (walk->bias_hh)
        add_rows_r(1, apart, walk->bias_hh, block, walk->bias, block);
    if (walk->recurrent_bias) {
        zero_rows_r(1, H, walk->recurrent_bias, H);
        if (walk->bias_hh)
            add_rows_r(1, H, walk->bias_hh + apart, H, walk->recurrent_bias, H);
    }
}
