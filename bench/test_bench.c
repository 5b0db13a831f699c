/*
 * test_bench.c: the parts of the harness that need no library: statistics, lists, options, tables, the music, and the
 * page of the main job.
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

#include "all/committed.h"
#include "all/lines.h"
#include "all/memory.h"
#include "base/numbers.h"
#include "base/random.h"
#include "base/statistics.h"
#include "command/number_option.h"
#include "machine/environment.h"
#include "report/table.h"
#include "report/tics.h"
#include "work/data.h"
#include "work/pieces.h"
#include "work/stack.h"
#include "test_support.h"

/* --- statistics --- */

static struct samples samples_of(size_t count, const double *values)
{
    struct samples samples = {0};
    for (size_t i = 0; i < count; i++)
        samples_add(&samples, values[i]);
    return samples;
}

static void median_of_odd_even_one_and_none(void **state)
{
    (void)state;
    const double values[] = {5.0, 1.0, 3.0, 100.0};
    const struct samples odd = samples_of(3, values), even = samples_of(4, values), one = samples_of(1, values);
    const struct samples none = {0};
    assert_near(samples_median(&odd), 3.0, 0.0);
    assert_near(samples_median(&even), 4.0, 0.0);
    assert_near(samples_median(&one), 5.0, 0.0);
    assert_near(samples_median(&none), 0.0, 0.0);
}

static void samples_beyond_the_most_are_dropped(void **state)
{
    (void)state;
    struct samples samples = {0};
    for (int i = 0; i < SAMPLES_MOST + 5; i++)
        samples_add(&samples, 1.0);
    assert_int_equal(samples.count, SAMPLES_MOST);
}

static void bootstrap_interval_covers_the_true_median(void **state)
{
    (void)state;
    struct generator generator = {.state = 7};
    int covered = 0;
    for (int trial = 0; trial < 200; trial++) {
        struct samples samples = {0};
        for (int i = 0; i < 21; i++)
            samples_add(&samples, random_signed(&generator));
        const struct estimate estimate = samples_estimate(&samples);
        assert_true(estimate.low <= estimate.median && estimate.median <= estimate.high);
        covered += estimate.low <= 0.0 && estimate.high >= 0.0;
    }
    assert_in_range(covered, 180, 200); /* 95 % of 200, with room for a small sample's bias */
}

static void bootstrap_is_the_same_at_every_call(void **state)
{
    (void)state;
    const double values[] = {3.0, 1.0, 4.0, 1.5, 9.0, 2.6};
    const struct samples samples = samples_of(6, values);
    const struct estimate first = samples_estimate(&samples), second = samples_estimate(&samples);
    assert_near(first.low, second.low, 0.0);
    assert_near(first.high, second.high, 0.0);
}

/* --- random numbers --- */

static void random_numbers_are_those_of_splitmix64(void **state)
{
    (void)state;
    /* From the reference implementation, seed 1234567. */
    struct generator generator = {.state = 1234567};
    assert_true(random_next(&generator) == UINT64_C(6457827717110365317));
    assert_true(random_next(&generator) == UINT64_C(3203168211198807973));
}

static void random_numbers_keep_within_their_bounds(void **state)
{
    (void)state;
    struct generator generator = {.state = 3};
    int seen[3] = {0};
    for (int i = 0; i < 3000; i++) {
        const double number = random_signed(&generator);
        assert_true(number >= -1.0 && number < 1.0 && (number == 0.0 || fabs(number) >= 0x1p-23));
        seen[random_below(&generator, 3)]++;
    }
    for (int k = 0; k < 3; k++)
        assert_in_range(seen[k], 850, 1150);
}

/* --- numbers and lists --- */

static void lists_are_read(void **state)
{
    (void)state;
    struct numbers numbers;
    struct why why;
    assert_true(numbers_parse(&numbers, "1,16,64", 1, 100, &why));
    assert_int_equal(numbers.count, 3);
    assert_int_equal(numbers.values[2], 64);
    assert_true(numbers_parse(&numbers, "16..100,7", 1, 100, &why));
    assert_int_equal(numbers.count, 4); /* 16 32 64 7 */
    assert_int_equal(numbers.values[2], 64);
    assert_int_equal(numbers.values[3], 7);
}

