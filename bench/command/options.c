/*
 * command/options.c: options that several subcommands have, and their errors.
 */
#include "command/options.h"

enum { KEY_OUTPUT = 'o', KEY_BLAS_THREADS = 0x1000, KEY_CPUS };

static const struct argp_option common_options[] = {
    {0, 0, 0, 0, "Where and how:", 100},
    {"output", KEY_OUTPUT, "FOLDER", 0, "Where the results go (default: results/<date and time>)", 100},
    {0},
};

static const struct argp_option machine_options[] = {
    {"blas-threads", KEY_BLAS_THREADS, "N", 0, "Threads of the BLAS (default: 1)", 100},
    {"cpus", KEY_CPUS, "LIST", 0,
     "Run on these CPUs, one for each BLAS thread (default: the current one and those after it)", 100},
    {0},
};

void option_require(bool parsed, const struct argp_state *state, const char *option, const struct why *why)
{
    if (!parsed)
        argp_error(state, "--%s: %s", option, why->text);
}

static error_t parse_machine(int key, char *argument, struct argp_state *state)
{
    struct machine_options *machine = state->input;
    struct why why;
    switch (key) {
    case KEY_BLAS_THREADS:
        option_require(number_parse(&machine->blas_threads, argument, 1, CPUS_MOST, &why), state, "blas-threads", &why);
        return 0;
    case KEY_CPUS:
        option_require(numbers_parse(&machine->cpus, argument, 0, 65535, &why), state, "cpus", &why);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse_common(int key, char *argument, struct argp_state *state)
{
    struct common_options *common = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &common->machine;
        return 0;
    case KEY_OUTPUT:
        common->output = argument;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp machine_argp = {.options = machine_options, .parser = parse_machine};

static const struct argp_child common_children[] = {{&machine_argp, 0, NULL, 0}, {0}};

const struct argp common_argp = {.options = common_options, .parser = parse_common, .children = common_children};
