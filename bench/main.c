/*
 * main.c: weir-bench, the harness that measures Weir. One subcommand a folder; this is the table of them.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/version.h>

#include "command/command.h"

static const struct command commands[] = {
    {"all", "RNN, GRU and LSTM side by side: the main job, under five minutes (also with no subcommand)", command_all},
    {"throughput", "time, rate and memory of inference and training, by cell, length, size and batch",
     command_throughput},
    {"overhead", "the time of a plan over that of its bare CBLAS products", command_overhead},
    {"roofline", "measured shapes under the roofs of arithmetic and of each memory's bandwidth", command_roofline},
    {"plans", "what plans choose, beside everything that they could have chosen", command_plans},
    {"cost", "what a GRU costs beside an LSTM: time, parameters, tape, by size and batch", command_cost},
    {"checkpoints", "time and memory of training over a plan's memory limit", command_checkpoints},
    {"learn", "trains cells on tasks of the literature: what each solves, how often, and how fast", command_learn},
    {"gradient", "where the gradient goes: its norm by lag, untrained and trained", command_gradient},
    {"machine", "what this machine is, and how fast", command_machine},
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void print_help(void)
{
    printf("Usage: weir-bench [SUBCOMMAND] [OPTION...]\n"
           "Measures Weir: vanilla RNN, GRU and LSTM, how fast they run and train, and what they learn.\n\n");
    for (size_t i = 0; i < COMMANDS; i++)
        printf("  %-12s %s\n", commands[i].name, commands[i].summary);
    printf("\nEach subcommand has its own --help. Tables are printed at the end; CSV, JSON and plots go to a folder\n"
           "whose name is printed too. Ctrl-C stops measuring and keeps what was measured.\n\n"
           "  weir-bench                                          the main job\n"
           "  weir-bench throughput --cells lstm --hidden 64..1024 --batch 1,16\n"
           "  weir-bench throughput --set list                    shape sets of the literature\n"
           "  weir-bench roofline --cells lstm --hidden 64..1024\n"
           "  weir-bench plans --quick\n"
           "  weir-bench cost --quick\n"
           "  weir-bench checkpoints --cells lstm,gru --steps 8192\n"
           "  weir-bench learn adding --length 50,200\n"
           "  weir-bench gradient --hidden 64\n");
}

static const struct command *find(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(name, commands[i].name) == 0)
            return &commands[i];
    return NULL;
}

/* Runs a subcommand under the name by which it was called, which its messages begin with. */
static int run(const struct command *command, bool named, int argc, char **argv)
{
    char name[64];
    snprintf(name, sizeof name, "weir-bench%s%s", named ? " " : "", named ? command->name : "");
    argv[0] = name;
    return command->run(argc, argv);
}

int main(int argc, char **argv)
{
    const char *first = argc > 1 ? argv[1] : "";
    if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0 || strcmp(first, "help") == 0) {
        print_help();
        return EXIT_SUCCESS;
    }
    if (strcmp(first, "--version") == 0) {
        printf("weir-bench %s\n", weir_version());
        return EXIT_SUCCESS;
    }
    if (first[0] == '\0' || first[0] == '-')
        return run(&commands[0], false, argc, argv);
    const struct command *command = find(first);
    if (command == NULL) {
        fprintf(stderr, "weir-bench: there is no subcommand '%s'; see weir-bench --help\n", first);
        return EXIT_FAILURE;
    }
    return run(command, true, argc - 1, argv + 1);
}
