/*
 * throughput/record.c: measured rows for programs: every number, with its unit in its name.
 */
#include "throughput/report.h"

static void put_text(json_t *object, const char *key, const char *text)
{
    json_object_set_new(object, key, json_string(text));
}

static void put_count(json_t *object, const char *key, int64_t count)
{
    json_object_set_new(object, key, json_integer(count));
}

static void put_number(json_t *object, const char *key, double number)
{
    json_object_set_new(object, key, json_real(number));
}

/* Null, and an empty field of a CSV, where nothing was measured. */
static void put_if(json_t *object, const char *key, bool known, double number)
{
    json_object_set_new(object, key, known ? json_real(number) : json_null());
}

static void put_point(json_t *object, const struct row *row)
{
    const struct point *point = &row->point;
    if (row->set != NULL)
        put_text(object, "set", row->set->name);
    put_text(object, "cell", point->stack.cell->name);
    put_text(object, "engine", point_engine_name(point));
    put_text(object, "mode", point_mode_name(point));
    put_text(object, "precision", point_precision_name(point));
    put_count(object, "steps", point->steps);
    put_count(object, "whole_steps", row->whole_steps);
    put_count(object, "batch", point->batch);
    put_count(object, "layers", point->stack.layers);
    json_object_set_new(object, "bidirectional", json_boolean(point->stack.bidirectional));
    put_count(object, "inputs", point->stack.inputs);
    put_count(object, "hidden", point->stack.hidden);
    put_text(object, "match", row->matched ? "parameters" : "hidden");
    put_count(object, "asked_hidden", row->asked_hidden);
    put_count(object, "parameters", row->parameters);
    put_count(object, "parameters_off_match", row->parameters - row->asked_parameters);
}

static void put_rates(json_t *object, const struct row *row, const struct machine *machine)
{
    const double product = machine_product(machine, point_bits(&row->point)).flops;
    put_number(object, "microseconds_per_step", row_microseconds(row));
    put_number(object, "microseconds_per_step_low", 1e6 * row->seconds.low / (double)row->point.steps);
    put_number(object, "microseconds_per_step_high", 1e6 * row->seconds.high / (double)row->point.steps);
    put_count(object, "samples", (int64_t)row->samples);
    put_number(object, "sequences_per_second", row_sequences(row));
    put_number(object, "steps_per_second", row_steps(row));
    put_number(object, "gflops", 1e-9 * row_flops(row));
    put_number(object, "share_of_peak", row_share(row));
    put_number(object, "share_of_blas_product", row_flops(row) / product);
    put_number(object, "peak_gflops_before", 1e-9 * row->peak_before);
    put_number(object, "peak_gflops_after", 1e-9 * row->peak_after);
    put_number(object, "peak_drift", row_drift(row));
    put_number(object, "busy_part", row->busy);
    json_object_set_new(object, "flagged", json_boolean(row_is_flagged(row)));
}

static void put_memory(json_t *object, const struct row *row)
{
    const bool evicted = row->evicted.median > 0.0;
    put_if(object, "recurrent_weights_gb_per_second", row->point.batch == 1,
           1e-9 * row_weight_rate(row, row->seconds.median));
    put_if(object, "evicted_microseconds_per_step", evicted, 1e6 * row->evicted.median / (double)row->point.steps);
    put_if(object, "evicted_weights_gb_per_second", evicted,
           evicted ? 1e-9 * row_weight_rate(row, row->evicted.median) : 0.0);
    put_count(object, "plan_bytes", row->size.total);
    put_count(object, "tile_steps", row->tile_steps);
    put_count(object, "workspace_bytes", row->size.workspace);
    put_count(object, "tape_bytes", row->size.tape);
}

json_t *throughput_row_to_json(const struct row *row, const struct machine *machine)
{
    json_t *object = json_object();
    put_point(object, row);
    put_rates(object, row, machine);
    put_memory(object, row);
    return object;
}

json_t *throughput_to_json(const struct rows *rows, const struct machine *machine)
{
    json_t *array = json_array();
    for (size_t i = 0; i < rows->count; i++)
        if (rows->rows[i].measured)
            json_array_append_new(array, throughput_row_to_json(&rows->rows[i], machine));
    return array;
}

json_t *throughput_about(void)
{
    json_t *about = json_object();
    put_text(about, "flops", STACK_FLOPS_FORMULA "; products only, a fused multiply-add is 2");
    put_text(about, "training",
             "forward and backward with the derivatives of parameters and inputs; no loss, no optimiser");
    put_text(about, "microseconds_per_step",
             "one step of all rows of the batch; median, and its 95 % bootstrap interval");
    put_text(about, "whole_steps", "the length of a set's sequence, which --cut-steps may have cut to `steps`");
    put_text(about, "steps_per_second", "of one row of the batch each");
    put_text(about, "flagged",
             "the peak moved by more than 5 % around the row, or another process had more than 5 % of its CPU");
    return about;
}
