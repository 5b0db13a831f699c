/*
 * engine/native.h: the pieces of the native engine, and how it lays things out.
 *
 * A *panel* is as many units of a layer as, with all their gates side by side, make a block of a packed matrix: one
 * vector of units for an LSTM or a GRU, four for a vanilla RNN. Only the last panel may have fewer. What belongs to the
 * gates is stored panel by panel, so that a panel's product and its pass touch one stretch of memory, and so that a
 * thread can own panels:
 *
 *     gates        [panel][N rows][G][units]
 *     derivatives  [panel][rows of a tile][D][units]     D = G, but for a cell that splits its derivative G + 1: dq
 *                                                         first, then those of the gates, so that what R multiplies
 *                                                         and what W multiplies are both without gaps
 *
 * Units are padded to whole vectors there; what is padding is never read as a number. h, c, q, x, y are rows without
 * padding.
 */
#ifndef WEIR_ENGINE_NATIVE_H
#define WEIR_ENGINE_NATIVE_H

#include "engine/engine.h"

#define native_private_r REAL(native_private)
#define native_scratch_r REAL(native_scratch)
#define native_part_r REAL(native_part)
#define part_of_r REAL(part_of)
#define panel_of_r REAL(panel_of)
#define rows_factor_r REAL(rows_factor)
#define padded_r REAL(padded)
#define derivative_count_r REAL(derivative_count)
#define input_derivative_r REAL(input_derivative)
#define recurrent_gate_r REAL(recurrent_gate)
#define block_columns_r REAL(block_columns)
#define group_panels_r REAL(group_panels)
#define vector_bytes_r REAL(vector_bytes)
#define pack_walk_r REAL(pack_walk)
#define pack_panel_r REAL(pack_panel)
#define pack_rows_block_r REAL(pack_rows_block)
#define input_derivatives_r REAL(input_derivatives)
#define stage_gates_r REAL(stage_gates)
#define native_sharing_r REAL(native_sharing)
#define native_seconds_r REAL(native_seconds)
#define native_forward_r REAL(native_forward)
#define native_backward_r REAL(native_backward)
#define native_backward_piece_r REAL(native_backward_piece)
#define native_backward_tile_r REAL(native_backward_tile)
#define native_linear_forward_r REAL(native_linear_forward)
#define native_linear_backward_r REAL(native_linear_backward)
#define native_linear_backward_piece_r REAL(native_linear_backward_piece)
#define native_linear_backward_tile_r REAL(native_linear_backward_tile)

/* A walk's weights, packed: by panels for products with W and R, K being what they multiply; in training also by blocks
   of columns, rows in the order in which derivatives are stored, for products with their transposes. */
struct packed_walk_r {
    int64_t panel_units;     /* of a panel that is not the last */
    bool is_afar;            /* R is larger than a core's own caches */
    bool is_asked_for[2];    /* ahead, by a step of one row; of more */
    real *input;             /* [panel][I][G][units]; NULL: packed panel by panel as it is used, once a run */
    real *recurrent[2];      /* [panel][H][gates of the stage][units] */
    real *input_rows;        /* [block of I][panel, G, unit][columns]; NULL likewise */
    real *recurrent_rows[2]; /* [block of H][panel, derivatives of the stage, unit][columns] */
};

/* Memory of one thread's own. */
struct native_private_r {
    real *recurrent; /* [B][G][units]: R h' of a panel, for cells that want it apart; or [panel][G][units] of a group */
    real *weights;   /* a panel or a block of W, where they are packed as they are used */
    /* training only */
    real *block; /* some blocks, each [tile_rows][its columns]: what dW or dR multiplies; or one of dx, to be added */
    real *h_before, *c_before; /* [B][H] */
};

/* Memory that walks use one after the other. */
struct native_scratch_r {
    int64_t tile_rows;
    struct native_private_r *privates; /* one for each thread */
    real *gates;                       /* of a tile, where no trace keeps them */
    real *reset;                       /* [B][H], for cells whose operand is r h' */
    real *h[2];                        /* [B][H] the state, in turn */
    /* training only */
    real *derivatives;    /* of a tile */
    real *reset_operands; /* [tile_rows][H], for cells whose operand is r h' */
    real *dreset;         /* [B][H], likewise */
};

/* What a member of a run's team does of a walk's steps: these sorted rows, these units. */
struct native_part_r {
    struct share rows, units;
};

/* Units [first, first + units) of a layer. */
struct panel {
    int64_t first, units;
    int64_t padded; /* units, up to whole vectors */
};

/* Bytes of a vector. */
enum { VECTOR_AVX2 = 32, VECTOR_AVX512 = 64 };

static inline int64_t vector_bytes_r(const struct kernels_r *kernels) { return kernels->lanes * (int64_t)sizeof(real); }

/* Panels that forward takes at once of a step of one row: the widest vectors, two by two, are passed over while the
   next two are multiplied; narrower ones would wait for their exponentials. */
