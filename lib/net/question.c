/*
 * net/question.c: what a plan is asked for, and the text that stands for it.
 *
 * The text is made in pieces of bounded length, so that it can be compared without memory: one for the options, then
 * one for each layer.
 */
#include "net/choices.h"

#include <string.h>

#include "base/fail.h"
#include "base/pool.h"
#include "net/plan.h"

enum { PIECE = 384 };

weir_status weir_question_ask(struct question *question, const weir_net *net, const weir_plan_options *options,
                              weir_error *error)
{
    *question = (struct question){.net = net, .options = options};
    FORWARD_FAILURE(weir_level_choose(&question->level, error));
    FORWARD_FAILURE(weir_engines_allowed(&question->engines, options, error));
    question->threads = options->threads > 0 ? options->threads : options->pool ? weir_pool_size(options->pool) : 1;
    weir_processor_name(question->processor);
    return WEIR_OK;
}

struct choice weir_question_estimate(const struct question *question)
{
    return (struct choice){
        .engine = question->engines == WEIR_ENGINE_AUTO ? WEIR_ENGINE_NATIVE : question->engines,
        .sharing = question->options->sharing,
        .threads = question->threads,
        .or_fewer = true,
    };
}

static const char *pool_word(const weir_pool *pool)
{
    return !pool ? "none" : weir_pool_has_workers(pool) ? "own" : "loop";
}

static void write_limit(const weir_plan_options *options, struct text *text)
{
    if (options->memory_limit > 0)
        weir_text_add(text, " memory_limit=%lld", (long long)options->memory_limit);
    else
        weir_text_add(text, " memory_limit=none");
}

static void write_options(const struct question *question, struct text *text)
{
    const weir_plan_options *options = question->options;
    weir_text_add(text, "%s %s level=%s processor=%s batch=%lld steps=%lld threads=%lld",
                  question->net->precision == WEIR_F32 ? "f32" : "f64",
                  options->mode == WEIR_TRAINING ? "training" : "inference", weir_level_name(question->level),
                  question->processor, (long long)options->batch, (long long)options->steps,
                  (long long)question->threads);
    weir_text_add(text, " pool=%s engine=%s sharing=%s dropout=%s", pool_word(options->pool),
                  weir_engine_word(question->engines), weir_sharing_word(options->sharing),
                  weir_plan_drops(question->net, options) ? "yes" : "no");
    write_limit(options, text);
    weir_text_add(text, " inputs=%lld layers=", (long long)question->net->inputs);
}

static void write_layer(const struct layer *layer, bool first, struct text *text)
{
    static const char *const directions[] = {
        [WEIR_FORWARD] = "forward", [WEIR_REVERSE] = "reverse", [WEIR_BOTH] = "both"};
    weir_text_add(text, "%s%s:%lld:%s", first ? "" : ",", layer->shape->name, (long long)layer->units,
                  directions[layer->given.direction]);
}

/* Piece i of its text; false if there are no more. */
static bool piece_of(const struct question *question, int64_t i, char piece[PIECE])
{
    struct text text = {.at = piece, .size = PIECE};
    if (i > question->net->layer_count)
        return false;
    if (i == 0)
        write_options(question, &text);
    else
        write_layer(&question->net->layers[i - 1], i == 1, &text);
    return true;
}

int64_t weir_question_write(const struct question *question, char *text, size_t size)
{
    char piece[PIECE];
    struct text whole = {.at = text, .size = size};
    for (int64_t i = 0; piece_of(question, i, piece); i++)
        weir_text_add(&whole, "%s", piece);
    return whole.length;
}

bool weir_question_is(const struct question *question, const char *text)
{
    char piece[PIECE];
    for (int64_t i = 0; piece_of(question, i, piece); i++) {
        const size_t length = strlen(piece);
        if (strncmp(text, piece, length) != 0)
            return false;
        text += length;
    }
    return *text == '\0';
}
