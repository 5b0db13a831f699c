/*
 * work/products.c: the bare CBLAS products of a run, as lib/engine/blas_forward.c and blas_backward.c ask for them.
 *
 * The numbers are random and mean nothing; where they are made and where they are read is as in the engine, so that the
 * caches see the same.
 */
#include "work/products.h"

#include <stdlib.h>
#include <string.h>

#include CBLAS_HEADER
#undef I /* OpenBLAS brings the imaginary unit in; here it is the number of inputs */

#include "base/buffer.h"
#include "base/random.h"

/* One product of a step: a block of the gates. */
struct stage {
    int first_gate, gate_count;
    bool apart; /* forward: to memory of its own, else added to the gates */
    bool added; /* backward: added to dh, else overwriting it */
};

struct layer_products {
    int T, B, I, H, G;
    bool is_first;
    size_t W_offset, R_offset;
    int stage_count;
    const struct stage *stages;
};

struct product_sizes {
    size_t x, y, W, R, all_gates, tile_gates, step_gates, tile_h, step_h;
};

#define ELEMENT float
#define NAME(x) x##_f32
#define GEMM cblas_sgemm
#define GEMV cblas_sgemv
#include "work/products_body.h"
#undef ELEMENT
#undef NAME
#undef GEMM
#undef GEMV

#define ELEMENT double
#define NAME(x) x##_f64
#define GEMM cblas_dgemm
#define GEMV cblas_dgemv
#include "work/products_body.h"

struct products {
    struct point point;
    int tile_steps;
    struct matrices_f32 f32; /* one of the two is empty */
    struct matrices_f64 f64;
};

static struct layer_products layer_of(const struct point *point, int64_t layer)
{
    static const struct stage plain[] = {{.gate_count = 1}};
    static const struct stage lstm[] = {{.gate_count = 4}};
    static const struct stage gru[] = {{.gate_count = 3, .apart = true, .added = true}};
    static const struct stage gru_reset_before[] = {{.gate_count = 2, .added = true},
                                                    {.first_gate = 2, .gate_count = 1}};
    static const struct stage *const stages[] = {[WEIR_RNN] = plain,
                                                 [WEIR_RNN_RELU] = plain,
                                                 [WEIR_LSTM] = lstm,
                                                 [WEIR_GRU] = gru,
                                                 [WEIR_GRU_RESET_BEFORE] = gru_reset_before};
    const struct stack *stack = &point->stack;
    const size_t block = (size_t)(stack->cell->gates * stack->hidden);
    const size_t before = layer == 0 ? 0 : (size_t)stack->inputs + (size_t)((layer - 1) * stack->hidden);
    return (struct layer_products){
        .T = (int)point->steps,
        .B = (int)point->batch,
        .I = (int)(layer == 0 ? stack->inputs : stack->hidden),
        .H = (int)stack->hidden,
        .G = stack->cell->gates,
        .is_first = layer == 0,
        .W_offset = block * before,
        .R_offset = block * (size_t)(layer * stack->hidden),
        .stage_count = stack->cell->kind == WEIR_GRU_RESET_BEFORE ? 2 : 1,
        .stages = stages[stack->cell->kind],
    };
}

static struct product_sizes sizes_of(const struct point *point, int64_t tile_steps)
{
    const struct stack *stack = &point->stack;
    const size_t I = (size_t)stack->inputs, H = (size_t)stack->hidden, L = (size_t)stack->layers;
    const size_t B = (size_t)point->batch, T = (size_t)point->steps, width = (size_t)stack->cell->gates * H;
    return (struct product_sizes){
        .x = T * B * I,
        .y = T * B * H,
        .W = width * (I + (L - 1) * H),
        .R = width * L * H,
        .all_gates = T * B * width,
        .tile_gates = (size_t)tile_steps * B * width,
        .step_gates = B * width,
        .tile_h = (size_t)tile_steps * B * H,
        .step_h = B * H,
    };
}

