/*
 * all/measure.c: the stages of the main job, each a short form of a job with a subcommand of its own.
 */
#include <string.h>

#include "all/story.h"
#include "base/interrupt.h"
#include "base/message.h"
#include "base/progress.h"
#include "learn/schedule.h"
#include "learn/tasks/adding.h"
#include "learn/tasks/music.h"
#include "throughput/axes.h"
#include "throughput/measure.h"
#include "work/data.h"

/* How much of the whole is done when a stage ends. */
static const double throughput_end = 0.3, gradient_end = 0.45, adding_end = 0.75;
static const double throughput_seconds = 50.0;

/* Where sizes and cells are compared. */
enum { USUAL_STEPS = 64 };

const weir_kind story_kinds[STORY_CELLS] = {WEIR_RNN, WEIR_GRU, WEIR_LSTM};

/* Three questions: how time depends on length, and on size and engine; and what comes of equal parameters. */
static struct rows list_rows(void)
{
    struct sweep sizes = axes_default().sweep, lengths = sizes;
    lengths.engines = (struct numbers){1, {0}};
    struct sweep parameters = lengths;
    struct rows rows = {0};
    lengths.hidden = (struct numbers){1, {STORY_UNITS}};
    sizes.steps = (struct numbers){1, {USUAL_STEPS}};
    sizes.hidden = (struct numbers){5, {32, 64, 128, 512, 1024}};
    parameters.steps = sizes.steps;
    parameters.hidden = lengths.hidden;
    parameters.match_parameters = true;
    rows_append(&rows, &lengths);
    rows_append(&rows, &sizes);
    rows_append(&rows, &parameters);
    return rows;
}

static void measure_throughput(struct story *story, const struct machine *machine)
{
    struct measure_options measure = axes_default().measure;
    measure.seconds = throughput_seconds;
    story->rows = list_rows();
    measure_rows(&story->rows, machine, &measure);
}

/* Each cell as PyTorch draws it, and trained. */
static bool takes(const struct start *start, bool trained)
{
    bool known = false;
    for (size_t cell = 0; cell < STORY_CELLS; cell++)
        known = known || start->cell->kind == story_kinds[cell];
    return known && (trained || strcmp(start->name, "PyTorch") == 0);
}

struct gradient_settings story_gradient_settings(void)
{
    return (struct gradient_settings){.hidden = STORY_LEARNERS,
                                      .untrained_steps = STORY_UNTRAINED_STEPS,
                                      .steps = {1, {STORY_LAG}},
                                      .training = {.updates = 2000, .batch = 50, .clip = 1.0},
                                      .seed = 1,
                                      .takes = takes};
}

static struct learn_settings adding_settings(void)
{
    struct learn_settings settings = learn_settings_of(&task_adding_halves);
    settings.lengths = (struct numbers){3, {10, 30, STORY_LAG}};
    settings.cells = (struct numbers){STORY_CELLS, {0, 2, 3}};
    settings.equal = (struct numbers){1, {EQUAL_UNITS}};
    settings.seeds = (struct numbers){1, {1}};
    settings.units = STORY_LEARNERS;
    settings.training.budget = 20000;
    return settings;
}

/* Small nets in large minibatches: done in a minute, and near what a search brings. */
static struct learn_settings chorales_settings(void)
{
    struct learn_settings settings = learn_settings_of(&task_jsb);
    settings.cells = (struct numbers){STORY_CELLS, {0, 2, 3}};
    settings.equal = (struct numbers){1, {EQUAL_PARAMETERS}};
    settings.seeds = (struct numbers){1, {1}};
    settings.parameters = 100000;
    settings.training.batch = 16;
    settings.training.dropout = 0.5;
    settings.training.rate = 0.004;
    settings.training.budget = 1200; /* 80 walks through the training pieces */
    settings.training.patience = 20;
    settings.training.wait = 6;
    return settings;
}

/* Trains all that take part, without a search. */
static void learn(struct job *job, const struct task *task, const struct learn_settings *settings,
                  const struct session *session)
{
    const struct schedule schedule = schedule_open(session->results.folder, settings->jobs, &session->machine.cpus);
    job_open(job, task, settings);
    job_list_final(job);
    schedule_forget(&schedule, &job->final);
    schedule_run(&schedule, &job->final);
}

static void measure_adding(struct story *story, const struct session *session)
{
    const struct learn_settings settings = adding_settings();
    learn(&story->adding, &task_adding_halves, &settings, session);
}

static void measure_chorales(struct story *story, const struct session *session)
{
    const struct learn_settings settings = chorales_settings();
    learn(&story->chorales, &task_jsb, &settings, session);
}

/* Empty if it is not there. */
static void read_full_run(struct committed *committed, const char *file)
{
    char path[1024];
    struct why why;
    data_path(NULL, file, path, sizeof path);
    if (!committed_read(committed, path, &why)) {
        message_warn("%s", why.text);
        committed_close(committed);
    }
}

void story_measure(struct story *story, const struct session *session)
{
    read_full_run(&story->gradient_full, "full/gradient-curves.csv");
    read_full_run(&story->cost_full, "full/cost.csv");
    read_full_run(&story->adding_full, "full/adding.csv");
    read_full_run(&story->jsb_full, "full/jsb.csv");
    read_full_run(&story->jsb_subsets_full, "full/jsb-subsets.csv");
    story->memory = memory_ask();
    progress_stage(0.0, throughput_end);
    measure_throughput(story, &session->machine);
    progress_stage(throughput_end, gradient_end);
    if (!interrupted()) {
        const struct gradient_settings settings = story_gradient_settings();
        story->gradient = gradient_run(&settings);
    }
    progress_stage(gradient_end, adding_end);
    if (!interrupted())
        measure_adding(story, session);
    progress_stage(adding_end, 1.0);
    if (!interrupted())
        measure_chorales(story, session);
}

void story_close(struct story *story)
{
    rows_close(&story->rows);
    gradient_close(&story->gradient);
    job_close(&story->adding);
    job_close(&story->chorales);
    committed_close(&story->gradient_full);
    committed_close(&story->cost_full);
    committed_close(&story->adding_full);
    committed_close(&story->jsb_full);
    committed_close(&story->jsb_subsets_full);
}
