/*
 * music/command.c: weir-bench music.
 */
#include <argp.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/interrupt.h"
#include "base/message.h"
#include "base/progress.h"
#include "command/command.h"
#include "music/music.h"

struct music_options {
    struct common_options common;
    struct music_settings settings;
};

/* The training that is under way, for the progress bar. */
static struct {
    double done, all;
} progress;

static error_t parse(int key, char *argument, struct argp_state *state)
{
    (void)argument;
    struct music_options *music = state->input;
    if (key != ARGP_KEY_INIT)
        return ARGP_ERR_UNKNOWN;
    state->child_inputs[0] = &music->settings;
    state->child_inputs[1] = &music->common;
    return 0;
}

static void read_part(struct pieces *pieces, const char *folder, const char *part)
{
    struct why why;
    if (!pieces_read_split(pieces, folder, "jsb", part, &why))
        message_fail("music: %s", why.text);
}

void music_open(struct music *music, const struct music_settings *settings)
{
    const char *folder = settings->data;
    read_part(&music->train, folder, "train");
    read_part(&music->valid, folder, "valid");
    read_part(&music->test, folder, "test");
}

void music_close(struct music *music)
{
    pieces_close(&music->train);
    pieces_close(&music->valid);
    pieces_close(&music->test);
}

static void show(const struct training *training, double done)
{
    const struct epoch *last = &training->curve[training->epochs - 1];
    progress_show((progress.done + done) / progress.all, "music, %s, epoch %" PRId64 ", validation %.2f",
                  training->stack.cell->name, training->epochs, last->valid);
}

struct trainings music_run(const struct music *music, const struct music_settings *settings)
{
    const size_t all = settings->cells.count * settings->seeds.count;
    struct trainings trainings = {.trainings = buffer_allocate(all, sizeof *trainings.trainings)};
    trainings.frequency_cost = pieces_frequency_cost(&music->train, &music->test);
    progress.all = (double)all;
    for (size_t seed = 0; seed < settings->seeds.count; seed++)
        for (size_t cell = 0; cell < settings->cells.count && !interrupted(); cell++) {
            progress.done = (double)trainings.count;
            trainings.trainings[trainings.count++] =
                training_run(music, &cells[settings->cells.values[cell]], &settings->training,
                             (uint64_t)settings->seeds.values[seed], show);
        }
    return trainings;
}

void trainings_close(struct trainings *trainings)
{
    for (size_t i = 0; i < trainings->count; i++)
        training_close(&trainings->trainings[i]);
    free(trainings->trainings);
    *trainings = (struct trainings){0};
}

int command_music(int argc, char **argv)
{
    static const struct argp_child children[] = {{&music_argp, 0, NULL, 0}, {&common_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {
        .parser = parse,
        .doc =
            "Trains RNN, GRU and LSTM, with equally many parameters, to predict the next step of Bach's chorales (JSB "
            "Chorales), and says how well each predicts pieces that it has not met: negative log-likelihood in nats a "
            "step, lower is better.\v"
            "weir-bench music --long aims at published results; weir-bench music --cells lstm --seeds 1,2,3 trains one "
            "cell three times.",
        .children = children,
    };
    struct music_options options = {.settings = music_settings_short()};
    struct session session;
    struct music music;
    argp_parse(&argp, argc, argv, 0, NULL, &options);
    music_open(&music, &options.settings);
    session_open(&session, &options.common, argc, argv);
    struct trainings trainings = music_run(&music, &options.settings);
    music_report(&session, &trainings, &options.settings);
    trainings_close(&trainings);
    music_close(&music);
    return session_close(&session);
}
