/*
 * gradient/command.c: weir-bench gradient.
 */
#include <argp.h>

#include "command/command.h"
#include "gradient/adding.h"
#include "gradient/gradient.h"

enum { KEY_HIDDEN = 0x300, KEY_STEPS, KEY_UNTRAINED_STEPS, KEY_UPDATES, KEY_BATCH, KEY_SEED, KEY_FULL };

enum { STEPS_MOST = 100000, HIDDEN_MOST = 4096 };

struct gradient_options {
    struct common_options common;
    struct gradient_settings settings;
};

static const struct argp_option options[] = {
    {"full", KEY_FULL, 0, 0, "Train at 50 and at 200 steps, with 64 units and at most 10,000 updates", 1},
    {"hidden", KEY_HIDDEN, "N", 0, "Units (default: 32)", 1},
    {"steps", KEY_STEPS, "LIST", 0, "Lengths at which nets are trained on the adding problem (default: 50)", 1},
    {"untrained-steps", KEY_UNTRAINED_STEPS, "N", 0, "Length of what untrained nets go through (default: 200)", 1},
    {"updates", KEY_UPDATES, "N", 0, "At most so many updates of each training, 0 for none (default: 2000)", 1},
    {"batch", KEY_BATCH, "N", 0, "Sequences of an update (default: 50)", 1},
    {"seed", KEY_SEED, "N", 0, "Of weights and sequences (default: 1)", 1},
    {0},
};

static void make_full(struct gradient_settings *settings)
{
    settings->hidden = 64;
    settings->steps = (struct numbers){2, {50, 200}};
    settings->training.updates = 10000;
}

/* An option with one whole number. */
static int64_t number_of(const struct argp_state *state, const char *option, const char *argument, int64_t least,
                         int64_t most)
{
    int64_t number = least;
    struct why why;
    option_require(number_parse(&number, argument, least, most, &why), state, option, &why);
    return number;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct gradient_options *gradient = state->input;
    struct gradient_settings *settings = &gradient->settings;
    struct why why;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &gradient->common;
        return 0;
    case KEY_FULL:
        make_full(settings);
        return 0;
    case KEY_HIDDEN:
        settings->hidden = number_of(state, "hidden", argument, 1, HIDDEN_MOST);
        return 0;
    case KEY_STEPS:
        option_require(numbers_parse(&settings->steps, argument, ADDING_LEAST_STEPS, STEPS_MOST, &why), state, "steps",
                       &why);
        return 0;
    case KEY_UNTRAINED_STEPS:
        settings->untrained_steps = number_of(state, "untrained-steps", argument, ADDING_LEAST_STEPS, STEPS_MOST);
        return 0;
    case KEY_UPDATES:
        settings->training.updates = number_of(state, "updates", argument, 0, INT64_MAX / 2);
        return 0;
    case KEY_BATCH:
        settings->training.batch = number_of(state, "batch", argument, 1, 65536);
        return 0;
    case KEY_SEED:
        settings->seed = (uint64_t)number_of(state, "seed", argument, 0, INT64_MAX);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int command_gradient(int argc, char **argv)
{
    static const struct argp_child children[] = {{&common_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .doc =
            "Shows where the gradient goes: the norm of dL/d(state) against the lag, for RNN, GRU and LSTM as each of "
            "the library's initialisers leaves them, and trained on the adding problem; beside it the state's "
            "Jacobian, direct paths, saturated gates and time constants. All in f64.\v"
            "The defaults take about a minute. docs/benchmarks.md says how to read the plots.",
        .children = children,
    };
    struct gradient_options gradient = {.settings = {.hidden = 32,
                                                     .untrained_steps = 200,
                                                     .steps = {1, {50}},
                                                     .training = {.updates = 2000, .batch = 50, .clip = 1.0},
                                                     .seed = 1}};
    struct session session;
    argp_parse(&argp, argc, argv, 0, NULL, &gradient);
    session_open(&session, &gradient.common, argc, argv);
    if (gradient.settings.training.updates == 0)
        gradient.settings.steps.count = 0;
    struct gradient_rows rows = gradient_run(&gradient.settings);
    gradient_report(&session, &rows, &gradient.settings);
    gradient_close(&rows);
    return session_close(&session);
}
