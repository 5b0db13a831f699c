/*
 * gradient/command.c: weir-bench gradient.
 */
#include <argp.h>

#include "command/command.h"
#include "command/number_option.h"
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
    {"hidden", KEY_HIDDEN, "N", 0, "Units", 1},
    {"steps", KEY_STEPS, "LIST", 0, "Lengths at which nets are trained on the adding problem (default: 50)", 1},
    {"untrained-steps", KEY_UNTRAINED_STEPS, "N", 0, "Length of what untrained nets go through", 1},
    {"updates", KEY_UPDATES, "N", 0, "At most so many updates of each training, 0 for none", 1},
    {"batch", KEY_BATCH, "N", 0, "Sequences of an update", 1},
    {"seed", KEY_SEED, "N", 0, "Of weights and sequences", 1},
    {0},
};

#define COUNT(...) COUNT_OPTION(struct gradient_settings, __VA_ARGS__)

static const struct number_option number_options[] = {
    COUNT(KEY_HIDDEN, "hidden", 1, HIDDEN_MOST, hidden),
    COUNT(KEY_UNTRAINED_STEPS, "untrained-steps", ADDING_LEAST_STEPS, STEPS_MOST, untrained_steps),
    COUNT(KEY_UPDATES, "updates", 0, INT64_MAX / 2, training.updates),
    COUNT(KEY_BATCH, "batch", 1, 65536, training.batch),
    COUNT(KEY_SEED, "seed", 0, INT64_MAX, seed),
    {0},
};

static struct gradient_settings settings_default(void)
{
    return (struct gradient_settings){
        .hidden = 32,
        .untrained_steps = 200,
        .steps = {1, {50}},
        .training = {.updates = 2000, .batch = 50, .clip = 1.0},
        .seed = 1,
    };
}

static void make_full(struct gradient_settings *settings)
{
    settings->hidden = 64;
    settings->steps = (struct numbers){2, {50, 200}};
    settings->training.updates = 10000;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct gradient_options *gradient = state->input;
    struct gradient_settings *settings = &gradient->settings;
    struct why why;
    if (number_option_parse(number_options, key, argument, settings, state))
        return 0;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &gradient->common;
        return 0;
    case KEY_FULL:
        make_full(settings);
        return 0;
    case KEY_STEPS:
        option_require(numbers_parse(&settings->steps, argument, ADDING_LEAST_STEPS, STEPS_MOST, &why), state, "steps",
                       &why);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static char *add_default(int key, const char *text, void *input)
{
    (void)input;
    const struct gradient_settings settings = settings_default();
    return number_option_help(number_options, key, text, &settings);
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
        .help_filter = add_default,
    };
    struct gradient_options gradient = {.settings = settings_default()};
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
