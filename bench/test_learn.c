/*
 * test_learn.c: trainings that learn: statistics, sizes, searches, scores, rules, and going on after an interruption.
 */
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/paired.h"
#include "base/proportion.h"
#include "learn/checkpoint.h"
#include "learn/job.h"
#include "learn/schedule.h"
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

/* --- a task that is easily learned: say the first number again --- */

enum { ECHO_STEPS = 6, ECHO_DATA = 21 };

static bool open_echo(struct problem *problem, const char *folder, struct why *why)
{
    (void)folder;
    (void)why;
    problem->inputs = 1;
    problem->outputs = 1;
    problem->steps = ECHO_STEPS;
    return true;
}

static bool open_echo_data(struct problem *problem, const char *folder, struct why *why)
{
    problem->count[SPLIT_TRAIN] = ECHO_DATA;
    problem->count[SPLIT_VALID] = problem->count[SPLIT_TEST] = 10;
    return open_echo(problem, folder, why);
}

static int64_t measure_echo(const struct problem *problem, struct sequence *sequence)
{
    return problem->steps - (int64_t)random_below(&sequence->generator, 3);
}

static void write_echo(const struct problem *problem, struct sequence *sequence, struct batch *batch, int64_t row)
{
    (void)problem;
    for (int64_t t = 0; t < sequence->length; t++) {
        *batch_x(batch, t, row) = (float)random_signed(&sequence->generator);
        *batch_target(batch, t, row) = 0.5F * *batch_x(batch, 0, row);
    }
    *batch_mark(batch, sequence->length - 1, row) = 1;
}

/* Of a data set, which sequence it is. */
static void write_number(const struct problem *problem, struct sequence *sequence, struct batch *batch, int64_t row)
{
    *batch_x(batch, 0, row) = (float)(sequence->index % problem->count[sequence->split]);
}

static double nothing_echo(const struct problem *problem)
{
    (void)problem;
    return 1.0 / 12.0;
}

static bool solved_echo(const struct problem *problem, const struct score *score)
{
    return problem_score(problem, &score->all) < 0.002;
}

static const struct task echo = {
    .name = "echo",
    .success = "mean squared error below 0.002",
    .settings = {.training = {.scheme = WEIR_INIT_GLOROT_ORTHOGONAL,
                              .optimizer = WEIR_ADAM,
                              .rate = 0.01,
                              .clip = 1.0,
                              .bias = 1.0,
                              .batch = 8,
                              .every = 20,
                              .budget = 600,
                              .valid = 50,
                              .confirm = 100,
                              .test = 100},
                 .units = 8},
    .loss = WEIR_MSE,
    .scored = SCORED_LAST,
    .tolerance = 0.1,
    .open = open_echo,
    .measure = measure_echo,
    .write = write_echo,
    .nothing = nothing_echo,
    .solved = solved_echo,
};

/* A trial of it with an LSTM. */
struct bench {
    struct task task;
    struct problem problem;
    struct trial trial;
    char folder[64];
};

static void bench_open(struct bench *bench)
{
    struct why why;
    const struct learn_settings settings = learn_settings_of(&bench->task);
    const struct stack like = {.hidden = 8, .layers = 1, .inputs = 1, .outputs = 1};
    assert_true(problem_open(&bench->problem, &bench->task, 0, settings.training.batch, NULL, &why));
    bench->trial = (struct trial){.problem = &bench->problem,
                                  .variety = &varieties[3],
                                  .stack = variety_stack(&varieties[3], EQUAL_UNITS, like, 0),
                                  .settings = settings.training,
                                  .seed = 5,
                                  .tested = true};
    snprintf(bench->folder, sizeof bench->folder, "/tmp/weir-learn-XXXXXX");
    assert_non_null(mkdtemp(bench->folder));
}

static void bench_close(struct bench *bench)
{
    char command[128];
    problem_close(&bench->problem);
    snprintf(command, sizeof command, "rm -rf '%s'", bench->folder);
    assert_int_equal(system(command), 0);
}

