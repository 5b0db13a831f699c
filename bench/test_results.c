/*
 * test_results.c: the folder that a job leaves behind, and the signals that must not keep it from doing so.
 */
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
#include <unistd.h>

#include <cmocka.h>

#include <math.h>

#include "all/learned.h"
#include "base/interrupt.h"
#include "report/results.h"
#include "test_support.h"

static struct results results_in(const char *folder)
{
    struct results results;
    struct why why;
    assert_true(results_open(&results, folder, &why));
    results.machine = json_pack("{s:s}", "cpu", "a CPU, of some kind");
    return results;
}

/* A search's trainings have no findings, final ones have: each value stands below its own name. */
static void rows_may_lack_what_others_have(void **state)
{
    struct results results = results_in(*state);
    struct committed committed;
    struct why why;
    char path[PATH_MAX];
    json_t *rows = json_pack("[{s:s, s:i}, {s:s, s:f, s:i}, {s:i}]", "cell", "gru", "draw", 1, "cell", "a \"b\", c",
                             "valid time", 2.5, "draw", 0, "lag", 7);
    results_write(&results, "rows", rows, NULL);
    json_decref(rows);
    results_path(&results, "rows.csv", path, sizeof path);
    assert_true(committed_read(&committed, path, &why));
    assert_int_equal(committed.columns, 4);
    assert_int_equal(committed.rows, 3);
    assert_string_equal(committed_head(&committed, "cpu"), "a CPU, of some kind");
    assert_string_equal(committed_text(&committed, 0, "valid time"), "");
    assert_near(committed_number(&committed, 0, "draw"), 1.0, 0.0);
    assert_string_equal(committed_text(&committed, 1, "cell"), "a \"b\", c");
    assert_near(committed_number(&committed, 1, "valid time"), 2.5, 0.0);
    assert_near(committed_number(&committed, 1, "draw"), 0.0, 0.0);
    assert_string_equal(committed_text(&committed, 2, "cell"), "");
    assert_near(committed_number(&committed, 2, "lag"), 7.0, 0.0);
    committed_close(&committed);
    results_close(&results);
}

/* Of a search nothing counts, nor what is equal by units alone, nor a part, nor what was not tested. */
static void learned_runs_are_summed_up(void **state)
{
    static const char text[] = "cell,part,draw,equal,end,test\n"
                               "gru,1,1,parameters,solved,9\n"
                               "gru,1,0,parameters,solved,0.3\n"
                               "gru,1,0,parameters and units,budget used up,0.1\n"
                               "gru,1,0,parameters,solved,0.2\n"
                               "gru,1,0,units,budget used up,7\n"
                               "gru,2,0,parameters,solved,0.8\n"
                               "gru,1,0,parameters,solved,\n"
                               "lstm,1,0,parameters,budget used up,5\n";
    struct committed committed;
    struct why why;
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/learned.csv", (const char *)*state);
    write_text(path, text);
    assert_true(committed_read(&committed, path, &why));
    assert_near(learned_score(&committed, "gru"), 0.2, 0.0);
    assert_near(learned_solved(&committed, "gru"), 2.0 / 3.0, 1e-15);
    assert_int_equal(learned_scores(&committed, "gru", 2).count, 1);
    assert_near(learned_solved(&committed, "lstm"), 0.0, 0.0);
    assert_true(isnan(learned_solved(&committed, "rnn")));
    assert_true(isnan(learned_score(&committed, "rnn")));
    committed_close(&committed);
}

/* The last of all: what is lost once stays lost. */
static void a_full_disk_is_not_forgotten(void **state)
{
    struct results results = results_in(*state);
    char path[PATH_MAX];
    results_write_report(&results, "whole\n");
    assert_true(results_are_whole());
    results_path(&results, "report.txt", path, sizeof path);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink("/dev/full", path), 0);
    results_write_report(&results, "nowhere to go\n");
    assert_false(results_are_whole());
    results_close(&results);
}

/* --- signals --- */

/* How a process ends that is sent these, one after the other. */
static int status_after(void (*prepare)(void), int first, int second)
{
    int status;
    fflush(NULL);
    const pid_t process = fork();
    if (process == 0) {
        interrupt_watch();
        if (prepare != NULL)
            prepare();
        raise(first);
        raise(second);
        _exit(interrupted() ? 3 : 4);
    }
    assert_int_equal(waitpid(process, &status, 0), process);
    return status;
}

static void a_second_interrupt_ends_the_program(void **state)
{
    (void)state;
    const int status = status_after(NULL, SIGINT, SIGINT);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
}

static void trainings_end_by_themselves_however_often_they_are_told(void **state)
{
    (void)state;
    const int status = status_after(interrupt_note_all, SIGTERM, SIGTERM);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 3);
}

static void a_reader_that_goes_away_ends_nothing(void **state)
{
    (void)state;
    const int status = status_after(NULL, SIGPIPE, SIGPIPE);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rows_may_lack_what_others_have, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(learned_runs_are_summed_up, make_folder, remove_folder),
        cmocka_unit_test(a_second_interrupt_ends_the_program),
        cmocka_unit_test(trainings_end_by_themselves_however_often_they_are_told),
        cmocka_unit_test(a_reader_that_goes_away_ends_nothing),
        cmocka_unit_test_setup_teardown(a_full_disk_is_not_forgotten, make_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
