/*
 * command/command.h: the subcommands.
 */
#ifndef BENCH_COMMAND_COMMAND_H
#define BENCH_COMMAND_COMMAND_H

/* One subcommand. `name` and arguments come as to main: argv[0] is "weir-bench <name>", or "weir-bench" if none was
 * given. The answer is an exit status.
 */
struct command {
    const char *name;
    const char *summary;
    int (*run)(int argc, char **argv);
};

int command_all(int argc, char **argv);
int command_throughput(int argc, char **argv);
int command_overhead(int argc, char **argv);
int command_roofline(int argc, char **argv);
int command_plans(int argc, char **argv);
int command_cost(int argc, char **argv);
int command_checkpoints(int argc, char **argv);
int command_learn(int argc, char **argv);
int command_gradient(int argc, char **argv);
int command_machine(int argc, char **argv);

#endif
