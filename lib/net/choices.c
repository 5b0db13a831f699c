/*
 * net/choices.c: what plans have learned, in the order in which it came.
 */
#include "net/choices.h"

#include <pthread.h>
#include <string.h>

#include "base/fail.h"
#include "base/version.h"

enum { FORMAT = 1 };

/* A question as text, and its answer. */
struct remembered {
    struct remembered *next;
    int64_t bytes;
    struct choice choice;
    char question[];
};

struct weir_choices {
    weir_allocator allocator;
    int64_t bytes;
    pthread_mutex_t lock; /* of the rest */
    struct remembered *first;
    int64_t count;
};

weir_status weir_choices_make(weir_choices **choices, const weir_allocator *allocator, weir_error *error)
{
    struct arena arena = {0};
    weir_arena_take(&arena, 1, sizeof **choices);
    weir_choices *made = weir_allocate(allocator, arena.used);
    FAIL_IF(!made, error, WEIR_ERROR_MEMORY, "no memory for choices");
    memset(made, 0, (size_t)arena.used);
    made->allocator = *allocator;
    made->bytes = arena.used;
    pthread_mutex_init(&made->lock, NULL); /* of default attributes: it cannot fail */
    *choices = made;
    return WEIR_OK;
}

static void free_list(const weir_allocator *allocator, struct remembered *first)
{
    while (first) {
        struct remembered *next = first->next;
        weir_release(allocator, first, first->bytes);
        first = next;
    }
}

void weir_choices_free(weir_choices *choices)
{
    const weir_allocator allocator = choices->allocator;
    free_list(&allocator, choices->first);
    pthread_mutex_destroy(&choices->lock);
    weir_release(&allocator, choices, choices->bytes);
}

int64_t weir_choices_number(weir_choices *choices)
{
    pthread_mutex_lock(&choices->lock);
    const int64_t count = choices->count;
    pthread_mutex_unlock(&choices->lock);
    return count;
}

/* Room for one whose question has so many bytes; NULL if there is none. */
static struct remembered *new_remembered(const weir_allocator *allocator, int64_t length, const struct choice *choice)
{
    struct arena arena = {0};
    struct remembered *made;
    weir_arena_take(&arena, 1, (int64_t)sizeof *made + length + 1);
    made = weir_allocate(allocator, arena.used);
    if (!made)
        return NULL;
    memset(made, 0, (size_t)arena.used);
    made->bytes = arena.used;
    made->choice = *choice;
    return made;
}

/* Puts it last, unless its question is there: then the answer is replaced, and it is not needed any more. */
static void put(weir_choices *choices, struct remembered *one)
{
    struct remembered **at = &choices->first;
    while (*at && strcmp((*at)->question, one->question) != 0)
        at = &(*at)->next;
    one->next = NULL;
    if (*at) {
        (*at)->choice = one->choice;
        weir_release(&choices->allocator, one, one->bytes);
    } else {
        *at = one;
        choices->count++;
    }
}

bool weir_choices_find(weir_choices *choices, const struct question *question, struct choice *choice)
{
    pthread_mutex_lock(&choices->lock);
    const struct remembered *one = choices->first;
    while (one && !weir_question_is(question, one->question))
        one = one->next;
    if (one)
        *choice = one->choice;
    pthread_mutex_unlock(&choices->lock);
    return one != NULL;
}

weir_status weir_choices_remember(weir_choices *choices, const struct question *question, const struct choice *choice,
                                  weir_error *error)
{
    const int64_t length = weir_question_write(question, NULL, 0);
    struct remembered *one = new_remembered(&choices->allocator, length, choice);
    FAIL_IF(!one, error, WEIR_ERROR_MEMORY, "no memory to remember a choice");
    weir_question_write(question, one->question, (size_t)length + 1);
    pthread_mutex_lock(&choices->lock);
    put(choices, one);
    pthread_mutex_unlock(&choices->lock);
    return WEIR_OK;
}

/* --- Text ----------------------------------------------------------------------------------------------------------
 */

