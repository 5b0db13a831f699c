/*
 * all/command.c: weir-bench, the main job.
 */
#include <argp.h>

#include "all/story.h"
#include "command/command.h"
#include "command/options.h"

static error_t parse(int key, char *argument, struct argp_state *state)
{
    (void)argument;
    if (key != ARGP_KEY_INIT)
        return ARGP_ERR_UNKNOWN;
    state->child_inputs[0] = state->input;
    return 0;
}

int command_all(int argc, char **argv)
{
    static const struct argp_child children[] = {{&common_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {
        .parser = parse,
        .doc =
            "The main job, under five minutes on two cores: vanilla RNN, GRU and LSTM side by side. What a step costs "
            "across sequence lengths and sizes, how far back a gradient reaches, how long an adding problem each "
            "solves, what each learns of real music, how much memory that takes: one page of plots, one table.\v"
            "weir-bench --help lists the subcommands, which have more to choose from.",
        .children = children,
    };
    static struct story story;
    struct common_options common = {0};
    struct session session;
    argp_parse(&argp, argc, argv, 0, NULL, &common);
    session_open(&session, &common, argc, argv);
    story_measure(&story, &session);
    story_report(&session, &story);
    story_close(&story);
    return session_close(&session);
}
