/*
 * net/back_wave.c: backward by a wave of crews, as forward in net/forward.c. It comes down, from the last step to the
 * first: a crew makes dx of its layers for one piece of time after the other, so that the crew below can begin, and
 * what a tile of a walk adds to the gradient when it has all of the tile.
 */
#include "net/backward.h"

/* A piece's steps, through the crew's layers. */
static void run_piece(struct backward *run)
{
    const struct plan_r *plan = run->plan;
    struct layer_crew *crew = &plan->crews[run->crew];
    if (run->crew + 1 < plan->shell.crew_count)
        weir_crew_wait(&plan->crews[run->crew + 1].threads, run->pieces + 1);
    for (int64_t k = crew->layers.end - 1; k >= crew->layers.first; k--) {
        const struct backward_run_r walk_run = back_walk_run_r(run, k, 0, back_dx_r(run, k));
        if (walk_run.walk->cell)
            plan->engine->backward_piece(&walk_run);
        else
            plan->engine->linear_backward_piece(&walk_run);
        weir_team_wait(run->member);
        back_drop_dx_r(run, k, run->piece);
    }
    run->pieces++;
    if (back_is_first(run))
        weir_crew_set_done(&crew->threads, run->pieces);
}

/* What the tile adds to the gradient of the crew's layers. */
static void run_tile(const struct backward *run)
{
    const struct plan_r *plan = run->plan;
    const struct share layers = plan->crews[run->crew].layers;
    for (int64_t k = layers.first; k < layers.end; k++) {
        struct backward_run_r walk_run = back_walk_run_r(run, k, 0, (struct target_r){0});
        back_drop_x_r(run, k, run->tile);
        if (run->tile.end < run->steps->count)
            walk_run.dweight_write = PRODUCT_ADD;
        if (walk_run.walk->cell)
            plan->engine->backward_tile(&walk_run);
        else
            plan->engine->linear_backward_tile(&walk_run);
    }
    weir_team_wait(run->member);
}

/* A crew's way from the last step to the first. */
static void run_crew(struct backward *run)
{
    const weir_plan *shell = &run->plan->shell;
    const int64_t tile_rows = shell->tile_steps * shell->batch, piece_rows = shell->segment_steps * shell->batch;
    struct pieces tile = weir_pieces_of(run->steps, 0, run->steps->count, tile_rows, true);
    run->pieces = 0;
    while (weir_pieces_next(&tile)) {
        struct pieces piece = weir_pieces_of(run->steps, tile.first, tile.end, piece_rows, true);
        run->tile = (struct share){tile.first, tile.end};
        while (weir_pieces_next(&piece)) {
            run->piece = (struct share){piece.first, piece.end};
            run_piece(run);
        }
        run_tile(run);
    }
}

/* Who runs alone is one crew after the other, from the last one down. */
void back_wave_r(struct backward *run, struct member member)
{
    for (run->crew = run->plan->shell.crew_count - 1; run->crew >= 0; run->crew--) {
        run->member = weir_crew_member(&run->plan->crews[run->crew].threads, member);
        if (run->member.team)
            run_crew(run);
    }
}
