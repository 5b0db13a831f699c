/*
 * cost/heat.c: a map of ratios over units and batch, a panel of a picture.
 *
 * White is 3/4. Blue and vermilion are told apart by people who see colours differently (Okabe & Ito 2008).
 */
#include "cost/heat.h"

#include <inttypes.h>

/* What colours show; what lies outside has the colour of the end. */
static const double coldest = 0.5, middle = 0.75, hottest = 1.0;

static int64_t hidden_of(const struct heat_field *field) { return field->hidden; }

static int64_t batch_of(const struct heat_field *field) { return field->batch; }

/* The first field with the number of field `i`. */
static size_t first_of(const struct heat *heat, size_t i, int64_t (*number)(const struct heat_field *field))
{
    size_t first = 0;
    while (number(&heat->fields[first]) != number(&heat->fields[i]))
        first++;
    return first;
}

/* How many different numbers the first `count` fields have. */
static size_t count_different(const struct heat *heat, size_t count, int64_t (*number)(const struct heat_field *field))
{
    size_t different = 0;
    for (size_t i = 0; i < count; i++)
        different += first_of(heat, i, number) == i;
    return different;
}

/* Where the number of field `i` lies on its axis. */
static size_t place_of(const struct heat *heat, size_t i, int64_t (*number)(const struct heat_field *field))
{
    return count_different(heat, first_of(heat, i, number), number);
}

static void print_axis(const struct heat *heat, const char *axis, int64_t (*number)(const struct heat_field *field),
                       FILE *plot)
{
    fprintf(plot, "set %srange [-0.5:%g]\nset %stics scale 0 (", axis,
            (double)count_different(heat, heat->count, number) - 0.5, axis);
    for (size_t i = 0; i < heat->count; i++)
        if (first_of(heat, i, number) == i)
            fprintf(plot, "%s'%" PRId64 "' %zu", i == 0 ? "" : ", ", number(&heat->fields[i]),
                    place_of(heat, i, number));
    fputs(")\n", plot);
}

static void print_fields(const struct heat *heat, const char *name, FILE *plot)
{
    fprintf(plot, "$%s << end\n", name);
    for (size_t i = 0; i < heat->count; i++) {
        const struct heat_field *field = &heat->fields[i];
        fprintf(plot, "%zu %zu %.4g %.2f%s %.2f..%.2f\n", place_of(heat, i, hidden_of), place_of(heat, i, batch_of),
                field->ratio.median, field->ratio.median, field->flagged ? "!" : "", field->ratio.low,
                field->ratio.high);
    }
    fputs("end\n", plot);
}

void heat_draw(const struct heat *heat, const char *name, const char *title, FILE *plot)
{
    print_fields(heat, name, plot);
    print_axis(heat, "x", hidden_of, plot);
    print_axis(heat, "y", batch_of, plot);
    fprintf(plot,
            "set palette defined (%g '#0072B2', %g '#FFFFFF', %g '#D55E00')\nset cbrange [%g:%g]\n"
            "set cbtics ('%g' %g, '3/4' %g, '%g' %g)\nset xlabel 'units'\nset ylabel 'batch'\nunset key\n"
            "set title \"%s\"\n"
            "plot $%s using 1:2:(0.5):(0.5):3 with boxxyerror fillstyle solid noborder linecolor palette, "
            "$%s using 1:2:4 with labels offset 0,0.4, $%s using 1:2:5 with labels font ',8' offset 0,-0.7\n",
            coldest, middle, hottest, coldest, hottest, coldest, coldest, middle, hottest, hottest, title, name, name,
            name);
}
