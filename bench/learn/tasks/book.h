/*
 * learn/tasks/book.h: a text as characters.
 */
#ifndef BENCH_LEARN_TASKS_BOOK_H
#define BENCH_LEARN_TASKS_BOOK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/numbers.h"

enum { CHARACTERS_MOST = 256 };

/* A character is a byte; those that occur are numbered from 0 in the order of their codes. */
struct book {
    int64_t count;
    uint8_t *characters;                   /* [count] their numbers */
    int64_t alphabet;                      /* how many there are */
    unsigned char letter[CHARACTERS_MOST]; /* [alphabet] the code of each */
};

/*
 * Reads text.txt in a folder, as it is; or, if that is NULL, the King James Bible as the program bible of the Debian
 * package bible-kjv prints it, a verse a line, without the references that lines begin with. False, and why, if there
 * is none. Close it in either case.
 */
bool book_read(struct book *book, const char *folder, struct why *why);
void book_close(struct book *book);

/* Takes a text from a stream; with `references`, each line begins with one word that does not belong to it. False, and
   why with the line, if one has none. */
bool book_take(struct book *book, FILE *stream, bool references, struct why *why);

#endif
