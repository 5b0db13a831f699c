/*
 * report/plot.c: pictures, drawn by the program gnuplot as SVG.
 */
#include "report/plot.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/message.h"

bool plot_is_possible(void)
{
    char path[PATH_MAX];
    const char *folders = getenv("PATH");
    while (folders != NULL && *folders != '\0') {
        const size_t length = strcspn(folders, ":");
        snprintf(path, sizeof path, "%.*s/gnuplot", (int)length, folders);
        if (access(path, X_OK) == 0)
            return true;
        folders += length + (folders[length] == ':');
    }
    return false;
}

/* Text for gnuplot's single quotes, in which a quote is written twice. */
static void print_quoted(FILE *stream, const char *text)
{
    fputc('\'', stream);
    for (; *text != '\0'; text++)
        fprintf(stream, *text == '\'' ? "''" : "%c", *text);
    fputc('\'', stream);
}

FILE *plot_open(const struct results *results, const char *name, int width, int height)
{
    /* Colours that are told apart by people who see colours differently (Okabe & Ito 2008). */
    static const char *const style =
        "set linetype 1 linecolor rgb '#009E73' linewidth 2 pointtype 7 pointsize 0.6\n"
        "set linetype 2 linecolor rgb '#56B4E9' linewidth 2 pointtype 9 pointsize 0.6\n"
        "set linetype 3 linecolor rgb '#0072B2' linewidth 2 pointtype 5 pointsize 0.6\n"
        "set linetype 4 linecolor rgb '#CC79A7' linewidth 2 pointtype 11 pointsize 0.6\n"
        "set linetype 5 linecolor rgb '#D55E00' linewidth 2 pointtype 13 pointsize 0.7\n"
        "set linetype 6 linecolor rgb '#666666' linewidth 1.5 dashtype 2 pointtype 1 pointsize 0.6\n"
        "set encoding utf8\n"
        "set key tmargin center horizontal maxrows 1 samplen 2\n"
        "set grid linecolor rgb '#DDDDDD' linewidth 1\n"
        "set border linecolor rgb '#666666'\n"
        "set tics textcolor rgb '#333333'\n";

    char file[128], path[PATH_MAX + sizeof file];
    snprintf(file, sizeof file, "%s.svg", name);
    results_path(results, file, path, sizeof path);
    FILE *plot = popen("gnuplot", "w");
    if (plot == NULL)
        return NULL;
    fprintf(plot, "set terminal svg size %d,%d font 'sans,13' background rgb 'white' noenhanced\nset output ", width,
            height);
    print_quoted(plot, path);
    fprintf(plot, "\n%s", style);
    return plot;
}

void plot_close(FILE *plot)
{
    if (pclose(plot) != 0)
        message_warn("gnuplot could not draw a picture; the tables are complete without it");
}

void plot_ylabel(FILE *plot, const char *format, ...)
{
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    fputs("set ylabel ", plot);
    print_quoted(plot, text);
    fputc('\n', plot);
}

int plot_hollow_form(size_t cell)
{
    static const int forms[] = {6, 8, 4, 10, 12}; /* one less than those of the style above */
    return forms[cell % (sizeof forms / sizeof forms[0])];
}

void plot_band(FILE *plot, const char *block, int line, const char *title)
{
    fprintf(plot,
            " $%s using 1:3:4 with filledcurves linetype %d fillstyle transparent solid 0.2 notitle,"
            " $%s using 1:2 with linespoints linetype %d title '%s'",
            block, line, block, line, title);
}

void plot_machine_line(const struct results *results, char *text, size_t size)
{
    const char *cpu = json_string_value(json_object_get(results->machine, "cpu"));
    const char *blas = json_string_value(json_object_get(results->machine, "blas"));
    const char *threads = json_string_value(json_object_get(results->machine, "blas threads"));
    /* Of a BLAS's own words, name and version are enough here. */
    size_t length = strcspn(blas, " ");
    length += blas[length] == ' ' ? 1 + strcspn(blas + length + 1, " ") : 0;
    snprintf(text, size, "%s, %.*s, %s thread%s", cpu, (int)length, blas, threads,
             strcmp(threads, "1") == 0 ? "" : "s");
    for (char *c = text; *c != '\0'; c++)
        if (*c == '\'' || *c == '"' || *c == '\\')
            *c = ' ';
}
