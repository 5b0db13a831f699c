/**
 * @file
 * weir/net.h: a net is a stack of layers and one flat vector of parameters.
 *
 * The equations, gate orders and names are PyTorch's (docs/math.md), because that is where weights come from.
 */
#ifndef WEIR_NET_H
#define WEIR_NET_H

#include <stddef.h>
#include <stdint.h>

#include <weir/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Of what the parameters, states and sequences are made. */
typedef enum weir_precision {
    WEIR_F32 = 1, /**< float */
    WEIR_F64 = 2  /**< double */
} weir_precision;

/** What a layer computes, one step, one direction. h' and c' are the step before; s is the logistic function. */
typedef enum weir_kind {
    WEIR_RNN = 1,      /**< h = tanh(W x + b_ih + R h' + b_hh) (Elman 1990) */
    WEIR_RNN_RELU = 2, /**< h = max(0, W x + b_ih + R h' + b_hh) (Le et al. 2015) */
    WEIR_LSTM = 3,     /**< c = s(f) c' + s(i) tanh(g), h = s(o) tanh(c); rows i, f, g, o (Gers et al. 2000) */
    WEIR_GRU = 4,      /**< n = tanh(W x + b_in + r (R h' + b_hn)), h = (1-z) n + z h'; rows r, z, n: reset *after* the
                            product, as in PyTorch, cuDNN and Keras' default */
    WEIR_GRU_RESET_BEFORE = 5, /**< n = tanh(W x + b_in + R (r h') + b_hn): reset *before* the product (Cho et al.
                                    2014; ONNX' default). Weights trained for one form are wrong in the other. */
    WEIR_LINEAR = 6            /**< y = W x + b at each step; no state */
} weir_kind;

/** Along which way a recurrent layer walks its rows. A reverse walk starts at each row's own end. */
typedef enum weir_direction {
    WEIR_FORWARD = 0,
    WEIR_REVERSE = 1,
    WEIR_BOTH = 2 /**< outputs of both ways side by side: [forward | reverse], 2*units wide */
} weir_direction;

/** How many bias vectors a layer has. */
typedef enum weir_bias {
    WEIR_BIAS_TWO = 0, /**< b_ih and b_hh, as PyTorch has them (a linear layer has its one) */
    WEIR_BIAS_ONE = 1, /**< b_ih only: the input's side */
    WEIR_BIAS_NONE = 2
} weir_bias;

/** One layer of a stack. All zero bytes are defaults; kind and units have none. */
typedef struct weir_layer {
    weir_kind kind;           /**< required */
    weir_direction direction; /**< WEIR_FORWARD; a linear layer has no other */
    weir_bias bias;           /**< WEIR_BIAS_TWO */
    int32_t learned_state;    /**< not 0: h (and c) before a row's first step are parameters, used where a run is given
                                   no state; 0: they are zero there. Recurrent layers only. */
    int64_t units;            /**< H >= 1, outputs of one direction; required */
    double dropout;      /**< in [0, 1): on its way to the next layer each output is zeroed with this probability, anew
                              at each step, and the rest scaled by 1/(1-dropout); in training plans only. The last
                              layer must have 0: a net's own output is never dropped. */
    int64_t reserved[4]; /**< zero, here and in all structs: anything else is refused */
} weir_layer;

/**
 * Where memory comes from. allocate returns memory of that alignment (64) or NULL; release gets the size back. Both are
 * called by the create and destroy functions, in whatever thread those run; functions and context must last as long as
 * any net, plan, tape or optimiser that came from them.
 */
typedef struct weir_allocator {
    void *(*allocate)(void *context, size_t bytes, size_t alignment); /**< may fail: NULL */
    void (*release)(void *context, void *memory, size_t bytes);       /**< may not fail */
    void *context;                                                    /**< handed to both; yours */
} weir_allocator;

/**
 * A net: layers and parameters. Any number of plans may share one.
 *
 * The parameter vector is laid out layer by layer, in a layer direction by direction (forward, reverse), in a direction
 * weight_ih [G*H][I], weight_hh [G*H][H], bias_ih [G*H], bias_hh [G*H], learned h [H], learned c [H], as far as it has
 * them; a linear layer has weight [H][I], bias [H]. That order is part of the ABI; so is that of a state row: layer by
 * layer, direction by direction, h [H], then an LSTM's c [H].
 */
typedef struct weir_net weir_net;

/**
 * Makes a net of n_layers layers (bottom first), reading `inputs` numbers a step. Layer k+1 reads what layer k writes.
 *
 * The parameters are drawn as by weir_net_init with all defaults (PyTorch's scheme, seed 0), so a new net can be
 * trained at once. Layers are copied.
 *
 * @param net     gets the net, which you own: weir_net_destroy. Untouched on failure.
 * @param inputs  >= 1
 * @param layers  [n_layers]
 * @param error   may be NULL
 * @return WEIR_OK, WEIR_ERROR_ARGUMENT, WEIR_ERROR_SIZE or WEIR_ERROR_MEMORY. Any thread.
 */
