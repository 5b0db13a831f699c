/*
 * net/views.c: names for the parts of the parameter vector and of a state row.
 */
#include "net/net.h"

#include <stdio.h>
#include <string.h>

/* A list that grows. */
struct list {
    weir_view *views;
    int64_t count;
};

struct place {
    const struct layer *layer;
    int64_t k;
    int d;
};

static void add(struct list *list, const struct place *place, weir_role role, const char *stem, int64_t offset,
                int64_t rows, int64_t columns, bool has_gates)
{
    if (offset < 0)
        return;
    weir_view *view = &list->views[list->count++];
    memset(view, 0, sizeof *view);
    view->direction = weir_direction_of(place->layer, place->d);
    view->role = role;
    view->offset = offset;
    view->rows = rows;
    view->columns = columns;
    view->layer = place->k;
    snprintf(view->name, sizeof view->name, "%s_l%lld%s", stem, (long long)place->k,
             view->direction == WEIR_REVERSE ? "_reverse" : "");
    snprintf(view->gates, sizeof view->gates, "%s", has_gates ? place->layer->shape->gates : "");
}

static void add_parameters(struct list *list, const struct place *place)
{
    const struct layer *layer = place->layer;
    const struct direction_offsets *at = &layer->directions[place->d];
    const int64_t H = layer->units, block = layer->shape->gate_count * H;
    const bool recurs = layer->shape->recurs;
    add(list, place, WEIR_INPUT_WEIGHT, recurs ? "weight_ih" : "weight", at->weight_ih, block, layer->inputs, true);
    add(list, place, WEIR_RECURRENT_WEIGHT, "weight_hh", at->weight_hh, block, H, true);
    add(list, place, WEIR_INPUT_BIAS, recurs ? "bias_ih" : "bias", at->bias_ih, block, 1, true);
    add(list, place, WEIR_RECURRENT_BIAS, "bias_hh", at->bias_hh, block, 1, true);
    add(list, place, WEIR_STATE_H, "h", at->initial_h, H, 1, false);
    add(list, place, WEIR_STATE_C, "c", at->initial_c, H, 1, false);
}

static void add_state(struct list *list, const struct place *place)
{
    const struct direction_offsets *at = &place->layer->directions[place->d];
    add(list, place, WEIR_STATE_H, "h", at->state_h, place->layer->units, 1, false);
    add(list, place, WEIR_STATE_C, "c", at->state_c, place->layer->units, 1, false);
}

void weir_views_write(const struct layer *layers, int64_t n_layers, weir_view *views, int64_t *view_count,
                      weir_view *state_views, int64_t *state_view_count)
{
    struct list parameters = {.views = views}, states = {.views = state_views};
    for (int64_t k = 0; k < n_layers; k++)
        for (int d = 0; d < layers[k].direction_count; d++) {
            const struct place place = {&layers[k], k, d};
            add_parameters(&parameters, &place);
            add_state(&states, &place);
        }
    *view_count = parameters.count;
    *state_view_count = states.count;
}
