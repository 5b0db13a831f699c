/*
 * kern/product.c: the product of a matrix with one block of a packed one.
 *
 * A tile is a few rows by all vectors of the block. Its sums stay in registers while k runs: each step loads the
 * block's vectors once, and each row's number once for all of them (Goto & van de Geijn 2008). How many rows that makes
 * follows from the registers there are.
 *
 * Many rows read the block again and again, so then the depth is cut into pieces that stay in the second cache; the
 * sums wait in c meanwhile, which changes none of their bits.
 */
#include <stdbool.h>

#include "kern/lanes.h"
#include "kern/level.h"

/* Bytes of a block that many rows go through at once; and where those that follow are asked for meanwhile. Measured:
   docs/engine.md. */
enum { DEPTH_BYTES = VEC_REGISTERS == 16 ? 1 << 16 : 1 << 18, ASKED_BYTES = 1 << 14 };

/* Where a tile's rows of a lie: three to a pointer, as addresses reach a pointer plus 0, 1 and 2 times a stride. */
enum { ROWS_A_POINTER = 3, POINTERS = 4 };

LANES_INLINE void load_sums(const int rows, const int vectors, const struct product_r *product, vec sums[][4])
{
    const int last = (int)(product->columns - (vectors - 1) * LANES);
#pragma GCC unroll 12
    for (int r = 0; r < rows; r++) {
        const real *c = product->c.data + r * product->c.stride;
#pragma GCC unroll 4
        for (int v = 0; v < vectors; v++)
            sums[r][v] = product->write == PRODUCT_OVERWRITE ? vec_set(0)
                         : v < vectors - 1                   ? vec_load(c + v * LANES)
                                                             : vec_load_part(c + v * LANES, last);
    }
}

LANES_INLINE void store_sums(const int rows, const int vectors, const struct product_r *product, vec sums[][4])
{
    const int last = (int)(product->columns - (vectors - 1) * LANES);
#pragma GCC unroll 12
    for (int r = 0; r < rows; r++) {
        real *c = product->c.data + r * product->c.stride;
#pragma GCC unroll 4
        for (int v = 0; v < vectors; v++)
            if (v < vectors - 1)
                vec_store(c + v * LANES, sums[r][v]);
            else
                vec_store_part(c + v * LANES, sums[r][v], last);
    }
}

/* One k: `a` has the rows' numbers, b the block's vectors. What is fewer is held, the other streams by. */
LANES_INLINE void add_outer(const int rows, const int vectors, const real *const a[], int64_t row_stride, const real *b,
                            vec sums[][4])
{
    vec held[12];
    if (rows < vectors) {
#pragma GCC unroll 12
        for (int r = 0; r < rows; r++)
            held[r] = vec_set(a[r / ROWS_A_POINTER][r % ROWS_A_POINTER * row_stride]);
#pragma GCC unroll 4
        for (int v = 0; v < vectors; v++) {
            const vec w = vec_load(b + v * LANES);
#pragma GCC unroll 12
            for (int r = 0; r < rows; r++)
                sums[r][v] = vec_multiply_add(held[r], w, sums[r][v]);
        }
    } else {
#pragma GCC unroll 4
        for (int v = 0; v < vectors; v++)
            held[v] = vec_load(b + v * LANES);
#pragma GCC unroll 12
        for (int r = 0; r < rows; r++) {
            const vec x = vec_set(a[r / ROWS_A_POINTER][r % ROWS_A_POINTER * row_stride]);
#pragma GCC unroll 4
            for (int v = 0; v < vectors; v++)
                sums[r][v] = vec_multiply_add(x, held[v], sums[r][v]);
        }
    }
}

/* Steps of k by which a block is asked for ahead: of four vectors 2 KiB with AVX-512, 8 with AVX2, where it comes from
   memory. Measured: docs/engine.md. */
enum { STEPS_AHEAD = VEC_REGISTERS == 16 ? 64 : 8 };

/* Asks for as much as a step of k reads: to the first cache for use in a moment, else to the second. */
LANES_INLINE void ask_for(const int vectors, const bool soon, const real *b)
{
    const int line = 64 / (int)sizeof(real);
#pragma GCC unroll 4
    for (int j = 0; j < vectors * LANES; j += line)
        if (soon)
            __builtin_prefetch(b + j, 0, 3);
        else
            __builtin_prefetch(b + j, 0, 2);
}

/* Asks for what so many rows have of a chunk. */
LANES_INLINE void ask_for_rows(const int rows, const struct factor_r *a, const real *at)
{
    const int64_t line = 64 / (int64_t)sizeof(real);
#pragma GCC unroll 12
    for (int r = 0; r < rows; r++)
        for (int64_t k = 0; k < a->chunk_length; k += line)
            __builtin_prefetch(at + r * a->row_stride + k, 0, 2);
}

