/*
 * learn/draw.c: score against updates, and against seconds.
 */
#include <inttypes.h>
#include <math.h>

#include "learn/report.h"
#include "report/plot.h"
#include "report/tics.h"

/* The trainings of one comparison, and what axes have to show of them. */
struct curves {
    const struct job *job;
    const struct entrant *entrants[ENTRANTS_MOST];
    size_t count; /* of entrants */
    double updates, seconds, first_updates, first_seconds;
};

/* Columns of the data. */
enum { UPDATES = 1, SECONDS, VALID, TRAIN };

static void extend(struct curves *curves, const struct course *course)
{
    const struct progress *progress = &course->progress;
    if (progress->moments == 0)
        return;
    const struct moment *first = course->curve, *last = &course->curve[progress->moments - 1];
    curves->first_updates = fmin(curves->first_updates, (double)first->updates);
    curves->first_seconds = fmin(curves->first_seconds, fmax(first->seconds, 1e-3));
    curves->updates = fmax(curves->updates, (double)last->updates);
    curves->seconds = fmax(curves->seconds, last->seconds);
}

static void print_course(const struct course *course, FILE *plot)
{
    for (int64_t m = 0; m < course->progress.moments; m++) {
        const struct moment *moment = &course->curve[m];
        fprintf(plot, "%" PRId64 " %g %g %g\n", moment->updates, fmax(moment->seconds, 1e-3), moment->valid,
                moment->train);
    }
}

/* Every training is a block of data. */
static struct curves print_curves(const struct job *job, const struct problem *problem, enum equal equal, FILE *plot)
{
    struct curves curves = {.job = job, .first_updates = HUGE_VAL, .first_seconds = HUGE_VAL};
    const struct course *course;
    curves.count = learn_compared(job, problem, equal, curves.entrants);
    for (size_t i = 0; i < curves.count; i++)
        for (size_t k = 0; (course = job_training(job, &job->final, curves.entrants[i], k)) != NULL; k++) {
            fprintf(plot, "$curve_%zu_%zu << end\n", i, k);
            print_course(course, plot);
            fputs("end\n", plot);
            extend(&curves, course);
        }
    return curves;
}

/* A cell's colour is its own in all pictures of the harness; what is not drawn as usual has dashes. */
static void print_line(const struct variety *variety, FILE *plot)
{
    fprintf(plot, " with lines linetype %td linewidth 1.5", cell_of(variety->kind) - cells + 1);
    if (variety->identity || variety->chrono)
        fputs(" dashtype 2", plot);
}

static void print_training(size_t entrant, size_t k, int column, const struct variety *variety, FILE *plot)
{
    fprintf(plot, " $curve_%zu_%zu using %d:%d with lines linetype %td linewidth 1 dashtype 3 notitle,", entrant, k,
            column, (int)TRAIN, cell_of(variety->kind) - cells + 1);
}

/* `training`: what was met in training too. */
static void draw_panel(const struct curves *curves, int column, bool training, FILE *plot)
{
    const struct job *job = curves->job;
    const struct course *course;
    fputs("plot", plot);
    for (size_t i = 0; i < curves->count; i++)
        for (size_t k = 0; (course = job_training(job, &job->final, curves->entrants[i], k)) != NULL; k++) {
            const struct variety *variety = curves->entrants[i]->variety;
            if (course->progress.moments == 0)
                continue;
            fprintf(plot, " $curve_%zu_%zu using %d:%d", i, k, column, (int)VALID);
            print_line(variety, plot);
            fprintf(plot, " title '%s',", k == 0 ? variety->name : "");
            if (training)
                print_training(i, k, column, variety, plot);
        }
    fprintf(plot, " %g with lines linetype 6 title 'nothing learned'\n",
            job->task->nothing(curves->entrants[0]->problem));
}

static void print_axis(const char *label, double least, double most, FILE *plot)
{
    fprintf(plot, "set xlabel '%s'\nset logscale x 10\n", label);
    if (most > least)
        fprintf(plot, "set xrange [%g:%g]\n", least, most);
    tics_print("x", least, most, plot);
}

static void draw_updates(const struct curves *curves, FILE *plot)
{
    print_axis("updates", curves->first_updates, curves->updates, plot);
    draw_panel(curves, UPDATES, false, plot);
}

static void draw_seconds(const struct curves *curves, bool training, FILE *plot)
{
    print_axis("time of training (s of the CPU)", curves->first_seconds, curves->seconds, plot);
    draw_panel(curves, SECONDS, training, plot);
}

bool learn_draw_seconds(const struct job *job, const struct problem *problem, enum equal equal, FILE *plot)
{
    const struct curves curves = print_curves(job, problem, equal, plot);
    if (curves.updates > 0.0)
        draw_seconds(&curves, true, plot);
    return curves.updates > 0.0;
}

/* The name of a picture, without its ending. */
static void name_file(const char *stem, const struct problem *problem, enum equal equal, char *file, size_t size)
{
    char part[32] = "";
    if (problem->part > 1)
        snprintf(part, sizeof part, "-part%" PRId64, problem->part);
    snprintf(file, size, "%s-T%" PRId64 "%s-%s", stem, problem->length, part, equal_names[equal]);
}

static void draw(const struct results *results, const struct job *job, const struct problem *problem, enum equal equal,
                 const char *file)
{
    const struct entrant *entrants[ENTRANTS_MOST];
    char name[64], machine[256];
    FILE *plot = learn_compared(job, problem, equal, entrants) > 0 ? plot_open(results, file, 1000, 480) : NULL;
    if (plot == NULL)
        return;
    const struct curves curves = print_curves(job, problem, equal, plot);
    problem_name(problem, name, sizeof name);
    plot_machine_line(results, machine, sizeof machine);
    fprintf(plot, "set multiplot layout 1,2 title \"Learning %s, equal %s: validation\\n%s\"\n", name,
            equal_names[equal], machine);
    plot_ylabel(plot, "%s", job->task->unit);
    fprintf(plot, "set key below\n%s", job->task->solved != NULL ? "set logscale y 10\n" : "");
    if (curves.updates > 0.0) {
        draw_updates(&curves, plot);
        draw_seconds(&curves, false, plot);
    }
    fputs("unset multiplot\n", plot);
    plot_close(plot);
}

void learn_draw(const struct results *results, const struct job *job, const char *stem)
{
    for (size_t i = 0; i < job->final_count; i++)
        for (size_t e = 0; e < job->settings.equal.count; e++) {
            const enum equal equal = (enum equal)job->settings.equal.values[e];
            char file[128];
            name_file(stem, &job->problems[i], equal, file, sizeof file);
            draw(results, job, &job->problems[i], equal, file);
        }
}
