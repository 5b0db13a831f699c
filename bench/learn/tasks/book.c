/*
 * learn/tasks/book.c: a text as characters.
 */
#include "learn/tasks/book.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"

/* The whole text, each verse on a line behind its reference, "Ge1:1 In the beginning ...": -f switches the layout in
   columns off, and without -p a file of that name in the current folder would be taken. */
static const char bible[] = "bible -f -p /usr/lib gen1:1-rev22:21 </dev/null 2>/dev/null";

static void append(struct book *book, int64_t *room, int character)
{
    if (book->count == *room) {
        *room = *room == 0 ? 1 << 16 : 2 * *room;
        book->characters = realloc(book->characters, (size_t)*room);
        if (book->characters == NULL)
            message_fail("no memory for the text");
    }
    book->characters[book->count++] = (uint8_t)character;
}

/* From the first character of a line, goes over a word and the blank after it to the next one. */
static bool skip_reference(FILE *stream, int *character, long line, struct why *why)
{
    while (*character != ' ' && *character != '\n' && *character != EOF)
        *character = getc(stream);
    if (*character != ' ') {
        snprintf(why->text, sizeof why->text, "line %ld of the text has no reference at its beginning", line);
        return false;
    }
    *character = getc(stream);
    return true;
}

/* Codes become numbers. */
static void number_characters(struct book *book)
{
    uint8_t numbers[CHARACTERS_MOST] = {0};
    for (int64_t i = 0; i < book->count; i++)
        numbers[book->characters[i]] = 1;
    for (int code = 0; code < CHARACTERS_MOST; code++)
        if (numbers[code] == 1) {
            book->letter[book->alphabet] = (unsigned char)code;
            numbers[code] = (uint8_t)book->alphabet++;
        }
    for (int64_t i = 0; i < book->count; i++)
        book->characters[i] = numbers[book->characters[i]];
}

bool book_take(struct book *book, FILE *stream, bool references, struct why *why)
{
    int64_t room = 0;
    long line = 0;
    int character, before = '\n';
    *book = (struct book){0};
    while ((character = getc(stream)) != EOF) {
        line += before == '\n';
        if (references && before == '\n' && !skip_reference(stream, &character, line, why))
            return false;
        if (character == EOF)
            break;
        append(book, &room, character);
        before = character;
    }
    if (ferror(stream)) {
        snprintf(why->text, sizeof why->text, "cannot read the text: %s", strerror(errno));
        return false;
    }
    number_characters(book);
    return true;
}

static bool read_file(struct book *book, const char *folder, struct why *why)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/text.txt", folder);
    FILE *stream = fopen(path, "rb");
    if (stream == NULL) {
        snprintf(why->text, sizeof why->text, "cannot read %.180s: %s", path, strerror(errno));
        return false;
    }
    const bool taken = book_take(book, stream, false, why);
    fclose(stream);
    return taken;
}

static bool read_bible(struct book *book, struct why *why)
{
    FILE *stream = popen(bible, "r");
    if (stream == NULL)
        message_fail("cannot start a program: %s", strerror(errno));
    const bool taken = book_take(book, stream, true, why);
    const int status = pclose(stream);
    if (!taken || (status == 0 && book->count > 0))
        return taken;
    snprintf(why->text, sizeof why->text,
             "the text comes from the program 'bible', which printed none: apt-get install bible-kjv, or --data FOLDER "
             "with a text.txt of yours");
    return false;
}

bool book_read(struct book *book, const char *folder, struct why *why)
{
    *book = (struct book){0};
    return folder != NULL ? read_file(book, folder, why) : read_bible(book, why);
}

void book_close(struct book *book)
{
    free(book->characters);
    *book = (struct book){0};
}
