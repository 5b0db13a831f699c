/*
 * music/training.c: training one net until it learns no more.
 */
#include "music/training.h"

#include <math.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/interrupt.h"
#include "base/random.h"

/* Fisher & Yates 1938. */
static void shuffle(size_t *order, size_t count, struct generator *generator)
{
    for (size_t i = count; i > 1; i--) {
        const size_t k = (size_t)random_below(generator, i);
        const size_t moved = order[i - 1];
        order[i - 1] = order[k];
        order[k] = moved;
    }
}

/* One walk through all pieces in a new order; the cost of a predicted step as it was met. */
static double run_epoch(struct network *network, const struct pieces *pieces, size_t *order, size_t batch,
                        struct generator *generator)
{
    double sum = 0.0;
    shuffle(order, pieces->count, generator);
    for (size_t first = 0; first < pieces->count; first += batch) {
        const size_t left = pieces->count - first;
        sum += network_update(network, pieces, order + first, left < batch ? left : batch);
    }
    return sum / (double)pieces_predictions(pieces);
}

static bool ended(struct training *training, const struct training_settings *settings, double started)
{
    training->end = interrupted()                                                 ? END_INTERRUPTED
                    : training->epochs - 1 - training->best >= settings->patience ? END_PATIENCE
                    : clock_seconds() - started >= settings->seconds              ? END_SECONDS
                                                                                  : END_EPOCHS;
    return training->end != END_EPOCHS || training->epochs == settings->epochs;
}

static double part_done(const struct training *training, const struct training_settings *settings, double started)
{
    const double epochs = (double)training->epochs / (double)settings->epochs;
    return fmax(epochs, (clock_seconds() - started) / settings->seconds);
}

/* Lowers the rate each time that `wait` epochs have passed without a better validation or a lower rate. */
static double next_rate(const struct training *training, const struct training_settings *settings, int64_t *lowered)
{
    const double rate = training->curve[training->epochs - 1].rate;
    const int64_t since = training->best > *lowered ? training->best : *lowered;
    if (training->epochs - 1 - since < settings->wait)
        return rate;
    *lowered = training->epochs - 1;
    return rate * settings->decay;
}

static void note_epoch(struct training *training, struct network *network, struct epoch epoch)
{
    training->curve[training->epochs++] = epoch;
    if (training->epochs > 1 && !(epoch.valid < training->curve[training->best].valid))
        return;
    training->best = training->epochs - 1;
    network_keep(network);
}

static void run_epochs(struct training *training, struct network *network, const struct music *music,
                       const struct training_settings *settings,
                       void (*show)(const struct training *training, double done))
{
    const double started = clock_seconds();
    struct generator generator = {.state = training->seed};
    size_t *order = buffer_allocate(music->train.count, sizeof *order);
    int64_t lowered = 0;
    double rate = settings->network.rate;
    for (size_t i = 0; i < music->train.count; i++)
        order[i] = i;
    do {
        const double train = run_epoch(network, &music->train, order, (size_t)settings->network.batch, &generator);
        const double valid = network_evaluate(network, &music->valid);
        note_epoch(training, network, (struct epoch){clock_seconds() - started, train, valid, rate});
        rate = next_rate(training, settings, &lowered);
        network_set_rate(network, rate);
        show(training, part_done(training, settings, started));
    } while (!ended(training, settings, started));
    training->seconds = clock_seconds() - started;
    free(order);
}

static int64_t longest_of(const struct music *music)
{
    const int64_t train = pieces_longest(&music->train), valid = pieces_longest(&music->valid);
    const int64_t test = pieces_longest(&music->test), most = train > valid ? train : valid;
    return most > test ? most : test;
}

/* Gates stand a higher learning rate than a vanilla RNN. */
static double usual_rate(const struct cell *cell) { return cell->gates > 1 ? 0.01 : 0.002; }

struct training training_run(const struct music *music, const struct cell *cell,
                             const struct training_settings *settings, uint64_t seed,
                             void (*show)(const struct training *training, double done))
{
    struct training training = {.stack = network_stack(cell, &settings->network), .seed = seed};
    struct training_settings suited = *settings;
    if (suited.network.rate == 0.0)
        suited.network.rate = usual_rate(cell);
    training.curve = buffer_allocate((size_t)settings->epochs, sizeof *training.curve);
    struct network *network = network_open(&training.stack, &suited.network, longest_of(music), seed);
    run_epochs(&training, network, music, &suited, show);
    network_return(network);
    training.test = network_evaluate(network, &music->test);
    network_close(&network);
    return training;
}

void training_close(struct training *training)
{
    free(training->curve);
    *training = (struct training){0};
}

const char *training_end_name(enum training_end end)
{
    static const char *const names[] = {"no longer better", "epochs used up", "time used up", "stopped by hand"};
    return names[end];
}