WEIR_API weir_status weir_net_create(weir_net **net, weir_precision precision, int64_t inputs, const weir_layer *layers,
                                     int64_t n_layers, weir_error *error);

/** The same, with all memory of the net, and of the plans on it, from your allocator (copied; NULL: the C library). */
WEIR_API weir_status weir_net_create_in(weir_net **net, weir_precision precision, int64_t inputs,
                                        const weir_layer *layers, int64_t n_layers, const weir_allocator *allocator,
                                        weir_error *error);

/**
 * A second, independent net with the same layers and the same numbers, in the same allocator; yours. *copy is untouched
 * on failure.
 *
 * @return WEIR_OK, WEIR_ERROR_ARGUMENT, WEIR_ERROR_MEMORY, WEIR_ERROR_ORDER while an edit is open. Any thread.
 */
WEIR_API weir_status weir_net_clone(weir_net **copy, const weir_net *net, weir_error *error);

/**
 * Gives up your hold on a net and sets *net to NULL. Plans, tapes and optimisers on it stay whole: the memory goes with
 * the last of them. (Commit an open edit first: nobody could afterwards.) NULL and *net NULL are allowed. Any thread.
 */
WEIR_API void weir_net_destroy(weir_net **net);

/**
 * How many bytes such a net would allocate, without allocating: *bytes is exact for weir_net_create. Errors as there,
 * but WEIR_ERROR_MEMORY. Any thread.
 */
WEIR_API weir_status weir_net_bytes(int64_t *bytes, weir_precision precision, int64_t inputs, const weir_layer *layers,
                                    int64_t n_layers, weir_error *error);

/** @name What a net is
 * Constant over its life; any thread; 0 for NULL.
 * @{ */
WEIR_API weir_precision weir_net_precision(const weir_net *net); /**< as given */
WEIR_API int64_t weir_net_inputs(const weir_net *net);           /**< I of the first layer */
WEIR_API int64_t weir_net_outputs(const weir_net *net);          /**< width of the last layer's output */
WEIR_API int64_t weir_net_layer_count(const weir_net *net);      /**< layers as given */
WEIR_API int64_t weir_net_parameter_count(const weir_net *net);  /**< numbers in the flat parameter vector */
WEIR_API int64_t weir_net_state_size(const weir_net *net);       /**< S: numbers of state a row; 0 if none recurs */
/** @} */

/** Layer k (0-based) as it was given. WEIR_ERROR_ARGUMENT if there is none. Any thread. */
WEIR_API weir_status weir_net_layer(const weir_net *net, int64_t k, weir_layer *layer, weir_error *error);

/** What a view holds. */
typedef enum weir_role {
    WEIR_INPUT_WEIGHT = 1,     /**< W, a linear layer's too */
    WEIR_RECURRENT_WEIGHT = 2, /**< R */
    WEIR_INPUT_BIAS = 3,       /**< b_ih, a linear layer's too */
    WEIR_RECURRENT_BIAS = 4,   /**< b_hh */
    WEIR_STATE_H = 5,          /**< h: learned initial, or in a state row */
    WEIR_STATE_C = 6           /**< c */
} weir_role;

/** A named part of the parameter vector, or of a state row. */
typedef struct weir_view {
    char name[48];            /**< PyTorch's names, with the number of the layer in this stack, linear layers counted:
                                   weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0, weight_ih_l0_reverse, ...; a
                                   linear layer's weight_l1, bias_l1; learned initial states, and state rows, h_l0,
                                   c_l0 */
    char gates[8];            /**< the order of its row blocks, each `units` rows: "ifgo", "rzn"; "" if there is one */
    int64_t offset;           /**< its first number, counted in numbers from the start of the vector or row */
    int64_t rows;             /**< row-major [rows][columns]; a vector has 1 column */
    int64_t columns;          /**< see rows */
    int64_t layer;            /**< 0-based */
    weir_direction direction; /**< WEIR_FORWARD or WEIR_REVERSE */
    weir_role role;           /**< what it is */
    int64_t reserved[2];
} weir_view;

/** How many views cover the parameter vector (without gaps, in order of offset). Any thread; 0 for NULL. */
WEIR_API int64_t weir_net_view_count(const weir_net *net);

/** View i of the parameter vector. WEIR_ERROR_ARGUMENT if there is none. Any thread. */
WEIR_API weir_status weir_net_view(const weir_net *net, int64_t i, weir_view *view, weir_error *error);

/** The view of that name. WEIR_ERROR_ARGUMENT if there is none. Any thread. */
WEIR_API weir_status weir_net_find(const weir_net *net, const char *name, weir_view *view, weir_error *error);

/** How many views cover a state row: layer by layer, direction by direction, h then c. Any thread; 0 for NULL. */
WEIR_API int64_t weir_net_state_view_count(const weir_net *net);

/** View i of a state row. WEIR_ERROR_ARGUMENT if there is none. Any thread. */
WEIR_API weir_status weir_net_state_view(const weir_net *net, int64_t i, weir_view *view, weir_error *error);

/**
 * The parameters, to read: weir_net_parameter_count numbers, valid as long as the net. NULL for NULL or the other
 * precision. Any thread while no edit is open.
 */