static void path_in(const struct bench *bench, const char *name, char *path, size_t size)
{
    snprintf(path, size, "%s/%s", bench->folder, name);
}

static bool never(const struct course *course)
{
    (void)course;
    return false;
}

static int64_t stop_after = 0; /* updates */

static bool stop_in_time(const struct course *course)
{
    return course->progress.updates > 0 && course->progress.updates % stop_after == 0;
}

/* --- minibatches --- */

static void data_are_read_once_an_epoch(void **state)
{
    (void)state;
    struct bench bench = {.task = echo};
    bench.task.open = open_echo_data;
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
    path_in(&bench, "one", path, sizeof path);
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
    path_in(&bench, "one", path, sizeof path);
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

/* --- trainings --- */

static void easy_tasks_are_solved_and_tested(void **state)
{
    (void)state;
    struct bench bench = {.task = echo};
    char path[128];
    bench_open(&bench);
    path_in(&bench, "one", path, sizeof path);
    struct course course = course_open(&bench.trial);
    course_run(&course, path, never);
    assert_int_equal(course.progress.ending, ENDING_SOLVED);
    assert_in_range(course.progress.updates, 20, 599);
    assert_int_equal(course.progress.updates % 20, 0);
    assert_near(course.test.all.rows, 100.0, 0.0);
    assert_true(problem_score(&bench.problem, &course.test.all) < 0.004);
    assert_true(tally_right(&course.test.all) > 0.9);
    course_close(&course);
    bench_close(&bench);
}

/* What is kept, and tested, are the parameters of the best validation. */
static void assert_kept_the_best(const struct trial *trial, const char *path)
{
    struct course course = course_open(trial);
    struct learner *learner = learner_open(trial->problem, trial->variety, &trial->stack, &trial->settings, 1);
    struct why why;
    struct score valid;
    assert_true(checkpoint_load(path, &course, learner, &why));
    learner_return(learner);
    learner_score(learner, SPLIT_VALID, trial->seed, 0, trial->settings.valid, &valid);
    assert_near(problem_score(trial->problem, &valid.all), course.curve[course.progress.best].valid, 0.0);
    learner_close(&learner);
    course_close(&course);
}

static void trainings_end_by_budget_or_patience_and_lower_their_rate(void **state)
{
    (void)state;
    struct bench bench = {.task = echo};
    char path[128];
    bench.task.open = open_echo_data;
    bench.task.solved = NULL;
    bench.task.settings.training.every = 0; /* an epoch: 3 updates */
    bench.task.settings.training.wait = 5;
    bench.task.settings.training.patience = 20;
    bench.task.settings.training.budget = 30000;
    bench_open(&bench);
    path_in(&bench, "one", path, sizeof path);
    struct course course = course_open(&bench.trial);
    course_run(&course, path, never);
    const struct progress *progress = &course.progress;
    assert_int_equal(progress->ending, ENDING_PATIENCE);
    assert_int_equal(progress->moments - 1 - progress->best, 20);
    assert_int_equal(progress->updates, 3 * progress->moments);
    assert_int_equal(progress->next, ECHO_DATA * progress->moments);
    assert_true(progress->rate <= 0.01 / 16.0);
    assert_near(course.test.all.rows, 10.0, 0.0);
    for (int64_t k = 0; k < progress->moments; k++)
        assert_true(course.curve[k].valid >= course.curve[progress->best].valid);
    course_close(&course);
    assert_kept_the_best(&bench.trial, path);

    bench.trial.settings.budget = 10;
    path_in(&bench, "two", path, sizeof path);
    course = course_open(&bench.trial);
    course_run(&course, path, never);
    assert_int_equal(course.progress.ending, ENDING_BUDGET);
    assert_int_equal(course.progress.updates, 10);
    assert_int_equal(course.curve[course.progress.moments - 1].updates, 10);
    course_close(&course);
    assert_kept_the_best(&bench.trial, path);

    bench.trial.settings.every = 1000; /* the only evaluation is the last */
    path_in(&bench, "three", path, sizeof path);
    course = course_open(&bench.trial);
    course_run(&course, path, never);
    assert_int_equal(course.progress.moments, 1);
    course_close(&course);
    assert_kept_the_best(&bench.trial, path);
    bench_close(&bench);
}

static void what_diverges_is_given_up(void **state)
{
    (void)state;
    struct bench bench = {.task = echo};
    char path[128];
    bench.task.settings.training.optimizer = WEIR_SGD;
    bench.task.settings.training.rate = 1e30;
    bench.task.settings.training.clip = 0.0;
    bench_open(&bench);
    bench.trial.variety = &varieties[1];
    bench.trial.stack.cell = cell_of(WEIR_RNN_RELU);
    path_in(&bench, "one", path, sizeof path);
    struct course course = course_open(&bench.trial);
    course_run(&course, path, never);
    assert_int_equal(course.progress.ending, ENDING_DIVERGED);
    assert_true(course.progress.updates < 300);
    course_close(&course);
    bench_close(&bench);
}

/* --- interruptions --- */

/* Everything that a checkpoint holds is the same, but for the time that it took. */
static void assert_same_course(const struct trial *trial, const char *one, const char *other)
{
    struct course left = course_open(trial), right = course_open(trial);
    struct learner *learners[2];
    struct why why;
    for (int i = 0; i < 2; i++)
        learners[i] = learner_open(trial->problem, trial->variety, &trial->stack, &trial->settings, 99);
    assert_true(checkpoint_load(one, &left, learners[0], &why));
    assert_true(checkpoint_load(other, &right, learners[1], &why));
    for (int64_t k = 0; k < left.progress.moments; k++)
        left.curve[k].seconds = right.curve[k].seconds = 0.0;
    left.progress.seconds = right.progress.seconds = 0.0;
    assert_memory_equal(&left.progress, &right.progress, sizeof left.progress);
    assert_memory_equal(left.curve, right.curve, (size_t)left.progress.moments * sizeof *left.curve);
    assert_memory_equal(&left.test, &right.test, sizeof left.test);
    const size_t bytes = (size_t)learners[0]->parameters * sizeof(float);
    assert_memory_equal(weir_net_parameters_f32(learners[0]->net), weir_net_parameters_f32(learners[1]->net), bytes);
    assert_memory_equal(learners[0]->kept, learners[1]->kept, bytes);
    double states[2][1024];
    const int64_t size = weir_optimizer_state_size(learners[0]->optimizer);
    assert_in_range(size, 1, 1024);
    for (int i = 0; i < 2; i++)
        assert_int_equal(weir_optimizer_get_state(learners[i]->optimizer, states[i], size), WEIR_OK);
    assert_memory_equal(states[0], states[1], (size_t)size * sizeof(double));
    for (int i = 0; i < 2; i++)
        learner_close(&learners[i]);
    course_close(&left);
    course_close(&right);
}

/* One training without interruption, one that is interrupted after every `pieces` updates, by objects of its own each
   time: the same bits. */
static void assert_goes_on(struct bench *bench, int64_t pieces)
{
    char whole[128], parts[128];
    bench_open(bench);
    path_in(bench, "whole", whole, sizeof whole);
    path_in(bench, "parts", parts, sizeof parts);
    struct course course = course_open(&bench->trial);
    course_run(&course, whole, never);
    course_close(&course);
    stop_after = pieces;
    for (int64_t ending = ENDING_OPEN; ending == ENDING_OPEN;) {
        course = course_open(&bench->trial);
        const int64_t before = course.progress.updates;
        if (access(parts, F_OK) == 0) {
            struct why why;
            assert_true(checkpoint_load(parts, &course, NULL, &why));
            stop_after = course.progress.updates + pieces;
        }
        course_run(&course, parts, stop_in_time);
        assert_true(course.progress.updates > before);
        ending = course.progress.ending;
        course_close(&course);
    }
    assert_same_course(&bench->trial, whole, parts);
    bench_close(bench);
}

static void interrupted_trainings_go_on_with_the_same_bits(void **state)
{
    (void)state;
    struct bench adam = {.task = echo}, momentum = {.task = echo}, data = {.task = echo}, rule = {.task = echo};
    assert_goes_on(&adam, 37);
    momentum.task.settings.training.optimizer = WEIR_RMSPROP;
    momentum.task.settings.training.rate = 1e-3;
    momentum.task.settings.training.budget = 100;
    assert_goes_on(&momentum, 1);
    data.task.open = open_echo_data;
    data.task.solved = NULL;
    data.task.settings.training.every = 0;
    data.task.settings.training.wait = 3;
    data.task.settings.training.budget = 100;
    assert_goes_on(&data, 7);
    rule.task.stop = (struct stop_rule){.window = 64, .wrong = 0, .error = 0.05};
    assert_goes_on(&rule, 11);
}

static bool open_streams(struct problem *problem, const char *folder, struct why *why)
{
    problem->count[SPLIT_TRAIN] = 40; /* five minibatches of eight */
    problem->count[SPLIT_VALID] = problem->count[SPLIT_TEST] = 2 * EVALUATION_ROWS;
    return open_echo(problem, folder, why);
}

static void carried_state_dropout_and_noise_go_on_too(void **state)
{
    (void)state;
    struct bench bench = {.task = echo};
    bench.task.open = open_streams;
    bench.task.solved = NULL;
    bench.task.carries = true;
    bench.task.scored = SCORED_ALL;
    bench.task.settings.training.budget = 43;
    bench.task.settings.training.dropout = 0.3;
    bench.task.settings.training.noise = 0.05;
    assert_goes_on(&bench, 4);
}

static void assert_refused(const struct trial *trial, const char *path, const char *reason)
{
    struct course course = course_open(trial);
    struct why why;
    assert_false(checkpoint_load(path, &course, NULL, &why));
    assert_non_null(strstr(why.text, reason));
    course_close(&course);
}

static void wrong_checkpoints_are_refused(void **state)
{
    (void)state;
    struct bench bench = {.task = echo};
    char path[128];
    bench.task.settings.training.budget = 20;
    bench_open(&bench);
    path_in(&bench, "one", path, sizeof path);
    struct course course = course_open(&bench.trial);
    course_run(&course, path, never);
    course_close(&course);
    struct trial other = bench.trial;
    other.settings.rate *= 1.0 + 1e-15;
    assert_refused(&other, path, "is of a training with other settings");
    assert_int_equal(truncate(path, 1500), 0);
    assert_refused(&bench.trial, path, "is not whole");
    write_text(path, "no checkpoint");
    assert_refused(&bench.trial, path, "is no checkpoint of this program");
    assert_refused(&bench.trial, "/nowhere/at-all", "No such file");
    bench_close(&bench);
}

/* --- processes --- */

static struct courses list_courses(struct bench *bench, struct trial *trials, struct course *courses, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        trials[i] = bench->trial;
        trials[i].seed = 10 + i;
        courses[i] = course_open(&trials[i]);
    }
    return (struct courses){count, trials, courses};
}

