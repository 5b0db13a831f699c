/*
 * test_scores.c: what trainings are judged by: statistics, sizes, minibatches, scores, rules.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/paired.h"
#include "base/proportion.h"
#include "test_echo.h"
#include "test_support.h"

/* --- statistics --- */

static void intervals_are_those_of_the_tables(void **state)
{
    (void)state;
    /* Clopper & Pearson 1934; the numbers are R's binom.test(k, n)$conf.int. */
    static const struct {
        int64_t k, n;
        double low, high;
    } known[] = {
        {5, 5, 0.4781762, 1.0},          {0, 3, 0.0, 0.7075982},        {0, 5, 0.0, 0.5218238},
        {3, 10, 0.06673951, 0.6524529},  {8, 10, 0.4439045, 0.9747893}, {1, 2, 0.01257912, 0.9874209},
        {50, 100, 0.3983211, 0.6016789},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        const struct interval interval = proportion_interval(known[i].k, known[i].n);
        assert_near(interval.low, known[i].low, 1e-6);
        assert_near(interval.high, known[i].high, 1e-6);
    }
    assert_near(proportion_interval(0, 0).low, 0.0, 0.0);
    assert_near(proportion_interval(0, 0).high, 1.0, 0.0);
}

static void medians_are_not_averages_of_the_unsolved(void **state)
{
    (void)state;
    double odd[] = {300.0, HUGE_VAL, 100.0}, even[] = {HUGE_VAL, 100.0, 400.0, 200.0}, half[] = {100.0, HUGE_VAL};
    assert_near(censored_median(odd, 3), 300.0, 0.0);
    assert_near(censored_median(even, 4), 300.0, 0.0);
    assert_true(isinf(censored_median(half, 2)));
    assert_true(isinf(censored_median(NULL, 0)));
}

/* Normal enough: the sum of twelve, less 6. */
static double normal(struct generator *generator)
{
    double sum = 0.0;
    for (int i = 0; i < 12; i++)
        sum += 0.5 * random_signed(generator);
    return sum;
}

static void paired_intervals_cover_seeds_and_pieces(void **state)
{
    (void)state;
    enum { SEEDS = 10, PIECES = 30, TRIALS = 100 };
    struct generator generator = {.state = 3};
    double difference[SEEDS * PIECES], steps[PIECES];
    int covered = 0, covered_without_pieces = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
        double of_piece[PIECES];
        for (int p = 0; p < PIECES; p++) {
            steps[p] = 10.0;
            of_piece[p] = normal(&generator);
        }
        for (int s = 0; s < SEEDS; s++) {
            const double of_seed = normal(&generator);
            for (int p = 0; p < PIECES; p++)
                difference[s * PIECES + p] = 10.0 * (0.5 + 0.3 * of_seed + of_piece[p]);
        }
        const struct paired paired = {SEEDS, PIECES, difference, steps, 1};
        const struct interval interval = paired_interval(&paired);
        covered += interval.low < 0.5 && interval.high > 0.5;

        /* All pieces as one: what is left is the seeds' part, which is not all there is. */
        double whole[SEEDS] = {0}, all = 0.0;
        for (int p = 0; p < PIECES; p++)
            all += steps[p];
        for (int i = 0; i < SEEDS * PIECES; i++)
            whole[i / PIECES] += difference[i];
        const struct paired seeds = {SEEDS, 1, whole, &all, 1};
        assert_near(paired_mean(&seeds), paired_mean(&paired), 1e-12);
        const struct interval narrow = paired_interval(&seeds);
        covered_without_pieces += narrow.low < 0.5 && narrow.high > 0.5;
    }
    assert_in_range(covered, 85, 100);
    assert_true(covered_without_pieces < covered - 10);
}

static void pieces_count_by_their_steps(void **state)
{
    (void)state;
    const double difference[] = {3.0, -8.0, 5.0, 0.0}, steps[] = {10.0, 40.0};
    const struct paired paired = {2, 2, difference, steps, 1};
    assert_near(paired_mean(&paired), (3.0 - 8.0 + 5.0) / 100.0, 1e-15);
}

/* Of four seeds three are drawn: two of these are 10 with probability 0.16, all with 0.016. */
static void one_seed_less_is_drawn_than_there_are(void **state)
{
    (void)state;
    const double difference[] = {0.0, 0.0, 0.0, 10.0}, step = 1.0;
    const struct paired paired = {4, 1, difference, &step, 1};
    assert_near(paired_interval(&paired).high, 20.0 / 3.0, 1e-12);
}