int64_t weir_choices_write(weir_choices *choices, char *text, size_t size)
{
    struct text whole = {.at = text, .size = size};
    weir_text_add(&whole, "weir-choices %d of weir " VERSION "\n", FORMAT);
    pthread_mutex_lock(&choices->lock);
    for (const struct remembered *one = choices->first; one; one = one->next) {
        weir_text_add(&whole, "%s", one->question);
        weir_choice_write(&one->choice, &whole);
        weir_text_add(&whole, "\n");
    }
    pthread_mutex_unlock(&choices->lock);
    return whole.length;
}

/* A text that is being read, and what was found in it. */
struct reading {
    const weir_allocator *allocator;
    const char *line;
    int64_t number; /* of the line, from 1 on */
    struct remembered *first, **last;
};

/* Behind the next '\n', or at the end. */
static const char *line_after(const char *line)
{
    const char *end = strchr(line, '\n');
    return end ? end + 1 : line + strlen(line);
}

/* Whether a line ends at `at`, as Unix or Windows writes it. */
static bool ends_line(const char *at) { return *at == '\0' || *at == '\n' || (at[0] == '\r' && at[1] == '\n'); }

/* Whether the line begins with those words, and goes on behind them at *at. */
static bool begins_with(const char *words, const char **at)
{
    const size_t length = strlen(words);
    if (strncmp(*at, words, length) != 0)
        return false;
    *at += length;
    return true;
}

static weir_status read_head(struct reading *reading, weir_error *error)
{
    char format[32];
    struct text text = {.at = format, .size = sizeof format};
    const char *at = reading->line;
    weir_text_add(&text, "%d of weir ", FORMAT);
    FAIL_IF(!begins_with("weir-choices ", &at), error, WEIR_ERROR_ARGUMENT,
            "line 1: expected 'weir-choices', this is no text of choices");
    FAIL_IF(!begins_with(format, &at), error, WEIR_ERROR_MISMATCH,
            "line 1: the text is not of format %d, which this Weir reads", FORMAT);
    FAIL_IF(!begins_with(VERSION, &at) || !ends_line(at), error, WEIR_ERROR_MISMATCH,
            "line 1: the choices are another version's, this is Weir " VERSION ": measure anew");
    return WEIR_OK;
}

static weir_status read_line(struct reading *reading, weir_error *error)
{
    struct choice choice;
    const char *line = reading->line, *question_end = line, *end;
    const char *expected = weir_choice_parse(line, &choice, &question_end, &end);
    if (!expected && !ends_line(end))
        expected = "the end of the line";
    FAIL_IF(expected, error, WEIR_ERROR_ARGUMENT, "line %lld, column %lld: expected %s", (long long)reading->number,
            (long long)(end - line + 1), expected);
    struct remembered *one = new_remembered(reading->allocator, question_end - line, &choice);
    FAIL_IF(!one, error, WEIR_ERROR_MEMORY, "no memory for the choice of line %lld", (long long)reading->number);
    memcpy(one->question, line, (size_t)(question_end - line));
    *reading->last = one;
    reading->last = &one->next;
    return WEIR_OK;
}

static weir_status read_lines(struct reading *reading, weir_error *error)
{
    FORWARD_FAILURE(read_head(reading, error));
    for (reading->line = line_after(reading->line); *reading->line; reading->line = line_after(reading->line)) {
        reading->number++;
        if (*reading->line != '#' && !ends_line(reading->line))
            FORWARD_FAILURE(read_line(reading, error));
    }
    return WEIR_OK;
}

/* Nothing is put before all lines have been read. */
weir_status weir_choices_read(weir_choices *choices, const char *text, weir_error *error)
{
    struct reading reading = {.allocator = &choices->allocator, .line = text, .number = 1};
    reading.last = &reading.first;
    const weir_status status = read_lines(&reading, error);
    if (status != WEIR_OK) {
        free_list(reading.allocator, reading.first);
        return status;
    }
    pthread_mutex_lock(&choices->lock);
    while (reading.first) {
        struct remembered *next = reading.first->next;
        put(choices, reading.first);
        reading.first = next;
    }
    pthread_mutex_unlock(&choices->lock);
    return WEIR_OK;
}