static void assert_same_as_here(const struct schedule *schedule, struct bench *bench, const struct trial *trial)
{
    char here[128], there[2048];
    path_in(bench, "here", here, sizeof here);
    schedule_path(schedule, trial, there, sizeof there);
    struct course course = course_open(trial);
    course_run(&course, here, never);
    course_close(&course);
    assert_same_course(trial, here, there);
    assert_int_equal(unlink(here), 0);
}

static void processes_side_by_side_come_to_the_same(void **state)
{
    (void)state;
    enum { COUNT = 5 };
    struct bench bench = {.task = echo};
    struct trial trials[COUNT];
    struct course open[COUNT];
    bench.task.settings.training.budget = 60;
    bench_open(&bench);
    struct schedule schedule = {.jobs = 2};
    snprintf(schedule.folder, sizeof schedule.folder, "%s", bench.folder);
    struct courses courses = list_courses(&bench, trials, open, COUNT);
    assert_true(schedule_run(&schedule, &courses));
    for (size_t i = 0; i < COUNT; i++) {
        assert_true(open[i].progress.ending != ENDING_OPEN);
        assert_same_as_here(&schedule, &bench, &trials[i]);
        course_close(&open[i]);
    }
    schedule_forget(&schedule, &courses);
    schedule_forget(&schedule, &courses); /* what is not there need not be removed */
    for (size_t i = 0; i < COUNT; i++) {
        char path[2048];
        schedule_path(&schedule, &trials[i], path, sizeof path);
        assert_int_equal(access(path, F_OK), -1);
    }
    bench_close(&bench);
}

