/*
 * test_choices.c: what plans learn by measuring is remembered, told as text, read back from text that may hold
 * anything, and used again without measuring.
 */
#include "contract/suite.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/weir.h>

#include "base/random.h"
#include "contract/ledger.h"
#include "contract/refusal.h"

enum { ROOM = 8192 };

/* A net, and choices whose memory is in a ledger. */
struct desk {
    struct ledger ledger;
    weir_net *net;
    weir_choices *choices;
    weir_plan_options options;
};

static void desk_open(struct desk *desk)
{
    const weir_layer layers[] = {{WEIR_GRU, WEIR_BOTH, .units = 5}, {WEIR_LINEAR, .units = 2}};
    memset(desk, 0, sizeof *desk);
    desk->ledger = ledger_new();
    const weir_allocator allocator = ledger_allocator(&desk->ledger);
    assert_int_equal(weir_net_create(&desk->net, WEIR_F32, 3, layers, 2, NULL), WEIR_OK);
    assert_int_equal(weir_choices_create(&desk->choices, &allocator, NULL), WEIR_OK);
    desk->options = (weir_plan_options){.batch = 2, .steps = 300, .planning = WEIR_MEASURE, .choices = desk->choices};
}

static void desk_close(struct desk *desk)
{
    weir_choices_destroy(&desk->choices);
    assert_null(desk->choices);
    weir_net_destroy(&desk->net);
    ledger_assert_settled(&desk->ledger);
}

/* How a plan with those options says that it was planned, and its tile. */
static int64_t assert_planned(const struct desk *desk, const weir_plan_options *options, const char *how)
{
    char text[ROOM], line[64];
    weir_plan *plan = NULL;
    weir_error error;
    assert_accepted(&error, weir_plan_create(&plan, desk->net, options, &error));
    weir_plan_describe(plan, text, sizeof text);
    snprintf(line, sizeof line, "\nplanning: %s\n", how);
    if (!strstr(text, line))
        fail_msg("it is not %s:\n%s", how, text);
    weir_plan_destroy(&plan);
    return strtoll(strstr(text, "\ntile_steps: ") + strlen("\ntile_steps: "), NULL, 10);
}

static void export_to(const weir_choices *choices, char text[ROOM])
{
    assert_in_range(weir_choices_export(choices, text, ROOM), 1, ROOM - 1);
}

/* --- Measuring and remembering -------------------------------------------------------------------------------------
 */

static void test_remembering(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk);
    assert_int_equal(weir_choices_count(desk.choices), 0);
    const int64_t tile = assert_planned(&desk, &desk.options, "measured");
    assert_int_equal(weir_choices_count(desk.choices), 1);
    assert_int_equal(assert_planned(&desk, &desk.options, "remembered"), tile);
    assert_int_equal(weir_choices_count(desk.choices), 1);
    desk.options.planning = WEIR_ESTIMATE; /* is not above what others have measured */
    assert_int_equal(assert_planned(&desk, &desk.options, "remembered"), tile);
    desk.options.choices = NULL;
    assert_planned(&desk, &desk.options, "estimated");
    desk.options.planning = WEIR_MEASURE;
    assert_planned(&desk, &desk.options, "measured");
    desk_close(&desk);
}

/* Whatever makes another question. */
static void test_other_questions(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk);
    assert_planned(&desk, &desk.options, "measured");
    desk.options.planning = WEIR_ESTIMATE;
    const weir_plan_options right = desk.options;
    weir_pool *pool = NULL;
    assert_int_equal(weir_pool_create(&pool, 2, NULL, NULL), WEIR_OK);
    weir_plan_options others[6];
    for (int i = 0; i < 6; i++)
        others[i] = right;
    others[0].batch++;
    others[1].steps++;
    others[2].mode = WEIR_TRAINING;
    others[3].engine =
        getenv("WEIR_ENGINE") && strcmp(getenv("WEIR_ENGINE"), "blas") == 0 ? WEIR_ENGINE_NATIVE : WEIR_ENGINE_BLAS;
    others[4].sharing = WEIR_SHARE_ROWS;
    others[5].pool = pool;
    for (int i = 0; i < 6; i++)
        assert_planned(&desk, &others[i], "estimated");
    weir_pool_destroy(&pool);
    desk_close(&desk);
}

