/*
 * kernels/check_product.c: each number of a product is one chain of multiply-adds, bit for bit.
 *
 * The chain is written out here, with fma() where the level has that instruction. Which rows, columns and depth a
 * product has, how its left factor is laid out, and where its arrays lie, must not show in any bit; and nothing but
 * those arrays may be touched.
 */
#include "kernels/checks.h"

#include <math.h>
#include <string.h>

#include "kernels/fence.h"

enum { MOST_ROWS = 30, MOST_LANES = 16, MOST_COLUMNS = BLOCK_VECTORS * MOST_LANES, MOST_DEPTH = 9002 };

static const int64_t depths[] = {1, 2, 3, 17, 64, 257, 1000};
enum { DEPTHS = sizeof depths / sizeof *depths };

/* --- The factors, and the product as it should be ----------------------------------------------------------------- */

/* Numbers for products of one depth at one level. */
static struct table {
    const struct kernels_r *kernels;
    int64_t depth;
    real a[MOST_ROWS][MOST_DEPTH], b[MOST_DEPTH][MOST_COLUMNS], before[MOST_ROWS][MOST_COLUMNS];
    real product[2][MOST_ROWS][MOST_COLUMNS]; /* by enum product_write */
} table;

static real multiply_add(real a, real b, real c)
{
    if (table.kernels->level == LEVEL_portable)
        return a * b + c; /* rounded twice */
#if REAL_BITS == 32
    return fmaf(a, b, c);
#else
    return fma(a, b, c);
#endif
}

static real chain(int64_t row, int64_t column, real sum)
{
    for (int64_t k = 0; k < table.depth; k++)
        sum = multiply_add(table.a[row][k], table.b[k][column], sum);
    return sum;
}

static void compute_products(void)
{
    for (int64_t r = 0; r < MOST_ROWS; r++)
        for (int64_t j = 0; j < BLOCK_VECTORS * table.kernels->lanes; j++) {
            table.product[PRODUCT_OVERWRITE][r][j] = chain(r, j, 0);
            table.product[PRODUCT_ADD][r][j] = chain(r, j, table.before[r][j]);
        }
}

static void fill_table(enum level level, int64_t depth)
{
    struct generator generator = {weir_mix((uint64_t)depth)};
    table.kernels = kernels_at_r(level);
    table.depth = depth;
    for (int64_t k = 0; k < depth; k++) {
        for (int64_t r = 0; r < MOST_ROWS; r++)
            table.a[r][k] = draw(&generator, -1, 1);
        for (int64_t j = 0; j < MOST_COLUMNS; j++)
            table.b[k][j] = draw(&generator, -1, 1);
    }
    for (int64_t r = 0; r < MOST_ROWS; r++)
        for (int64_t j = 0; j < MOST_COLUMNS; j++)
            table.before[r][j] = draw(&generator, -1, 1);
    compute_products();
}

/* --- How the left factor can lie ---------------------------------------------------------------------------------- */

/* Strides for so many rows of so many k. */
typedef struct factor_r layout_function(int64_t rows, int64_t depth);

/* The largest divisor of depth up to `most`. */
static int64_t divisor(int64_t depth, int64_t most)
{
    int64_t length = depth < most ? depth : most;
    while (depth % length != 0)
        length--;
    return length;
}

static struct factor_r plain_rows(int64_t rows, int64_t depth)
{
    (void)rows;
    return (struct factor_r){NULL, depth, 1, 1, depth, 0};
}

static struct factor_r rows_with_gaps(int64_t rows, int64_t depth)
{
    (void)rows;
    return (struct factor_r){NULL, depth + 3, 1, 1, depth, 0};
}

static struct factor_r columns_with_gaps(int64_t rows, int64_t depth)
{
    return (struct factor_r){NULL, 1, rows + 2, 1, depth, 0};
}

static struct factor_r every_third(int64_t rows, int64_t depth)
{
    (void)rows;
    return (struct factor_r){NULL, 3 * depth + 1, 3, 1, depth, 0};
}

/* Rows of one panel, then those of the next: derivatives of full panels. */
static struct factor_r panels(int64_t rows, int64_t depth)
{
    const int64_t length = divisor(depth, 50);
    return (struct factor_r){NULL, length, 1, depth / length, length, rows * length + 5};
}

/* In each row, gate after gate: derivatives of a last panel. */
static struct factor_r gates_with_gaps(int64_t rows, int64_t depth)
{
    (void)rows;
    const int64_t length = divisor(depth, 20), count = depth / length;
    return (struct factor_r){NULL, count * (length + 3), 1, count, length, length + 3};
}