static void expect_refusal(const char *text, const char *sentence)
{
    struct numbers numbers = {.count = 1, .values = {42}};
    struct why why;
    assert_false(numbers_parse(&numbers, text, 1, 65536, &why));
    assert_string_equal(why.text, sentence);
    assert_int_equal(numbers.values[0], 42); /* untouched */
}

static void wrong_lists_are_refused_with_a_sentence(void **state)
{
    (void)state;
    expect_refusal("12x", "'12x' is not a whole number from 1 to 65536");
    expect_refusal("64,", "'' is not a whole number from 1 to 65536");
    expect_refusal("0", "'0' is not a whole number from 1 to 65536");
    expect_refusal("99999999999999999999", "'99999999999999999999' is not a whole number from 1 to 65536");
    expect_refusal("64..16", "'64..16' does not run from a smaller to a larger number");
    expect_refusal("1..", "'1..' is not a..b with whole numbers from 1 to 65536");
    expect_refusal("..8", "'..8' is not a..b with whole numbers from 1 to 65536");
    expect_refusal("8,8", "'8' names something twice");
}

static void names_are_read_and_refused(void **state)
{
    (void)state;
    struct numbers numbers;
    struct why why;
    assert_true(names_parse(&numbers, "lstm,rnn", cell_names, &why));
    assert_int_equal(numbers.count, 2);
    assert_int_equal(numbers.values[0], 4);
    assert_int_equal(numbers.values[1], 0);
    assert_false(names_parse(&numbers, "lstm,gruu", cell_names, &why));
    assert_string_equal(why.text, "'gruu' is none of rnn, rnn-relu, gru, gru-reset-before, lstm");
}

static void real_numbers_are_read_and_refused(void **state)
{
    (void)state;
    double number = 0.0;
    struct why why;
    assert_true(real_parse(&number, "0.25", 0.0, 1.0, &why));
    assert_near(number, 0.25, 0.0);
    assert_false(real_parse(&number, "nan", 0.0, 1.0, &why));
    assert_false(real_parse(&number, "1.5", 0.0, 1.0, &why));
    assert_string_equal(why.text, "'1.5' is not a number from 0 to 1");
}

struct chosen {
    int64_t units;
    double rate;
};

static const struct number_option number_options[] = {
    COUNT_OPTION(struct chosen, 1, "units", 0, INT64_MAX, units),
    REAL_OPTION(struct chosen, 2, "rate", 0.0, 1.0, rate),
    {0},
};

static void options_that_are_numbers_find_their_places(void **state)
{
    (void)state;
    struct chosen chosen = {0};
    assert_true(number_option_parse(number_options, 1, "9223372036854775807", &chosen, NULL));
    assert_true(number_option_parse(number_options, 2, "0.25", &chosen, NULL));
    assert_false(number_option_parse(number_options, 3, "7", &chosen, NULL));
    assert_false(number_option_parse(number_options, 0, "7", &chosen, NULL));
    assert_true(chosen.units == INT64_MAX && chosen.rate == 0.25);
    char *help = number_option_help(number_options, 2, "Rate", &chosen), other[] = "Another";
    assert_string_equal(help, "Rate (default: 0.25)");
    free(help);
    assert_ptr_equal(number_option_help(number_options, 3, other, &chosen), other);
}

/* --- the machine --- */

static void variables_that_steer_a_blas_or_weir_are_known(void **state)
{
    (void)state;
    assert_true(environment_steers("OPENBLAS_CORETYPE=Haswell"));
    assert_true(environment_steers("GOTO_NUM_THREADS=2"));
    assert_true(environment_steers("OMP_NUM_THREADS=2"));
    assert_true(environment_steers("BLIS_ARCH_TYPE=zen3"));
    assert_true(environment_steers("MKL_NUM_THREADS="));
    assert_true(environment_steers("WEIR_CPU_MASK=avx2"));
    assert_false(environment_steers("PATH=/OPENBLAS_"));
    assert_false(environment_steers("COMP_WORDS=1"));
    assert_false(environment_steers("OMP_NUM_THREADS")); /* not set to anything */
}

