/*
 * test_data.c: tasks that have data: readers, subsets, and scores by hand.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "learn/learner.h"
#include "learn/tasks/book.h"
#include "test_problem.h"
#include "test_support.h"

static void assert_refused(const char *task, const char *folder, const char *reason)
{
    struct problem problem;
    struct why why;
    assert_false(problem_open(&problem, task_find(task), 0, 4, folder, &why));
    if (strstr(why.text, reason) == NULL)
        fail_msg("'%s' does not say '%s'", why.text, reason);
    problem_close(&problem);
}

static void divide(struct problem *problem, int64_t part, int64_t subset)
{
    struct why why;
    if (!problem_divide(problem, part, &why))
        fail_msg("%s", why.text);
    problem->subset = subset;
}

/* --- music --- */

static void music_without_anything_to_predict_is_refused(void **state)
{
    const char *folder = *state;
    write_chorales(folder, "1 2\n3\n", "4\n5\n\n6\n\n7\n8\n", "9\n-\n");
    assert_refused("jsb", folder, "jsb.valid.txt: piece 2 has one step only");
    write_chorales(folder, "1 2\n3\n", "4\n5\n", "9\n88\n");
    assert_refused("jsb", folder, "jsb.test.txt, line 2: '88' is neither");
    write_chorales(folder, "1 2\n3\n", "", "9\n-\n");
    assert_refused("jsb", folder, "jsb.valid.txt holds no music");
    assert_refused("nottingham", folder, "nottingham.train.txt: No such file");
}

static void pieces_are_laid_out_for_prediction(void **state)
{
    const char *folder = *state;
    write_chorales(folder, "9\n9\n", "1\n2\n3\n\n4\n5\n", "9\n9\n");
    struct problem problem = problem_of("jsb", 0, 2, folder);
    struct batch batch = batch_open(88, 88, 2, problem.steps);
    assert_int_equal(problem_fill(&problem, SPLIT_VALID, 1, 0, 2, &batch), 2);
    assert_int_equal(batch.steps, 2);
    assert_int_equal(batch.lengths[0], 2);
    assert_int_equal(batch.lengths[1], 1);
    assert_near((double)batch_x(&batch, 0, 1)[4], 1.0, 0.0);
    assert_near((double)batch_target(&batch, 0, 1)[5], 1.0, 0.0);
    assert_near((double)batch_x(&batch, 1, 0)[2], 1.0, 0.0);
    assert_near((double)batch_target(&batch, 1, 0)[3], 1.0, 0.0);
    for (int key = 0; key < 88; key++)
        assert_near((double)batch_x(&batch, 1, 1)[key], 0.0, 0.0); /* past the end of the shorter piece */
    batch_close(&batch);
    problem_close(&problem);
}

/* -ln p of a key that sounds or does not, where the net says y. */
static double key_cost(double y, bool sounds) { return log1p(exp(sounds ? -y : y)); }

static void music_is_scored_a_predicted_step_of_the_split(void **state)
{
    const char *folder = *state;
    float bias[88];
    struct score score;
    for (int key = 0; key < 88; key++)
        bias[key] = 0.02F * (float)key - 1.0F;
    /* Pieces of 4 and 2 steps: 3 and 1 predictions, of {5}, {}, {5 7} and {87}. */
    write_chorales(folder, "1\n2\n", "1\n2\n", "3\n5\n-\n5 7\n\n9\n87\n");
    struct problem problem = problem_of("jsb", 0, 1, folder);
    struct learner *learner = known_learner(&problem, bias);
    double silent = 0.0;
    for (int key = 0; key < 88; key++)
        silent += key_cost((double)bias[key], false);
    const double first = 3.0 * silent - 2.0 * (double)bias[5] - (double)bias[7], second = silent - (double)bias[87];
    learner_score(learner, SPLIT_TEST, 1, 0, 0, &score);
    assert_near(score.all.steps, 4.0, 0.0);
    assert_near(problem_score(&problem, &score.all), (first + second) / 4.0, 1e-4);
    /* And piece by piece, for comparisons over pieces. */
    assert_near(score.groups[0].loss, first, 1e-4);
    assert_near(score.groups[0].steps, 3.0, 0.0);
    assert_near(score.groups[1].loss, second, 1e-4);
    assert_near(score.groups[1].steps, 1.0, 0.0);
    learner_close(&learner);
    problem_close(&problem);
}

