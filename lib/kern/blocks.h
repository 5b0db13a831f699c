/*
 * kern/blocks.h: how a product is cut.
 */
#ifndef WEIR_KERN_BLOCKS_H
#define WEIR_KERN_BLOCKS_H

#include <stdint.h>

/* A tile of so many rows by so many vectors of columns is summed up in registers, and all rows go through so many steps
   of the depth before the next ones; where not all tiles or pieces are equal, the largest. */
struct product_blocks {
    int64_t rows, vectors, depth;
};

#endif
