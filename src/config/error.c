/*
 * Errors of the configuration: all are found, the first hundred are kept, each
 * as one line that is safe to show, in the order of the lines they are about.
 */
#include "config.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "config/parse_int.h"

#define TEXT_SIZE	1024

/* Make room for one more, before those of the same file that are about later
 * lines: what is wrong with a whole section is found at its end. */
static struct conf_error *
make_room(struct conf *conf, const char *file, int line)
{
	struct conf_error *errors = conf->errors;
	size_t at = conf->error_count;

	while (at > 0 && errors[at - 1].line > line &&
	    strcmp(errors[at - 1].file, file) == 0)
		at--;
	memmove(&errors[at + 1], &errors[at],
	    (conf->error_count - at) * sizeof(*errors));
	conf->error_count++;
	return &errors[at];
}

static bool
keep(struct conf *conf, const char *file, int line, const char *text)
{
	struct conf_error *error;
	char *file_copy, *text_copy;

	assert(conf->errors || conf->error_count == 0);
	if (!conf->errors)
		conf->errors = calloc(CONF_ERRORS_MAX, sizeof(*conf->errors));
	if (!conf->errors)
		return false;
	file_copy = strdup(file);
	text_copy = strdup(text);
	if (!file_copy || !text_copy) {
		free(file_copy);
		free(text_copy);
		return false;
	}
	error = make_room(conf, file, line);
	error->file = file_copy;
	error->line = line;
	error->text = text_copy;
	return true;
}

/* Report an error that starts with a prefix; both may hold anything. */
static void
__attribute__((format(printf, 4, 0)))
report(struct parser *parser, int line, const char *prefix,
    const char *format, va_list args)
{
	struct conf *conf = parser->conf;
	char text[TEXT_SIZE], safe[2 * TEXT_SIZE];
	size_t len;

	if (conf->error_count == CONF_ERRORS_MAX) {
		conf->errors_left_out++;
		return;
	}
	snprintf(text, sizeof(text) / 2, "%s", prefix);
	len = strlen(text);
	vsnprintf(text + len, sizeof(text) - len, format, args);
	text_sanitise(text, strlen(text), safe, sizeof(safe));
	if (!keep(conf, parser->sources[parser->source].path, line,
	    safe))
		parser->failed = true;
}

void
error_add(struct parser *parser, int line, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	report(parser, line, "", format, args);
	va_end(args);
}

/* Write the header of a section as the file has it. */
static void
put_label(const struct section *section, char *label, size_t size)
{
	const char *kind = key_kind_name(section->kind);
	const char *colon = strchr(kind, ':');

	if (!colon)
		snprintf(label, size, "%s", kind);
	else
		snprintf(label, size, "%.*s:%s]", (int)(colon - kind), kind,
		    section->node.path);
}

void
error_section(struct section *section, int line, const char *format, ...)
{
	char label[TEXT_SIZE / 4], prefix[TEXT_SIZE / 4 + 1];
	va_list args;

	put_label(section, label, sizeof(label));
	snprintf(prefix, sizeof(prefix), "%s ", label);
	va_start(args, format);
	report(section->parser, line, prefix, format, args);
	va_end(args);
}

void
error_value(struct section *section, const char *value,
    const char *format, ...)
{
	char label[TEXT_SIZE / 4], prefix[TEXT_SIZE / 2];
	va_list args;

	put_label(section, label, sizeof(label));
	snprintf(prefix, sizeof(prefix), "%s %s = %.100s%s: ", label,
	    section->key->name, value, strlen(value) > 100 ? "..." : "");
	va_start(args, format);
	report(section->parser, section->key_line, prefix, format, args);
	va_end(args);
}

char *
conf_format_error(const struct conf_error *error, char *ret_text, size_t size)
{
	char file[TEXT_SIZE];

	text_sanitise(error->file, strlen(error->file), file, sizeof(file));
	if (error->line > 0)
		snprintf(ret_text, size, "%s:%d: %s", file, error->line,
		    error->text);
	else
		snprintf(ret_text, size, "%s: %s", file, error->text);
	return ret_text;
}

void
conf_print_errors(const struct conf *conf, FILE *out)
{
	char line[2 * TEXT_SIZE];

	for (size_t i = 0; i < conf->error_count; i++)
		fprintf(out, "%s\n", conf_format_error(&conf->errors[i], line,
		    sizeof(line)));
	if (conf->errors_left_out > 0)
		fprintf(out, "and %zu more errors\n", conf->errors_left_out);
}
