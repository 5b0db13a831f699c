/*
 * all/committed.c: results of earlier, longer runs that come with Weir.
 */
#include "all/committed.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"

/* The whole file, with a zero behind it; NULL, and why, if it cannot be read. */
static char *read_file(const char *path, struct why *why)
{
    FILE *stream = fopen(path, "r");
    char *text = NULL;
    size_t room = 0;
    errno = 0;
    if (stream == NULL || getdelim(&text, &room, '\0', stream) < 0) {
        snprintf(why->text, sizeof why->text, "cannot read %.180s: %s", path,
                 errno != 0 ? strerror(errno) : "it is empty");
        free(text);
        text = NULL;
    }
    if (stream != NULL)
        fclose(stream);
    return text;
}

/* Ends the line that begins here; where the next one begins, NULL after the last. */
static char *cut_line(char *line)
{
    char *end = strchr(line, '\n');
    if (end == NULL)
        return NULL;
    *end = '\0';
    return end[1] == '\0' ? NULL : end + 1;
}

/* Ends the value that begins here, its quotes taken away; where the next one of its line begins, NULL after the last.
 */
static char *cut_value(char *value)
{
    char *from = value, *to = value;
    bool quoted = false;
    for (; *from != '\0' && (quoted || *from != ','); from++) {
        if (*from == '"')
            quoted = !quoted;
        if (*from != '"' || (quoted && from > value && from[-1] == '"'))
            *to++ = *from;
    }
    char *next = *from == ',' ? from + 1 : NULL;
    *to = '\0';
    return next;
}

static size_t count_lines(const char *text)
{
    size_t count = 1;
    for (; *text != '\0'; text++)
        count += *text == '\n';
    return count;
}

static size_t cut_row(char *line, const char **values)
{
    size_t count = 0;
    for (char *value = line; value != NULL && count < COMMITTED_COLUMNS; count++) {
        char *next = cut_value(value);
        values[count] = value;
        value = next;
    }
    return count;
}

/* A line below the head: the first has the names, and says how many values each has. */
static bool take_row(struct committed *committed, char *line, size_t lines)
{
    const char *values[COMMITTED_COLUMNS];
    const size_t count = cut_row(line, values);
    if (committed->values == NULL) {
        committed->columns = count;
        committed->values = buffer_allocate(lines * count, sizeof *committed->values);
    } else {
        committed->rows++;
    }
    if (count != committed->columns)
        return false;
    memcpy(committed->values + committed->rows * count, values, count * sizeof *values);
    return true;
}

bool committed_read(struct committed *committed, const char *path, struct why *why)
{
    *committed = (struct committed){.text = read_file(path, why)};
    if (committed->text == NULL)
        return false;
    const size_t lines = count_lines(committed->text);
    committed->heads = buffer_allocate(lines, sizeof *committed->heads);
    for (char *line = committed->text; line != NULL;) {
        char *next = cut_line(line);
        if (strncmp(line, "# ", 2) == 0 && committed->values == NULL) {
            committed->heads[committed->head_count++] = line + 2;
        } else if (!take_row(committed, line, lines)) {
            snprintf(why->text, sizeof why->text, "%.200s, row %zu: not as many values as names", path,
                     committed->rows);
            return false;
        }
        line = next;
    }
    return true;
}

void committed_close(struct committed *committed)
{
    free(committed->text);
    free(committed->heads);
    free(committed->values);
    *committed = (struct committed){0};
}

const char *committed_head(const struct committed *committed, const char *key)
{
    const size_t length = strlen(key);
    for (size_t i = 0; i < committed->head_count; i++)
        if (strncmp(committed->heads[i], key, length) == 0 && strncmp(committed->heads[i] + length, ": ", 2) == 0)
            return committed->heads[i] + length + 2;
    return "";
}

void committed_origin(const struct committed *committed, char *text, size_t size)
{
    snprintf(text, size, "%.10s, %s", committed_head(committed, "date"), committed_head(committed, "cpu"));
}

const char *committed_text(const struct committed *committed, size_t row, const char *column)
{
    for (size_t i = 0; i < committed->columns; i++)
        if (strcmp(committed->values[i], column) == 0)
            return committed->values[(row + 1) * committed->columns + i];
    return "";
}

double committed_number(const struct committed *committed, size_t row, const char *column)
{
    const char *text = committed_text(committed, row, column);
    char *end;
    const double number = strtod(text, &end);
    return end == text ? (double)NAN : number;
}