/* --- tables --- */

static void table_columns_are_as_wide_as_their_text(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    struct table table = table_open(2);
    table_add(&table, "cell");
    table_add(&table, "us");
    table_add(&table, "gru");
    table_add_number(&table, 1234.5);
    table_add(&table, "lstm");
    table_add_number(&table, 0.01234);
    table_print(&table, stream);
    fclose(stream);
    assert_string_equal(text, "  cell     us\n"
                              "  -----------\n"
                              "  gru    1234\n"
                              "  lstm  0.012\n");
    free(text);
    table_close(&table);
}

static void expect_tics(double least, double most, const char *commands)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    tics_print("y", least, most, stream);
    fclose(stream);
    assert_string_equal(text, commands);
    free(text);
}

static void short_axes_have_more_numbers(void **state)
{
    (void)state;
    expect_tics(30.0, 700.0, "set ytics (10, 20, 50, 100, 200, 500, 1000, 2000, 5000)\n");
    expect_tics(0.3, 0.9, "set ytics (0.1, 0.2, 0.5, 1, 2, 5)\n");
    expect_tics(1.0, 100.0, "set ytics autofreq\n");
    expect_tics(0.0, 1.0, "set ytics autofreq\n");
}

/* --- music --- */

/* A file with this text; unlink() and free() the path. */
static char *file_with(const char *text)
{
    char *path = strdup(P_tmpdir "/weir-bench-test-XXXXXX");
    const int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, text, strlen(text)), strlen(text));
    close(descriptor);
    return path;
}

static bool read_text(struct pieces *pieces, const char *text, struct why *why)
{
    char *path = file_with(text);
    const bool read = pieces_read(pieces, path, why);
    unlink(path);
    free(path);
    return read;
}

static void pieces_are_read(void **state)
{
    (void)state;
    struct pieces pieces;
    struct why why;
    assert_true(read_text(&pieces, "0 87\n-\n5\n\n\n7\n8 9", &why));
    assert_int_equal(pieces.count, 2);
    assert_int_equal(piece_length(&pieces, 0), 3);
    assert_int_equal(piece_length(&pieces, 1), 2);
    assert_int_equal(pieces_longest(&pieces), 3);
    assert_int_equal(pieces_predictions(&pieces), 3);
    assert_int_equal(pieces.sounds[0][0] + pieces.sounds[0][87], 2);
    assert_int_equal(pieces.sounds[1][0], 0);
    assert_int_equal(pieces.sounds[4][9], 1);
    pieces_close(&pieces);
}

static void wrong_music_is_refused_with_its_line(void **state)
{
    (void)state;
    struct pieces pieces;
    struct why why;
    assert_false(read_text(&pieces, "1 2\n3 88\n", &why));
    assert_non_null(strstr(why.text, "line 2: '3 88' is neither '-' nor keys from 0 to 87"));
    assert_false(read_text(&pieces, "1 2\n\n4x\n", &why));
    assert_non_null(strstr(why.text, "line 3"));
    assert_false(read_text(&pieces, "\n\n", &why));
    assert_non_null(strstr(why.text, "holds no music"));
    char line[2048];
    memset(line, ' ', sizeof line);
    memcpy(line, "1 2\n3", 5);
    line[sizeof line - 1] = '\0';
    assert_false(read_text(&pieces, line, &why));
    assert_non_null(strstr(why.text, "line 2: longer than any step of music"));
    assert_false(pieces_read(&pieces, "/", &why)); /* a folder opens, and cannot be read */
    assert_non_null(strstr(why.text, "cannot read /: Is a directory"));
    assert_false(pieces_read(&pieces, "/nowhere/at-all.txt", &why));
    assert_non_null(strstr(why.text, "cannot read /nowhere/at-all.txt"));
}