/* A measured plan is as one that was never run: no forward is on its tape, and its first draw is draw 0. */
static void test_measured_plan_is_new(void **state)
{
    (void)state;
    struct desk desk;
    float x[2 * 7 * 3] = {1.0F, -1.0F}, y[2 * 7 * 2], dy[2 * 7 * 2] = {1.0F}, gradient[400];
    desk_open(&desk);
    desk.options.mode = WEIR_TRAINING;
    desk.options.steps = 7;
    weir_plan *plan = NULL;
    assert_int_equal(weir_plan_create(&plan, desk.net, &desk.options, NULL), WEIR_OK);
    assert_in_range(weir_net_parameter_count(desk.net), 1, 400);
    assert_string_equal(weir_plan_error(plan), "");
    assert_int_equal(weir_backward_f32(plan, x, dy, gradient, NULL), WEIR_ERROR_ORDER);
    assert_int_equal(weir_forward_f32(plan, x, NULL, y), WEIR_OK);
    assert_int_equal(weir_backward_f32(plan, x, dy, gradient, NULL), WEIR_OK);
    weir_plan_destroy(&plan);
    desk_close(&desk);
}

/* What a measured plan holds is what weir_plan_bytes then says, and nothing more is out. */
static void test_memory_afterwards(void **state)
{
    (void)state;
    struct desk desk;
    struct ledger ledger = ledger_new();
    const weir_allocator allocator = ledger_allocator(&ledger);
    desk_open(&desk);
    desk.options.allocator = &allocator;
    weir_plan *plan = NULL;
    weir_plan_size size;
    assert_int_equal(weir_plan_create(&plan, desk.net, &desk.options, NULL), WEIR_OK);
    assert_int_equal(weir_plan_bytes(&size, desk.net, &desk.options, NULL), WEIR_OK);
    assert_int_equal(ledger.bytes_out, size.total);
    weir_plan_destroy(&plan);
    ledger_assert_settled(&ledger);
    desk_close(&desk);
}

/* A remembered choice is used as it stands, though nobody measured it. */
static void test_choice_is_used(void **state)
{
    (void)state;
    struct desk desk;
    char text[ROOM], changed[ROOM + 8];
    desk_open(&desk);
    const int64_t tile = assert_planned(&desk, &desk.options, "measured");
    export_to(desk.choices, text);
    char *number = strstr(text, " tile_steps=");
    assert_non_null(number);
    snprintf(changed, sizeof changed, "%.*s tile_steps=%d\n", (int)(number - text), text, tile == 77 ? 78 : 77);
    assert_int_equal(weir_choices_import(desk.choices, changed, NULL), WEIR_OK);
    assert_int_equal(weir_choices_count(desk.choices), 1); /* it took the other's place */
    assert_int_equal(assert_planned(&desk, &desk.options, "remembered"), tile == 77 ? 78 : 77);
    desk_close(&desk);
}

/* What a plan says of itself before it says how it was planned. */
static void describe_to(const struct desk *desk, char text[ROOM])
{
    weir_plan *plan = NULL;
    assert_int_equal(weir_plan_create(&plan, desk->net, &desk->options, NULL), WEIR_OK);
    weir_plan_describe(plan, text, ROOM);
    *strstr(text, "\nplanning: ") = '\0';
    weir_plan_destroy(&plan);
}

/* Also where the model's choice stayed, which may have fewer threads than there are. */
static void test_same_plan(void **state)
{
    (void)state;
    struct desk desk;
    char measured[ROOM], remembered[ROOM];
    weir_pool *pool = NULL;
    assert_int_equal(weir_pool_create(&pool, 4, NULL, NULL), WEIR_OK);
    desk_open(&desk);
    desk.options.pool = pool;
    describe_to(&desk, measured);
    describe_to(&desk, remembered);
    assert_string_equal(remembered, measured);
    desk_close(&desk);
    weir_pool_destroy(&pool);
}

