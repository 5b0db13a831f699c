/*
 * learn/report.c: what was learned, for programs and for people.
 */
#include "learn/report.h"

#include <inttypes.h>

#include "learn/claim.h"

static void print_head(const struct job *job, FILE *stream)
{
    const struct task *task = job->task;
    char success[256];
    fprintf(stream, "\nLEARNING: %s (%s; score: %s, test split)\n", task->summary, task->paper, task->unit);
    task_success(task, job->settings.training.aim, success, sizeof success);
    if (success[0] != '\0')
        fprintf(stream, "Solved: %s.\n", success);
    if (job->settings.draws > 0)
        fprintf(stream,
                "Learning rate, clip and gate bias: the best at validation of %" PRId64
                " random draws, the same for each cell.\n",
                job->settings.draws);
    else
        fprintf(stream, "Learning rate, clip and gate bias were not searched for: --draws does.\n");
}

static double seconds_of(const struct courses *courses)
{
    double seconds = 0.0;
    for (size_t i = 0; i < courses->count; i++)
        seconds += courses->courses[i].progress.seconds;
    return seconds;
}

/* What it took, also where it was stopped and went on. */
static void print_time(const struct job *job, FILE *stream)
{
    fprintf(stream, "\nUpdates took %.1f min of the CPU", (seconds_of(&job->search) + seconds_of(&job->final)) / 60.0);
    if (job->search.count > 0)
        fprintf(stream, ", %.1f of them to choose settings", seconds_of(&job->search) / 60.0);
    fputs(".\n", stream);
}

void learn_report(struct session *session, const struct job *job, const char *stem, bool resumable)
{
    FILE *stream = session->report;
    learn_save(&session->results, job, stem);
    if (session->plots) {
        learn_draw(&session->results, job, stem);
        learn_draw_parts(&session->results, job, stem);
    }
    print_head(job, stream);
    learn_print(job, stream);
    learn_print_parts(job, stream);
    print_time(job, stream);
    const size_t open = learn_print_open(&job->search, stream) + learn_print_open(&job->final, stream);
    if (open > 0 && resumable)
        fprintf(stream, "- --resume %s goes on with these.\n", session->results.folder);
    else if (open == 0 && job->task->margin > 0.0)
        learn_print_claims(job, stream);
    session_expect(session, job->search.count + job->final.count);
}
