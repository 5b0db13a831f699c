/*
 * base/team.c: barriers, shares and crews.
 */
#include "base/team.h"

#include <sched.h>
#include <time.h>

/* So many short waits, some tens of microseconds, before the CPU is offered to others; so many offers before it is left
   to them for a while: whoever is waited for may need it (docs/engine.md, "Threads"). */
enum { SHORT_WAITS = 2000, OFFERS = 400, NANOSECONDS_AWAY = 20000 };

void weir_pause(int64_t k)
{
    if (k >= SHORT_WAITS + OFFERS)
        nanosleep(&(struct timespec){0, NANOSECONDS_AWAY}, NULL);
    else if (k >= SHORT_WAITS)
        sched_yield();
#if defined(__x86_64__)
    else
        __builtin_ia32_pause();
#elif defined(__aarch64__)
    else
        __asm__ volatile("yield");
#endif
}

/* The last to come opens the next phase (a sense-reversing barrier: Mellor-Crummey & Scott 1991). */
void weir_team_wait(struct member member)
{
    struct team *team = member.team;
    if (team->size == 1)
        return;
    const uint64_t phase = atomic_load_explicit(&team->phase, memory_order_relaxed);
    if (atomic_fetch_add_explicit(&team->arrived, 1, memory_order_acq_rel) + 1 == team->size) {
        atomic_store_explicit(&team->arrived, 0, memory_order_relaxed);
        atomic_store_explicit(&team->phase, phase + 1, memory_order_release);
        return;
    }
    for (int64_t k = 0; atomic_load_explicit(&team->phase, memory_order_acquire) == phase; k++)
        weir_pause(k);
}

struct share weir_share_of(struct member member, int64_t count, int64_t grain)
{
    const int64_t grains = (count + grain - 1) / grain, size = member.team->size;
    const int64_t first = grains * member.index / size * grain, end = grains * (member.index + 1) / size * grain;
    return (struct share){first < count ? first : count, end < count ? end : count};
}

static int64_t first_of_crew(int64_t threads, int64_t count, int64_t k) { return threads * k / count; }

int64_t weir_crew_size(int64_t threads, int64_t count, int64_t k)
{
    return first_of_crew(threads, count, k + 1) - first_of_crew(threads, count, k);
}

void weir_crew_form(struct crew *crew, int64_t threads, int64_t count, int64_t k)
{
    crew->members = (struct share){first_of_crew(threads, count, k), first_of_crew(threads, count, k + 1)};
    crew->team.size = weir_crew_size(threads, count, k);
}

struct member weir_crew_member(struct crew *crew, struct member member)
{
    if (member.team->size == 1)
        return member;
    if (member.index < crew->members.first || member.index >= crew->members.end)
        return (struct member){0};
    return (struct member){&crew->team, member.index - crew->members.first};
}

void weir_crew_set_done(struct crew *crew, int64_t done)
{
    atomic_store_explicit(&crew->done, done, memory_order_release);
}

void weir_crew_wait(const struct crew *crew, int64_t done)
{
    for (int64_t k = 0; atomic_load_explicit(&crew->done, memory_order_acquire) < done; k++)
        weir_pause(k);
}
