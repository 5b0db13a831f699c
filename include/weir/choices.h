/**
 * @file
 * weir/choices.h: what plans have learned by measuring, to be kept and used again.
 *
 * A plan made with WEIR_MEASURE (weir/plan.h) tries several ways to run. Given an object of this kind, it looks there
 * first, and adds what it finds; exported as text and imported by the next process, nothing is measured twice:
 *
 *     weir_choices_create(&choices, NULL, &error);
 *     weir_choices_import(choices, text_of_a_file, &error);
 *     options.planning = WEIR_MEASURE;
 *     options.choices = choices;
 *     weir_plan_create(&plan, net, &options, &error);
 *     weir_choices_export(choices, text, sizeof text);
 *
 * A choice holds for one shape on one machine: the same layers, precision, batch, steps, mode and threads, the same
 * options, the same model of processor and level of instructions. Others are kept and exported, and never used. What a
 * BLAS and its number of threads are it does not know: measure anew where those change.
 *
 * The text is lines: the first names the format and the version of Weir, each other one is a shape and what was chosen
 * for it; empty lines, and those that begin with #, say nothing.
 */
#ifndef WEIR_CHOICES_H
#define WEIR_CHOICES_H

#include <stddef.h>
#include <stdint.h>

#include <weir/error.h>
#include <weir/net.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Choices. Any number of threads may use one at a time, also for plans. */
typedef struct weir_choices weir_choices;

/**
 * Makes an empty one.
 *
 * @param choices   gets it; yours: weir_choices_destroy. Untouched on failure.
 * @param allocator where its memory comes from, copied; NULL: the C library
 * @return WEIR_OK, WEIR_ERROR_ARGUMENT, WEIR_ERROR_MEMORY. Any thread.
 */
WEIR_API weir_status weir_choices_create(weir_choices **choices, const weir_allocator *allocator, weir_error *error);

/** Frees it and sets *choices to NULL. Plans that were made with it do not need it any more. NULL and *choices NULL are
 *  allowed. Any thread; none using it. */
WEIR_API void weir_choices_destroy(weir_choices **choices);

/** How many choices it holds; 0 for NULL. Any thread. */
WEIR_API int64_t weir_choices_count(const weir_choices *choices);

/**
 * Writes all choices as text, in the order in which they came, as snprintf would: at most `size` bytes with the final
 * NUL, and returns the length that the whole text has. Of NULL there is nothing to write: "", and 0. Any thread.
 */
WEIR_API int64_t weir_choices_export(const weir_choices *choices, char *text, size_t size);

/**
 * Adds the choices of such a text, all or none; one for a shape that is there already takes its place. The text may
 * come from anywhere: whatever it holds, a plan made with it computes what it should.
 *
 * @return WEIR_OK, WEIR_ERROR_MEMORY, WEIR_ERROR_ARGUMENT if the text is not of this format (the error names the line),
 *         WEIR_ERROR_MISMATCH if it is of another version of the format or of Weir. Any thread.
 */
WEIR_API weir_status weir_choices_import(weir_choices *choices, const char *text, weir_error *error);

#ifdef __cplusplus
}
#endif

#endif
