/*
 * command/number_option.h: options that are one number each, in a table.
 */
#ifndef BENCH_COMMAND_NUMBER_OPTION_H
#define BENCH_COMMAND_NUMBER_OPTION_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An option that is a number from `least` to `most`: whole if `is_count`. {0} ends a table. */
struct number_option {
    int key;
    const char *name;
    bool is_count;
    struct {
        int64_t least, most;
    } count;
    struct {
        double least, most;
    } real;
    size_t offset; /* of an int64_t, or of a double, in the settings that the table is about */
};

#define COUNT_OPTION(settings, key, name, least, most, member)                                                         \
    {                                                                                                                  \
        key, name, true, {least, most}, {0.0, 0.0}, offsetof(settings, member)                                         \
    }
#define REAL_OPTION(settings, key, name, least, most, member)                                                          \
    {                                                                                                                  \
        key, name, false, {0, 0}, {least, most}, offsetof(settings, member)                                            \
    }

/* Reads the argument of an option of the table into the settings; a wrong one ends the program, as option_require does.
   False, and nothing is done, if the table has no such option. */
bool number_option_parse(const struct number_option *table, int key, const char *argument, void *settings,
                         const struct argp_state *state);

/* The help of an option with what it is in the settings, if it is of the table: an answer of argp's help_filter. */
char *number_option_help(const struct number_option *table, int key, const char *text, const void *settings);

#endif
