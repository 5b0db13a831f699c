/*
 * base/processor.c: what the CPU calls itself, and what is known of it by that.
 */
#include "base/processor.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#endif

#if defined(__x86_64__)
/* The brand string, three leaves of 16 bytes; and family, model and stepping, for a virtual machine may say no more
   than "AMD EPYC". */
static bool ask(char name[PROCESSOR_NAME])
{
    unsigned brand[12] = {0}, signature, unused;
    for (unsigned i = 0; i < 3; i++)
        if (!__get_cpuid(0x80000002U + i, &brand[4 * i], &brand[4 * i + 1], &brand[4 * i + 2], &brand[4 * i + 3]))
            return false;
    if (!__get_cpuid(1, &signature, &unused, &unused, &unused))
        return false;
    snprintf(name, PROCESSOR_NAME, "%.*s %08x", (int)sizeof brand, (const char *)brand, signature);
    return true;
}

/* AMD's Zen 5; on Zen 3 and 4, family 19h, asking makes a step a fifth slower. */
static bool find_out_wants_asking(void)
{
    enum { BASE_MOST = 0xf, ZEN_5 = 0x1a };
    char vendor[12];
    unsigned words[3], signature, unused;
    if (!__get_cpuid(0, &unused, &words[0], &words[2], &words[1]) ||
        !__get_cpuid(1, &signature, &unused, &unused, &unused))
        return false;
    memcpy(vendor, words, sizeof vendor);
    const unsigned base = signature >> 8 & BASE_MOST, extended = signature >> 20 & 0xff;
    return memcmp(vendor, "AuthenticAMD", sizeof vendor) == 0 && base == BASE_MOST && base + extended == ZEN_5;
}
#elif defined(__aarch64__) && defined(__linux__)
/* Implementer, part and revision, where the system lets a program read that register (HWCAP_CPUID). */
static bool ask(char name[PROCESSOR_NAME])
{
    unsigned long midr;
    if (!(getauxval(AT_HWCAP) & (1UL << 11)))
        return false;
    __asm__("mrs %0, midr_el1" : "=r"(midr));
    snprintf(name, PROCESSOR_NAME, "aarch64 %08lx", midr);
    return true;
}

static bool find_out_wants_asking(void) { return false; }
#else
static bool ask(char name[PROCESSOR_NAME])
{
    (void)name;
    return false;
}

static bool find_out_wants_asking(void) { return false; }
#endif

/* In every locale the same. */
static bool belongs_to_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("_.()@-", c));
}

/* Whatever is between two words becomes one underscore; none begins or ends the name. */
static void join_words(char name[PROCESSOR_NAME])
{
    size_t length = 0;
    for (const char *c = name; *c; c++)
        if (belongs_to_word(*c))
            name[length++] = *c;
        else if (length > 0 && name[length - 1] != '_')
            name[length++] = '_';
    while (length > 0 && name[length - 1] == '_')
        length--;
    name[length] = '\0';
}

void weir_processor_name(char name[PROCESSOR_NAME])
{
    memset(name, 0, PROCESSOR_NAME);
    if (ask(name))
        join_words(name);
    if (name[0] == '\0')
        strcpy(name, "unknown");
}

bool weir_processor_wants_asking(void)
{
    static _Atomic int known; /* 0: not yet; 1: no; 2: yes. In a virtual machine it takes a while to ask a CPU */
    int answer = atomic_load_explicit(&known, memory_order_relaxed);
    if (answer == 0) {
        answer = find_out_wants_asking() ? 2 : 1;
        atomic_store_explicit(&known, answer, memory_order_relaxed);
    }
    return answer == 2;
}