static void knowing_nothing_of_music_costs_what_is_published(void **state)
{
    (void)state;
    struct problem jsb = problem_of("jsb", 0, 1, NULL), nottingham = problem_of("nottingham", 0, 1, NULL);
    assert_int_equal(jsb.count[SPLIT_TRAIN], 229);
    assert_int_equal(nottingham.count[SPLIT_TRAIN], 694);
    assert_int_equal(nottingham.count[SPLIT_VALID], 173);
    assert_int_equal(nottingham.count[SPLIT_TEST], 170);
    assert_int_equal(nottingham.steps, 1792);
    assert_near(jsb.task->nothing(&jsb), 11.09, 0.01);
    assert_near(nottingham.task->nothing(&nottingham), 10.26, 0.01);
    problem_close(&jsb);
    problem_close(&nottingham);
}

/* --- subsets of music --- */

/* How often each piece is met in the walk that begins with sequence `first`, in the order of meeting. */
static void walk(const struct problem *problem, uint64_t seed, int64_t first, int times[PIECES], int *order)
{
    struct batch batch = batch_open(88, 88, 1, 1);
    memset(times, 0, PIECES * sizeof *times);
    for (int64_t i = 0; i < problem->count[SPLIT_TRAIN]; i++) {
        int key = 0;
        problem_fill(problem, SPLIT_TRAIN, seed, first + i, 1, &batch);
        assert_int_equal(batch.sequences[0], first + i);
        while (batch_x(&batch, 0, 0)[key] != 1.0F)
            key++;
        assert_near((double)batch_target(&batch, 0, 0)[key + 1], 1.0, 0.0);
        times[key]++;
        order[i] = key;
    }
    batch_close(&batch);
}

static void walks_meet_each_piece_once_in_a_new_order(void **state)
{
    const char *folder = *state;
    int times[PIECES], first[PIECES], second[PIECES], other[PIECES];
    write_numbered(folder);
    struct problem problem = problem_of("jsb", 0, 1, folder);
    walk(&problem, 3, 0, times, first);
    for (int k = 0; k < PIECES; k++)
        assert_int_equal(times[k], 1);
    walk(&problem, 3, PIECES, times, second);
    for (int k = 0; k < PIECES; k++)
        assert_int_equal(times[k], 1);
    walk(&problem, 4, 0, times, other);
    assert_memory_not_equal(first, second, sizeof first);
    assert_memory_not_equal(first, other, sizeof first);
    problem_close(&problem);
}

static void smaller_subsets_of_music_lie_within_larger_ones(void **state)
{
    const char *folder = *state;
    static const int64_t parts[] = {2, 4, 16}, counts[] = {25, 12, 3};
    int order[PIECES], times[PIECES];
    write_numbered(folder);
    for (int64_t subset = 1; subset <= 3; subset++) {
        int larger[PIECES];
        for (int k = 0; k < PIECES; k++)
            larger[k] = 1;
        for (int i = 0; i < 3; i++) {
            struct problem problem = problem_of("jsb", 0, 1, folder);
            divide(&problem, parts[i], subset);
            assert_int_equal(problem.count[SPLIT_TRAIN], counts[i]);
            assert_int_equal(problem.count[SPLIT_TEST], PIECES);
            walk(&problem, 3, 5 * counts[i], times, order);
            for (int k = 0; k < PIECES; k++)
                assert_in_range(times[k], 0, larger[k]);
            memcpy(larger, times, sizeof larger);
            problem_close(&problem);
        }
    }
    struct problem one = problem_of("jsb", 0, 1, folder), other = one;
    int others[PIECES];
    divide(&one, 4, 1);
    walk(&one, 3, 0, times, order);
    other = one;
    other.subset = 2;
    walk(&other, 3, 0, others, order);
    assert_memory_not_equal(times, others, sizeof times);
    problem_close(&one);
}

