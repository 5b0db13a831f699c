/*
 * net/measure.c: finding the fastest way to run by running.
 *
 * A champion, first the model's choice, meets one challenger after the other, so that there are never more than two
 * plans. The two run in turn, and what counts is the median of the ratios of neighbours: what slows the machine for a
 * while slows both. A challenger has to be faster by 3 %, so that between equals the model's choice stays.
 */
#include "net/choices.h"

#include "base/clock.h"
#include "base/fail.h"
#include "net/trial.h"

static const double all_seconds = 0.5;     /* for all challengers together, where runs are short */
static const double sample_seconds = 5e-4; /* so many runs as fill this are timed as one */
static const double long_seconds = 0.05;   /* of a run that need not be run twice to be warm */
enum { FEWEST_SAMPLES = 3, MOST_SAMPLES = 21 };

/* A challenger is given up whose first runs take so many times as long as the champion's, or whose samples do. */
static const double hopeless_at_first = 1.5, hopeless = 1.2;
static const double worth_it = 0.97;

/* Ways to share that are tried, and whether they need more than one thread. A plan that cannot go one goes another;
   then it is not measured again. */
static const struct {
    weir_sharing sharing;
    bool needs_threads;
} ways[] = {
    {WEIR_SHARE_NONE, false},      {WEIR_SHARE_UNITS, true},  {WEIR_SHARE_ROWS, true},
    {WEIR_SHARE_DIRECTIONS, true}, {WEIR_SHARE_LAYERS, true}, {WEIR_SHARE_AUTO, true},
};
enum { WAYS = sizeof ways / sizeof *ways };

/* A plan that takes part. */
struct contender {
    struct choice choice;
    weir_plan *plan; /* NULL: none */
    double once;     /* seconds of a run, roughly */
    int64_t runs;    /* of a sample */
};

struct contest {
    const struct question *question;
    weir_net *net;
    struct trial trial;
    double seconds; /* for a challenger */
    struct contender champion;
};

/* --- Contenders ----------------------------------------------------------------------------------------------------
 */

static void run(const struct contest *contest, const struct contender *contender)
{
    if (contest->net->precision == WEIR_F32)
        weir_f32_trial_run(&contest->trial, contender->plan);
    else
        weir_f64_trial_run(&contest->trial, contender->plan);
}

/* Seconds of a run, the mean of so many. */
static double time_runs(const struct contest *contest, const struct contender *contender, int64_t runs)
{
    const double start = weir_clock_seconds();
    for (int64_t k = 0; k < runs; k++)
        run(contest, contender);
    return (weir_clock_seconds() - start) / (double)runs;
}

/* The first run is a cold one, but where runs are long it tells enough. */
static void warm_up(const struct contest *contest, struct contender *contender)
{
    contender->once = time_runs(contest, contender, 1);
    if (contender->once < long_seconds) {
        const double second = time_runs(contest, contender, 1);
        contender->once = second < contender->once ? second : contender->once;
    }
    const double fitting = contender->once > 0.0 ? sample_seconds / contender->once : 1000.0;
    contender->runs = fitting < 1.0 ? 1 : fitting > 1000.0 ? 1000 : (int64_t)fitting;
}

static void close_contender(struct contender *contender)
{
    if (contender->plan)
        weir_plan_free(contender->plan);
    contender->plan = NULL;
}

/* Makes its plan; the choice then says how many threads and steps it really has. */
static weir_status open_contender(const struct contest *contest, const struct choice *choice,
                                  struct contender *contender, weir_error *error)
{
    *contender = (struct contender){.choice = *choice};
    FORWARD_FAILURE(weir_plan_make_with(&contender->plan, contest->net, contest->question->options, choice, error));
    contender->choice.threads = contender->plan->threads;
    contender->choice.or_fewer = false;
    contender->choice.tile_steps = contender->plan->tile_steps;
    return WEIR_OK;
}

/* Whether two plans do the same. */
static bool are_same(const struct contender *a, const struct contender *b)
{
    const weir_plan *one = a->plan, *other = b->plan;
    if (a->choice.engine != b->choice.engine || one->threads != other->threads ||
        one->tile_steps != other->tile_steps || one->crew_count != other->crew_count)
        return false;
    for (int64_t k = 0; k < one->net->layer_count; k++) {
        const struct layer_way way = weir_plan_way_of(one, k), other_way = weir_plan_way_of(other, k);
        if (way.beside != other_way.beside || way.crew != other_way.crew || way.sharing != other_way.sharing)
            return false;
    }
    return true;
}

/* --- Duels ---------------------------------------------------------------------------------------------------------
 */

/* Puts a ratio among others in order, and returns their median. */
static double median_with(double ratio, double ratios[], int64_t count)
{
    int64_t i = count;
    for (; i > 0 && ratios[i - 1] > ratio; i--)
        ratios[i] = ratios[i - 1];
    ratios[i] = ratio;
    return (ratios[(count + 1) / 2] + ratios[count / 2]) / 2;
}

/* Whether the challenger is faster. The two take turns in being first: where another process has the CPU half of the
   time, it is not always the same of them that it meets. */
