/*
 * roofline/report.c: points under their roofs, for programs and for people.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "report/table.h"
#include "roofline/roofline.h"
#include "throughput/report.h"

static struct covered cover(const struct row *row, const struct machine *machine, const struct bandwidth *bandwidth)
{
    const struct limits limits = {.caches = machine->caches, .bandwidth = *bandwidth, .peak = row_peak(row)};
    struct covered covered = {.row = row, .roof = roof_of(&row->point, row->tile_steps, &limits)};
    covered.share = row_flops(row) / covered.roof.flops;
    covered.phase_share = row_flops(row) / covered.roof.phase_flops;
    return covered;
}

struct roofline roofline_open(const struct rows *rows, const struct machine *machine, const struct bandwidth *bandwidth)
{
    struct roofline roofline = {
        .points = buffer_allocate(rows->count, sizeof *roofline.points), .bandwidth = *bandwidth, .machine = machine};
    for (size_t i = 0; i < rows->count; i++)
        if (rows->rows[i].measured)
            roofline.points[roofline.count++] = cover(&rows->rows[i], machine, bandwidth);
    return roofline;
}

void roofline_close(struct roofline *roofline)
{
    free(roofline->points);
    *roofline = (struct roofline){0};
}

bool roofline_share_panel(const struct row *a, const struct row *b)
{
    return a->point.mode == b->point.mode && a->point.precision == b->point.precision &&
           a->point.engine == b->point.engine;
}

bool roofline_begins_panel(const struct roofline *roofline, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (roofline_share_panel(roofline->points[k].row, roofline->points[i].row))
            return false;
    return true;
}

static const char *roof_name(const struct roof *roof)
{
    return roof->is_peak ? "peak" : memory_level_name(roof->level);
}

static void put_number(json_t *object, const char *key, double number)
{
    json_object_set_new(object, key, json_real(number));
}

static json_t *point_to_json(const struct covered *point, const struct machine *machine)
{
    const struct roof *roof = &point->roof;
    json_t *object = throughput_row_to_json(point->row, machine);
    put_number(object, "recurrent_bytes_one_layer", work_recurrent_bytes(&point->row->point));
    json_object_set_new(object, "level", json_string(memory_level_name(roof->level)));
    put_number(object, "weight_bytes_read", roof->work.step_bytes + roof->work.tile_bytes);
    put_number(object, "flops_per_byte", roof->intensity);
    put_number(object, "bandwidth_gb_per_second", 1e-9 * roof->bandwidth);
    put_number(object, "roof_gflops", 1e-9 * roof->flops);
    json_object_set_new(object, "roof", json_string(roof_name(roof)));
    put_number(object, "share_of_roof", point->share);
    put_number(object, "phases_gflops", 1e-9 * roof->phase_flops);
    put_number(object, "share_of_phases", point->phase_share);
    return object;
}

void roofline_save(const struct roofline *roofline, const struct results *results)
{
    json_t *records = json_array(), *about = throughput_about();
    for (size_t i = 0; i < roofline->count; i++)
        json_array_append_new(records, point_to_json(&roofline->points[i], roofline->machine));
    json_object_set_new(about, "level", json_string("the smallest that one layer's R, in one direction, fits in"));
    json_object_set_new(about, "weight_bytes_read",
                        json_string("R in each step and W in each tile of steps, in training twice"));
    json_object_set_new(about, "flops_per_byte", json_string("FLOPs over weight_bytes_read"));
    json_object_set_new(about, "roof_gflops",
                        json_string("the least of the peak around the row and flops_per_byte "
                                    "times the bandwidth of the level"));
    json_object_set_new(about, "phases_gflops",
                        json_string("products of a step and those of a tile one after the other, each under its roof"));
    results_write(results, "roofline", records, about);
    json_decref(records);
    json_decref(about);
}

static void add_line(struct table *table, const struct covered *covered)
{
    const struct point *point = &covered->row->point;
    const struct roof *roof = &covered->roof;
    table_add(table, "%s", point->stack.cell->name);
    table_add(table, "%" PRId64, point->batch);
    table_add(table, "%" PRId64, point->stack.inputs);
    table_add(table, "%" PRId64, point->stack.hidden);
    table_add(table, "%" PRId64 "%s", point->stack.layers, point->stack.bidirectional ? " both ways" : "");
    table_add(table, "%" PRId64, point->steps);
    table_add_bytes(table, work_recurrent_bytes(point));
    table_add(table, "%s", memory_level_name(roof->level));
    table_add_number(table, roof->intensity);
    table_add_number(table, 1e-9 * row_flops(covered->row));
    table_add_number(table, 1e-9 * roof->flops);
    table_add(table, "%s", roof_name(roof));
    table_add(table, "%.0f%s", 100.0 * covered->share, row_is_flagged(covered->row) ? "!" : "");
    table_add(table, "%.0f", 100.0 * covered->phase_share);
}

static void print_panel(const struct roofline *roofline, size_t first, FILE *stream)
{
    static const char *const headings[] = {"cell",  "batch",     "inputs",  "units", "layers", "steps",  "R",
                                           "level", "FLOP/byte", "GFLOP/s", "roof",  "is",     "% roof", "% phases"};
    const struct row *row = roofline->points[first].row;
    struct table table = table_open(sizeof headings / sizeof headings[0]);
    for (size_t i = 0; i < table.columns; i++)
        table_add(&table, "%s", headings[i]);
    for (size_t i = first; i < roofline->count; i++)
        if (roofline_share_panel(row, roofline->points[i].row))
            add_line(&table, &roofline->points[i]);
    fprintf(stream, "\n%s, %s, %s engine\n", row->point.mode == WEIR_INFERENCE ? "Inference" : "Training",
            point_precision_name(&row->point), point_engine_name(&row->point));
    table_print(&table, stream);
    table_close(&table);
}

void roofline_print(const struct roofline *roofline, FILE *stream)
{
    fprintf(stream,
            "\nROOFLINE (the roof is the least of the FMA peak and FLOP/byte times the bandwidth of R's level:");
    for (enum memory_level level = LEVEL_L1; level < LEVEL_COUNT; level++)
        if (roofline->bandwidth.bytes_per_second[level] > 0.0)
            fprintf(stream, "%s %s %.1f GB/s", level == LEVEL_L1 ? "" : ",", memory_level_name(level),
                    1e-9 * roofline->bandwidth.bytes_per_second[level]);
    fprintf(stream, ")\n");
    fprintf(stream, "%% phases: of what products of a step and those of a tile allow, one after the other.\n");
    if (roofline->count > 0 && roofline->points[0].row->set != NULL)
        fprintf(stream, "Set %s, from %s\n", roofline->points[0].row->set->name, roofline->points[0].row->set->source);
    for (size_t i = 0; i < roofline->count; i++)
        if (roofline_begins_panel(roofline, i))
            print_panel(roofline, i, stream);
}