static inline int64_t group_panels_r(const struct kernels_r *kernels)
{
    return vector_bytes_r(kernels) == VECTOR_AVX512 ? 2 : 4;
}

/* Up to whole vectors. */
static inline int64_t padded_r(const struct kernels_r *kernels, int64_t columns)
{
    return (columns + kernels->lanes - 1) / kernels->lanes * kernels->lanes;
}

/* Columns of a block of a packed matrix, but for the last one's. */
static inline int64_t block_columns_r(const struct kernels_r *kernels) { return BLOCK_VECTORS * kernels->lanes; }

/* Bytes of a row of what dW or dR multiplies, packed at once: with 512 rows half of a small second cache. Measured:
   docs/engine.md. */
enum { OPERAND_BYTES = 512 };

/* Columns of so much, whole blocks, where there are `columns` of them. */
static inline int64_t operand_columns_r(const struct kernels_r *kernels, int64_t columns)
{
    const int64_t block = block_columns_r(kernels), all = (columns + block - 1) / block * block;
    const int64_t most = OPERAND_BYTES / (int64_t)sizeof(real);
    return all < most ? all : most;
}

/* The panel that begins with unit `first`. */
static inline struct panel panel_of_r(const struct walk_r *walk, int64_t first)
{
    const int64_t left = walk->units - first, most = walk->packed->panel_units, units = left < most ? left : most;
    return (struct panel){first, units, padded_r(walk->kernels, units)};
}

/* Blocks of derivatives of a unit; the first of those that W multiplies (they are as many as gates); and the gate whose
   rows of R multiply block d. */
static inline int derivative_count_r(const struct walk_r *walk)
{
    return (int)walk->gate_count + (walk->cell && walk->cell->splits_derivative);
}

static inline int input_derivative_r(const struct walk_r *walk) { return walk->cell && walk->cell->splits_derivative; }

static inline int recurrent_gate_r(const struct walk_r *walk, int d)
{
    if (!walk->cell->splits_derivative)
        return d;
    return d == 0 ? (int)walk->gate_count - 1 : d - 1;
}

/* The k-th of `count` places that are `grain` apart from `first` on, or the k-th from the other end. A walk goes
   through R to and fro, step by step: where a cache is smaller than R, what was read last is still there and is read
   first. */
static inline int64_t to_and_fro(int64_t first, int64_t count, int64_t grain, int64_t k, bool fro)
{
    return first + (fro ? count - 1 - k : k) * grain;
}

/* Rows of a step within a share of all rows. */
static inline int64_t rows_within(struct share share, int64_t live)
{
    const int64_t end = live < share.end ? live : share.end;
    return end > share.first ? end - share.first : 0;
}

/* Blocks of derivatives that W multiplies. */
static inline struct share input_derivatives_r(const struct walk_r *walk)
{
    return (struct share){input_derivative_r(walk), input_derivative_r(walk) + walk->gate_count};
}

/* A stage's gates, which are also the blocks of derivatives that its part of R multiplies. */
static inline struct share stage_gates_r(const struct stage_r *stage)
{
    return (struct share){stage->first_gate, stage->first_gate + stage->gate_count};
}

/* Rows as the left factor of a product. */
static inline struct factor_r rows_factor_r(struct matrix_r rows, int64_t depth)
{
    return (struct factor_r){rows.data, rows.stride, 1, 1, depth, 0};
}

/* engine/native_sharing.c: how threads share a walk. */
weir_sharing native_sharing_r(const struct walk_r *walk, const struct sharing_terms *terms);
double native_seconds_r(const struct walk_r *walk, const struct sharing_terms *terms, weir_sharing sharing);

/* engine/native_pack.c: takes a member's part of the weights that the walk keeps packed; or one panel of a matrix
   [G*H][depth]; or one block of columns of W or R, from column j on, its rows in the order of some blocks of
   derivatives. */
void pack_walk_r(const struct walk_r *walk, struct member member);
void pack_panel_r(const struct walk_r *walk, const real *matrix, int64_t depth, struct share gates, struct panel panel,
                  real *to);
void pack_rows_block_r(const struct walk_r *walk, bool recurrent, struct share derivatives, int64_t columns, int64_t j,
                       real *to);

/* engine/native.c: a member's part of the steps. Nothing, where one does it all and this is another. */
struct native_part_r part_of_r(const struct walk_r *walk, const struct steps *steps, struct member member);

void native_forward_r(const struct forward_run_r *run);
void native_backward_r(const struct backward_run_r *run);
void native_backward_piece_r(const struct backward_run_r *run);
void native_backward_tile_r(const struct backward_run_r *run);
void native_linear_forward_r(const struct forward_run_r *run);
void native_linear_backward_r(const struct backward_run_r *run);
void native_linear_backward_piece_r(const struct backward_run_r *run);
void native_linear_backward_tile_r(const struct backward_run_r *run);

#endif
