/*
 * test_schedule.c: the schedule that backward follows under a memory limit (lib/net/schedule.h), followed by hand.
 *
 * Every segment is recorded when it is gone back through, from the state that it begins with; no slot is used that is
 * not there; the segments that are advanced through are as few as can be, which a table made by trying every split
 * says.
 */
#include "contract/suite.h"

#include <stdlib.h>
#include <string.h>

#include "net/schedule.h"

enum { MOST_SEGMENTS = 70, MOST_SLOTS = 75, NOTHING = -1 };

/* fewest[n][c]: what is advanced through to record n segments with c slots, by trying (Griewank & Walther 2000). */
static int64_t fewest[MOST_SEGMENTS + 1][MOST_SLOTS + 1];

static void fill_table(void)
{
    for (int n = 2; n <= MOST_SEGMENTS; n++)
        for (int c = 0; c <= MOST_SLOTS; c++) {
            int64_t best = (int64_t)n * (n - 1) / 2;
            for (int split = 1; c > 0 && split < n; split++) {
                const int64_t count = split + fewest[n - split][c - 1] + fewest[split][c];
                best = count < best ? count : best;
            }
            fewest[n][c] = best;
        }
}

/* Who follows a schedule. */
struct follower {
    int64_t segments, slots;
    int64_t kept[MOST_SLOTS], held[MOST_SLOTS]; /* what the schedule reads; what is really there */
    int64_t count;
    int64_t at, recorded; /* the segment whose first state is at hand, and the one whose record is there */
    int64_t advanced, records;
};

static void follow(struct follower *follower, const struct schedule *schedule, enum schedule_task task)
{
    switch (task) {
    case SCHEDULE_LOAD:
        assert_in_range(schedule->slot + 1, 0, follower->slots);
        follower->at = schedule->slot < 0 ? 0 : follower->held[schedule->slot];
        assert_int_equal(schedule->segment, follower->at);
        break;
    case SCHEDULE_KEEP:
        assert_in_range(schedule->slot, 0, follower->slots - 1);
        assert_int_equal(schedule->segment, follower->at);
        follower->held[schedule->slot] = follower->kept[schedule->slot] = follower->at;
        follower->count = 0;
        break;
    case SCHEDULE_ADVANCE:
        assert_int_equal(schedule->segment, follower->at);
        follower->at++;
        follower->advanced++;
        break;
    case SCHEDULE_RECORD:
        assert_int_equal(schedule->segment, follower->at);
        follower->recorded = follower->at++;
        follower->records++;
        break;
    case SCHEDULE_BACK:
    case SCHEDULE_DONE:
        break;
    }
}

/* As net/checkpoints.c does. */
static void run_forward(struct follower *follower)
{
    struct schedule schedule = weir_schedule_forward(follower->segments, follower->slots, follower->kept);
    enum schedule_task task;
    follower->at = 0;
    do {
        task = weir_schedule_next(&schedule);
        assert_true(task != SCHEDULE_LOAD && task != SCHEDULE_BACK);
        follow(follower, &schedule, task);
    } while (task != SCHEDULE_RECORD && task != SCHEDULE_DONE);
    follower->count = schedule.live;
    assert_int_equal(task, follower->segments > 0 ? SCHEDULE_RECORD : SCHEDULE_DONE);
    assert_int_equal(follower->at, follower->segments); /* all of it was run */
}

static void run_backward(struct follower *follower)
{
    struct schedule schedule =
        weir_schedule_backward(follower->segments, follower->slots, follower->kept, follower->count,
                               follower->recorded == follower->segments - 1 && follower->segments > 0);
    int64_t wanted = follower->segments - 1;
    follower->at = NOTHING;
    for (enum schedule_task task; (task = weir_schedule_next(&schedule)) != SCHEDULE_DONE;) {
        if (task == SCHEDULE_BACK) {
            assert_int_equal(schedule.segment, wanted);
            assert_int_equal(follower->recorded, wanted--);
            follower->at = NOTHING;
        }
        follow(follower, &schedule, task);
    }
    assert_int_equal(wanted, -1);
}

static struct follower follower_of(int64_t segments, int64_t slots)
{
    struct follower follower = {.segments = segments, .slots = slots, .recorded = NOTHING};
    memset(follower.kept, 0x55, sizeof follower.kept);
    return follower;
}

static void test_every_size(void **state)
{
    (void)state;
    for (int64_t segments = 0; segments <= MOST_SEGMENTS; segments++)
        for (int64_t slots = 0; slots <= MOST_SLOTS; slots++) {
            struct follower follower = follower_of(segments, slots);
            run_forward(&follower);
            run_backward(&follower);
            assert_int_equal(follower.advanced, fewest[segments][slots]);
            assert_int_equal(follower.records, segments);
            assert_int_equal(weir_schedule_advances(segments, slots), fewest[segments][slots]);
        }
}

/* Backward again, or after another forward had the record, goes by what is still kept. */
static void test_again(void **state)
{
    (void)state;
    for (int64_t segments = 1; segments <= MOST_SEGMENTS; segments += 3)
        for (int64_t slots = 0; slots <= MOST_SLOTS; slots += 2) {
            struct follower follower = follower_of(segments, slots);
            run_forward(&follower);
            follower.recorded = NOTHING;
            for (int again = 0; again < 3; again++) {
                const int64_t before = follower.advanced;
                run_backward(&follower);
                const int64_t bound = fewest[segments][slots] + (again > 0 || slots == 0 ? 0 : segments);
                assert_true(follower.advanced - before <= bound);
            }
        }
}

/* With as many slots as segments nothing is advanced through twice, however often backward runs. */
static void test_all_kept(void **state)
{
    (void)state;
    struct follower follower = follower_of(MOST_SEGMENTS, MOST_SEGMENTS - 1);
    run_forward(&follower);
    assert_int_equal(follower.advanced, MOST_SEGMENTS - 1);
    for (int again = 0; again < 3; again++)
        run_backward(&follower);
    assert_int_equal(follower.advanced, MOST_SEGMENTS - 1);
}

/* Sizes that no table has: the recursion holds at the split, and nothing overflows. */
static void test_large(void **state)
{
    (void)state;
    static const int64_t sizes[] = {1000, 99999, 1 << 20, INT32_MAX};
    static const int64_t slots[] = {1, 2, 3, 10, 300, 70000, INT32_MAX};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t j = 0; j < sizeof slots / sizeof *slots; j++) {
            const int64_t n = sizes[i], c = slots[j], split = weir_schedule_split(n, c);
            assert_in_range(split, 1, n - 1);
            assert_int_equal(weir_schedule_advances(n, c),
                             split + weir_schedule_advances(n - split, c - 1) + weir_schedule_advances(split, c));
        }
    assert_int_equal(weir_schedule_advances(INT32_MAX, INT32_MAX), (int64_t)INT32_MAX - 1);
}

int main(void)
{
    struct suite suite = {0};
    fill_table();
    suite_add(&suite, test_every_size, NULL, "a schedule records every segment, with the fewest advances");
    suite_add(&suite, test_again, NULL, "backward again goes by what is kept");
    suite_add(&suite, test_all_kept, NULL, "where all states are kept, none is made twice");
    suite_add(&suite, test_large, NULL, "large sizes");
    return suite_run(&suite, "schedule");
}
