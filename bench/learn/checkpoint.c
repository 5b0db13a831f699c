/*
 * learn/checkpoint.c: a training in a file, so that it can go on after an interruption with the same bits.
 *
 * A file is sections: a name of 16 characters, a number of bytes, the bytes; numbers as this machine has them.
 */
#include "learn/checkpoint.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/message.h"

enum { NAME_SIZE = 16 };

/* Writes or reads one section; false if that did not work, or if what is read is another section. */
typedef bool section_fn(FILE *stream, const char *name, void *data, size_t bytes);

static bool write_section(FILE *stream, const char *name, void *data, size_t bytes)
{
    char title[NAME_SIZE] = "";
    const uint64_t count = bytes;
    snprintf(title, sizeof title, "%s", name);
    return fwrite(title, sizeof title, 1, stream) == 1 && fwrite(&count, sizeof count, 1, stream) == 1 &&
           fwrite(data, 1, bytes, stream) == bytes;
}

static bool read_section(FILE *stream, const char *name, void *data, size_t bytes)
{
    char title[NAME_SIZE];
    uint64_t count;
    return fread(title, sizeof title, 1, stream) == 1 && fread(&count, sizeof count, 1, stream) == 1 &&
           memchr(title, '\0', sizeof title) != NULL && strcmp(title, name) == 0 && count == bytes &&
           fread(data, 1, bytes, stream) == bytes;
}

static bool are_findings(const struct findings *findings)
{
    bool named = findings->count >= 0 && findings->count <= FINDINGS_MOST;
    for (int64_t i = 0; named && i < findings->count; i++)
        named = memchr(findings->values[i].name, '\0', sizeof findings->values[i].name) != NULL;
    return named && memchr(findings->text, '\0', sizeof findings->text) != NULL;
}

/* What is known of the training itself. */
static bool each_of_training(section_fn *section, FILE *stream, struct course *course)
{
    const size_t window = (size_t)course->trial->problem->task->stop.window;
    struct progress *progress = &course->progress;
    return section(stream, "progress", progress, sizeof *progress) && progress->moments >= 0 &&
           progress->moments <= course->room && progress->ending >= ENDING_OPEN &&
           progress->ending <= ENDING_DIVERGED && progress->best >= 0 && progress->best <= progress->moments &&
           section(stream, "curve", course->curve, (size_t)progress->moments * sizeof *course->curve) &&
           section(stream, "errors", course->errors, window * sizeof *course->errors) &&
           section(stream, "test", &course->test, sizeof course->test) &&
           section(stream, "findings", &course->findings, sizeof course->findings) && are_findings(&course->findings);
}

/* And of the net: `parameters` and `optimizer` are copies. A task that carries no state has none. */
static bool each_of_learner(section_fn *section, FILE *stream, struct learner *learner, float *parameters,
                            double *optimizer)
{
    const size_t bytes = (size_t)learner->parameters * sizeof *parameters;
    const size_t size = (size_t)weir_optimizer_state_size(learner->optimizer) * sizeof *optimizer;
    const size_t state = (size_t)(learner->batch.rows_most * weir_net_state_size(learner->net)) * sizeof(float);
    return section(stream, "parameters", parameters, bytes) && section(stream, "kept", learner->kept, bytes) &&
           section(stream, "optimizer", optimizer, size) &&
           (learner->state == NULL || section(stream, "state", learner->state, state));
}

static bool save_learner(FILE *stream, struct learner *learner)
{
    const int64_t size = weir_optimizer_state_size(learner->optimizer);
    double *optimizer = buffer_allocate((size_t)size, sizeof *optimizer);
    float *parameters = buffer_allocate((size_t)learner->parameters, sizeof *parameters);
    memcpy(parameters, weir_net_parameters_f32(learner->net), (size_t)learner->parameters * sizeof *parameters);
    const bool saved = weir_optimizer_get_state(learner->optimizer, optimizer, size) == WEIR_OK &&
                       each_of_learner(write_section, stream, learner, parameters, optimizer);
    free(parameters);
    free(optimizer);
    return saved;
}

static bool load_learner(FILE *stream, struct learner *learner, double rate)
{
    const int64_t size = weir_optimizer_state_size(learner->optimizer);
    double *optimizer = buffer_allocate((size_t)size, sizeof *optimizer);
    float *parameters = buffer_allocate((size_t)learner->parameters, sizeof *parameters);
    const bool loaded = each_of_learner(read_section, stream, learner, parameters, optimizer) &&
                        weir_net_set_parameters_f32(learner->net, parameters, learner->parameters, NULL) == WEIR_OK &&
                        weir_optimizer_set_state(learner->optimizer, optimizer, size) == WEIR_OK &&
                        weir_optimizer_set_rate(learner->optimizer, rate) == WEIR_OK;
    free(parameters);
    free(optimizer);
    return loaded;
}

static bool write_all(FILE *stream, const struct course *course, struct learner *learner)
{
    struct course copy = *course;
    char text[TRIAL_TEXT] = "";
    trial_text(course->trial, text, sizeof text);
    return write_section(stream, "trial", text, sizeof text) && each_of_training(write_section, stream, &copy) &&
           save_learner(stream, learner) && fflush(stream) == 0 && fsync(fileno(stream)) == 0;
}

void checkpoint_save(const char *path, const struct course *course, struct learner *learner)
{
    char beside[PATH_MAX];
    snprintf(beside, sizeof beside, "%s.part", path);
    FILE *stream = fopen(beside, "wb");
    if (stream == NULL)
        message_fail("learn: cannot write %s: %s", beside, strerror(errno));
    const bool written = write_all(stream, course, learner);
    if (fclose(stream) != 0 || !written || rename(beside, path) != 0)
        message_fail("learn: cannot write %s: %s", path, strerror(errno));
}

static bool refuse(struct why *why, const char *path, const char *reason)
{
    snprintf(why->text, sizeof why->text, "%.150s %s", path, reason);
    return false;
}

static bool read_all(FILE *stream, const char *path, struct course *course, struct learner *learner, struct why *why)
{
    char text[TRIAL_TEXT] = "", known[TRIAL_TEXT];
    trial_text(course->trial, text, sizeof text);
    if (!read_section(stream, "trial", known, sizeof known))
        return refuse(why, path, "is no checkpoint of this program");
    if (memcmp(known, text, sizeof text) != 0)
        return refuse(why, path, "is of a training with other settings");
    if (!each_of_training(read_section, stream, course) ||
        (learner != NULL && !load_learner(stream, learner, course->progress.rate)))
        return refuse(why, path, "is not whole");
    return true;
}

bool checkpoint_load(const char *path, struct course *course, struct learner *learner, struct why *why)
{
    FILE *stream = fopen(path, "rb");
    if (stream == NULL)
        return refuse(why, path, strerror(errno));
    const bool loaded = read_all(stream, path, course, learner, why);
    fclose(stream);
    return loaded;
}