static void subsets_are_drawn_as_seeds_are(void **state)
{
    (void)state;
    /* [seed][subset][piece]: what differs between subsets alone has an interval as wide as if seeds differed so. */
    const double by_subset[] = {1.0, 2.0, 3.0, 1.0, 2.0, 3.0}, by_seed[] = {1.0, 1.0, 2.0, 2.0, 3.0, 3.0};
    const double step = 1.0;
    const struct paired subsets = {2, 1, by_subset, &step, 3}, seeds = {3, 1, by_seed, &step, 2};
    const struct interval one = paired_interval(&subsets), other = paired_interval(&seeds);
    assert_near(paired_mean(&subsets), 2.0, 1e-15);
    assert_near(paired_mean(&seeds), 2.0, 1e-15);
    assert_true(one.low < 1.5 && one.high > 2.5);
    assert_near(one.low, other.low, 0.35);
    assert_near(one.high, other.high, 0.35);
    /* Subsets that are all the same (all of the data) add nothing. */
    const double whole[] = {1.0, 1.0, 2.0, 2.0, 3.0, 3.0}, once[] = {1.0, 2.0, 3.0};
    const struct paired twice = {3, 1, whole, &step, 2}, single = {3, 1, once, &step, 0};
    assert_near(paired_mean(&twice), paired_mean(&single), 1e-15);
    assert_near(paired_interval(&twice).high, paired_interval(&single).high, 0.35);
}

static void claims_are_held_contradicted_or_open(void **state)
{
    (void)state;
    assert_int_equal(verdict_of((struct interval){-0.02, 0.03}, -0.05, 0.05), VERDICT_HELD);
    assert_int_equal(verdict_of((struct interval){0.06, 0.09}, -0.05, 0.05), VERDICT_CONTRADICTED);
    assert_int_equal(verdict_of((struct interval){-0.09, -0.06}, -0.05, 0.05), VERDICT_CONTRADICTED);
    assert_int_equal(verdict_of((struct interval){0.01, 0.09}, -0.05, 0.05), VERDICT_NOT_RESOLVED);
    assert_int_equal(verdict_of((struct interval){-1.0, -0.06}, -HUGE_VAL, -0.05), VERDICT_HELD);
    assert_string_equal(verdict_name(VERDICT_NOT_RESOLVED), "not resolved");
}

/* --- sizes --- */

static void varieties_stand_where_their_names_do(void **state)
{
    (void)state;
    for (size_t i = 0; variety_names[i] != NULL; i++)
        assert_string_equal(varieties[i].name, variety_names[i]);
}

static void cells_are_equal_by_parameters_or_units(void **state)
{
    (void)state;
    const struct stack like = {.inputs = 2, .hidden = 130, .layers = 1, .outputs = 1};
    const int64_t lstm = 4 * 130 * (2 + 130 + 2) + 131;
    for (size_t i = 0; variety_names[i] != NULL; i++) {
        const struct stack units = variety_stack(&varieties[i], EQUAL_UNITS, like, 0);
        const struct stack parameters = variety_stack(&varieties[i], EQUAL_PARAMETERS, like, 0);
        const struct stack asked = variety_stack(&varieties[i], EQUAL_PARAMETERS, like, 20000);
        assert_int_equal(units.hidden, 130);
        assert_near((double)stack_parameters(&parameters) / (double)lstm, 1.0, 0.01);
        assert_near((double)stack_parameters(&asked) / 20000.0, 1.0, 0.015); /* no unit brings a GRU nearer */
    }
}

/* --- minibatches --- */

/* Of a data set, which sequence it is. */
static void write_number(const struct problem *problem, struct sequence *sequence, struct batch *batch, int64_t row)
{
    *batch_x(batch, 0, row) = (float)(sequence->index % problem->count[sequence->split]);
}

static void data_are_read_once_an_epoch(void **state)
{
    (void)state;
    struct bench bench = {.task = echo};
    bench.task.open = echo_open_data;
    bench.task.write = write_number;
    bench_open(&bench);
    struct batch batch = batch_open(1, 1, 8, ECHO_STEPS);
    for (int epoch = 0, first = 0; epoch < 3; epoch++) {
        int seen[ECHO_DATA] = {0};
        for (int k = 0; k < 3; k++) {
            const int64_t rows = problem_fill(&bench.problem, SPLIT_TRAIN, 1, first, 8, &batch);
            assert_int_equal(rows, k < 2 ? 8 : ECHO_DATA - 16);
            for (int64_t row = 0; row < rows; row++)
                seen[(int)*batch_x(&batch, 0, row)]++;
            first += (int)rows;
        }
        for (int i = 0; i < ECHO_DATA; i++)
            assert_int_equal(seen[i], 1);
    }
    batch_close(&batch);
    bench_close(&bench);
}