struct products *products_open(const struct point *point, int64_t tile_steps)
{
    struct products *products = buffer_allocate(1, sizeof *products);
    products->point = *point;
    products->tile_steps = (int)(tile_steps < point->steps ? tile_steps : point->steps);
    const struct product_sizes sizes = sizes_of(point, products->tile_steps);
    const bool training = point->mode == WEIR_TRAINING;
    const bool made = point->precision == WEIR_F32 ? matrices_open_f32(&products->f32, &sizes, training)
                                                   : matrices_open_f64(&products->f64, &sizes, training);
    if (!made)
        products_close(&products);
    return products;
}

void products_close(struct products **products)
{
    if (*products == NULL)
        return;
    matrices_close_f32(&(*products)->f32);
    matrices_close_f64(&(*products)->f64);
    free(*products);
    *products = NULL;
}

static void forward_tile(const struct products *products, const struct layer_products *layer, int first, int end)
{
    const bool training = products->point.mode == WEIR_TRAINING;
    if (products->point.precision == WEIR_F32)
        forward_tile_f32(&products->f32, layer, first, end, training);
    else
        forward_tile_f64(&products->f64, layer, first, end, training);
}

static void backward_tile(const struct products *products, const struct layer_products *layer, int first, int end)
{
    if (products->point.precision == WEIR_F32)
        backward_tile_f32(&products->f32, layer, first, end);
    else
        backward_tile_f64(&products->f64, layer, first, end);
}

/* Inference takes a tile through all layers before the next; training takes all steps through a layer. */
static void run_inference(const struct products *products)
{
    const int steps = (int)products->point.steps, tile = products->tile_steps;
    for (int first = 0; first < steps; first += tile)
        for (int64_t k = 0; k < products->point.stack.layers; k++) {
            const struct layer_products layer = layer_of(&products->point, k);
            forward_tile(products, &layer, first, first + tile < steps ? first + tile : steps);
        }
}

static void run_forward(const struct products *products, const struct layer_products *layer)
{
    const int steps = (int)products->point.steps, tile = products->tile_steps;
    for (int first = 0; first < steps; first += tile)
        forward_tile(products, layer, first, first + tile < steps ? first + tile : steps);
}

/* dh is added up: it starts from zero in every run, so that nothing grows from run to run. */
static void clear_sums(const struct products *products)
{
    const struct product_sizes sizes = sizes_of(&products->point, products->tile_steps);
    const bool f32 = products->point.precision == WEIR_F32;
    memset(f32 ? (void *)products->f32.dh : (void *)products->f64.dh, 0,
           sizes.step_h * (f32 ? sizeof(float) : sizeof(double)));
}

static void run_backward(const struct products *products, const struct layer_products *layer)
{
    const int steps = (int)products->point.steps, tile = products->tile_steps;
    for (int end = steps; end > 0; end -= tile)
        backward_tile(products, layer, end > tile ? end - tile : 0, end);
}

static void run_training(const struct products *products)
{
    const int64_t layers = products->point.stack.layers;
    for (int64_t k = 0; k < layers; k++) {
        const struct layer_products layer = layer_of(&products->point, k);
        run_forward(products, &layer);
    }
    clear_sums(products);
    for (int64_t k = layers - 1; k >= 0; k--) {
        const struct layer_products layer = layer_of(&products->point, k);
        run_backward(products, &layer);
    }
}

void products_run(struct products *products)
{
    if (products->point.mode == WEIR_INFERENCE)
        run_inference(products);
    else
        run_training(products);
}

int64_t products_count(const struct products *products)
{
    const struct point *point = &products->point;
    const int64_t tiles = (point->steps + products->tile_steps - 1) / products->tile_steps;
    const int64_t stages = layer_of(point, 0).stage_count;
    const int64_t forward = tiles + point->steps * stages;
    const int64_t backward = tiles * (2 + stages) + point->steps * stages;
    return point->stack.layers * (forward + (point->mode == WEIR_TRAINING ? backward : 0));
}