/* The block is `width` numbers wide, of which these vectors are the first. If it is asked for, then so near ahead, or
   from `later` on; the rows of the next tile are, chunk by chunk, from `follows` on. */
LANES_INLINE void tile(const int rows, const int vectors, const int width, const bool asked, const real *later,
                       const struct product_r *product, const real *follows)
{
    const struct factor_r *a = &product->a;
    const int64_t row_stride = a->row_stride, k_stride = a->k_stride;
    const int64_t ahead = (int64_t)STEPS_AHEAD * width;
    const real *b = product->b;
    vec sums[12][4];
    load_sums(rows, vectors, product, sums);
    for (int64_t chunk = 0; chunk < a->chunk_count; chunk++) {
        const real *at[POINTERS];
#pragma GCC unroll 4
        for (int i = 0; i * ROWS_A_POINTER < rows; i++)
            at[i] = a->data + chunk * a->chunk_stride + i * ROWS_A_POINTER * row_stride;
        if (follows)
            ask_for_rows(rows, a, follows + chunk * a->chunk_stride);
        for (int64_t k = 0; k < a->chunk_length; k++, b += width) {
            if (asked && !later)
                ask_for(vectors, true, b + ahead);
            if (asked && later) {
                ask_for(vectors, false, later);
                later += vectors * LANES;
            }
            add_outer(rows, vectors, at, row_stride, b, sums);
#pragma GCC unroll 4
            for (int i = 0; i * ROWS_A_POINTER < rows; i++)
                at[i] += k_stride;
        }
    }
    store_sums(rows, vectors, product, sums);
}

/* Rows by the first two vectors of a block of four, and then by the other two. Each asks for half of what follows. */
LANES_INLINE void tile_halves(const int rows, const bool asked, const struct product_r *product)
{
    const int vectors = BLOCK_VECTORS / 2, half = vectors * LANES;
    const int64_t numbers = product->a.chunk_count * product->a.chunk_length * half;
    const real *later = asked ? product->b + 2 * numbers : NULL;
    struct product_r part = *product;
    part.columns = half;
    tile(rows, vectors, 2 * half, asked, later, &part, NULL);
    part.columns = product->columns - half;
    part.b += half;
    part.c.data += half;
    tile(rows, vectors, 2 * half, asked, asked ? later + numbers : NULL, &part, NULL);
}

/* One row by two blocks: twice as many chains as vectors. */
LANES_INLINE void tile_pair(const int vectors, const struct product_r *product)
{
    const struct factor_r *a = &product->a;
    const int64_t k_stride = a->k_stride;
    struct product_r second = *product;
    const real *b = product->b;
    vec sums[2][4];
    second.b = product->second_b;
    second.c.data = product->second_c;
    load_sums(1, vectors, product, sums);
    load_sums(1, vectors, &second, sums + 1);
    for (int64_t chunk = 0; chunk < a->chunk_count; chunk++) {
        const real *at = a->data + chunk * a->chunk_stride;
        for (int64_t k = 0; k < a->chunk_length; k++, at += k_stride, b += vectors * LANES) {
            add_outer(1, vectors, &at, 0, b, sums);
            add_outer(1, vectors, &at, 0, second.b, sums + 1);
            second.b += vectors * LANES;
        }
    }
    store_sums(1, vectors, product, sums);
    store_sums(1, vectors, &second, sums + 1);
}

/* --- Every size of tile ------------------------------------------------------------------------------------------- */

/* One tile. The rows of the next one begin at `follows`; NULL: they need not be asked for. */
typedef void tile_function(const struct product_r *product, const real *follows);

#define TILE(rows, vectors)                                                                                            \
    static void tile_##rows##_##vectors(const struct product_r *product, const real *follows)                          \
    {                                                                                                                  \
        tile(rows, vectors, (vectors)*LANES, false, NULL, product, follows);                                           \
    }
#define TILE_ASKED(rows, vectors)                                                                                      \
    static void tile_##rows##_##vectors##_asked(const struct product_r *product, const real *follows)                  \
    {                                                                                                                  \
        tile(rows, vectors, (vectors)*LANES, true, NULL, product, follows);                                            \
    }
#define ENTRY(rows, vectors) tile_##rows##_##vectors,
#define ENTRY_ASKED(rows, vectors) tile_##rows##_##vectors##_asked,

#define ROWS_3(X, vectors) X(1, vectors) X(2, vectors) X(3, vectors)
#define ROWS_4(X, vectors) ROWS_3(X, vectors) X(4, vectors)
#define ROWS_6(X, vectors) ROWS_4(X, vectors) X(5, vectors) X(6, vectors)
#define ROWS_8(X, vectors) ROWS_6(X, vectors) X(7, vectors) X(8, vectors)
#define ROWS_12(X, vectors) ROWS_8(X, vectors) X(9, vectors) X(10, vectors) X(11, vectors) X(12, vectors)