/* --- scores --- */

/* Two rows of 3 and 2 steps, two outputs; answers' first numbers say step and row. */
static struct batch small_batch(void)
{
    struct batch batch = batch_open(1, 2, 2, 3);
    batch_clear(&batch, 2, 3);
    batch.lengths[1] = 2;
    *batch_mark(&batch, 1, 0) = *batch_mark(&batch, 0, 1) = *batch_mark(&batch, 1, 1) = 1;
    *batch_class(&batch, 1, 1) = 1;
    batch_target(&batch, 2, 0)[1] = 1.0F;
    return batch;
}

static const float small_y[] = {0.0F, 1.0F, 10.0F, 11.0F, 20.0F, 21.0F, 30.0F, 31.0F, 40.0F, 41.0F, 50.0F, 51.0F};

static void scored_steps_are_gathered_and_put_back(void **state)
{
    (void)state;
    struct batch batch = small_batch();
    struct answers answers = answers_open(WEIR_MSE, &batch);
    float dy[12];
    answers_list_live(&answers, &batch, true);
    answers_gather(&answers, &batch, small_y, false);
    assert_int_equal(answers.first[1], 1);
    assert_int_equal(answers.first[2], 3);
    assert_near((double)answers.y[0], 20.0, 0.0); /* step 1, row 0 */
    assert_near((double)answers.y[2], 10.0, 0.0); /* step 0, row 1 */
    assert_near((double)answers.y[5], 31.0, 0.0); /* step 1, row 1 */
    answers_scatter(&answers, &batch, dy, false);
    for (int i = 0; i < 12; i++)
        assert_near((double)dy[i], i >= 2 && i < 8 ? (double)small_y[i] : 0.0, 0.0);

    answers_list_live(&answers, &batch, false);
    assert_int_equal(answers.first[2], 5);
    answers_list_last(&answers, &batch);
    answers_gather(&answers, &batch, small_y, true);
    assert_near((double)answers.y[0], 0.0, 0.0);
    assert_near((double)answers.y[3], 11.0, 0.0);
    assert_near((double)answers.target[1], 1.0, 0.0);
    answers_close(&answers);
    batch_close(&batch);
}

static void losses_and_errors_are_those_by_hand(void **state)
{
    (void)state;
    struct batch batch = small_batch();
    struct answers answers = answers_open(WEIR_SOFTMAX_CROSS_ENTROPY, &batch);
    answers_list_live(&answers, &batch, true);
    answers_gather(&answers, &batch, small_y, false);
    /* Each answer's second logit is larger by 1: classes 0; 0 and 1. */
    const double second = 1.0 / (1.0 + exp(-1.0)), first = 1.0 - second;
    assert_near(answers_row_loss(&answers, 0), -log(first), 1e-6);
    assert_near(answers_row_loss(&answers, 1), -log(first) - log(second), 1e-6);
    assert_near(answers_row_error(&answers, 0), second, 1e-6);
    assert_near(answers_row_error(&answers, 1), second, 1e-6);
    assert_near(answers_loss(&answers, true), (-2.0 * log(first) - log(second)) / 3.0, 1e-6);
    assert_near((double)answers.y[0], (first - 1.0) / 3.0, 1e-6); /* (softmax - 1)/n */

    answers.loss = WEIR_BERNOULLI_CROSS_ENTROPY;
    answers.y[0] = 0.0F;
    answers.y[1] = 2.0F;
    assert_near(answers_row_error(&answers, 0), 1.0 / (1.0 + exp(-2.0)), 1e-6);
    answers.loss = WEIR_MSE;
    assert_near(answers_row_error(&answers, 0), 2.0, 0.0);
    answers.y[0] = (float)NAN;
    assert_true(isinf(answers_row_error(&answers, 0)));
    answers_close(&answers);
    batch_close(&batch);
}

/* The curve of a training whose steps are scored in this way. */
static double last_valid(enum scored scored)
{
    struct bench bench = {.task = echo};
    char path[128];
    bench.task.scored = scored;
    bench.task.settings.training.budget = 60;
    bench_open(&bench);
    bench_path(&bench, "one", path, sizeof path);
    struct course course = course_open(&bench.trial);
    course_run(&course, path, never);
    const double valid = course.curve[course.progress.moments - 1].valid;
    course_close(&course);
    bench_close(&bench);
    return valid;
}