static void test_reproducible(void **state)
{
    (void)state;
    struct desk desk;
    char text[ROOM];
    weir_plan *plan = NULL;
    weir_error error = error_unset();
    desk_open(&desk);
    desk.options.reproducible = 1;
    desk.options.engine = WEIR_ENGINE_NATIVE;
    assert_planned(&desk, &desk.options, "measured");
    desk.options.engine = WEIR_ENGINE_AUTO;
    const weir_status status = weir_plan_create(&plan, desk.net, &desk.options, &error);
    if (getenv("WEIR_ENGINE") && strcmp(getenv("WEIR_ENGINE"), "blas") == 0) {
        assert_refused(&error, status, WEIR_ERROR_ARGUMENT);
    } else {
        assert_accepted(&error, status);
        weir_plan_describe(plan, text, sizeof text);
        assert_non_null(strstr(text, "\nreproducible: yes\n"));
        weir_plan_destroy(&plan);
    }
    desk_close(&desk);
}

/* --- Text ----------------------------------------------------------------------------------------------------------
 */

#define QUESTION                                                                                                       \
    "f32 inference level=avx2 processor=P-1 batch=2 steps=9 threads=4 pool=own engine=auto sharing=auto dropout=no "   \
    "memory_limit=none inputs=3 layers=gru:5:both,linear:2:forward"
#define ANSWER " -> engine=native sharing=units threads=2 tile_steps=9"
#define LINE QUESTION ANSWER "\n"

/* Puts a head before lines. */
static const char *whole(char text[ROOM], const char *lines)
{
    snprintf(text, ROOM, "weir-choices 1 of weir %s\n%s", weir_version(), lines);
    return text;
}

static void test_round_trip(void **state)
{
    (void)state;
    struct desk desk, other;
    char text[ROOM], again[ROOM];
    desk_open(&desk);
    desk_open(&other);
    assert_planned(&desk, &desk.options, "measured");
    desk.options.batch = 3;
    assert_planned(&desk, &desk.options, "measured");
    assert_int_equal(weir_choices_import(desk.choices, whole(text, LINE), NULL), WEIR_OK);
    assert_int_equal(weir_choices_count(desk.choices), 3);
    export_to(desk.choices, text);
    assert_int_equal(weir_choices_import(other.choices, text, NULL), WEIR_OK);
    export_to(other.choices, again);
    assert_string_equal(again, text);
    assert_planned(&other, &other.options, "remembered");
    desk_close(&other);
    desk_close(&desk);
}

static void test_empty_lines_and_remarks(void **state)
{
    (void)state;
    struct desk desk;
    char text[ROOM], plain[ROOM];
    desk_open(&desk);
    assert_int_equal(weir_choices_import(desk.choices, whole(text, "\n# a remark\n\r\n" QUESTION ANSWER), NULL),
                     WEIR_OK);
    assert_int_equal(weir_choices_import(desk.choices, whole(text, QUESTION ANSWER "\r\n#"), NULL), WEIR_OK);
    assert_int_equal(weir_choices_count(desk.choices), 1);
    export_to(desk.choices, text);
    assert_string_equal(text, whole(plain, LINE));
    desk_close(&desk);
}

/* Cut where snprintf would cut. */
static void test_sizes(void **state)
{
    (void)state;
    struct desk desk;
    char text[ROOM], cut[ROOM];
    desk_open(&desk);
    assert_int_equal(weir_choices_import(desk.choices, whole(text, LINE), NULL), WEIR_OK);
    const int64_t length = weir_choices_export(desk.choices, NULL, 0);
    assert_int_equal(length, strlen(text));
    for (size_t size = 0; size <= (size_t)length + 2; size++) {
        memset(cut, '#', sizeof cut);
        assert_int_equal(weir_choices_export(desk.choices, cut, size), length);
        const size_t written = size == 0 ? 0 : size <= (size_t)length ? size - 1 : (size_t)length;
        assert_memory_equal(cut, text, written);
        if (size > 0)
            assert_int_equal(cut[written], '\0');
        assert_int_equal(cut[written + (size > 0)], '#');
    }
    desk_close(&desk);
}

