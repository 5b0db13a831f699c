/*
 * work/products_body.h: the matrices and products of work/products.c in one precision, with ELEMENT, NAME(x), GEMM and
 * GEMV defined. Matrices are row-major.
 */
struct NAME(matrices) {
    ELEMENT *x, *y;        /* [T*B][I], [T*B][H]: a layer reads one of them */
    ELEMENT *W, *R;        /* one layer's weights follow the other's */
    ELEMENT *gates;        /* [T*B][G*H] in training, else a tile of it */
    ELEMENT *recurrent;    /* [B][G*H] */
    ELEMENT *h;            /* [B][H] */
    ELEMENT *dW, *dR, *dx; /* like W, R, x */
    ELEMENT *dy;           /* [T*B][H] */
    ELEMENT *dgates;       /* [tile*B][G*H] */
    ELEMENT *h_before;     /* [tile*B][H] */
    ELEMENT *dh;           /* [B][H] */
};

static ELEMENT *NAME(make)(size_t count, bool *made)
{
    struct generator generator = {.state = count};
    ELEMENT *memory = buffer_try(count, sizeof *memory);
    *made &= memory != NULL;
    for (size_t i = 0; memory != NULL && i < count; i++)
        memory[i] = (ELEMENT)random_signed(&generator);
    return memory;
}

static bool NAME(matrices_open)(struct NAME(matrices) * matrices, const struct product_sizes *sizes, bool training)
{
    bool made = true;
    matrices->x = NAME(make)(sizes->x, &made);
    matrices->y = NAME(make)(sizes->y, &made);
    matrices->W = NAME(make)(sizes->W, &made);
    matrices->R = NAME(make)(sizes->R, &made);
    matrices->gates = NAME(make)(training ? sizes->all_gates : sizes->tile_gates, &made);
    matrices->recurrent = NAME(make)(sizes->step_gates, &made);
    matrices->h = NAME(make)(sizes->step_h, &made);
    if (!training)
        return made;
    matrices->dW = NAME(make)(sizes->W, &made);
    matrices->dR = NAME(make)(sizes->R, &made);
    matrices->dx = NAME(make)(sizes->x, &made);
    matrices->dy = NAME(make)(sizes->y, &made);
    matrices->dgates = NAME(make)(sizes->tile_gates, &made);
    matrices->h_before = NAME(make)(sizes->tile_h, &made);
    matrices->dh = NAME(make)(sizes->step_h, &made);
    return made;
}

static void NAME(matrices_close)(struct NAME(matrices) * matrices)
{
    ELEMENT *const all[] = {matrices->x,         matrices->y,      matrices->W,        matrices->R,  matrices->gates,
                            matrices->recurrent, matrices->h,      matrices->dW,       matrices->dR, matrices->dx,
                            matrices->dy,        matrices->dgates, matrices->h_before, matrices->dh};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        free(all[i]);
}

/* c[m][n] = a[m][k] b[n][k]^T + beta c */
static void NAME(times_transposed)(int m, int n, int k, const ELEMENT *a, int a_stride, const ELEMENT *b, ELEMENT beta,
                                   ELEMENT *c, int c_stride)
{
    if (m == 1)
        GEMV(CblasRowMajor, CblasNoTrans, n, k, 1, b, k, a, 1, beta, c, 1);
    else
        GEMM(CblasRowMajor, CblasNoTrans, CblasTrans, m, n, k, 1, a, a_stride, b, k, beta, c, c_stride);
}

/* c[m][n] = a[m][k] b[k][n] + beta c */
static void NAME(times)(int m, int n, int k, const ELEMENT *a, int a_stride, const ELEMENT *b, ELEMENT beta, ELEMENT *c)
{
    if (m == 1)
        GEMV(CblasRowMajor, CblasTrans, k, n, 1, b, n, a, 1, beta, c, 1);
    else
        GEMM(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a, a_stride, b, n, beta, c, n);
}

/* c[m][n] = a[k][m]^T b[k][n] + beta c */
static void NAME(transposed_times)(int m, int n, int k, const ELEMENT *a, int a_stride, const ELEMENT *b, ELEMENT beta,
                                   ELEMENT *c)
{
    GEMM(CblasRowMajor, CblasTrans, CblasNoTrans, m, n, k, 1, a, a_stride, b, n, beta, c, n);
}

/* Steps [first, end) of one layer, forward. */
static void NAME(forward_tile)(const struct NAME(matrices) * matrices, const struct layer_products *layer, int first,
                               int end, bool training)
{
    const int B = layer->B, I = layer->I, H = layer->H, width = layer->G * H;
    const size_t kept = training ? (size_t)first : 0; /* inference keeps one tile between layers, and of gates */
    const ELEMENT *x =
        layer->is_first ? matrices->x + (size_t)first * (size_t)(B * I) : matrices->y + kept * (size_t)(B * I);
    const ELEMENT *R = matrices->R + layer->R_offset;
    ELEMENT *gates = matrices->gates + kept * (size_t)(B * width);
    NAME(times_transposed)((end - first) * B, width, I, x, I, matrices->W + layer->W_offset, 0, gates, width);
    for (int t = first; t < end; t++, gates += B * width)
        for (int s = 0; s < layer->stage_count; s++) {
            const struct stage *stage = &layer->stages[s];
            const int rows = stage->gate_count * H, skipped = stage->first_gate * H;
            ELEMENT *product = (stage->apart ? matrices->recurrent : gates) + skipped;
            NAME(times_transposed)(B, rows, H, matrices->h, H, R + skipped * H, (ELEMENT)!stage->apart, product, width);
        }
}

/* Steps [first, end) of one layer, backward. */
static void NAME(backward_tile)(const struct NAME(matrices) * matrices, const struct layer_products *layer, int first,
                                int end)
{
    const int B = layer->B, I = layer->I, H = layer->H, width = layer->G * H, rows = (end - first) * B;
    const size_t begin = (size_t)first * (size_t)(B * I);
    const ELEMENT *x = (layer->is_first ? matrices->x : matrices->y) + begin;
    const ELEMENT *W = matrices->W + layer->W_offset, *R = matrices->R + layer->R_offset;
    for (int t = end - 1; t >= first; t--)
        for (int s = layer->stage_count - 1; s >= 0; s--) {
            const struct stage *stage = &layer->stages[s];
            const int skipped = stage->first_gate * H;
            const ELEMENT *dgates = matrices->dgates + (size_t)(t - first) * (size_t)(B * width) + skipped;
            NAME(times)
            (B, H, stage->gate_count * H, dgates, width, R + skipped * H, (ELEMENT)stage->added, matrices->dh);
        }
    const ELEMENT beta = end == layer->T ? 0 : 1; /* the first tile that is come to overwrites */
    NAME(transposed_times)(width, I, rows, matrices->dgates, width, x, beta, matrices->dW + layer->W_offset);
    for (int s = 0; s < layer->stage_count; s++) {
        const struct stage *stage = &layer->stages[s];
        const int skipped = stage->first_gate * H;
        NAME(transposed_times)
        (stage->gate_count * H, H, rows, matrices->dgates + skipped, width, matrices->h_before, beta,
         matrices->dR + layer->R_offset + skipped * H);
    }
    NAME(times)(rows, I, width, matrices->dgates, width, W, 0, (layer->is_first ? matrices->dx : matrices->dy) + begin);
}
