/**
 * @file
 * weir/error.h: how a call says that it did not do what was asked.
 *
 * Every function that makes, loads or changes something returns a weir_status and takes an optional weir_error, which
 * gets a sentence saying what was wrong and where. A call that fails has changed nothing.
 */
#ifndef WEIR_ERROR_H
#define WEIR_ERROR_H

#include <weir/version.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a call has to say. The values never change; new ones may be added. */
typedef enum weir_status {
    WEIR_OK = 0,
    WEIR_ERROR_ARGUMENT = 1,  /**< NULL where something is needed, zero, negative, or outside its range. */
    WEIR_ERROR_MEMORY = 2,    /**< The allocator gave nothing. */
    WEIR_ERROR_SIZE = 3,      /**< A size, or a product of sizes, is larger than this machine or this BLAS can count. */
    WEIR_ERROR_PRECISION = 4, /**< An _f32 call on an f64 object, or the reverse. */
    WEIR_ERROR_LENGTH = 5,    /**< A row's length is outside 0..steps. */
    WEIR_ERROR_MODE = 6,      /**< A backward, or a tape, asked of an inference plan. */
    WEIR_ERROR_STALE = 7,     /**< The net's parameters have changed since: refresh the plan, or run forward again. */
    WEIR_ERROR_MISMATCH = 8,  /**< An optimiser, a tape or a text that belongs to something else. */
    WEIR_ERROR_ORDER = 9,     /**< A call before the one that it needs: backward before forward, commit before edit. */
    WEIR_ERROR_THREADS = 10   /**< The system starts no more threads. */
} weir_status;

/** Room for a status and its sentence. Fixed size (256 bytes), no ownership: put it on the stack. */
typedef struct weir_error {
    weir_status status; /**< WEIR_OK after a call that succeeded. */
    char message[252];  /**< "" after a call that succeeded; else one sentence, always terminated. */
} weir_error;

/** The name of a status, such as "WEIR_ERROR_STALE"; "unknown status" for any other number. Static; any thread. */
WEIR_API const char *weir_status_name(weir_status status);

#ifdef __cplusplus
}
#endif

#endif
