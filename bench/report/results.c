/*
 * report/results.c: the folder that a job leaves behind.
 */
#include "report/results.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/message.h"

/* Whether any file of this program is missing or cut off. */
static bool any_lost;

bool results_are_whole(void) { return !any_lost; }

/* Makes a folder and all above it. */
static bool make_folders(const char *path)
{
    char part[PATH_MAX];
    for (const char *end = path; *end != '\0';) {
        end += strspn(end, "/");
        end += strcspn(end, "/");
        snprintf(part, sizeof part, "%.*s", (int)(end - path), path);
        if (mkdir(part, 0777) != 0 && errno != EEXIST)
            return false;
    }
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

bool results_open(struct results *results, const char *output, struct why *why)
{
    char stamp[64];
    clock_stamp(stamp, sizeof stamp);
    if (output != NULL)
        snprintf(results->folder, sizeof results->folder, "%s", output);
    else
        snprintf(results->folder, sizeof results->folder, "results/%s", stamp);
    results->machine = NULL;
    if (make_folders(results->folder))
        return true;
    snprintf(why->text, sizeof why->text, "--output: cannot make the folder %.160s: %s", results->folder,
             strerror(errno));
    return false;
}

void results_close(struct results *results)
{
    json_decref(results->machine);
    results->machine = NULL;
}

void results_path(const struct results *results, const char *file, char *path, size_t size)
{
    snprintf(path, size, "%s/%s", results->folder, file);
}

static FILE *open_file(const struct results *results, const char *name, const char *ending)
{
    char file[128], path[PATH_MAX + sizeof file];
    snprintf(file, sizeof file, "%s%s", name, ending);
    results_path(results, file, path, sizeof path);
    FILE *stream = fopen(path, "w");
    if (stream == NULL)
        message_warn("cannot write %s: %s", path, strerror(errno));
    any_lost = any_lost || stream == NULL;
    return stream;
}

/* A full disk shows itself here at the latest. */
static void close_file(FILE *stream, const char *name)
{
    const bool failed = ferror(stream) != 0;
    if (fclose(stream) == 0 && !failed)
        return;
    message_warn("%s was not written completely: %s", name, strerror(errno));
    any_lost = true;
}

void results_print_head(const json_t *texts, const char *prefix, FILE *stream)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)texts, key, value)
        fprintf(stream, "%s%s: %s\n", prefix, key, json_string_value(value));
}

static void print_csv_value(const json_t *value, FILE *stream)
{
    if (json_is_string(value) && strpbrk(json_string_value(value), ",\"\n") != NULL) {
        fputc('"', stream);
        for (const char *c = json_string_value(value); *c != '\0'; c++)
            fprintf(stream, *c == '"' ? "\"\"" : "%c", *c);
        fputc('"', stream);
    } else if (json_is_string(value)) {
        fputs(json_string_value(value), stream);
    } else if (json_is_integer(value)) {
        fprintf(stream, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    } else if (json_is_real(value)) {
        fprintf(stream, "%.6g", json_real_value(value));
    } else if (json_is_boolean(value)) {
        fputs(json_is_true(value) ? "true" : "false", stream);
    }
}

/* The keys of all rows, each where it comes first: some rows have what others have not. */
static json_t *columns_of(const json_t *rows)
{
    json_t *columns = json_object();
    for (size_t i = 0; i < json_array_size(rows); i++)
        json_object_update_missing(columns, json_array_get(rows, i));
    return columns;
}

static void print_csv_names(const json_t *columns, FILE *stream)
{
    const char *key, *separator = "";
    json_t *value;
    json_object_foreach((json_t *)columns, key, value)
    {
        fprintf(stream, "%s%s", separator, key);
        separator = ",";
    }
    fputc('\n', stream);
}

static void print_csv_row(const json_t *columns, const json_t *row, FILE *stream)
{
    const char *key, *separator = "";
    json_t *value;
    json_object_foreach((json_t *)columns, key, value)
    {
        fputs(separator, stream);
        print_csv_value(json_object_get(row, key), stream);
        separator = ",";
    }
    fputc('\n', stream);
}

static void write_csv(const struct results *results, const char *name, const json_t *rows, const json_t *about)
{
    FILE *stream = open_file(results, name, ".csv");
    if (stream == NULL)
        return;
    results_print_head(results->machine, "# ", stream);
    results_print_head(about, "# ", stream);
    json_t *columns = columns_of(rows);
    if (json_array_size(rows) > 0)
        print_csv_names(columns, stream);
    for (size_t i = 0; i < json_array_size(rows); i++)
        print_csv_row(columns, json_array_get(rows, i), stream);
    json_decref(columns);
    close_file(stream, name);
}

static void write_json(const struct results *results, const char *name, const json_t *rows, const json_t *about)
{
    FILE *stream = open_file(results, name, ".json");
    if (stream == NULL)
        return;
    json_t *whole = json_object();
    json_object_set(whole, "machine", results->machine);
    if (about != NULL)
        json_object_set(whole, "about", (json_t *)about);
    json_object_set(whole, "rows", (json_t *)rows);
    json_dumpf(whole, stream, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
    fputc('\n', stream);
    json_decref(whole);
    close_file(stream, name);
}

void results_write(const struct results *results, const char *name, const json_t *rows, const json_t *about)
{
    write_csv(results, name, rows, about);
    write_json(results, name, rows, about);
}

void results_write_report(const struct results *results, const char *text)
{
    FILE *stream = open_file(results, "report", ".txt");
    if (stream == NULL)
        return;
    results_print_head(results->machine, "", stream);
    fprintf(stream, "\n%s", text);
    close_file(stream, "report");
}
