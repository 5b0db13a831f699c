/*
 * contract/ledger.c: an allocator that keeps books.
 */
#include "contract/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "contract/suite.h"

enum { GUARD = 0xC5, FRESH = 0xA5, GONE = 0x5A };

/* `guarded` is the memory between two guards. */
void guard_write(unsigned char *guarded, size_t bytes)
{
    memset(guarded - GUARD_BYTES, GUARD, GUARD_BYTES);
    memset(guarded + bytes, GUARD, GUARD_BYTES);
}

bool guard_is_whole(const unsigned char *guarded, size_t bytes)
{
    for (size_t i = 0; i < GUARD_BYTES; i++)
        if (guarded[bytes + i] != GUARD || (guarded - GUARD_BYTES)[i] != GUARD)
            return false;
    return true;
}

static void note(struct ledger *ledger, bool wrong, const char *fault)
{
    if (wrong && !ledger->fault)
        ledger->fault = fault;
}

static struct ledger_block *find(struct ledger *ledger, const void *memory)
{
    for (int i = 0; i < LEDGER_BLOCKS; i++)
        if (ledger->blocks[i].memory == memory)
            return &ledger->blocks[i];
    return NULL;
}

static bool is_to_fail(struct ledger *ledger, size_t bytes)
{
    const bool too_large = ledger->largest > 0 && bytes > (size_t)ledger->largest;
    const bool now = ledger->fail_after == 0;
    if (ledger->fail_after > 0)
        ledger->fail_after--;
    ledger->refused = ledger->refused || too_large || now;
    return too_large || now;
}

static void *allocate(void *context, size_t bytes, size_t alignment)
{
    struct ledger *ledger = context;
    note(ledger, alignment != 64, "an alignment other than 64 was asked for");
    note(ledger, bytes == 0, "no bytes were asked for");
    struct ledger_block *block = find(ledger, NULL);
    note(ledger, !block, "the ledger is too short");
    if (!block || is_to_fail(ledger, bytes))
        return NULL;
    /* Aligned to 64 and to no more, so that nothing may rely on more. */
    unsigned char *begin = aligned_alloc(128, (bytes + 2 * GUARD_BYTES + 127) / 128 * 128);
    if (!begin)
        return NULL;
    unsigned char *memory = begin + GUARD_BYTES;
    memset(memory, FRESH, bytes);
    guard_write(memory, bytes);
    *block = (struct ledger_block){memory, bytes};
    ledger->allocations++;
    ledger->blocks_out++;
    ledger->bytes_out += (int64_t)bytes;
    return memory;
}

static void release(void *context, void *memory, size_t bytes)
{
    struct ledger *ledger = context;
    struct ledger_block *block = memory ? find(ledger, memory) : NULL;
    note(ledger, !block, "something was released that is not out");
    if (!block)
        return;
    note(ledger, block->bytes != bytes, "a release named another size than its allocation");
    note(ledger, !guard_is_whole(memory, block->bytes), "a guard byte around a block was written to");
    ledger->blocks_out--;
    ledger->bytes_out -= (int64_t)block->bytes;
    memset(memory, GONE, block->bytes);
    *block = (struct ledger_block){0};
    free((unsigned char *)memory - GUARD_BYTES);
}

struct ledger ledger_new(void) { return (struct ledger){.fail_after = -1}; }

weir_allocator ledger_allocator(struct ledger *ledger) { return (weir_allocator){allocate, release, ledger}; }

void ledger_assert_in_order(const struct ledger *ledger)
{
    if (ledger->fault)
        fail_msg("%s", ledger->fault);
    for (int i = 0; i < LEDGER_BLOCKS; i++)
        if (ledger->blocks[i].memory && !guard_is_whole(ledger->blocks[i].memory, ledger->blocks[i].bytes))
            fail_msg("a guard byte around a block was written to");
}

void ledger_assert_settled(const struct ledger *ledger)
{
    ledger_assert_in_order(ledger);
    assert_int_equal(ledger->blocks_out, 0);
    assert_int_equal(ledger->bytes_out, 0);
}
