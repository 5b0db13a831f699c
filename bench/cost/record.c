/*
 * cost/record.c: what was measured, for programs.
 */
#include <math.h>

#include "cost/finding.h"

/* Whole amounts of both cells, and the one over the other; what neither has, has no ratio. */
static void put_pair(json_t *object, const char *name, const double amounts[COST_CELLS])
{
    const double ratio = amounts[COST_GRU] / amounts[COST_LSTM];
    char key[64];
    snprintf(key, sizeof key, "%s_gru", name);
    json_object_set_new(object, key, json_integer((json_int_t)amounts[COST_GRU]));
    snprintf(key, sizeof key, "%s_lstm", name);
    json_object_set_new(object, key, json_integer((json_int_t)amounts[COST_LSTM]));
    snprintf(key, sizeof key, "%s_ratio", name);
    json_object_set_new(object, key, isnan(ratio) ? json_null() : json_real(ratio));
}

static json_t *row_to_json(const struct cost_row *row)
{
    const struct row *gru = &row->cells[COST_GRU], *lstm = &row->cells[COST_LSTM];
    const struct point *point = cost_point(row);
    json_t *object = json_pack(
        "{s:s, s:s, s:I, s:I, s:I, s:I, s:f, s:f, s:f, s:f, s:f, s:s, s:s, s:I, s:f, s:f, s:f, s:f, s:b}", "mode",
        point_mode_name(point), "precision", point_precision_name(point), "steps", (json_int_t)point->steps, "inputs",
        (json_int_t)point->stack.inputs, "hidden", (json_int_t)point->stack.hidden, "batch", (json_int_t)point->batch,
        "microseconds_gru", row_microseconds(gru), "microseconds_lstm", row_microseconds(lstm), "time_ratio",
        row->ratio.median, "time_ratio_low", row->ratio.low, "time_ratio_high", row->ratio.high, "interval",
        cost_side_name(cost_side_of(&row->ratio)), "claim", verdict_name(cost_verdict_of(&row->ratio)), "rounds",
        (json_int_t)row->rounds.count, "peak_gflops_before", 1e-9 * lstm->peak_before, "peak_gflops_after",
        1e-9 * lstm->peak_after, "busy_part_gru", gru->busy, "busy_part_lstm", lstm->busy, "flagged",
        (int)cost_is_flagged(row));
    for (enum quantity quantity = 0; quantity < QUANTITIES; quantity++)
        if (quantity != QUANTITY_FUNCTIONS) /* which plans do not tell */
            put_pair(object, quantity_name(quantity), row->amounts[quantity]);
    return object;
}

json_t *cost_to_json(const struct cost_rows *rows)
{
    json_t *records = json_array();
    for (size_t i = 0; i < rows->count; i++)
        if (rows->rows[i].measured)
            json_array_append_new(records, row_to_json(&rows->rows[i]));
    return records;
}

json_t *cost_about(void)
{
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:s}", "microseconds", "a step of all rows of the batch, median", "time_ratio",
        "the GRU's time over the LSTM's: median of samples taken in turn, and its 95 % bootstrap interval", "interval",
        "where it lies: below 0.75, above, or around it (contains)", "claim",
        "that the ratio is 0.75 to 5 %: held if all of the interval is, contradicted if none of it", "quantities",
        "flops, functions, state and bytes of activations and tape: of a step of all rows; "
        "ratio: the GRU's over the LSTM's");
}
