/*
 * work/pieces.c: pieces of music, as the keys that sound at each step.
 */
#include "work/pieces.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "work/data.h"

enum { LINE_SIZE = 1024 };

/* Where in a file the reading is. */
struct reader {
    FILE *stream;
    const char *path;
    long line;
    size_t steps, room; /* read so far; what there is memory for */
    struct why *why;
};

static void *grow(void *memory, size_t count, size_t size)
{
    memory = realloc(memory, count * size);
    if (memory == NULL)
        message_fail("no memory for the music");
    return memory;
}

static uint8_t *append_step(struct pieces *pieces, struct reader *reader)
{
    if (reader->steps == reader->room) {
        reader->room = reader->room == 0 ? 4096 : 2 * reader->room;
        pieces->sounds = grow(pieces->sounds, reader->room, sizeof *pieces->sounds);
    }
    memset(pieces->sounds[reader->steps], 0, KEYS);
    return pieces->sounds[reader->steps++];
}

/* Ends the piece that is being read, if it has any steps: the next one begins here. */
static void end_piece(struct pieces *pieces, const struct reader *reader)
{
    if (pieces->first[pieces->count] == (int64_t)reader->steps)
        return;
    pieces->count++;
    pieces->first = grow(pieces->first, pieces->count + 1, sizeof *pieces->first);
    pieces->first[pieces->count] = (int64_t)reader->steps;
}

static bool refuse(const struct reader *reader, const char *text)
{
    snprintf(reader->why->text, sizeof reader->why->text,
             "%.120s, line %ld: '%.40s' is neither '-' nor keys from 0 to %d", reader->path, reader->line, text,
             KEYS - 1);
    return false;
}

/* "60 64 67", or "-" for silence. */
static bool read_step(struct pieces *pieces, struct reader *reader, const char *text)
{
    uint8_t *sounds = append_step(pieces, reader);
    if (strcmp(text, "-") == 0)
        return true;
    for (const char *rest = text; *rest != '\0';) {
        char *end;
        const long key = strtol(rest, &end, 10);
        if (end == rest || key < 0 || key >= KEYS || (*end != '\0' && !isspace((unsigned char)*end)))
            return refuse(reader, text);
        sounds[key] = 1;
        rest = end + strspn(end, " ");
    }
    return true;
}

/* A line without its end; false at the end of the file, and, with a reason, where it cannot be read. */
static bool next_line(struct reader *reader, char line[LINE_SIZE])
{
    struct why *why = reader->why;
    why->text[0] = '\0';
    if (fgets(line, LINE_SIZE, reader->stream) == NULL) {
        if (ferror(reader->stream))
            snprintf(why->text, sizeof why->text, "cannot read %.180s: %s", reader->path, strerror(errno));
        return false;
    }
    reader->line++;
    if (strchr(line, '\n') == NULL && !feof(reader->stream)) {
        snprintf(why->text, sizeof why->text, "%.120s, line %ld: longer than any step of music", reader->path,
                 reader->line);
        return false;
    }
    line[strcspn(line, "\r\n")] = '\0';
    return true;
}

static bool read_lines(struct pieces *pieces, struct reader *reader)
{
    char line[LINE_SIZE];
    while (next_line(reader, line)) {
        if (line[0] == '\0')
            end_piece(pieces, reader);
        else if (!read_step(pieces, reader, line))
            return false;
    }
    end_piece(pieces, reader);
    if (reader->why->text[0] == '\0' && pieces->count == 0)
        snprintf(reader->why->text, sizeof reader->why->text, "%.200s holds no music", reader->path);
    return reader->why->text[0] == '\0';
}

bool pieces_read(struct pieces *pieces, const char *path, struct why *why)
{
    struct reader reader = {.stream = fopen(path, "r"), .path = path, .why = why};
    *pieces = (struct pieces){0};
    if (reader.stream == NULL) {
        snprintf(why->text, sizeof why->text, "cannot read %.180s: %s", path, strerror(errno));
        return false;
    }
    pieces->first = grow(NULL, 1, sizeof *pieces->first);
    pieces->first[0] = 0;
    const bool read = read_lines(pieces, &reader);
    fclose(reader.stream);
    if (!read)
        pieces_close(pieces);
    return read;
}

bool pieces_read_split(struct pieces *pieces, const char *folder, const char *name, const char *split, struct why *why)
{
    char file[128], path[PATH_MAX];
    snprintf(file, sizeof file, "%s.%s.txt", name, split);
    data_path(folder, file, path, sizeof path);
    return pieces_read(pieces, path, why);
}

void pieces_close(struct pieces *pieces)
{
    free(pieces->first);
    free(pieces->sounds);
    *pieces = (struct pieces){0};
}

int64_t piece_length(const struct pieces *pieces, size_t piece)
{
    return pieces->first[piece + 1] - pieces->first[piece];
}

int64_t pieces_longest(const struct pieces *pieces)
{
    int64_t longest = 0;
    for (size_t i = 0; i < pieces->count; i++)
        longest = piece_length(pieces, i) > longest ? piece_length(pieces, i) : longest;
    return longest;
}

int64_t pieces_predictions(const struct pieces *pieces)
{
    return pieces->first[pieces->count] - (int64_t)pieces->count;
}

/* How often a key sounds, kept off 0 and 1, whose logarithms nobody can pay. */
static double frequency(const struct pieces *pieces, int key)
{
    int64_t sounding = 0;
    for (int64_t t = 0; t < pieces->first[pieces->count]; t++)
        sounding += pieces->sounds[t][key];
    return fmin(fmax((double)sounding / (double)pieces->first[pieces->count], 1e-6), 1.0 - 1e-6);
}

double pieces_frequency_cost(const struct pieces *known, const struct pieces *pieces)
{
    double cost = 0.0;
    for (int key = 0; key < KEYS; key++) {
        const double p = frequency(known, key);
        for (size_t i = 0; i < pieces->count; i++)
            for (int64_t t = pieces->first[i] + 1; t < pieces->first[i + 1]; t++)
                cost -= log(pieces->sounds[t][key] ? p : 1.0 - p);
    }
    return cost / (double)pieces_predictions(pieces);
}