/* Rows of a tile, for blocks of 1, 2, 3 and 4 vectors: the registers hold the sums, one step's vectors of the block,
   and one number of a. */
#if VEC_REGISTERS == 32
#define FOR_EACH_TILE_1(X) ROWS_12(X, 1)
#define FOR_EACH_TILE_2(X) ROWS_12(X, 2)
#define FOR_EACH_TILE_3(X) ROWS_8(X, 3)
#define FOR_EACH_TILE_4(X) ROWS_6(X, 4)
static const int tile_rows[BLOCK_VECTORS] = {12, 12, 8, 6};
#else
#define FOR_EACH_TILE_1(X) ROWS_8(X, 1)
#define FOR_EACH_TILE_2(X) ROWS_6(X, 2)
#define FOR_EACH_TILE_3(X) ROWS_4(X, 3)
#define FOR_EACH_TILE_4(X) ROWS_3(X, 4)
static const int tile_rows[BLOCK_VECTORS] = {8, 6, 4, 3};
#endif

FOR_EACH_TILE_1(TILE)
FOR_EACH_TILE_2(TILE)
FOR_EACH_TILE_3(TILE)
FOR_EACH_TILE_4(TILE)

static tile_function *const tiles_1[] = {FOR_EACH_TILE_1(ENTRY)};
static tile_function *const tiles_2[] = {FOR_EACH_TILE_2(ENTRY)};
static tile_function *const tiles_3[] = {FOR_EACH_TILE_3(ENTRY)};
static tile_function *const tiles_4[] = {FOR_EACH_TILE_4(ENTRY)};

/* The same for blocks that are asked for. */
FOR_EACH_TILE_1(TILE_ASKED)
FOR_EACH_TILE_2(TILE_ASKED)
FOR_EACH_TILE_3(TILE_ASKED)
FOR_EACH_TILE_4(TILE_ASKED)

static tile_function *const asked_1[] = {FOR_EACH_TILE_1(ENTRY_ASKED)};
static tile_function *const asked_2[] = {FOR_EACH_TILE_2(ENTRY_ASKED)};
static tile_function *const asked_3[] = {FOR_EACH_TILE_3(ENTRY_ASKED)};
static tile_function *const asked_4[] = {FOR_EACH_TILE_4(ENTRY_ASKED)};

#define PAIR(vectors)                                                                                                  \
    static void pair_##vectors(const struct product_r *product) { tile_pair(vectors, product); }
PAIR(1)
PAIR(2)
PAIR(3)
PAIR(4)

static void (*const pairs[BLOCK_VECTORS])(const struct product_r *) = {pair_1, pair_2, pair_3, pair_4};

/* By whether the block is asked for, and its vectors. */
static tile_function *const *const tiles[2][BLOCK_VECTORS] = {{tiles_1, tiles_2, tiles_3, tiles_4},
                                                              {asked_1, asked_2, asked_3, asked_4}};

/* Always the last tile, so nothing follows. */
#define HALVES(rows)                                                                                                   \
    static void halves_##rows(const struct product_r *product, const real *follows)                                    \
    {                                                                                                                  \
        (void)follows;                                                                                                 \
        tile_halves(rows, false, product);                                                                             \
    }                                                                                                                  \
    static void halves_##rows##_asked(const struct product_r *product, const real *follows)                            \
    {                                                                                                                  \
        (void)follows;                                                                                                 \
        tile_halves(rows, true, product);                                                                              \
    }
HALVES(4)
HALVES(5)

/* By whether they ask for what follows, and by rows - 4. */
static tile_function *const halves[2][2] = {{halves_4, halves_5}, {halves_4_asked, halves_5_asked}};

/* --- The whole product -------------------------------------------------------------------------------------------- */

/* Asks for the sums of `rows` rows, which come from afar where c is a large gradient. */
static void fetch_sums(int64_t rows, const struct product_r *product, const real *sums)
{
    for (int64_t r = 0; r < rows; r++)
        for (int64_t j = 0; j < product->columns; j += 64 / (int64_t)sizeof(real))
            __builtin_prefetch(sums + r * product->c.stride + j, 1);
}

/* How rows are cut into tiles, and the depth into pieces. */
struct cut {
    int64_t rows, tiles;
    bool rest_by_halves, asks_ahead;
};

/* With 16 registers, four or five rows by four vectors would be two tiles, of few chains each. By halves of the block's
   vectors they are one, and so is what is left of tiles of three. Where it is the only one and the block comes from
   afar, it asks for the next piece meanwhile: more tiles have enough to do with this one. */