static struct factor_r two_halves(int64_t rows, int64_t depth)
{
    const int64_t length = divisor(depth, (depth + 1) / 2);
    return (struct factor_r){NULL, length + 1, 1, depth / length, length, rows * (length + 1)};
}

static struct factor_r one_by_one(int64_t rows, int64_t depth)
{
    return (struct factor_r){NULL, 2, 5, depth, 1, 2 * rows + 1};
}

static struct factor_r transposed_chunks(int64_t rows, int64_t depth)
{
    const int64_t length = divisor(depth, 70);
    return (struct factor_r){NULL, 1, rows, depth / length, length, length * rows + 7};
}

static layout_function *const layouts[] = {plain_rows,      rows_with_gaps, columns_with_gaps, every_third,      panels,
                                           gates_with_gaps, two_halves,     one_by_one,        transposed_chunks};
enum { LAYOUTS = sizeof layouts / sizeof *layouts };

static int64_t place_of(const struct factor_r *a, int64_t row, int64_t k)
{
    return row * a->row_stride + k / a->chunk_length * a->chunk_stride + k % a->chunk_length * a->k_stride;
}

/* --- One product -------------------------------------------------------------------------------------------------- */

/* The memory that products are made in. */
static struct fences {
    struct fence a, c;
    struct fence b[BLOCK_VECTORS][2]; /* for each width, at each place */
    real *packed[BLOCK_VECTORS][2];
} fences;

static void open_fences(void)
{
    fence_open(&fences.a, MOST_ROWS * (3 * MOST_DEPTH + 1));
    fence_open(&fences.c, MOST_ROWS * (MOST_COLUMNS + 7));
    for (int v = 0; v < BLOCK_VECTORS; v++)
        for (int place = 0; place < 2; place++)
            fence_open(&fences.b[v][place], MOST_DEPTH * MOST_COLUMNS);
}

static void close_fences(void)
{
    fence_close(&fences.a);
    fence_close(&fences.c);
    for (int v = 0; v < BLOCK_VECTORS; v++)
        for (int place = 0; place < 2; place++)
            fence_close(&fences.b[v][place]);
}

/* What is behind a block's columns, up to whole vectors, are numbers like others. */
static void place_block(int vectors, enum place place)
{
    struct fence *fence = &fences.b[vectors - 1][place];
    const int64_t width = vectors * table.kernels->lanes;
    fences.packed[vectors - 1][place] = fence_place(fence, place, table.depth * width);
    for (int64_t k = 0; k < table.depth; k++)
        for (int64_t j = 0; j < width; j++)
            fence_put(fence, k * width + j, table.b[k][j]);
}

static void place_blocks(void)
{
    for (int vectors = 1; vectors <= BLOCK_VECTORS; vectors++)
        for (int place = 0; place < 2; place++)
            place_block(vectors, (enum place)place);
}

/* The first rows, laid out so. */
static struct factor_r place_rows(layout_function *layout, int64_t rows, enum place place)
{
    struct factor_r a = layout(rows, table.depth);
    a.data = fence_place(&fences.a, place, place_of(&a, rows - 1, table.depth - 1) + 1);
    for (int64_t r = 0; r < rows; r++)
        for (int64_t k = 0; k < table.depth; k++)
            fence_put(&fences.a, place_of(&a, r, k), table.a[r][k]);
    return a;
}

/* The target; what is to be overwritten is NaN before, so reading it would show. */
static struct target_r place_target(int64_t rows, int64_t columns, int64_t gap, enum product_write write,
                                    enum place place)
{
    const int64_t stride = columns + gap;
    real *data = fence_place(&fences.c, place, (rows - 1) * stride + columns);
    for (int64_t r = 0; r < rows; r++)
        for (int64_t j = 0; j < columns; j++) {
            if (write == PRODUCT_ADD)
                fence_put(&fences.c, r * stride + j, table.before[r][j]);
            fence_expect(&fences.c, r * stride + j, table.product[write][r][j]);
        }
    return (struct target_r){data, stride};
}

static int vectors_of(int64_t columns) { return (int)((columns + table.kernels->lanes - 1) / table.kernels->lanes); }

static void check_product(const struct factor_r *a, int64_t rows, int64_t columns, enum product_write write,
                          enum place place)
{
    static const int64_t gaps[] = {0, 1, 2, 7};
    const struct target_r c = place_target(rows, columns, gaps[(rows + columns) % 4], write, place);
    const int vectors = vectors_of(columns);
    table.kernels->product(&(struct product_r){
        .rows = rows,
        .columns = columns,
        .a = *a,
        .b = fences.packed[vectors - 1][place],
        .b_is_afar = place == AT_END, /* asking ahead may ask behind the end */
        .b_is_asked_for = place == AT_END && columns % 2 == 0,
        .write = write,
        .c = c,
    });
    fence_check(&fences.c, "%lld x %lld, depth %lld, chunks %lld, write %d, place %d: c", (long long)rows,
                (long long)columns, (long long)table.depth, (long long)a->chunk_count, (int)write, (int)place);
}