/* A text that is refused, and where the sentence says that it goes wrong. */
static const struct wrong {
    const char *what;
    const char *line; /* behind a good one; NULL: `text` is all there is */
    const char *where;
    const char *text;
    weir_status status;
} wrongs[] = {
    {"nothing", NULL, "line 1", "", WEIR_ERROR_ARGUMENT},
    {"another program's text", NULL, "line 1", "(fftw-3.3.8 fftw_wisdom\n)", WEIR_ERROR_ARGUMENT},
    {"a line without a head", NULL, "line 1", LINE, WEIR_ERROR_ARGUMENT},
    {"another format", NULL, "line 1", "weir-choices 2 of weir 0.1.0\n", WEIR_ERROR_MISMATCH},
    {"another version", NULL, "line 1", "weir-choices 1 of weir 0.0.9\n", WEIR_ERROR_MISMATCH},
    {"no version", NULL, "line 1", "weir-choices 1 of weir ", WEIR_ERROR_MISMATCH},
    {"a word that is none", "hello\n", "line 3, column 1", NULL, WEIR_ERROR_ARGUMENT},
    {"half a question", "f32 inference level=avx2\n", "line 3, column 25", NULL, WEIR_ERROR_ARGUMENT},
    {"a question without an answer", QUESTION "\n", "line 3, column 172", NULL, WEIR_ERROR_ARGUMENT},
    {"something behind an answer", QUESTION ANSWER " x\n", "line 3, column 226", NULL, WEIR_ERROR_ARGUMENT},
    {"precision f16", "f16 inference\n", "line 3, column 1", NULL, WEIR_ERROR_ARGUMENT},
    {"batch 0", "f32 inference level=a processor=p batch=0 steps=9\n", "line 3", NULL, WEIR_ERROR_ARGUMENT},
    {"batch 02", "f32 inference level=a processor=p batch=02 steps=9\n", "line 3", NULL, WEIR_ERROR_ARGUMENT},
    {"batch -1", "f32 inference level=a processor=p batch=-1 steps=9\n", "line 3", NULL, WEIR_ERROR_ARGUMENT},
    {"batch 2x", "f32 inference level=a processor=p batch=2x steps=9\n", "line 3", NULL, WEIR_ERROR_ARGUMENT},
    {"a batch beyond all numbers", "f32 inference level=a processor=p batch=99999999999999999999999 steps=9\n",
     "line 3", NULL, WEIR_ERROR_ARGUMENT},
    {"an engine for itself", QUESTION " -> engine=auto sharing=units threads=2 tile_steps=9\n", "line 3", NULL,
     WEIR_ERROR_ARGUMENT},
    {"more threads than there are", QUESTION " -> engine=native sharing=units threads=5 tile_steps=9\n", "line 3", NULL,
     WEIR_ERROR_ARGUMENT},
    {"more tile steps than steps", QUESTION " -> engine=native sharing=units threads=2 tile_steps=10\n", "line 3", NULL,
     WEIR_ERROR_ARGUMENT},
    {"tile steps 0", QUESTION " -> engine=native sharing=units threads=2 tile_steps=0\n", "line 3", NULL,
     WEIR_ERROR_ARGUMENT},
    {"sharing by nobody", QUESTION " -> engine=native sharing=nobody threads=2 tile_steps=9\n", "line 3", NULL,
     WEIR_ERROR_ARGUMENT},
    {"two spaces", QUESTION "  -> engine=native sharing=units threads=2 tile_steps=9\n", "line 3", NULL,
     WEIR_ERROR_ARGUMENT},
};

