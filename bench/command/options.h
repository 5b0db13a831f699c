/*
 * command/options.h: options that several subcommands have, and their errors.
 */
#ifndef BENCH_COMMAND_OPTIONS_H
#define BENCH_COMMAND_OPTIONS_H

#include <argp.h>
#include <stdbool.h>

#include "base/numbers.h"
#include "machine/machine.h"

struct common_options {
    struct machine_options machine;
    const char *output; /* NULL: a folder named by date and time */
};

/* To be children of a subcommand's parser, which sets their input: to a struct common_options, and, for a subcommand
   that writes no results, to a struct machine_options. */
extern const struct argp common_argp;
extern const struct argp machine_argp;

/* Ends the program with "weir-bench <subcommand>: --<option>: <why>" and a hint at --help unless `parsed`. */
void option_require(bool parsed, const struct argp_state *state, const char *option, const struct why *why);

#endif
