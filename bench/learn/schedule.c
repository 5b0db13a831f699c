/*
 * learn/schedule.c: trainings side by side, each in a process of its own that can be stopped and gone on with.
 */
#include "learn/schedule.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/interrupt.h"
#include "base/message.h"
#include "base/progress.h"
#include "learn/checkpoint.h"

enum { JOBS_MOST = 64 };

/* How much of a training is done, 0 to 1: shared with the process that runs it. */
typedef volatile double pulse;

struct slot {
    pid_t process; /* 0: none */
    size_t course;
    bool told; /* to stop */
};

struct running {
    const struct schedule *schedule;
    struct courses *courses;
    pulse *pulses; /* [count] */
    struct slot slots[JOBS_MOST];
    size_t next; /* training that no process has been started for */
    bool failed;
};

struct schedule schedule_open(const char *results, int64_t jobs, const struct cpus *cpus)
{
    struct schedule schedule = {.jobs = jobs, .cpus = cpus};
    const int length = snprintf(schedule.folder, sizeof schedule.folder, "%s/checkpoints", results);
    if (length < 0 || (size_t)length >= sizeof schedule.folder)
        message_fail("learn: the path of the results is too long");
    if (mkdir(schedule.folder, 0777) != 0 && errno != EEXIST)
        message_fail("learn: cannot make the folder %.200s: %s", schedule.folder, strerror(errno));
    return schedule;
}

void schedule_path(const struct schedule *schedule, const struct trial *trial, char *path, size_t size)
{
    char name[TRIAL_NAME];
    trial_name(trial, name, sizeof name);
    snprintf(path, size, "%s/%s.checkpoint", schedule->folder, name);
}

/* --- in a process of a training --- */

static struct {
    pid_t parent;
    pulse *pulse;
} here;

static double part_done(const struct course *course)
{
    const struct progress *progress = &course->progress;
    const struct course_settings *settings = &course->trial->settings;
    const double updates = (double)progress->updates / (double)settings->budget;
    const double seconds = settings->seconds > 0.0 ? progress->seconds / settings->seconds : 0.0;
    return progress->ending != ENDING_OPEN ? 1.0 : fmax(updates, seconds);
}

/* Also where the process that started this one has gone, which then has another parent. */
static bool stop(const struct course *course)
{
    *here.pulse = part_done(course);
    return interrupted() || getppid() != here.parent;
}

static _Noreturn void run_here(struct running *running, size_t slot)
{
    const struct schedule *schedule = running->schedule;
    struct course *course = &running->courses->courses[running->slots[slot].course];
    char path[2048];
    interrupt_note_all();
    if (schedule->cpus != NULL && slot < schedule->cpus->count)
        pin_thread(schedule->cpus->ids[slot]);
    schedule_path(schedule, course->trial, path, sizeof path);
    course_run(course, path, stop);
    _exit(EXIT_SUCCESS);
}

/* --- in the process that waits for them --- */

static void start(struct running *running, size_t slot)
{
    struct slot *free_slot = &running->slots[slot];
    const pid_t parent = getpid();
    *free_slot = (struct slot){.course = running->next++};
    here.parent = parent;
    here.pulse = &running->pulses[free_slot->course];
    fflush(NULL);
    free_slot->process = fork();
    if (free_slot->process == 0)
        run_here(running, slot);
    if (free_slot->process < 0)
        message_fail("learn: cannot start a process: %s", strerror(errno));
}

static void read_back(const struct schedule *schedule, struct course *course)
{
    char path[2048];
    struct why why;
    schedule_path(schedule, course->trial, path, sizeof path);
    if (access(path, F_OK) == 0 && !checkpoint_load(path, course, NULL, &why))
        message_fail("learn: %s", why.text);
}

static void collect(struct running *running, struct slot *slot)
{
    int status;
    if (slot->process == 0 || waitpid(slot->process, &status, WNOHANG) != slot->process)
        return;
    slot->process = 0;
    running->failed = running->failed || !WIFEXITED(status) || WEXITSTATUS(status) != EXIT_SUCCESS;
    read_back(running->schedule, &running->courses->courses[slot->course]);
    running->pulses[slot->course] = 1.0;
}

static void tell_to_stop(struct slot *slot)
{
    if (slot->process != 0 && !slot->told)
        kill(slot->process, SIGTERM);
    slot->told = true;
}

static bool is_running(const struct running *running)
{
    for (size_t i = 0; i < JOBS_MOST; i++)
        if (running->slots[i].process != 0)
            return true;
    return false;
}

static void show(const struct running *running)
{
    const double count = (double)running->courses->count;
    double done = 0.0;
    char name[TRIAL_NAME] = "";
    for (size_t i = 0; i < running->courses->count; i++)
        done += running->pulses[i];
    for (size_t i = 0; i < JOBS_MOST && name[0] == '\0'; i++)
        if (running->slots[i].process != 0)
            trial_name(&running->courses->trials[running->slots[i].course], name, sizeof name);
    progress_show(done / count, "%s", name);
}

static void pause_briefly(void) { nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL); }

/* Trainings that have ended need no process. */
static void skip_ended(struct running *running)
{
    while (running->next < running->courses->count &&
           running->courses->courses[running->next].progress.ending != ENDING_OPEN)
        running->pulses[running->next++] = 1.0;
}

static void run_all(struct running *running)
{
    do {
        const bool stopping = interrupted() || running->failed;
        for (size_t i = 0; i < (size_t)running->schedule->jobs; i++) {
            collect(running, &running->slots[i]);
            skip_ended(running);
            if (stopping)
                tell_to_stop(&running->slots[i]);
            else if (running->slots[i].process == 0 && running->next < running->courses->count)
                start(running, i);
        }
        show(running);
        pause_briefly();
    } while (is_running(running));
}

static bool all_ended(const struct courses *courses)
{
    for (size_t i = 0; i < courses->count; i++)
        if (courses->courses[i].progress.ending == ENDING_OPEN)
            return false;
    return true;
}

void schedule_forget(const struct schedule *schedule, const struct courses *courses)
{
    char path[2048];
    for (size_t i = 0; i < courses->count; i++) {
        schedule_path(schedule, &courses->trials[i], path, sizeof path);
        if (unlink(path) != 0 && errno != ENOENT)
            message_fail("learn: cannot remove %s: %s", path, strerror(errno));
    }
}

void schedule_look(const struct schedule *schedule, struct courses *courses)
{
    for (size_t i = 0; i < courses->count; i++)
        read_back(schedule, &courses->courses[i]);
}

bool schedule_run(const struct schedule *schedule, struct courses *courses)
{
    const size_t bytes = (courses->count + 1) * sizeof(pulse);
    struct running running = {.schedule = schedule, .courses = courses};
    void *shared = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        message_fail("learn: no memory to share");
    running.pulses = shared;
    schedule_look(schedule, courses);
    if (courses->count > 0)
        run_all(&running);
    munmap(shared, bytes);
    if (running.failed && !interrupted())
        message_fail("learn: a training ended by a failure; --resume goes on with what was done");
    return all_ended(courses);
}
