/*
 * contract/ledger.h: an allocator that keeps books, and whose k-th allocation fails (CHOLMOD's way of testing).
 *
 * Memory comes filled with garbage and with guard bytes on both sides. What a library does wrong is noted, not asserted
 * on the spot: ledger_assert_in_order tells.
 */
#ifndef TEST_CONTRACT_LEDGER_H
#define TEST_CONTRACT_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include <weir/net.h>

enum { LEDGER_BLOCKS = 64 };

struct ledger {
    struct ledger_block {
        void *memory;
        size_t bytes;
    } blocks[LEDGER_BLOCKS];
    int64_t allocations; /* granted, ever */
    int64_t blocks_out;  /* not yet released */
    int64_t bytes_out;
    int64_t largest;    /* requests above this are refused; 0: none are */
    int64_t fail_after; /* grants left before the next request is refused; -1: none is */
    bool refused;       /* one was */
    const char *fault;  /* the first thing done wrong; NULL */
};

/* Books to begin with: nothing out, nothing to fail. */
struct ledger ledger_new(void);

/* The allocator that keeps these books. */
weir_allocator ledger_allocator(struct ledger *ledger);

/* Sizes, alignments and guards were right so far. */
void ledger_assert_in_order(const struct ledger *ledger);

/* And nothing is out. */
void ledger_assert_settled(const struct ledger *ledger);

/* The guard bytes that a block is put between. */
enum { GUARD_BYTES = 64 };
void guard_write(unsigned char *guarded, size_t bytes);
bool guard_is_whole(const unsigned char *guarded, size_t bytes);

#endif