static void parts_that_cannot_be_taken_are_refused(void **state)
{
    const char *folder = *state;
    struct why why;
    write_numbered(folder);
    struct problem music = problem_of("jsb", 0, 1, folder), adding = problem_of("adding", 10, 4, NULL);
    assert_false(problem_divide(&music, 51, &why));
    assert_non_null(strstr(why.text, "1/51 of the training data is too little"));
    assert_false(problem_divide(&adding, 2, &why));
    assert_non_null(strstr(why.text, "no data to take 1/2 of"));
    assert_true(problem_divide(&adding, 1, &why));
    problem_close(&music);
    problem_close(&adding);
}

/* --- text --- */

static struct book take(const char *text, bool references)
{
    struct book book;
    struct why why;
    FILE *stream = tmpfile();
    assert_non_null(stream);
    fputs(text, stream);
    rewind(stream);
    if (!book_take(&book, stream, references, &why))
        fail_msg("%s", why.text);
    fclose(stream);
    return book;
}

static void assert_text(const struct book *book, const char *text)
{
    assert_int_equal(book->count, strlen(text));
    for (int64_t i = 0; i < book->count; i++)
        assert_int_equal(book->letter[book->characters[i]], text[i]);
}

static void books_are_read_without_references(void **state)
{
    (void)state;
    struct book book = take("Ge1:1 In b.\nGe1:2 And\n1Sa1:1  ba\n", true);
    assert_text(&book, "In b.\nAnd\n ba\n");
    assert_int_equal(book.alphabet, 9);
    for (int64_t k = 1; k < book.alphabet; k++)
        assert_true(book.letter[k] > book.letter[k - 1]);
    book_close(&book);
    book = take("Ge1:1 as it is\n\n", false);
    assert_text(&book, "Ge1:1 as it is\n\n");
    book_close(&book);
}

static void broken_books_are_refused(void **state)
{
    const char *folder = *state;
    struct book book;
    struct why why;
    FILE *stream = tmpfile();
    fputs("Ge1:1 In\n\nGe1:2 And\n", stream);
    rewind(stream);
    assert_false(book_take(&book, stream, true, &why));
    assert_string_equal(why.text, "line 2 of the text has no reference at its beginning");
    book_close(&book);
    fclose(stream);
    assert_refused("text", folder, "text.txt: No such file");
    write_file(folder, "text.txt", "too short a text for as many streams as there are");
    assert_refused("text", folder, "too few for 16 streams");
    write_file(folder, "text.txt", "");
    assert_refused("text", folder, "the text has 0 characters");
}

static void a_missing_bible_is_named(void **state)
{
    (void)state;
    char *path = strdup(getenv("PATH"));
    setenv("PATH", "/nowhere", 1);
    assert_refused("text", NULL, "apt-get install bible-kjv");
    setenv("PATH", path, 1);
    free(path);
}

enum { TEXT_SIZE = 6000 };

/* Letters without rule: 20 of them stand nowhere twice. */
static char *write_letters(const char *folder)
{
    static char text[TEXT_SIZE + 1];
    struct generator generator = {.state = 9};
    for (int i = 0; i < TEXT_SIZE; i++)
        text[i] = (char)('a' + random_below(&generator, 26));
    write_file(folder, "text.txt", text);
    return text;
}

