/*
 * examples/audio.c: a net in an audio callback.
 *
 * Everything is made beforehand; the callback takes blocks of any size up to the largest, calls forward once, and
 * allocates nothing. The host may cut the signal as it likes: the output is the same.
 *
 *     cc audio.c $(pkg-config --cflags --libs weir)
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/weir.h>

enum { RATE = 48000, LARGEST_BLOCK = 480, N_SAMPLES = RATE / 10 };

/* What a plug-in holds for one channel. */
struct effect {
    weir_net *net;
    weir_plan *plan;
    float *state; /* one row: this channel's memory */
};

static int effect_open(struct effect *effect, weir_error *error)
{
    const weir_layer layers[] = {
        {.kind = WEIR_LSTM, .units = 16}, /* a small guitar amplifier; here with random weights */
        {.kind = WEIR_LINEAR, .units = 1},
    };
    const weir_plan_options options = {.steps = LARGEST_BLOCK}; /* one row, one sample a step */
    if (weir_net_create(&effect->net, WEIR_F32, 1, layers, 2, error) ||
        weir_plan_create(&effect->plan, effect->net, &options, error))
        return 1;
    effect->state = calloc((size_t)weir_net_state_size(effect->net), sizeof *effect->state);
    return effect->state == NULL;
}

static void effect_close(struct effect *effect)
{
    free(effect->state);
    weir_plan_destroy(&effect->plan);
    weir_net_destroy(&effect->net);
}

/* The callback: n <= LARGEST_BLOCK samples in, n samples out. */
static int effect_process(struct effect *effect, const float *in, float *out, int n)
{
    const weir_forward_args_f32 args = {
        .rows = 1, .steps = n, .x = in, .y = out, .state_in = effect->state, .state_out = effect->state};
    return weir_forward_full_f32(effect->plan, &args) != WEIR_OK;
}

/* A whole signal, in blocks of the sizes given, in turn. */
static int play(struct effect *effect, const float *in, float *out, const int *blocks, int n_blocks)
{
    memset(effect->state, 0, (size_t)weir_net_state_size(effect->net) * sizeof *effect->state);
    for (int at = 0, k = 0; at < N_SAMPLES; k++) {
        const int left = N_SAMPLES - at, block = blocks[k % n_blocks];
        const int n = block < left ? block : left;
        if (effect_process(effect, in + at, out + at, n))
            return 1;
        at += n;
    }
    return 0;
}

int main(void)
{
    struct effect effect = {0};
    weir_error error = {0};
    if (effect_open(&effect, &error)) {
        fprintf(stderr, "audio: %s\n", error.message[0] ? error.message : "no memory");
        effect_close(&effect);
        return EXIT_FAILURE;
    }

    static float in[N_SAMPLES], out[N_SAMPLES], out_in_other_blocks[N_SAMPLES];
    for (int i = 0; i < N_SAMPLES; i++)
        in[i] = sinf(6.2831853f * 440.0f * (float)i / RATE);

    const int ten_ms[] = {480}, uneven[] = {64, 17, 480, 1};
    if (play(&effect, in, out, ten_ms, 1) || play(&effect, in, out_in_other_blocks, uneven, 4)) {
        fprintf(stderr, "audio: %s\n", weir_plan_error(effect.plan));
        effect_close(&effect);
        return EXIT_FAILURE;
    }

    float worst = 0.0f;
    for (int i = 0; i < N_SAMPLES; i++)
        worst = fmaxf(worst, fabsf(out[i] - out_in_other_blocks[i]));
    printf("%d samples in blocks of 480 and of 64, 17, 480, 1: outputs %s to 1e-5\n", N_SAMPLES,
           worst < 1e-5f ? "agree" : "DIFFER");
    effect_close(&effect);
    return worst < 1e-5f ? EXIT_SUCCESS : EXIT_FAILURE;
}