/* Two blocks side by side: the packed one without its end, and without its beginning. */
static void check_pair(const struct factor_r *whole, int64_t columns, enum product_write write, enum place place)
{
    const int vectors = vectors_of(columns);
    const int64_t shift = whole->chunk_count > 1 ? whole->chunk_length : 1, kept = table.depth - shift;
    struct factor_r a = *whole;
    a.chunk_count -= a.chunk_count > 1;
    a.chunk_length -= whole->chunk_count > 1 ? 0 : 1;
    const struct target_r c = place_target(2, columns, 3, write, place);
    for (int64_t r = 0; r < 2; r++)
        for (int64_t j = 0; j < columns; j++) {
            real sum = write == PRODUCT_ADD ? table.before[r][j] : 0;
            for (int64_t k = 0; k < kept; k++)
                sum = multiply_add(table.a[0][k], table.b[k + r * shift][j], sum);
            fence_expect(&fences.c, r * c.stride + j, sum);
        }
    const real *packed = fences.packed[vectors - 1][place];
    table.kernels->product(&(struct product_r){
        .rows = 1,
        .columns = columns,
        .a = a,
        .b = packed,
        .b_is_afar = place == AT_END,
        .write = write,
        .c = c,
        .second_b = packed + shift * vectors * table.kernels->lanes,
        .second_c = c.data + c.stride,
    });
    fence_check(&fences.c, "pair of %lld columns, depth %lld, chunks %lld, write %d, place %d: c", (long long)columns,
                (long long)kept, (long long)a.chunk_count, (int)write, (int)place);
}

static void check_columns(layout_function *layout, int64_t rows, enum place place)
{
    const struct factor_r a = place_rows(layout, rows, place);
    for (int64_t columns = 1; columns <= BLOCK_VECTORS * table.kernels->lanes; columns++)
        for (int write = 0; write < 2; write++) {
            check_product(&a, rows, columns, (enum product_write)write, place);
            if (rows == 1 && table.depth > 1)
                check_pair(&a, columns, (enum product_write)write, place);
        }
    fence_check(&fences.a, "a");
}

static void check_depth(enum level level, int64_t depth)
{
    fill_table(level, depth);
    place_blocks();
    for (int l = 0; l < LAYOUTS; l++)
        for (int64_t rows = 1; rows <= MOST_ROWS; rows++)
            for (int place = 0; place < 2; place++)
                check_columns(layouts[l], rows, (enum place)place);
    for (int v = 0; v < BLOCK_VECTORS; v++)
        for (int place = 0; place < 2; place++)
            fence_check(&fences.b[v][place], "b");
}

static void test_chains(void **state)
{
    open_fences();
    for (int d = 0; d < DEPTHS; d++)
        check_depth(*(const enum level *)*state, depths[d]);
    close_fences();
}

/* More than many rows go through at once, also in each of two chunks, on every level: the product itself cuts. */
static void test_deep_chains(void **state)
{
    open_fences();
    fill_table(*(const enum level *)*state, MOST_DEPTH);
    place_blocks();
    const int64_t lanes = table.kernels->lanes, columns[] = {4 * lanes - 1, 4 * lanes};
    for (int l = 0; l < LAYOUTS; l++)
        for (int64_t rows = 1; rows <= MOST_ROWS; rows += 6) {
            const struct factor_r a = place_rows(layouts[l], rows, AT_END);
            for (int i = 0; i < 4; i++)
                check_product(&a, rows, columns[i / 2], (enum product_write)(i % 2), AT_END);
        }
    close_fences();
}

/* --- Cut depths --------------------------------------------------------------------------------------------------- */

/* The steps [first, end) of a factor of one chunk. */
static void multiply_steps(const struct factor_r *a, int64_t rows, int64_t columns, int64_t first, int64_t end,
                           enum product_write write, struct target_r c)
{
    const int vectors = vectors_of(columns);
    struct product_r product = {.rows = rows, .columns = columns, .a = *a, .write = write, .c = c};
    product.a.data += first * a->k_stride;
    product.a.chunk_length = end - first;
    product.b = fences.packed[vectors - 1][AT_END] + first * vectors * table.kernels->lanes;
    table.kernels->product(&product);
}