WEIR_API const float *weir_net_parameters_f32(const weir_net *net);
WEIR_API const double *weir_net_parameters_f64(const weir_net *net);

/**
 * Opens an edit: *parameters may be written until weir_net_commit. While it is open no plan of this net runs (a run
 * answers WEIR_ERROR_STALE). One thread at a time, and no other running on the net, making or refreshing a plan
 * of it, or cloning it: to change weights under a thread that runs, clone the net, edit the clone, make a plan on it,
 * and hand that over.
 *
 * @return WEIR_OK, WEIR_ERROR_ARGUMENT, WEIR_ERROR_PRECISION, or WEIR_ERROR_ORDER if an edit is open already.
 */
WEIR_API weir_status weir_net_edit_f32(weir_net *net, float **parameters, weir_error *error);
WEIR_API weir_status weir_net_edit_f64(weir_net *net, double **parameters, weir_error *error);

/**
 * Closes the edit. Training plans take the new numbers at their next forward; inference plans answer
 * WEIR_ERROR_STALE until weir_plan_refresh. WEIR_ERROR_ARGUMENT if net is NULL, WEIR_ERROR_ORDER if no edit is open.
 * The thread that edits.
 */
WEIR_API weir_status weir_net_commit(weir_net *net, weir_error *error);

/** Edit, copy, commit in one. WEIR_ERROR_ARGUMENT if `count` is not weir_net_parameter_count; else, and for threads, as
 *  those two. */
WEIR_API weir_status weir_net_set_parameters_f32(weir_net *net, const float *parameters, int64_t count,
                                                 weir_error *error);
WEIR_API weir_status weir_net_set_parameters_f64(weir_net *net, const double *parameters, int64_t count,
                                                 weir_error *error);

/**
 * Sets one named part of the parameters from `values` [rows][columns]: how weights come in from elsewhere, name by
 * name. Within an open edit it belongs to that edit; otherwise it is an edit and a commit of its own.
 *
 * @return WEIR_OK, WEIR_ERROR_PRECISION, WEIR_ERROR_ARGUMENT (also if there is no such name, or its shape is another).
 *         Threads as weir_net_edit_f32.
 */
WEIR_API weir_status weir_net_set_f32(weir_net *net, const char *name, const float *values, int64_t rows,
                                      int64_t columns, weir_error *error);
WEIR_API weir_status weir_net_set_f64(weir_net *net, const char *name, const double *values, int64_t rows,
                                      int64_t columns, weir_error *error);

/** How weights are drawn. Biases are zero except in WEIR_INIT_PYTORCH; learned initial states are always zero. */
typedef enum weir_init_scheme {
    WEIR_INIT_PYTORCH = 0, /**< every number of a recurrent layer from U(-1/sqrt(H), 1/sqrt(H)); a linear layer's from
                                U(-1/sqrt(I), 1/sqrt(I)): torch.nn's defaults */
    WEIR_INIT_GLOROT_ORTHOGONAL = 1, /**< W of each gate U(-a, a), a = sqrt(6/(I+H)) (Glorot & Bengio 2010); R of each
                                        gate orthogonal (Saxe et al. 2014) */
    WEIR_INIT_IDENTITY =
        2 /**< W normal with standard deviation 0.001, R the identity (Le et al. 2015, the IRNN); for WEIR_RNN_RELU and
             WEIR_RNN, other recurrent kinds are refused; linear layers as WEIR_INIT_GLOROT_ORTHOGONAL */
} weir_init_scheme;

/** The bias of the gate that keeps: f of an LSTM, z of a GRU. It replaces the sum of the two biases there. */
typedef enum weir_keep_bias {
    WEIR_KEEP_BIAS_SCHEME = 0,   /**< whatever the scheme drew */
    WEIR_KEEP_BIAS_CONSTANT = 1, /**< keep_value in every unit (Jozefowicz et al. 2015: 1) */
    WEIR_KEEP_BIAS_CHRONO = 2    /**< log(u), u from U(1, keep_value - 1), and its negative in an LSTM's input gate, for
                                      dependencies up to keep_value > 2 steps (Tallec & Ollivier 2018) */
} weir_keep_bias;

/** All zero bytes: PyTorch's scheme, seed 0. */
typedef struct weir_init {
    weir_init_scheme scheme;  /**< WEIR_INIT_PYTORCH */
    weir_keep_bias keep_bias; /**< kinds without such a gate ignore it; an LSTM or GRU without biases refuses it */
    double keep_value;        /**< see weir_keep_bias */
    uint64_t seed;            /**< the same seed gives the same numbers on every machine, compiler and BLAS */
    int64_t reserved[4];
} weir_init;

/**
 * Draws all parameters anew: an edit and a commit.
 *
 * @param init NULL: all defaults
 * @return WEIR_OK, WEIR_ERROR_ARGUMENT, or WEIR_ERROR_ORDER if an edit is open. One thread at a time, and none running
 *         on the net.
 */
WEIR_API weir_status weir_net_init(weir_net *net, const weir_init *init, weir_error *error);

#ifdef __cplusplus
}
#endif

#endif