static void last_steps_are_as_good_marked(void **state)
{
    (void)state;
    const double last = last_valid(SCORED_LAST), marked = last_valid(SCORED_MARKED), all = last_valid(SCORED_ALL);
    assert_near(marked / last, 1.0, 1e-4);
    assert_true(fabs(all / last - 1.0) > 0.01);
}

/* To first order a step of gradient descent lowers the loss of its minibatch by rate * |gradient|^2. */
static void gradients_are_those_of_the_loss(void **state)
{
    (void)state;
    static const enum scored scored[] = {SCORED_LAST, SCORED_MARKED, SCORED_ALL};
    for (size_t k = 0; k < 3; k++) {
        struct bench bench = {.task = echo};
        bench.task.scored = scored[k];
        bench_open(&bench);
        bench.trial.settings.optimizer = WEIR_SGD;
        bench.trial.settings.rate = 0.01;
        bench.trial.settings.clip = 0.0;
        const struct trial *trial = &bench.trial;
        struct learner *learner = learner_open(&bench.problem, trial->variety, &trial->stack, &trial->settings, 3);
        double losses[2], square = 0.0;
        for (int i = 0; i < 2; i++) {
            learner_read(learner, 3, 0);
            losses[i] = learner_update(learner, 0, NULL, NULL);
            for (int64_t p = 0; p < learner->parameters && i == 0; p++)
                square += (double)learner->gradient[p] * (double)learner->gradient[p];
        }
        assert_true(square > 1e-3);
        assert_near((losses[0] - losses[1]) / (0.01 * square), 1.0, 0.05);
        learner_close(&learner);
        bench_close(&bench);
    }
}

/* --- rules --- */

static void rules_look_back_on_a_window(void **state)
{
    (void)state;
    const struct stop_rule rule = {.window = 4, .wrong = 1, .error = 0.1};
    struct recent recent = {0};
    double errors[4] = {0};
    const double met[] = {0.3, 0.0, 0.0, 0.0, 0.0, 0.2, 0.1, 0.1, 0.0, HUGE_VAL, 0.0, 0.0, 0.0, 0.0};
    /* Wrong above 0.15. The mean of the last four is below 0.1 from the fourth on, but where 0.2 + 0.1 + 0.1 are in. */
    const bool expected[] = {false, false, false, true,  true,  true,  true,
                             false, false, false, false, false, false, true};
    for (size_t i = 0; i < sizeof met / sizeof met[0]; i++) {
        rule_meet(&rule, &recent, errors, met[i], met[i] < 0.15);
        assert_int_equal(rule_is_met(&rule, &recent), expected[i]);
    }
    assert_false(rule_is_met(&(struct stop_rule){0}, &recent));
}

static void a_rule_ends_a_training(void **state)
{
    (void)state;
    struct bench bench = {.task = echo};
    char path[128];
    bench.task.stop = (struct stop_rule){.window = 100, .wrong = 0};
    bench.task.settings.training.every = 1000;
    bench_open(&bench);
    bench_path(&bench, "one", path, sizeof path);
    struct course course = course_open(&bench.trial);
    course_run(&course, path, never);
    assert_int_equal(course.progress.ending, ENDING_SOLVED);
    assert_int_equal(course.progress.recent.wrong, 0);
    assert_in_range(course.progress.next, 100, 8 * 600 - 1);
    assert_int_equal(course.progress.next, 8 * course.progress.updates);
    assert_int_equal(course.progress.moments, 1);
    course_close(&course);
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_are_those_of_the_tables),
        cmocka_unit_test(medians_are_not_averages_of_the_unsolved),
        cmocka_unit_test(paired_intervals_cover_seeds_and_pieces),
        cmocka_unit_test(pieces_count_by_their_steps),
        cmocka_unit_test(one_seed_less_is_drawn_than_there_are),
        cmocka_unit_test(subsets_are_drawn_as_seeds_are),
        cmocka_unit_test(claims_are_held_contradicted_or_open),
        cmocka_unit_test(varieties_stand_where_their_names_do),
        cmocka_unit_test(cells_are_equal_by_parameters_or_units),
        cmocka_unit_test(data_are_read_once_an_epoch),
        cmocka_unit_test(scored_steps_are_gathered_and_put_back),
        cmocka_unit_test(losses_and_errors_are_those_by_hand),
        cmocka_unit_test(last_steps_are_as_good_marked),
        cmocka_unit_test(gradients_are_those_of_the_loss),
        cmocka_unit_test(rules_look_back_on_a_window),
        cmocka_unit_test(a_rule_ends_a_training),
    };
    return cmocka_run_group_tests_name("scores", tests, NULL, NULL);
}