static bool wins(const struct contest *contest, const struct contender *challenger)
{
    const struct contender *champion = &contest->champion;
    const double start = weir_clock_seconds();
    double ratios[MOST_SAMPLES], median = 1.0;
    if (challenger->once > hopeless_at_first * champion->once)
        return false;
    for (int64_t k = 0; k < MOST_SAMPLES; k++) {
        if (k >= FEWEST_SAMPLES && (median > hopeless || weir_clock_seconds() - start > contest->seconds))
            break;
        const double before = k % 2 ? time_runs(contest, challenger, challenger->runs) : 0.0;
        const double theirs = time_runs(contest, champion, champion->runs);
        const double ours = k % 2 ? before : time_runs(contest, challenger, challenger->runs);
        median = median_with(ours / theirs, ratios, k);
    }
    return median < worth_it;
}

/* Lets a choice meet the champion, unless a plan with it is the same or cannot share. */
static weir_status challenge(struct contest *contest, const struct choice *choice, weir_error *error)
{
    struct contender challenger;
    const weir_status status = open_contender(contest, choice, &challenger, error);
    if (status == WEIR_ERROR_ARGUMENT && contest->question->options->memory_limit > 0)
        return WEIR_OK; /* a plan with it does not keep the limit */
    FORWARD_FAILURE(status);
    const bool cannot_share = choice->threads > 1 && challenger.plan->threads == 1;
    if (!cannot_share && !are_same(&challenger, &contest->champion)) {
        warm_up(contest, &challenger);
        if (wins(contest, &challenger)) {
            const struct contender loser = contest->champion;
            contest->champion = challenger;
            challenger = loser;
        }
    }
    close_contender(&challenger);
    return WEIR_OK;
}

/* --- All challengers -----------------------------------------------------------------------------------------------
 */

/* The native engine in every way that was not ruled out. */
static weir_status challenge_sharing(struct contest *contest, weir_error *error)
{
    const struct question *question = contest->question;
    const weir_sharing asked = question->options->sharing;
    for (int64_t threads = 1; threads <= question->threads; threads = weir_threads_after(threads, question->threads))
        for (int i = 0; i < WAYS; i++)
            if ((asked == WEIR_SHARE_AUTO || asked == ways[i].sharing) && ways[i].needs_threads == (threads > 1))
                FORWARD_FAILURE(challenge(
                    contest, &(struct choice){WEIR_ENGINE_NATIVE, ways[i].sharing, threads, 0, false}, error));
    return WEIR_OK;
}

static weir_status challenge_engines(struct contest *contest, weir_error *error)
{
    const struct question *question = contest->question;
    if (question->engines != WEIR_ENGINE_BLAS)
        FORWARD_FAILURE(challenge_sharing(contest, error));
    if (question->engines == WEIR_ENGINE_AUTO)
        FORWARD_FAILURE(
            challenge(contest, &(struct choice){WEIR_ENGINE_BLAS, question->options->sharing, 1, 0, false}, error));
    return WEIR_OK;
}

/* Half and twice the champion's tile. */
static weir_status challenge_tiles(struct contest *contest, weir_error *error)
{
    const struct choice model = contest->champion.choice;
    const int64_t steps = contest->question->options->steps;
    const int64_t tiles[] = {(model.tile_steps + 1) / 2, 2 * model.tile_steps < steps ? 2 * model.tile_steps : steps};
    for (int i = 0; i < 2; i++) {
        struct choice choice = model;
        choice.tile_steps = tiles[i];
        FORWARD_FAILURE(challenge(contest, &choice, error));
    }
    return WEIR_OK;
}

static weir_status hold_contest(struct contest *contest, struct choice *choice, weir_error *error)
{
    FORWARD_FAILURE(open_contender(contest, choice, &contest->champion, error));
    warm_up(contest, &contest->champion);
    FORWARD_FAILURE(challenge_engines(contest, error));
    FORWARD_FAILURE(challenge_tiles(contest, error));
    *choice = contest->champion.choice;
    return WEIR_OK;
}

/* Roughly how many challengers there will be: it only shares out time. */
static int64_t challengers_of(const struct question *question)
{
    int64_t counts = 0;
    for (int64_t threads = 2; threads <= question->threads; threads = weir_threads_after(threads, question->threads))
        counts++;
    return 4 + counts * (WAYS - 1);
}

weir_status weir_choice_measure(const struct question *question, weir_net *net, struct choice *choice,
                                weir_error *error)
{
    struct contest contest = {
        .question = question, .net = net, .seconds = all_seconds / (double)challengers_of(question)};
    FORWARD_FAILURE(net->precision == WEIR_F32 ? weir_f32_trial_open(&contest.trial, net, question->options, error)
                                               : weir_f64_trial_open(&contest.trial, net, question->options, error));
    const weir_status status = hold_contest(&contest, choice, error);
    close_contender(&contest.champion);
    weir_release(&contest.trial.allocator, contest.trial.memory, contest.trial.bytes);
    return status;
}