/* Waits until no process holds the writing end of the pipe any more. */
static void wait_for_all(int reading)
{
    char byte;
    while (read(reading, &byte, 1) > 0)
        continue;
    close(reading);
}

static void a_killed_job_goes_on_with_the_same_bits(void **state)
{
    (void)state;
    enum { COUNT = 3 };
    struct bench bench = {.task = echo};
    struct trial trials[COUNT];
    struct course open[COUNT];
    int ends[2];
    bench.task.solved = NULL;
    bench.task.settings.training.budget = 6000;
    bench_open(&bench);
    struct schedule schedule = {.jobs = 2};
    snprintf(schedule.folder, sizeof schedule.folder, "%s", bench.folder);
    struct courses courses = list_courses(&bench, trials, open, COUNT);
    assert_int_equal(pipe(ends), 0);
    const pid_t job = fork();
    if (job == 0) {
        schedule_run(&schedule, &courses);
        _exit(0);
    }
    close(ends[1]);
    nanosleep(&(struct timespec){.tv_nsec = 60000000}, NULL);
    kill(job, SIGKILL);
    waitpid(job, NULL, 0);
    wait_for_all(ends[0]); /* the trainings notice, and leave checkpoints */
    assert_true(schedule_run(&schedule, &courses));
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(open[i].progress.updates, 6000);
        assert_same_as_here(&schedule, &bench, &trials[i]);
        course_close(&open[i]);
    }
    bench_close(&bench);
}