static void test_wrong_text(void **state)
{
    const struct wrong *wrong = *state;
    struct desk desk;
    char text[ROOM], lines[ROOM / 2];
    weir_error error = error_unset();
    desk_open(&desk);
    snprintf(lines, sizeof lines, LINE "%s" LINE, wrong->line ? wrong->line : "");
    const char *read = wrong->line ? whole(text, lines) : wrong->text;
    assert_refused(&error, weir_choices_import(desk.choices, read, &error), wrong->status);
    if (!strstr(error.message, wrong->where))
        fail_msg("\"%s\" does not say %s", error.message, wrong->where);
    assert_int_equal(weir_choices_import(desk.choices, read, NULL), wrong->status);
    assert_int_equal(weir_choices_count(desk.choices), 0); /* nor the good lines */
    desk_close(&desk);
}

/* --- Text that may hold anything -----------------------------------------------------------------------------------
 */

enum { MUTATIONS = 20000 };

/* Overwrites, inserts, takes out or doubles a few bytes somewhere. */
static void mutate(struct generator *generator, char text[ROOM])
{
    static const char bytes[] = "0123456789 =:,->\n\r#\x01\xff"
                                "abwstilenv";
    const size_t length = strlen(text), at = weir_next(generator) % length, left = length - at;
    const size_t count = 1 + weir_next(generator) % (left < 9 ? left : 9);
    const char byte = bytes[weir_next(generator) % (sizeof bytes - 1)];
    switch (weir_next(generator) % 5) {
    case 0:
        text[at] = byte;
        break;
    case 1:
        memmove(text + at + 1, text + at, left + 1);
        text[at] = byte;
        break;
    case 2:
        memmove(text + at, text + at + count, left - count + 1);
        break;
    case 3:
        memmove(text + at + count, text + at, left + 1);
        break;
    default:
        text[at] = '\0';
    }
}

/* It is taken, and then told in a way that is taken again; or refused, and nothing has changed. */
static void check_import(const char *text)
{
    struct desk desk;
    char before[ROOM], after[ROOM], again[ROOM];
    desk_open(&desk);
    assert_int_equal(weir_choices_import(desk.choices, whole(before, LINE), NULL), WEIR_OK);
    char *copy = strdup(text); /* of just its length: a sanitizer sees who reads on */
    const weir_status status = weir_choices_import(desk.choices, copy, NULL);
    free(copy);
    export_to(desk.choices, after);
    if (status == WEIR_OK) {
        assert_int_equal(weir_choices_import(desk.choices, after, NULL), WEIR_OK);
        export_to(desk.choices, again);
        assert_string_equal(again, after);
    } else {
        assert_true(status == WEIR_ERROR_ARGUMENT || status == WEIR_ERROR_MISMATCH);
        assert_string_equal(after, before);
    }
    desk_close(&desk);
}

static void test_mutations(void **state)
{
    (void)state;
    struct generator generator = {2026};
    for (int i = 0; i < MUTATIONS; i++) {
        char text[ROOM];
        whole(text, LINE "# remark\n" LINE);
        for (uint64_t k = weir_next(&generator) % 4; k < 4 && text[0]; k++)
            mutate(&generator, text);
        check_import(text);
    }
}

static void test_beginnings(void **state)
{
    (void)state;
    char text[ROOM];
    for (size_t length = strlen(whole(text, LINE LINE)); length-- > 0;) {
        text[length] = '\0';
        check_import(text);
    }
}

/* --- Arguments, threads --------------------------------------------------------------------------------------------
 */

