/*
 * base/numbers.c: numbers and lists from the command line, with exact errors.
 */
#include "base/numbers.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((format(printf, 2, 3))) static bool refuse(struct why *why, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why->text, sizeof why->text, format, arguments);
    va_end(arguments);
    return false;
}

bool number_parse(int64_t *number, const char *text, int64_t least, int64_t most, struct why *why)
{
    char *end;
    errno = 0;
    const long long value = strtoll(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0 || value < least || value > most)
        return refuse(why, "'%s' is not a whole number from %" PRId64 " to %" PRId64, text, least, most);
    *number = value;
    return true;
}

bool real_parse(double *number, const char *text, double least, double most, struct why *why)
{
    char *end;
    errno = 0;
    const double value = strtod(text, &end);
    /* Written so that a NaN is refused. */
    if (end == text || *end != '\0' || errno != 0 || !(value >= least && value <= most))
        return refuse(why, "'%s' is not a number from %g to %g", text, least, most);
    *number = value;
    return true;
}

static bool append(struct numbers *numbers, int64_t value, const char *item, struct why *why)
{
    for (size_t i = 0; i < numbers->count; i++)
        if (numbers->values[i] == value)
            return refuse(why, "'%s' names something twice", item);
    if (numbers->count == NUMBERS_MOST)
        return refuse(why, "more than %d values", NUMBERS_MOST);
    numbers->values[numbers->count++] = value;
    return true;
}

/* "a..b": a, 2a, 4a, ... up to b. */
static bool append_range(struct numbers *numbers, const char *item, int64_t least, int64_t most, struct why *why)
{
    char first_text[NUMBERS_WHY];
    const char *dots = strstr(item, "..");
    snprintf(first_text, sizeof first_text, "%.*s", (int)(dots - item), item);

    int64_t first = 0, last = 0;
    struct why part;
    if (!number_parse(&first, first_text, least, most, &part) || !number_parse(&last, dots + 2, least, most, &part))
        return refuse(why, "'%s' is not a..b with whole numbers from %" PRId64 " to %" PRId64, item, least, most);
    if (first < 1 || first > last)
        return refuse(why, "'%s' does not run from a smaller to a larger number", item);
    for (int64_t value = first; value <= last; value *= 2)
        if (!append(numbers, value, item, why))
            return false;
    return true;
}

static bool append_item(struct numbers *numbers, const char *item, int64_t least, int64_t most, struct why *why)
{
    if (strstr(item, "..") != NULL)
        return append_range(numbers, item, least, most, why);
    int64_t value = 0;
    return number_parse(&value, item, least, most, why) && append(numbers, value, item, why);
}

/* Cuts the next item off *rest; false at the end of the list. */
static bool next_item(const char **rest, char *item, size_t size)
{
    if (*rest == NULL)
        return false;
    const char *comma = strchr(*rest, ',');
    const size_t length = comma != NULL ? (size_t)(comma - *rest) : strlen(*rest);
    snprintf(item, size, "%.*s", (int)length, *rest);
    *rest = comma != NULL ? comma + 1 : NULL;
    return true;
}

bool numbers_parse(struct numbers *numbers, const char *text, int64_t least, int64_t most, struct why *why)
{
    struct numbers parsed = {0};
    char item[NUMBERS_WHY];
    for (const char *rest = text; next_item(&rest, item, sizeof item);)
        if (!append_item(&parsed, item, least, most, why))
            return false;
    *numbers = parsed;
    return true;
}

static int64_t place_of(const char *item, const char *const names[])
{
    for (int64_t i = 0; names[i] != NULL; i++)
        if (strcmp(item, names[i]) == 0)
            return i;
    return -1;
}

static bool refuse_name(const char *item, const char *const names[], struct why *why)
{
    char known[NUMBERS_WHY / 2] = "";
    for (size_t i = 0; names[i] != NULL; i++) {
        const size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", i == 0 ? "" : ", ", names[i]);
    }
    return refuse(why, "'%.64s' is none of %s", item, known);
}

bool names_parse(struct numbers *numbers, const char *text, const char *const names[], struct why *why)
{
    struct numbers parsed = {0};
    char item[NUMBERS_WHY];
    for (const char *rest = text; next_item(&rest, item, sizeof item);) {
        const int64_t place = place_of(item, names);
        if (place < 0)
            return refuse_name(item, names, why);
        if (!append(&parsed, place, item, why))
            return false;
    }
    *numbers = parsed;
    return true;
}
