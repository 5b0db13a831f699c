/*
 * work/sets.c: the shapes that others measure recurrent nets at, by name.
 *
 * Transcribed from the sources that each set names, block by block as they stand there.
 */
#include "work/sets.h"

#define COUNT(blocks) (sizeof(blocks) / sizeof(blocks)[0])

/* --- DeepBench: code/kernels/rnn_problems.h; inputs are as many as hidden units. --- */

static const struct shape_block deepbench_server[] = {
    {.cells = {WEIR_LSTM}, .hidden = {512, 1024, 2048}, .batch = {1, 2, 4}, .steps = {25}, .inference = true},
    {.cells = {WEIR_LSTM}, .hidden = {1536}, .batch = {1, 2, 4}, .steps = {50}, .inference = true},
    {.cells = {WEIR_LSTM}, .hidden = {256}, .batch = {1, 2, 4}, .steps = {150}, .inference = true},
    {.cells = {WEIR_GRU},
     .hidden = {2816, 2048, 1536, 2560},
     .batch = {1, 2, 4},
     .steps = {1500, 750, 375, 187},
     .inference = true},
    {.cells = {WEIR_GRU}, .hidden = {512}, .batch = {1, 2, 4}, .steps = {1}, .inference = true},
    {.cells = {WEIR_GRU}, .hidden = {1024}, .batch = {1, 2, 4}, .steps = {1500}, .inference = true},
};

static const struct shape_block deepbench_device[] = {
    {.cells = {WEIR_RNN_RELU}, .hidden = {32}, .batch = {1}, .steps = {672}, .inference = true},
    {.cells = {WEIR_RNN_RELU}, .hidden = {64}, .batch = {1}, .steps = {96}, .inference = true},
    {.cells = {WEIR_LSTM}, .hidden = {256}, .batch = {1}, .steps = {150}, .inference = true},
};

static const struct shape_block deepbench_training[] = {
    {.cells = {WEIR_RNN_RELU},
     .hidden = {1760, 2048, 2560},
     .batch = {16, 32, 64, 128},
     .steps = {50},
     .training = true},
    {.cells = {WEIR_LSTM},
     .hidden = {512, 1024, 2048, 4096},
     .batch = {16, 32, 64, 128},
     .steps = {25},
     .training = true},
    {.cells = {WEIR_LSTM}, .hidden = {1536}, .batch = {8, 16, 32}, .steps = {50}, .training = true},
    {.cells = {WEIR_LSTM}, .hidden = {256}, .batch = {16, 32, 64}, .steps = {150}, .training = true},
    {.cells = {WEIR_GRU},
     .hidden = {2816, 2048, 1536, 2560},
     .batch = {32},
     .steps = {1500, 750, 375, 187},
     .training = true},
    {.cells = {WEIR_GRU}, .hidden = {512}, .batch = {32}, .steps = {1}, .training = true},
    {.cells = {WEIR_GRU}, .hidden = {1024}, .batch = {32, 64}, .steps = {1500}, .training = true},
};

/* --- oneDNN's benchdnn: option sets and shape files of tests/benchdnn/inputs/rnn. --- */

static const struct shape_block benchdnn[] = {
    /* perf_rnn_cpu: perf_inference_lb, perf_inference_sb and perf_training, each FWD_I and BWD_DW.
       gnmt_decoder: */
    {.cells = {WEIR_LSTM},
     .inputs = {768, 1024},
     .hidden = {512},
     .batch = {640, 10, 128},
     .steps = {1},
     .inference = true,
     .training = true},
    /* gnmt_encoder, both ways and one way: */
    {.cells = {WEIR_LSTM},
     .hidden = {256},
     .batch = {64, 1, 128},
     .steps = {101, 10, 20, 30, 40, 50, 60, 70},
     .bidirectional = true,
     .inference = true,
     .training = true},
    {.cells = {WEIR_LSTM},
     .hidden = {512},
     .batch = {64, 1, 128},
     .steps = {101, 10, 20, 30, 40, 50, 60, 70},
     .inference = true,
     .training = true},
    /* deepspeech_2: */
    {.cells = {WEIR_RNN, WEIR_GRU},
     .hidden = {1760},
     .batch = {64, 1, 128},
     .steps = {50, 100, 200},
     .inference = true,
     .training = true},
    /* shapes_inference; 512 for LSTM, and deepspeech2 for RNN and GRU, stand above: */
    {.cells = {WEIR_RNN, WEIR_GRU}, .hidden = {512}, .batch = {1}, .steps = {30}, .inference = true},
    {.hidden = {1024}, .batch = {1}, .steps = {30}, .layers = 7, .inference = true},
    {.cells = {WEIR_LSTM}, .hidden = {1760}, .batch = {1}, .steps = {50, 100, 200}, .inference = true},
    {.hidden = {500}, .batch = {1}, .steps = {50}, .inference = true},
    {.hidden = {128}, .batch = {1}, .steps = {629}, .inference = true},
    {.inputs = {512}, .hidden = {128}, .batch = {1}, .steps = {10}, .inference = true},
    /* shapes_training: */
    {.hidden = {512}, .batch = {128}, .steps = {1}, .training = true},
    {.hidden = {1024}, .batch = {128}, .steps = {2}, .layers = 2, .training = true},
    {.hidden = {1760}, .batch = {32}, .steps = {50, 100, 200}, .training = true},
    {.hidden = {500}, .batch = {64}, .steps = {50}, .training = true},
    {.hidden = {128}, .batch = {128}, .steps = {629, 952}, .training = true},
    {.inputs = {512}, .hidden = {128}, .batch = {32}, .steps = {10}, .training = true},
};

