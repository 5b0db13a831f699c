/*
 * command/number_option.c: options that are one number each, in a table.
 */
#include "command/number_option.h"

#include <inttypes.h>
#include <stdio.h>

#include "command/options.h"

const struct number_option *number_option_find(const struct number_option *table, int key)
{
    for (; table->name != NULL; table++)
        if (table->key == key)
            return table;
    return NULL;
}

static void *place_of(const struct number_option *option, void *settings) { return (char *)settings + option->offset; }

static int64_t count_of(const struct number_option *option, const void *settings)
{
    return *(const int64_t *)((const char *)settings + option->offset);
}

static double real_of(const struct number_option *option, const void *settings)
{
    return *(const double *)((const char *)settings + option->offset);
}

static bool parse(const struct number_option *option, const char *argument, void *place, struct why *why)
{
    if (option->is_count)
        return number_parse(place, argument, option->count.least, option->count.most, why);
    return real_parse(place, argument, option->real.least, option->real.most, why);
}

bool number_option_parse(const struct number_option *table, int key, const char *argument, void *settings,
                         const struct argp_state *state)
{
    const struct number_option *option = number_option_find(table, key);
    struct why why;
    if (option == NULL)
        return false;
    option_require(parse(option, argument, place_of(option, settings), &why), state, option->name, &why);
    return true;
}

void number_option_print(const struct number_option *option, const void *settings, char *text, size_t size)
{
    if (option->is_count)
        snprintf(text, size, "%" PRId64, count_of(option, settings));
    else
        snprintf(text, size, "%.15g", real_of(option, settings));
}

char *number_option_help(const struct number_option *table, int key, const char *text, const void *settings)
{
    const struct number_option *option = number_option_find(table, key);
    char value[64], *whole;
    if (option == NULL)
        return (char *)text;
    number_option_print(option, settings, value, sizeof value);
    if (asprintf(&whole, "%s (default: %s)", text, value) < 0)
        return (char *)text;
    return whole;
}

static void change(const struct number_option *option, void *settings, const void *from, const void *to)
{
    void *place = place_of(option, settings);
    if (option->is_count && count_of(option, settings) == count_of(option, from))
        *(int64_t *)place = count_of(option, to);
    if (!option->is_count && real_of(option, settings) == real_of(option, from))
        *(double *)place = real_of(option, to);
}

void number_option_change(const struct number_option *table, void *settings, const void *from, const void *to)
{
    for (; table->name != NULL; table++)
        change(table, settings, from, to);
}