static struct cut cut_of(int64_t rows, int vectors, bool b_is_afar)
{
    const int64_t most = tile_rows[vectors - 1];
    const bool by_halves = VEC_REGISTERS == 16 && vectors == BLOCK_VECTORS;
    const int64_t count = by_halves ? rows / most : (rows + most - 1) / most;
    return (struct cut){rows, count, by_halves, by_halves && count == 1 && b_is_afar};
}

/* Steps of k that all rows go through before the next ones. */
static int64_t depth_of(const struct cut *cut, int vectors)
{
    return (cut->asks_ahead ? ASKED_BYTES : DEPTH_BYTES) / ((int64_t)sizeof(real) * vectors * LANES);
}

/* The row at which tile i begins: tiles are nearly equal, or the last one takes what is left. */
static int64_t tile_begin(const struct cut *cut, int64_t i)
{
    if (!cut->rest_by_halves || i == cut->tiles)
        return i * cut->rows / cut->tiles;
    return i * tile_rows[BLOCK_VECTORS - 1];
}

static tile_function *tile_of(const struct cut *cut, int64_t rows, int vectors)
{
    if (rows <= tile_rows[vectors - 1])
        return tiles[0][vectors - 1][rows - 1];
    return halves[cut->asks_ahead][rows - 4];
}

/* All rows; while a tile is computed, the sums of the next are on their way. So are its rows, where a lies in chunks:
   from one to the next is so far that no CPU sees by itself what will be read. */
static void multiply_rows(struct product_r product, const struct cut *cut, int vectors)
{
    for (int64_t i = 0; i < cut->tiles; i++) {
        const int64_t end = tile_begin(cut, i + 1), height = end - tile_begin(cut, i);
        const real *follows =
            product.a.chunk_count > 1 && end < cut->rows ? product.a.data + height * product.a.row_stride : NULL;
        if (end < cut->rows)
            fetch_sums(tile_begin(cut, i + 2) - end, &product, product.c.data + height * product.c.stride);
        else if (product.next)
            fetch_sums(tile_begin(cut, 1), &product, product.next);
        tile_of(cut, height, vectors)(&product, follows);
        product.a.data += height * product.a.row_stride;
        product.c.data += height * product.c.stride;
    }
}

/* Goes on after the first `count` chunks, or that many steps of the only one: b follows, c is added to. */
static void go_on(struct product_r *product, int64_t count, int64_t width)
{
    struct factor_r *a = &product->a;
    if (a->chunk_count == 1) {
        a->data += count * a->k_stride;
        product->b += count * width;
    } else {
        a->data += count * a->chunk_stride;
        product->b += count * a->chunk_length * width;
    }
    product->write = PRODUCT_ADD;
}

/* The first `count` chunks, or that many steps of the only one. */
static struct product_r piece_of(const struct product_r *product, int64_t count)
{
    struct product_r piece = *product;
    if (piece.a.chunk_count == 1)
        piece.a.chunk_length = count;
    else
        piece.a.chunk_count = count;
    return piece;
}

static int vectors_of(int64_t columns) { return (int)((columns + LANES - 1) / LANES); }

struct product_blocks product_blocks_v(int64_t rows, int64_t columns, int64_t depth, bool b_is_afar)
{
    const int vectors = vectors_of(columns);
    const int64_t most = tile_rows[vectors - 1];
    if (rows <= most)
        return (struct product_blocks){rows, vectors, depth};
    const struct cut cut = cut_of(rows, vectors, b_is_afar);
    const int64_t piece = depth_of(&cut, vectors) < depth ? depth_of(&cut, vectors) : depth;
    if (cut.tiles == 1)
        return (struct product_blocks){rows, vectors / 2, piece};
    return (struct product_blocks){cut.rest_by_halves ? most : (rows + cut.tiles - 1) / cut.tiles, vectors, piece};
}

void product_v(const struct product_r *product)
{
    const int vectors = vectors_of(product->columns);
    if (product->second_b) {
        pairs[vectors - 1](product);
        return;
    }
    if (product->rows <= tile_rows[vectors - 1]) {
        tiles[product->b_is_asked_for][vectors - 1][product->rows - 1](product, NULL);
        return;
    }
    const struct cut cut = cut_of(product->rows, vectors, product->b_is_afar);
    const bool one_chunk = product->a.chunk_count == 1;
    const int64_t width = vectors * LANES, depth = depth_of(&cut, vectors);
    const int64_t all = one_chunk ? product->a.chunk_length : product->a.chunk_count;
    const int64_t fitting = one_chunk ? depth : depth / product->a.chunk_length;
    const int64_t most = fitting > 0 ? fitting : 1;
    struct product_r rest = *product;
    for (int64_t done = 0; done < all; done += most) {
        const int64_t count = all - done < most ? all - done : most;
        multiply_rows(piece_of(&rest, count), &cut, vectors);
        go_on(&rest, count, width);
    }
}