static void check_cuts(layout_function *layout, int64_t rows, int64_t columns)
{
    const struct factor_r a = place_rows(layout, rows, AT_END);
    for (int64_t cut = 1; cut < table.depth; cut++) {
        const struct target_r c = place_target(rows, columns, 1, PRODUCT_OVERWRITE, AT_END);
        multiply_steps(&a, rows, columns, 0, cut, PRODUCT_OVERWRITE, c);
        multiply_steps(&a, rows, columns, cut, table.depth, PRODUCT_ADD, c);
        fence_check(&fences.c, "%lld x %lld, cut at %lld of %lld: c", (long long)rows, (long long)columns,
                    (long long)cut, (long long)table.depth);
    }
}

static void test_cuts(void **state)
{
    static const int64_t rows[] = {1, 4, 7, MOST_ROWS};
    open_fences();
    for (int d = 2; d < DEPTHS && depths[d] < 300; d++) {
        fill_table(*(const enum level *)*state, depths[d]);
        place_blocks();
        const int64_t lanes = table.kernels->lanes, columns[] = {1, lanes, 2 * lanes + 1, 4 * lanes - 1, 4 * lanes};
        for (int r = 0; r < 4; r++)
            for (int j = 0; j < 5; j++) {
                check_cuts(rows_with_gaps, rows[r], columns[j]);
                check_cuts(columns_with_gaps, rows[r], columns[j]);
            }
    }
    close_fences();
}

/* --- Rows apart, and numbers that are none ------------------------------------------------------------------------ */

/* Rows [first, first + rows) of a batch have the bits that they have in it. */
static void test_some_rows(void **state)
{
    open_fences();
    fill_table(*(const enum level *)*state, 64);
    place_blocks();
    const int64_t columns = 4 * table.kernels->lanes - 1;
    const struct factor_r a = place_rows(plain_rows, MOST_ROWS, AT_END);
    for (int64_t first = 0; first < MOST_ROWS; first++)
        for (int64_t rows = 1; rows <= MOST_ROWS - first; rows++) {
            const struct target_r c = place_target(MOST_ROWS, columns, 0, PRODUCT_ADD, AT_END);
            for (int64_t r = 0; r < MOST_ROWS; r++)
                for (int64_t j = 0; (r < first || r >= first + rows) && j < columns; j++)
                    fence_expect(&fences.c, r * columns + j, table.before[r][j]);
            struct factor_r some = a;
            some.data += first * a.row_stride;
            multiply_steps(&some, rows, columns, 0, table.depth, PRODUCT_ADD,
                           (struct target_r){c.data + first * c.stride, c.stride});
            fence_check(&fences.c, "%lld rows from row %lld: c", (long long)rows, (long long)first);
        }
    close_fences();
}

/* Row `bad` of a has a number that is none, or infinite: the others are as they were, and that is what fma says. */
static void check_bad_row(int64_t rows, int64_t bad, real number)
{
    const int64_t columns = 3 * table.kernels->lanes + 1, k = (bad * 7 + rows) % table.depth;
    const struct factor_r a = place_rows(plain_rows, rows, AT_END);
    fence_put(&fences.a, place_of(&a, bad, k), number);
    const struct target_r c = place_target(rows, columns, 0, PRODUCT_OVERWRITE, AT_END);
    multiply_steps(&a, rows, columns, 0, table.depth, PRODUCT_OVERWRITE, c);
    for (int64_t j = 0; j < columns; j++) {
        const real here = fence_get(&fences.c, bad * columns + j);
        if (isnan(number) ? !isnan(here) : here != number * (table.b[k][j] < 0 ? -1 : 1))
            fail_msg("row %lld of %lld with %f: %f", (long long)bad, (long long)rows, (double)number, (double)here);
        fence_expect(&fences.c, bad * columns + j, here);
    }
    fence_check(&fences.c, "%lld rows, row %lld of which is bad: c", (long long)rows, (long long)bad);
}

static void test_bad_rows(void **state)
{
    open_fences();
    fill_table(*(const enum level *)*state, 17);
    place_blocks();
    for (int64_t rows = 1; rows <= MOST_ROWS; rows++)
        for (int64_t bad = 0; bad < rows; bad++) {
            check_bad_row(rows, bad, (real)NAN);
            check_bad_row(rows, bad, (real)INFINITY);
            check_bad_row(rows, bad, -(real)INFINITY);
        }
    close_fences();
}

void add_product_checks(struct suite *suite, const enum level *level)
{
    const char *name = weir_level_name(*level);
    suite_add(suite, test_chains, level, "%s: a product's numbers are chains, whatever the shape and the layout", name);
    suite_add(suite, test_deep_chains, level, "%s: so are those of a product that it cuts itself", name);
    suite_add(suite, test_cuts, level, "%s: a product may be cut at any depth", name);
    suite_add(suite, test_some_rows, level, "%s: a product's rows do not depend on each other", name);
    suite_add(suite, test_bad_rows, level, "%s: NaN and infinities stay in their row", name);
}