/* --- haste: the loops of benchmarks/benchmark_lstm.cc and benchmark_gru.cc. --- */

static const struct shape_block haste[] = {
    {.cells = {WEIR_LSTM, WEIR_GRU},
     .inputs = {64, 128, 256, 512},
     .hidden = {128, 256, 512, 768, 1024, 1536, 2048, 3072, 4096},
     .batch = {1, 16, 32, 64, 128},
     .steps = {50},
     .inference = true,
     .training = true},
};

/* --- RTNeural: the workflow bench.yml, bench/model_bench.cpp, and run_bench.sh of RTNeural-compare. --- */

static const struct shape_block rtneural[] = {
    {.cells = {WEIR_GRU, WEIR_LSTM}, .hidden = {4, 8, 16, 32, 64}, .batch = {1}, .steps = {1}, .inference = true},
    {.cells = {WEIR_LSTM}, .inputs = {1}, .hidden = {24}, .batch = {1}, .steps = {1}, .inference = true},
    {.cells = {WEIR_GRU}, .inputs = {4}, .hidden = {8}, .batch = {1}, .steps = {1}, .inference = true},
};

/* --- MLPerf's RNN-T: as oneDNN's benchdnn keeps it. --- */

static const struct shape_block rnnt[] = {
    /* shapes_rnn_t: encoder before and after two frames become one, prediction. */
    {.cells = {WEIR_LSTM}, .inputs = {240, 1024}, .hidden = {1024}, .batch = {896}, .steps = {256}, .inference = true},
    {.cells = {WEIR_LSTM}, .inputs = {2048, 1024}, .hidden = {1024}, .batch = {896}, .steps = {128}, .inference = true},
    {.cells = {WEIR_LSTM}, .hidden = {320}, .batch = {896}, .steps = {1}, .inference = true},
    /* option_set_fwks_key_gpu, f32: inference of one utterance, ... */
    {.cells = {WEIR_LSTM}, .inputs = {240, 1024}, .hidden = {1024}, .batch = {1}, .steps = {246}, .inference = true},
    {.cells = {WEIR_LSTM}, .inputs = {2048, 1024}, .hidden = {1024}, .batch = {1}, .steps = {123}, .inference = true},
    {.cells = {WEIR_LSTM}, .hidden = {320}, .batch = {1}, .steps = {1}, .inference = true},
    /* ... and training on two. */
    {.cells = {WEIR_LSTM},
     .inputs = {240, 1024},
     .hidden = {1024},
     .batch = {2},
     .steps = {451, 549},
     .training = true},
    {.cells = {WEIR_LSTM},
     .inputs = {2048, 1024},
     .hidden = {1024},
     .batch = {2},
     .steps = {226, 275},
     .training = true},
    {.cells = {WEIR_LSTM}, .hidden = {512}, .batch = {2}, .steps = {226, 261}, .training = true},
};

#define DEEPBENCH "Baidu DeepBench, code/kernels/rnn_problems.h (da81ba7), "
#define DEEPBENCH_GRU "its GRU has a ReLU where Weir's has tanh (the products are the same)"

