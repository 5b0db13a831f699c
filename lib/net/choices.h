/*
 * net/choices.h: what a plan can choose, how a choice is found, and how it is remembered.
 */
#ifndef WEIR_NET_CHOICES_H
#define WEIR_NET_CHOICES_H

#include <stdbool.h>
#include <stdint.h>

#include <weir/plan.h>

#include "base/cpu.h"
#include "base/processor.h"
#include "base/text.h"
#include "net/plan.h"

/* What a plan is asked for. `options` are complete and checked. */
struct question {
    const weir_net *net;
    const weir_plan_options *options;
    enum level level;
    weir_engine engines; /* those that may be chosen; WEIR_ENGINE_AUTO: any */
    int64_t threads;     /* most that a run may have */
    char processor[PROCESSOR_NAME];
};

/* net/question.c */
weir_status weir_question_ask(struct question *question, const weir_net *net, const weir_plan_options *options,
                              weir_error *error);
/* What the model answers. */
struct choice weir_question_estimate(const struct question *question);
/* Writes it as the text that stands before a choice; its length. */
int64_t weir_question_write(const struct question *question, char *text, size_t size);
/* Whether it is that text. Allocates nothing. */
bool weir_question_is(const struct question *question, const char *text);

/* net/choice_text.c: a line of text. "native", "units", as there. */
const char *weir_engine_word(weir_engine engine);
const char *weir_sharing_word(weir_sharing sharing);
void weir_choice_write(const struct choice *choice, struct text *text);
/* Where a line ends, and where in it the question ends. The answer is NULL, or what is wrong, and then *end is where.
 */
const char *weir_choice_parse(const char *line, struct choice *choice, const char **question_end, const char **end);

/* net/choices.c: all that is remembered. */
weir_status weir_choices_make(weir_choices **choices, const weir_allocator *allocator, weir_error *error);
void weir_choices_free(weir_choices *choices);
int64_t weir_choices_number(weir_choices *choices);
bool weir_choices_find(weir_choices *choices, const struct question *question, struct choice *choice);
weir_status weir_choices_remember(weir_choices *choices, const struct question *question, const struct choice *choice,
                                  weir_error *error);
int64_t weir_choices_write(weir_choices *choices, char *text, size_t size);
weir_status weir_choices_read(weir_choices *choices, const char *text, weir_error *error);

/* net/measure.c: the fastest of all answers. *choice is the model's before. */
weir_status weir_choice_measure(const struct question *question, weir_net *net, struct choice *choice,
                                weir_error *error);

#endif
