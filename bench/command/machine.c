/*
 * command/machine.c: weir-bench machine, the lines that head every result.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/message.h"
#include "command/command.h"
#include "command/options.h"
#include "report/results.h"

static error_t parse(int key, char *argument, struct argp_state *state)
{
    (void)argument;
    if (key != ARGP_KEY_INIT)
        return ARGP_ERR_UNKNOWN;
    state->child_inputs[0] = state->input;
    return 0;
}

int command_machine(int argc, char **argv)
{
    static const struct argp_child children[] = {{&machine_argp, 0, "How:", 0}, {0}};
    static const struct argp argp = {
        .parser = parse,
        .doc =
            "Shows this machine: CPU, caches, instruction sets, compiler and flags, the BLAS with its version and "
            "threads; and how fast it is: its arithmetic peak, the BLAS's largest product, and the bandwidth of each "
            "level of memory. The same lines head every result file.",
        .children = children,
    };
    struct machine_options options = {0};
    struct machine machine;
    struct why why;
    argp_parse(&argp, argc, argv, 0, NULL, &options);
    if (!machine_open(&machine, &options, &why))
        message_fail("%s", why.text);
    machine_measure(&machine);
    json_t *description = machine_describe(&machine, argv[0]);
    results_print_head(description, "", stdout);
    json_decref(description);
    return EXIT_SUCCESS;
}
