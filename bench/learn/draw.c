/*
 * learn/draw.c: score against updates, and against seconds.
 */
#include <inttypes.h>
#include <math.h>

#include "learn/report.h"
#include "report/plot.h"
#include "report/tics.h"

/* What the axes of one picture have to show. */
struct extent {
    double updates, seconds, first_updates, first_seconds;
};

static void extend(struct extent *extent, const struct course *course)
{
    const struct progress *progress = &course->progress;
    if (progress->moments == 0)
        return;
    const struct moment *first = course->curve, *last = &course->curve[progress->moments - 1];
    extent->first_updates = fmin(extent->first_updates, (double)first->updates);
    extent->first_seconds = fmin(extent->first_seconds, fmax(first->seconds, 1e-3));
    extent->updates = fmax(extent->updates, (double)last->updates);
    extent->seconds = fmax(extent->seconds, last->seconds);
}

/* Every entrant's trainings as blocks of data. */
static struct extent print_curves(const struct job *job, const struct entrant *const *entrants, size_t count,
                                  FILE *plot)
{
    struct extent extent = {.first_updates = HUGE_VAL, .first_seconds = HUGE_VAL};
    const struct course *course;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; (course = job_training(job, &job->final, entrants[i], k)) != NULL; k++) {
            fprintf(plot, "$curve_%zu_%zu << end\n", i, k);
            for (int64_t m = 0; m < course->progress.moments; m++)
                fprintf(plot, "%" PRId64 " %g %g\n", course->curve[m].updates, fmax(course->curve[m].seconds, 1e-3),
                        course->curve[m].valid);
            fputs("end\n", plot);
            extend(&extent, course);
        }
    return extent;
}

/* A cell's colour is its own in all pictures of the harness; what is not drawn as usual has dashes. */
static void print_line(const struct variety *variety, FILE *plot)
{
    fprintf(plot, " with lines linetype %td linewidth 1.5", cell_of(variety->kind) - cells + 1);
    if (variety->identity || variety->chrono)
        fputs(" dashtype 2", plot);
}

static void draw_panel(const struct job *job, const struct entrant *const *entrants, size_t count, int column,
                       FILE *plot)
{
    const struct course *course;
    fputs("plot", plot);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; (course = job_training(job, &job->final, entrants[i], k)) != NULL; k++) {
            if (course->progress.moments == 0)
                continue;
            fprintf(plot, " $curve_%zu_%zu using %d:3", i, k, column);
            print_line(entrants[i]->variety, plot);
            fprintf(plot, " title '%s',", k == 0 ? entrants[i]->variety->name : "");
        }
    fprintf(plot, " %g with lines linetype 6 title 'nothing learned'\n", job->task->nothing(entrants[0]->problem));
}

static void print_axis(const char *label, double least, double most, FILE *plot)
{
    fprintf(plot, "set xlabel '%s'\nset logscale x 10\n", label);
    if (most > least)
        fprintf(plot, "set xrange [%g:%g]\n", least, most);
    tics_print("x", least, most, plot);
}

static void draw(const struct results *results, const struct job *job, const struct problem *problem, enum equal equal)
{
    const struct entrant *entrants[ENTRANTS_MOST];
    const size_t count = learn_compared(job, problem, equal, entrants);
    char name[64], file[128], part[32] = "", machine[256];
    problem_name(problem, name, sizeof name);
    if (problem->part > 1)
        snprintf(part, sizeof part, "-part%" PRId64, problem->part);
    snprintf(file, sizeof file, "learn-T%" PRId64 "%s-%s", problem->length, part, equal_names[equal]);
    FILE *plot = count > 0 ? plot_open(results, file, 1000, 480) : NULL;
    if (plot == NULL)
        return;
    const struct extent extent = print_curves(job, entrants, count, plot);
    plot_machine_line(results, machine, sizeof machine);
    fprintf(plot, "set multiplot layout 1,2 title \"Learning %s, equal %s: validation\\n%s\"\n", name,
            equal_names[equal], machine);
    fprintf(plot, "set ylabel '%s'\nset key below\n%s", job->task->unit,
            job->task->solved != NULL ? "set logscale y 10\n" : "");
    if (extent.updates > 0.0) {
        print_axis("updates", extent.first_updates, extent.updates, plot);
        draw_panel(job, entrants, count, 1, plot);
        print_axis("time of training (s of the CPU)", extent.first_seconds, extent.seconds, plot);
        draw_panel(job, entrants, count, 2, plot);
    }
    fputs("unset multiplot\n", plot);
    plot_close(plot);
}

void learn_draw(const struct results *results, const struct job *job)
{
    for (size_t i = 0; i < job->final_count; i++)
        for (size_t e = 0; e < job->settings.equal.count; e++)
            draw(results, job, &job->problems[i], (enum equal)job->settings.equal.values[e]);
}