static void read_chorales(struct pieces *pieces, const char *part)
{
    char path[1024];
    struct why why;
    snprintf(path, sizeof path, "%s/jsb.%s.txt", BENCH_DATA_SOURCE, part);
    if (!pieces_read(pieces, path, &why))
        fail_msg("%s", why.text);
}

static void chorales_are_those_of_the_literature(void **state)
{
    (void)state;
    struct pieces train, test;
    read_chorales(&train, "train");
    read_chorales(&test, "test");
    assert_int_equal(train.count, 229);
    assert_int_equal(train.first[train.count], 13807);
    assert_int_equal(test.count, 77);
    assert_int_equal(test.first[test.count], 4725);
    assert_near(pieces_frequency_cost(&train, &test), 11.09, 0.005);
    pieces_close(&train);
    pieces_close(&test);
}

/* --- the story --- */

static void expect_lines(const struct lines *lines, const char *expected)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    lines_print(lines, stream);
    fclose(stream);
    assert_string_equal(text, expected);
    free(text);
}

static void cells_stand_side_by_side(void **state)
{
    (void)state;
    struct lines lines = {0};
    expect_lines(&lines, "");
    lines_add(&lines, (struct line){"a step", "us", LINE_NUMBER, true, {1.0, 3.0, 4.0}});
    lines_add(&lines, (struct line){"left", "of lag 1", LINE_POWER, false, {2.5e-40, 0.25, (double)NAN}});
    lines_add(&lines, (struct line){"solved", "steps", LINE_STEPS, false, {0.0, 30.0, 100.0}});
    expect_lines(&lines, "                  rnn          gru         lstm      unit\n"
                         "  -------------------------------------------------------\n"
                         "  a step  1.00 (0.25)  3.00 (0.75)  4.00 (1.00)        us\n"
                         "  left          2e-40         0.25            -  of lag 1\n"
                         "  solved         none           30          100     steps\n");
}

static void what_no_cell_has_is_no_line(void **state)
{
    (void)state;
    struct lines lines = {0};
    lines_add(&lines, (struct line){"nothing", "", LINE_NUMBER, true, {(double)NAN, (double)NAN, (double)NAN}});
    assert_int_equal(lines.count, 0);
    lines_add(&lines, (struct line){"no lstm", "", LINE_NUMBER, true, {1.0, (double)NAN, (double)NAN}});
    expect_lines(&lines, "            rnn  gru  lstm  unit\n"
                         "  ------------------------------\n"
                         "  no lstm  1.00    -     -      \n");
}

/* Reads a text as a file of results. */
static bool read_committed(struct committed *committed, const char *text, struct why *why)
{
    char path[] = "/tmp/weir-committed-XXXXXX";
    const int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), strlen(text));
    close(file);
    const bool read = committed_read(committed, path, why);
    unlink(path);
    return read;
}

static void committed_results_are_read(void **state)
{
    (void)state;
    struct committed committed;
    struct why why;
    assert_true(read_committed(&committed,
                               "# date: 2026-11-24\n# cpu model: 26\n# cpu: AMD EPYC\ncell,begins,lag,norm\n"
                               "rnn,\"orthogonal, bias 0\",1,2.5e-3\ngru,\"a \"\"b\"\" c\",2,\n",
                               &why));
    assert_string_equal(committed_head(&committed, "cpu"), "AMD EPYC");
    assert_string_equal(committed_head(&committed, "date"), "2026-11-24");
    assert_string_equal(committed_head(&committed, "da"), "");
    assert_int_equal(committed.columns, 4);
    assert_int_equal(committed.rows, 2);
    assert_string_equal(committed_text(&committed, 0, "begins"), "orthogonal, bias 0");
    assert_string_equal(committed_text(&committed, 1, "begins"), "a \"b\" c");
    assert_string_equal(committed_text(&committed, 1, "nowhere"), "");
    assert_near(committed_number(&committed, 0, "norm"), 2.5e-3, 0.0);
    assert_true(isnan(committed_number(&committed, 1, "norm")));
    assert_true(isnan(committed_number(&committed, 1, "cell")));
    committed_close(&committed);
}

