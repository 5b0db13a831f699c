/*
 * contract/products.c: notes about products.
 */
#include "contract/products.h"

static _Thread_local struct product noted[PRODUCTS_NOTED];
static _Thread_local int count;

void products_reset(void) { count = 0; }

int products_count(void) { return count; }

const struct product *products_noted(int i) { return &noted[i]; }

void products_note(enum product_way way, bool is_gemv, int m, int n, int k)
{
    if (count < PRODUCTS_NOTED)
        noted[count] = (struct product){way, is_gemv, m, n, k};
    count++;
}