static void streams_go_on_from_chunk_to_chunk(void **state)
{
    const char *folder = *state;
    const char *text = write_letters(folder);
    enum { T = 7, B = 5 };
    struct problem problem = problem_of("text", T, B, folder);
    const int64_t train = TEXT_SIZE - 2 * (TEXT_SIZE / 20), stream = (train - 1) / B;
    struct batch batch = batch_open(26, 26, B, T);
    int64_t met[B] = {0};
    for (int64_t first = 0; first < problem.count[SPLIT_TRAIN]; first += B) {
        assert_int_equal(problem_fill(&problem, SPLIT_TRAIN, 1, first, B, &batch), B);
        for (int64_t row = 0; row < B; row++)
            for (int64_t t = 0; t < batch.lengths[row]; t++) {
                const char *place = text + row * stream + met[row]++;
                assert_near((double)batch_x(&batch, t, row)[place[0] - 'a'], 1.0, 0.0);
                assert_int_equal(*batch_class(&batch, t, row), place[1] - 'a');
            }
    }
    for (int64_t row = 0; row < B; row++)
        assert_int_equal(met[row], stream);
    batch_close(&batch);
    problem_close(&problem);
}

/* Which characters of the training split are read as inputs, beginning with each chunk's first 20. */
static void mark_read(const struct problem *problem, const char *train, int64_t count, unsigned char *read)
{
    struct batch batch = batch_open(26, 26, 1, problem->steps);
    char chunk[21] = "", *round = buffer_allocate((size_t)(2 * count + 1), 1);
    memcpy(round, train, (size_t)count);
    memcpy(round + count, train, (size_t)count);
    memset(read, 0, (size_t)count);
    for (int64_t i = 0; i < problem->count[SPLIT_TRAIN]; i++) {
        problem_fill(problem, SPLIT_TRAIN, 1, i, 1, &batch);
        assert_int_equal(batch.lengths[0], problem->steps);
        for (int64_t t = 0; t < 20; t++)
            for (int k = 0; k < 26; k++)
                if (batch_x(&batch, t, 0)[k] == 1.0F)
                    chunk[t] = (char)('a' + k);
        const char *place = strstr(round, chunk);
        assert_non_null(place);
        for (int64_t t = 0; t < batch.lengths[0]; t++)
            read[(place - round + t) % count]++;
    }
    free(round);
    batch_close(&batch);
}

static void smaller_subsets_of_text_lie_within_larger_ones(void **state)
{
    const char *folder = *state;
    const char *text = write_letters(folder);
    enum { TRAIN = TEXT_SIZE - 2 * (TEXT_SIZE / 20) };
    unsigned char larger[TRAIN], read[TRAIN], first[TRAIN];
    for (int64_t subset = 1; subset <= 3; subset++) {
        memset(larger, 1, sizeof larger);
        for (int64_t part = 2; part <= 16; part *= 2) {
            struct problem problem = problem_of("text", 25, 4, folder);
            int64_t sum = 0;
            divide(&problem, part, subset);
            mark_read(&problem, text, TRAIN, read);
            for (int i = 0; i < TRAIN; i++) {
                assert_in_range(read[i], 0, larger[i]);
                sum += read[i];
            }
            assert_near((double)sum, (double)TRAIN / (double)part, 101.0);
            memcpy(larger, read, sizeof larger);
            problem_close(&problem);
        }
        if (subset == 1)
            memcpy(first, larger, sizeof first);
    }
    assert_memory_not_equal(first, larger, sizeof first);
}

static void text_is_scored_in_bits_a_character(void **state)
{
    const char *folder = *state;
    const float bias[2] = {logf(3.0F), 0.0F}; /* 'a' with 3/4, 'b' with 1/4 */
    char text[2001] = "";
    struct score score;
    for (int i = 0; i < 2000; i++)
        text[i] = i % 5 == 0 ? 'b' : 'a';
    write_file(folder, "text.txt", text);
    struct problem problem = problem_of("text", 10, 4, folder);
    struct learner *learner = known_learner(&problem, bias);
    /* The last twentieth: 16 streams of 6 characters, of 1 + 5; from 1900 on they are "b aaaab aaaab ...". */
    double bits = 0.0, often[2] = {1.0, 1.0};
    for (int i = 1901; i < 1901 + 96; i++)
        bits -= log2(text[i] == 'a' ? 0.75 : 0.25) / 96.0;
    learner_score(learner, SPLIT_TEST, 1, 0, 0, &score);
    assert_near(score.all.steps, 96.0, 0.0);
    assert_near(problem_score(&problem, &score.all), bits, 1e-5);
    /* Frequencies alone, of the training split. */
    for (int i = 0; i < 1800; i++)
        often[text[i] - 'a'] += 1.0;
    assert_near(problem.task->nothing(&problem), -0.8 * log2(often[0] / 1802.0) - 0.2 * log2(often[1] / 1802.0), 1e-9);
    learner_close(&learner);
    problem_close(&problem);
}