static void wrong_committed_results_are_refused(void **state)
{
    (void)state;
    struct committed committed;
    struct why why;
    assert_false(read_committed(&committed, "cell,lag\nrnn,1\ngru\n", &why));
    assert_non_null(strstr(why.text, "row 2: not as many values as names"));
    committed_close(&committed);
    assert_false(read_committed(&committed, "", &why));
    committed_close(&committed);
    assert_false(committed_read(&committed, "/nowhere", &why));
    assert_non_null(strstr(why.text, "cannot read /nowhere"));
    committed_close(&committed);
}

/* Every run that comes with Weir says when and on what it was made, and has the numbers that the page shows. */
static void committed_gradients_are_whole(void **state)
{
    (void)state;
    struct committed committed;
    struct why why;
    char path[1024];
    data_path(BENCH_DATA_SOURCE, "full/gradient-curves.csv", path, sizeof path);
    assert_true(committed_read(&committed, path, &why));
    assert_string_not_equal(committed_head(&committed, "date"), "");
    assert_string_not_equal(committed_head(&committed, "cpu"), "");
    assert_string_equal(committed_head(&committed, "command"), "weir-bench gradient --full");
    assert_int_equal(committed.rows, 3 * (50 + 200));
    for (size_t row = 0; row < committed.rows; row++) {
        assert_string_equal(committed_text(&committed, row, "trained"), "true");
        assert_true(committed_number(&committed, row, "norm") > 0.0);
    }
    committed_close(&committed);
}

static void memory_grows_with_the_steps_unless_it_is_limited(void **state)
{
    (void)state;
    const struct memory memory = memory_ask();
    const double number = sizeof(float) * MEMORY_UNITS;
    double last = 0.0;
    for (size_t i = 0; i < MEMORY_CURVES; i++) {
        const struct memory_curve *curve = &memory.curves[i];
        assert_true(curve->count > 1);
        if (curve->limit > 0) {
            for (size_t k = 0; k < curve->count; k++)
                assert_true(curve->sizes[k].total <= curve->limit);
            continue;
        }
        /* States at least, and at most gates, state and what backward needs of it: G + 2 numbers a unit. */
        assert_true(memory_step(curve) > last);
        assert_true(memory_tape_step(curve) > number - 1.0);
        assert_true(memory_tape_step(curve) < (curve->cell->gates + 2) * number + 1.0);
        assert_true(memory_step(curve) >= memory_tape_step(curve));
        last = memory_step(curve);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(median_of_odd_even_one_and_none),
        cmocka_unit_test(samples_beyond_the_most_are_dropped),
        cmocka_unit_test(bootstrap_interval_covers_the_true_median),
        cmocka_unit_test(bootstrap_is_the_same_at_every_call),
        cmocka_unit_test(random_numbers_are_those_of_splitmix64),
        cmocka_unit_test(random_numbers_keep_within_their_bounds),
        cmocka_unit_test(lists_are_read),
        cmocka_unit_test(wrong_lists_are_refused_with_a_sentence),
        cmocka_unit_test(names_are_read_and_refused),
        cmocka_unit_test(real_numbers_are_read_and_refused),
        cmocka_unit_test(options_that_are_numbers_find_their_places),
        cmocka_unit_test(variables_that_steer_a_blas_or_weir_are_known),
        cmocka_unit_test(table_columns_are_as_wide_as_their_text),
        cmocka_unit_test(short_axes_have_more_numbers),
        cmocka_unit_test(pieces_are_read),
        cmocka_unit_test(wrong_music_is_refused_with_its_line),
        cmocka_unit_test(chorales_are_those_of_the_literature),
        cmocka_unit_test(cells_stand_side_by_side),
        cmocka_unit_test(what_no_cell_has_is_no_line),
        cmocka_unit_test(committed_results_are_read),
        cmocka_unit_test(wrong_committed_results_are_refused),
        cmocka_unit_test(committed_gradients_are_whole),
        cmocka_unit_test(memory_grows_with_the_steps_unless_it_is_limited),
    };
    return cmocka_run_group_tests_name("bench", tests, NULL, NULL);
}