/* --- settings --- */

static void scales_change_what_nobody_has_chosen(void **state)
{
    (void)state;
    struct task task = echo;
    task.usual = (struct learn_scale){.seeds = {2, {1, 2}}, .units = 16};
    task.full = (struct learn_scale){.seeds = {3, {1, 2, 3}}, .cells = {1, {3}}, .units = 64, .budget = 9999};
    struct learn_settings settings = learn_settings_of(&task);
    assert_int_equal(settings.seeds.count, 2);
    assert_int_equal(settings.units, 16);
    assert_int_equal(settings.training.budget, 600);
    assert_int_equal(settings.cells.count, 3); /* what no task has to say */
    assert_int_equal(settings.layers, 1);
    settings.training.budget = 50; /* chosen */
    settings.cells = (struct numbers){2, {0, 2}};
    learn_settings_scale(&settings, &task, &task.full);
    assert_int_equal(settings.training.budget, 50);
    assert_int_equal(settings.cells.count, 2);
    assert_int_equal(settings.seeds.count, 3);
    assert_int_equal(settings.units, 64);
}

/* --- searches --- */

static void draws_are_the_same_for_all_and_within_their_ranges(void **state)
{
    (void)state;
    enum { DRAWS = 1000 };
    const struct learn_settings settings = learn_settings_of(&echo);
    double logarithms = 0.0, biases = 0.0;
    for (int64_t draw = 1; draw <= DRAWS; draw++) {
        const struct course_settings one = job_draw(&settings, draw), again = job_draw(&settings, draw);
        assert_true(one.rate == again.rate && one.clip == again.clip && one.bias == again.bias);
        assert_true(one.rate >= settings.rates.low && one.rate <= settings.rates.high);
        assert_true(one.clip >= settings.clips.low && one.clip <= settings.clips.high);
        assert_true(one.bias >= settings.biases.low && one.bias <= settings.biases.high);
        logarithms += log(one.rate / settings.rates.low) / log(settings.rates.high / settings.rates.low) / DRAWS;
        biases += (one.bias - settings.biases.low) / (settings.biases.high - settings.biases.low) / DRAWS;
    }
    assert_near(logarithms, 0.5, 0.03);
    assert_near(biases, 0.5, 0.03);
}

