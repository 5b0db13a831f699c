/*
 * examples/train.c: training a small net from nothing.
 *
 * The adding problem (Hochreiter & Schmidhuber 1997): each step brings a random number in [0, 1) and a marker; two
 * steps of a sequence are marked, and what is wanted after the last step is the sum of the two marked numbers. Saying
 * "1" always scores a mean squared error of 0.167; a GRU of 32 units learns to add.
 *
 *     cc train.c $(pkg-config --cflags --libs weir)
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <weir/weir.h>

enum { STEPS = 20, BATCH = 32, UPDATES = 1200, REPORT = 200 };

/* A number in [0, 1), the same sequence everywhere (Knuth's MMIX generator). */
static float uniform(void)
{
    static uint64_t state = 1;
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (float)(state >> 40) / 16777216.0f;
}

/* x [STEPS][BATCH][2] = number, marker; target [BATCH]. */
static void draw(float x[STEPS][BATCH][2], float target[BATCH])
{
    for (int b = 0; b < BATCH; b++) {
        const int first = (int)(uniform() * (STEPS / 2)), second = STEPS / 2 + (int)(uniform() * (STEPS / 2));
        for (int t = 0; t < STEPS; t++) {
            x[t][b][0] = uniform();
            x[t][b][1] = t == first || t == second;
        }
        target[b] = x[first][b][0] + x[second][b][0];
    }
}

struct training {
    weir_net *net;
    weir_plan *plan;
    weir_optimizer *adam;
    float *gradient;
};

static int training_open(struct training *training, weir_error *error)
{
    const weir_layer layers[] = {{.kind = WEIR_GRU, .units = 32}, {.kind = WEIR_LINEAR, .units = 1}};
    const weir_plan_options options = {.batch = BATCH, .steps = STEPS, .mode = WEIR_TRAINING};
    const weir_optimizer_options adam = {.kind = WEIR_ADAM, .learning_rate = 0.005};
    if (weir_net_create(&training->net, WEIR_F32, 2, layers, 2, error) ||
        weir_plan_create(&training->plan, training->net, &options, error) ||
        weir_optimizer_create(&training->adam, training->net, &adam, error))
        return 1;
    training->gradient = calloc((size_t)weir_net_parameter_count(training->net), sizeof *training->gradient);
    return training->gradient == NULL;
}

static void training_close(struct training *training)
{
    free(training->gradient);
    weir_optimizer_destroy(&training->adam);
    weir_plan_destroy(&training->plan);
    weir_net_destroy(&training->net);
}

/* One update on one minibatch. Zero if all went well; else *message says what did not. */
static int update(struct training *training, double *loss, const char **message)
{
    static float x[STEPS][BATCH][2], target[BATCH], y[BATCH], dy[BATCH];
    draw(x, target);

    /* Only the output after the last step matters. */
    const weir_forward_args_f32 forward = {
        .rows = BATCH, .steps = STEPS, .x = &x[0][0][0], .y = y, .span = WEIR_LAST_STEP};
    *message = weir_plan_error(training->plan);
    if (weir_forward_full_f32(training->plan, &forward))
        return 1;

    *loss = weir_mse_f32(y, target, BATCH, dy);

    const weir_backward_args_f32 backward = {.x = &x[0][0][0], .dy = dy, .gradient = training->gradient};
    if (weir_backward_full_f32(training->plan, &backward))
        return 1;

    weir_clip_norm_f32(training->gradient, weir_net_parameter_count(training->net), 1.0);
    *message = weir_optimizer_error(training->adam);
    return weir_optimizer_step_f32(training->adam, training->net, training->gradient) != WEIR_OK;
}

int main(void)
{
    struct training training = {0};
    weir_error error = {0};
    double mean = 0.0;
    int status = EXIT_FAILURE;

    if (training_open(&training, &error)) {
        fprintf(stderr, "train: %s\n", error.message[0] ? error.message : "no memory");
        goto done;
    }
    for (int k = 1; k <= UPDATES; k++) {
        double loss;
        const char *message;
        if (update(&training, &loss, &message)) {
            fprintf(stderr, "train: %s\n", message);
            goto done;
        }
        mean += loss / REPORT;
        if (k % REPORT == 0) {
            printf("updates %4d to %4d: mean squared error %.4f\n", k - REPORT + 1, k, mean);
            status = mean < 0.01 ? EXIT_SUCCESS : EXIT_FAILURE;
            mean = 0.0;
        }
    }
    printf("%s\n", status == EXIT_SUCCESS ? "learned to add" : "did not learn");
done:
    training_close(&training);
    return status;
}