static void test_nulls(void **state)
{
    (void)state;
    struct desk desk;
    char text[4] = "###";
    weir_error error = error_unset();
    desk_open(&desk);
    weir_allocator takes_only = ledger_allocator(&desk.ledger);
    takes_only.release = NULL;
    assert_refused(&error, weir_choices_create(NULL, NULL, &error), WEIR_ERROR_ARGUMENT);
    weir_choices *const untouched = desk.choices, *choices = untouched;
    error = error_unset();
    assert_refused(&error, weir_choices_create(&choices, &takes_only, &error), WEIR_ERROR_ARGUMENT);
    assert_ptr_equal(choices, untouched);
    error = error_unset();
    assert_refused(&error, weir_choices_import(NULL, "", &error), WEIR_ERROR_ARGUMENT);
    error = error_unset();
    assert_refused(&error, weir_choices_import(desk.choices, NULL, &error), WEIR_ERROR_ARGUMENT);
    assert_int_equal(weir_choices_count(NULL), 0);
    assert_int_equal(weir_choices_export(NULL, text, sizeof text), 0);
    assert_string_equal(text, "");
    weir_choices_destroy(NULL);
    weir_choices_destroy(&(weir_choices *){NULL});
    desk_close(&desk);
}

enum { CALLERS = 4 };

/* No cmocka here: it is one thread's. */
static void *plan_several(void *data)
{
    const struct desk *desk = data;
    char text[ROOM];
    int64_t failures = 0;
    for (int64_t batch = 1; batch <= 3; batch++) {
        weir_plan_options options = desk->options;
        weir_plan *plan = NULL;
        options.batch = batch;
        options.steps = 4;
        failures += weir_plan_create(&plan, desk->net, &options, NULL) != WEIR_OK;
        weir_choices_export(desk->choices, text, sizeof text);
        failures += weir_choices_import(desk->choices, text, NULL) != WEIR_OK;
        weir_plan_destroy(&plan);
    }
    return (void *)(intptr_t)failures;
}

static void test_threads(void **state)
{
    (void)state;
    struct desk desk;
    pthread_t threads[CALLERS];
    desk_open(&desk);
    weir_choices_destroy(&desk.choices); /* a ledger is one thread's */
    assert_int_equal(weir_choices_create(&desk.choices, NULL, NULL), WEIR_OK);
    desk.options.choices = desk.choices;
    for (int i = 0; i < CALLERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, plan_several, &desk), 0);
    for (int i = 0; i < CALLERS; i++) {
        void *failures;
        pthread_join(threads[i], &failures);
        assert_null(failures);
    }
    assert_int_equal(weir_choices_count(desk.choices), 3);
    desk_close(&desk);
}

int main(void)
{
    struct suite suite = {0};
    suite_add(&suite, test_remembering, NULL, "a plan measures once; what it chose is remembered, also by estimates");
    suite_add(&suite, test_other_questions, NULL, "a choice is for one shape, mode, engine, sharing and pool only");
    suite_add(&suite, test_measured_plan_is_new, NULL, "a measured plan is as one that was never run");
    suite_add(&suite, test_memory_afterwards, NULL, "of measuring no memory stays but the plan's");
    suite_add(&suite, test_choice_is_used, NULL, "a remembered choice is used as it stands");
    suite_add(&suite, test_same_plan, NULL, "a remembered choice makes the plan that was measured");
    suite_add(&suite, test_reproducible, NULL, "a reproducible plan is the native engine's, or refused");
    suite_add(&suite, test_round_trip, NULL, "what is exported can be imported, and is then the same");
    suite_add(&suite, test_empty_lines_and_remarks, NULL, "empty lines, remarks and other ends of lines are read over");
    suite_add(&suite, test_sizes, NULL, "choices are exported as snprintf would, whatever the size");
    for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++)
        suite_add(&suite, test_wrong_text, &wrongs[i], "refused: %s", wrongs[i].what);
    suite_add(&suite, test_beginnings, NULL, "every beginning of a text is taken or refused as a whole");
    suite_add(&suite, test_mutations, NULL, "so are texts with errors anywhere");
    suite_add(&suite, test_nulls, NULL, "NULL is refused, or nothing");
    suite_add(&suite, test_threads, NULL, "several threads use one object");
    return suite_run(&suite, "choices");
}