const struct shape_set shape_sets[] = {
    {
        .name = "deepbench-server",
        .source = DEEPBENCH "inference_server_set",
        .meaning = DEEPBENCH_GRU,
        .left_out = "nothing",
        .block_count = COUNT(deepbench_server),
        .blocks = deepbench_server,
    },
    {
        .name = "deepbench-device",
        .source = DEEPBENCH "inference_device_set",
        .meaning = "its vanilla RNN is rnn-relu here",
        .left_out = "nothing",
        .block_count = COUNT(deepbench_device),
        .blocks = deepbench_device,
    },
    {
        .name = "deepbench-training",
        .source = DEEPBENCH "training_set",
        .meaning = "its vanilla RNN is rnn-relu here; " DEEPBENCH_GRU
                   "; it times forward and backward apart and leaves dx out, here a run is both, dx included",
        .left_out = "nothing",
        .block_count = COUNT(deepbench_training),
        .blocks = deepbench_training,
    },
    {
        .name = "benchdnn",
        .source = "oneDNN, tests/benchdnn/inputs/rnn (3f27bec): perf_rnn_cpu, shapes_inference, shapes_training",
        .meaning = "VANILLA_RNN with TANH is rnn, LBR_GRU is gru; BWD_DW is backward alone there, here training is "
                   "forward and backward",
        .left_out = "72 in u8; 4 of shapes_inference and 3 of shapes_training whose state is not as wide as what they "
                    "make; 7 of shapes_inference that perf_rnn_cpu has too",
        .block_count = COUNT(benchdnn),
        .blocks = benchdnn,
    },
    {
        .name = "haste",
        .source = "haste, benchmarks/benchmark_lstm.cc and benchmark_gru.cc (ceba32e)",
        .meaning = "its training transposes x, W and R on the way, which Weir does not need",
        .left_out = "nothing",
        .block_count = COUNT(haste),
        .blocks = haste,
    },
    {
        .name = "rtneural",
        .source = "RTNeural (1fb1f07), bench.yml and bench/model_bench.cpp, and RTNeural-compare, run_bench.sh",
        .meaning = "one call a sample there and here, where each starts from zero states; RTNeural's own benchmarks "
                   "are in double: --precision f64",
        .left_out = "1 model of six layers, but for its GRU",
        .block_count = COUNT(rtneural),
        .blocks = rtneural,
    },
    {
        .name = "rnnt",
        .source = "MLPerf RNN-T in oneDNN, tests/benchdnn/inputs/rnn (3f27bec): shapes_rnn_t, option_set_fwks_key_gpu",
        .meaning = "layers one by one; shapes_rnn_t names no pass, here it is inference",
        .left_out = "traces in bf16 and tf32 of the same layers, and those of a GRU that is no RNN-T",
        .block_count = COUNT(rnnt),
        .blocks = rnnt,
    },
    {0},
};

const char *const shape_set_names[] = {
    "deepbench-server", "deepbench-device", "deepbench-training", "benchdnn", "haste", "rtneural", "rnnt", NULL,
};

/* A list without anything in it stands for one value, 0. */
static size_t values_of(const int64_t *list)
{
    size_t count = 0;
    while (count < SHAPE_VALUES_MOST && list[count] != 0)
        count++;
    return count == 0 ? 1 : count;
}

static size_t cells_of(const struct shape_block *block)
{
    size_t count = 0;
    while (count < SHAPE_CELLS_MOST && block->cells[count] != 0)
        count++;
    return count == 0 ? 1 : count;
}

static size_t block_points(const struct shape_block *block)
{
    return ((size_t)block->training + block->inference) * cells_of(block) * values_of(block->batch) *
           values_of(block->hidden) * values_of(block->inputs) * values_of(block->steps);
}

size_t shape_set_count(const struct shape_set *set)
{
    size_t count = 0;
    for (size_t i = 0; i < set->block_count; i++)
        count += block_points(&set->blocks[i]);
    return count;
}

static size_t take_place(size_t *index, size_t count)
{
    const size_t place = *index % count;
    *index /= count;
    return place;
}

static int64_t take_value(size_t *index, const int64_t *list) { return list[take_place(index, values_of(list))]; }

/* The combination number `index` of a block; steps change fastest. */
static struct point block_point(const struct shape_block *block, size_t index)
{
    struct point point = {.stack = {.layers = block->layers == 0 ? 1 : block->layers}};
    point.steps = take_value(&index, block->steps);
    point.stack.inputs = take_value(&index, block->inputs);
    point.stack.hidden = take_value(&index, block->hidden);
    point.batch = take_value(&index, block->batch);
    const weir_kind kind = block->cells[take_place(&index, cells_of(block))];
    point.stack.cell = kind == 0 ? NULL : cell_of(kind);
    point.mode = !block->inference || index == 1 ? WEIR_TRAINING : WEIR_INFERENCE;
    point.stack.bidirectional = block->bidirectional;
    if (point.stack.inputs == 0)
        point.stack.inputs = point.stack.hidden;
    return point;
}

struct point shape_set_point(const struct shape_set *set, size_t index)
{
    size_t block = 0;
    for (; index >= block_points(&set->blocks[block]); block++)
        index -= block_points(&set->blocks[block]);
    return block_point(&set->blocks[block], index);
}