static double score_in_chunks(const char *folder, int64_t length)
{
    struct score score;
    struct problem problem = problem_of("text", length, 4, folder);
    const struct stack like = {.inputs = problem.inputs, .hidden = 5, .layers = 1, .outputs = problem.outputs};
    const struct stack stack = variety_stack(&varieties[2], EQUAL_UNITS, like, 0);
    const struct course_settings settings = {
        .scheme = WEIR_INIT_GLOROT_ORTHOGONAL, .optimizer = WEIR_ADAM, .rate = 1e-3, .batch = 4};
    struct learner *learner = learner_open(&problem, &varieties[2], &stack, &settings, 1);
    learner_score(learner, SPLIT_VALID, 1, 0, 0, &score);
    const double found = problem_score(&problem, &score.all);
    learner_close(&learner);
    problem_close(&problem);
    return found;
}

static void scores_do_not_depend_on_chunks(void **state)
{
    const char *folder = *state;
    write_letters(folder);
    const double whole = score_in_chunks(folder, 100);
    assert_near(score_in_chunks(folder, 3), whole, 1e-6);
    assert_near(score_in_chunks(folder, 7), whole, 1e-6);
}

static void what_is_written_is_drawn_by_the_seed(void **state)
{
    const char *folder = *state;
    static struct findings findings, again;
    const float bias[2] = {logf(3.0F), 0.0F};
    char text[2001] = "";
    int letters = 0;
    for (int i = 0; i < 2000; i++)
        text[i] = i % 5 == 0 ? 'b' : 'a';
    write_file(folder, "text.txt", text);
    struct problem problem = problem_of("text", 10, 4, folder);
    struct learner *learner = known_learner(&problem, bias);
    learner_refresh(learner);
    problem.task->examine(&problem, learner, &findings);
    problem.task->examine(&problem, learner, &again);
    assert_string_equal(findings.text, again.text);
    for (const char *letter = findings.text; *letter != '\0'; letter++)
        letters += *letter == 'a';
    assert_near((double)letters / (double)strlen(findings.text), 0.75, 0.06);
    learner_close(&learner);
    problem_close(&problem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(music_without_anything_to_predict_is_refused, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(pieces_are_laid_out_for_prediction, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(music_is_scored_a_predicted_step_of_the_split, make_folder, remove_folder),
        cmocka_unit_test(knowing_nothing_of_music_costs_what_is_published),
        cmocka_unit_test_setup_teardown(walks_meet_each_piece_once_in_a_new_order, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(smaller_subsets_of_music_lie_within_larger_ones, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(parts_that_cannot_be_taken_are_refused, make_folder, remove_folder),
        cmocka_unit_test(books_are_read_without_references),
        cmocka_unit_test_setup_teardown(broken_books_are_refused, make_folder, remove_folder),
        cmocka_unit_test(a_missing_bible_is_named),
        cmocka_unit_test_setup_teardown(streams_go_on_from_chunk_to_chunk, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(smaller_subsets_of_text_lie_within_larger_ones, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(text_is_scored_in_bits_a_character, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(scores_do_not_depend_on_chunks, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(what_is_written_is_drawn_by_the_seed, make_folder, remove_folder),
    };
    return cmocka_run_group_tests_name("data", tests, NULL, NULL);
}
