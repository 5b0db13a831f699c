/*
 * learn/tasks/marked.c: sequences of numbers, two of which are marked: what adding and multiplication have in common.
 */
#include "learn/tasks/marked.h"

enum { FIRST_MOST = 10 };

bool marked_open(struct problem *problem, const char *folder, struct why *why)
{
    (void)folder;
    (void)why;
    problem->inputs = MARKED_INPUTS;
    problem->outputs = 1;
    problem->steps = problem->length;
    return true;
}

int64_t marked_measure(const struct problem *problem, struct sequence *sequence)
{
    (void)sequence;
    return problem->length;
}

bool marked_open_1997(struct problem *problem, const char *folder, struct why *why)
{
    marked_open(problem, folder, why);
    problem->steps = problem->length + problem->length / 10;
    return true;
}

int64_t marked_measure_1997(const struct problem *problem, struct sequence *sequence)
{
    return problem->length + (int64_t)random_below(&sequence->generator, (uint64_t)(problem->length / 10 + 1));
}

void marked_write_values(struct sequence *sequence, struct batch *batch, int64_t row, double low)
{
    for (int64_t t = 0; t < sequence->length; t++)
        batch_x(batch, t, row)[MARKED_VALUE] = (float)(low + (1.0 - low) * random_unit(&sequence->generator));
}

void marked_write_marks(const struct batch *batch, int64_t row, struct marks marks)
{
    batch_x(batch, marks.first, row)[MARKED_MARK] = 1.0F;
    batch_x(batch, marks.second, row)[MARKED_MARK] = 1.0F;
}

int64_t marked_another(struct generator *generator, int64_t below, int64_t taken)
{
    const int64_t step = (int64_t)random_below(generator, (uint64_t)below - 1);
    return step < taken ? step : step + 1;
}

struct marks marked_draw_1997(const struct problem *problem, struct sequence *sequence, struct batch *batch,
                              int64_t row, float neutral)
{
    const int64_t first = (int64_t)random_below(&sequence->generator, FIRST_MOST);
    const int64_t second = marked_another(&sequence->generator, problem->length / 2 - 1, first);
    batch_x(batch, 0, row)[MARKED_MARK] = -1.0F;
    batch_x(batch, sequence->length - 1, row)[MARKED_MARK] = -1.0F;
    if (first == 0 || second == 0)
        batch_x(batch, 0, row)[MARKED_VALUE] = neutral;
    return (struct marks){first, second};
}
