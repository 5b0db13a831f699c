/*
 * command/number_option.c: options that are one number each, in a table.
 */
#include "command/number_option.h"

#include <inttypes.h>
#include <stdio.h>

#include "command/options.h"

/* NULL if the table has none of that key. */
static const struct number_option *find(const struct number_option *table, int key)
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
    const struct number_option *option = find(table, key);
    struct why why;
    if (option == NULL)
        return false;
    option_require(parse(option, argument, place_of(option, settings), &why), state, option->name, &why);
    return true;
}

static void print(const struct number_option *option, const void *settings, char *text, size_t size)
{
    if (option->is_count)
        snprintf(text, size, "%" PRId64, count_of(option, settings));
    else
        snprintf(text, size, "%.15g", real_of(option, settings));
}

char *number_option_help(const struct number_option *table, int key, const char *text, const void *settings)
{
    const struct number_option *option = find(table, key);
    char value[64], *whole;
    if (option == NULL)
        return (char *)text;
    print(option, settings, value, sizeof value);
    if (asprintf(&whole, "%s (default: %s)", text, value) < 0)
        return (char *)text;
    return whole;
}
