/*
 * contract/products.h: the products that Weir asks a BLAS for, as plain loops that take notes.
 *
 * A program that links these whole gets them instead of a BLAS's: its own definitions come first.
 */
#ifndef TEST_CONTRACT_PRODUCTS_H
#define TEST_CONTRACT_PRODUCTS_H

#include <stdbool.h>
#include <stdint.h>

/* What a product is for, told by which operands are transposed. */
enum product_way {
    WAY_FORWARD,  /* [m][k] [n][k]^T: rows through a weight matrix */
    WAY_BACKWARD, /* [m][k] [k][n]: derivatives back through it */
    WAY_WEIGHT    /* [k][m]^T [k][n]: the derivative of a weight matrix, over k rows */
};

struct product {
    enum product_way way;
    bool is_gemv; /* then m is 1 */
    int m, n, k;
};

enum { PRODUCTS_NOTED = 1 << 13 };

/* Forgets what this thread has noted. */
void products_reset(void);

/* How many products this thread has made since, and the i-th of them (the first PRODUCTS_NOTED are noted). */
int products_count(void);
const struct product *products_noted(int i);

/* For the loops. */
void products_note(enum product_way way, bool is_gemv, int m, int n, int k);

#endif
