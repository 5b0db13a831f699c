/*
 * all/command.c: weir-bench, the main job: throughput first, then music.
 */
#include <argp.h>

#include "base/interrupt.h"
#include "base/progress.h"
#include "command/command.h"
#include "command/options.h"
#include "music/music.h"
#include "throughput/axes.h"
#include "throughput/throughput.h"

/* How much of the whole time throughput takes; music gets the rest. */
static const double throughput_part = 0.6;
static const double throughput_seconds = 70.0;

/* Where sizes and cells are compared. */
enum { USUAL_STEPS = 64 };

static error_t parse(int key, char *argument, struct argp_state *state)
{
    (void)argument;
    if (key != ARGP_KEY_INIT)
        return ARGP_ERR_UNKNOWN;
    state->child_inputs[0] = state->input;
    return 0;
}

/* Three questions: how time depends on length, and on size; and what comes of equal parameters. */
static struct rows list_rows(void)
{
    struct sweep lengths = axes_default().sweep, sizes = lengths, parameters = lengths;
    struct rows rows = {0};
    lengths.hidden = (struct numbers){1, {256}};
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

static void run_throughput(struct session *session)
{
    struct rows rows = list_rows();
    struct measure_options measure = axes_default().measure;
    measure.seconds = throughput_seconds;
    measure_rows(&rows, &session->machine, &measure);
    throughput_report(session, &rows, (struct throughput_style){.cache_steps = USUAL_STEPS});
    rows_close(&rows);
}

static void run_music(struct session *session)
{
    const struct music_settings settings = music_settings_short();
    struct music music;
    music_open(&music, &settings);
    struct trainings trainings = music_run(&music, &settings);
    music_report(session, &trainings, &settings);
    trainings_close(&trainings);
    music_close(&music);
}

int command_all(int argc, char **argv)
{
    static const struct argp_child children[] = {{&common_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {
        .parser = parse,
        .doc = "The main job, under four minutes on two cores: how fast vanilla RNN, GRU and LSTM run and train across "
               "sequence lengths and sizes, then what each learns of real music.\v"
               "weir-bench --help lists the subcommands, which have more to choose from.",
        .children = children,
    };
    struct common_options common = {0};
    struct session session;
    argp_parse(&argp, argc, argv, 0, NULL, &common);
    session_open(&session, &common, argc, argv);
    progress_stage(0.0, throughput_part);
    run_throughput(&session);
    progress_stage(throughput_part, 1.0);
    if (!interrupted())
        run_music(&session);
    return session_close(&session);
}