static void settings_are_chosen_by_validation(void **state)
{
    (void)state;
    struct moment good = {.valid = 0.1}, bad = {.valid = 0.2};
    struct course early = {.progress = {.updates = 100, .ending = ENDING_SOLVED}};
    struct course late = {.progress = {.updates = 200, .ending = ENDING_SOLVED}};
    struct course better = {.progress = {.updates = 50, .ending = ENDING_BUDGET, .moments = 1}, .curve = &good};
    struct course worse = {.progress = {.updates = 50, .ending = ENDING_BUDGET, .moments = 1}, .curve = &bad};
    struct moment nothing = {.valid = (double)NAN};
    struct course lost = {.progress = {.updates = 50, .ending = ENDING_DIVERGED, .moments = 1}, .curve = &nothing};
    assert_true(course_is_better(&worse, &lost));
    assert_false(course_is_better(&lost, &worse));
    worse.test.all = (struct tally){.loss = 0.0, .steps = 1.0, .rows = 1.0, .right = 1.0};
    assert_true(course_is_better(&early, &late));
    assert_false(course_is_better(&late, &early));
    assert_true(course_is_better(&late, &better));
    assert_true(course_is_better(&better, &worse));
    assert_false(course_is_better(&worse, &better));
}

static void a_job_lists_each_training_once(void **state)
{
    (void)state;
    static struct job job;
    struct learn_settings settings = learn_settings_of(&echo);
    settings.equal = (struct numbers){2, {EQUAL_PARAMETERS, EQUAL_UNITS}};
    settings.seeds = (struct numbers){2, {1, 2}};
    settings.draws = 4;
    job_open(&job, &echo, &settings);
    assert_int_equal(job.entrant_count, 5); /* the LSTM is the same in both comparisons */
    job_list_search(&job);
    assert_int_equal(job.search.count, 5 * 4);
    /* Draw 3 is the only one that solved it, with each cell. */
    for (size_t i = 0; i < job.search.count; i++)
        job.search.courses[i].progress.ending = job.search.trials[i].draw == 3 ? ENDING_SOLVED : ENDING_BUDGET;
    job_list_final(&job);
    assert_int_equal(job.final.count, 5 * 2);
    for (size_t i = 0; i < job.final.count; i++) {
        assert_near(job.final.trials[i].settings.rate, job_draw(&settings, 3).rate, 0.0);
        assert_true(job.final.trials[i].tested && job.final.trials[i].draw == 0);
    }
    job_close(&job);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_are_those_of_the_tables),
        cmocka_unit_test(medians_are_not_averages_of_the_unsolved),
        cmocka_unit_test(paired_intervals_cover_seeds_and_pieces),
        cmocka_unit_test(pieces_count_by_their_steps),
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
        cmocka_unit_test(easy_tasks_are_solved_and_tested),
        cmocka_unit_test(trainings_end_by_budget_or_patience_and_lower_their_rate),
        cmocka_unit_test(what_diverges_is_given_up),
        cmocka_unit_test(interrupted_trainings_go_on_with_the_same_bits),
        cmocka_unit_test(carried_state_dropout_and_noise_go_on_too),
        cmocka_unit_test(wrong_checkpoints_are_refused),
        cmocka_unit_test(processes_side_by_side_come_to_the_same),
        cmocka_unit_test(a_killed_job_goes_on_with_the_same_bits),
        cmocka_unit_test(scales_change_what_nobody_has_chosen),
        cmocka_unit_test(draws_are_the_same_for_all_and_within_their_ranges),
        cmocka_unit_test(settings_are_chosen_by_validation),
        cmocka_unit_test(a_job_lists_each_training_once),
    };
    return cmocka_run_group_tests_name("learn", tests, NULL, NULL);
}
