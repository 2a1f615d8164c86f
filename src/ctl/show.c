/* What reevectl shows a person. */
#include "config.h"

#include "ctl/show.h"

#include <inttypes.h>
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/command.h"
#include "base/text.h"
#include "base/strlist.h"
#include "config/value.h"
#include "core/spec.h"

#define TEXT_SIZE	64
#define LINE_SIZE	(4 * 16384 + 1)	/* the longest line of a log, escaped */
#define DEPTH_MAX	20

void
show_init(struct show *show)
{
	const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");

	show->out = stdout;
	show->colour = isatty(STDOUT_FILENO) && !(no_colour && *no_colour) &&
	    term && strcmp(term, "dumb") != 0;
	show->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

char *
show_safe(const char *text, char *ret_text, size_t size)
{
	if (!text)
		text = "";
	return text_sanitise(text, strlen(text), ret_text, size);
}

char *
show_member(const json_t *object, const char *key, char *ret_text, size_t size)
{
	return show_safe(json_string_value(json_object_get(object, key)),
	    ret_text, size);
}

/* Write a piece of JSON, which is ASCII: only DEL may have to be escaped. */
static int
write_json(const char *text, size_t size, void *arg)
{
	FILE *out = arg;

	for (size_t i = 0; i < size; i++)
		if (text[i] == 0x7f)
			fputs("\\u007F", out);
		else
			fputc(text[i], out);
	return 0;
}

void
show_json(const struct show *show, const json_t *value)
{
	json_dump_callback(value, write_json, show->out,
	    JSON_COMPACT | JSON_ENSURE_ASCII);
	fputc('\n', show->out);
	fflush(show->out);
}

/* A member that is a number; -1: there is none. */
static int64_t
number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_integer(value) ? json_integer_value(value) : -1;
}

/* Begin the colour of a state: green: up, red: trouble, dim: others. */
static const char *
colour_of(const struct show *show, const char *state)
{
	if (!show->colour)
		return "";
	if (strcmp(state, "up") == 0)
		return "\033[32m";
	if (strcmp(state, "unkillable") == 0 || strcmp(state, "ended") == 0 ||
	    strcmp(state, "restarting") == 0)
		return "\033[31m";
	return "\033[2m";
}

static const char *
colour_end(const struct show *show)
{
	return show->colour ? "\033[0m" : "";
}

char *
show_duration(int64_t ms, char *ret_text, size_t size)
{
	int64_t s = ms / 1000;

	if (s < 1)
		snprintf(ret_text, size, "%" PRId64 "ms", ms);
	else if (s < 60)
		snprintf(ret_text, size, "%" PRId64 "s", s);
	else if (s < 3600)
		snprintf(ret_text, size, "%" PRId64 "m %" PRId64 "s", s / 60,
		    s % 60);
	else if (s < 86400)
		snprintf(ret_text, size, "%" PRId64 "h %" PRId64 "m", s / 3600,
		    s / 60 % 60);
	else
		snprintf(ret_text, size, "%" PRId64 "d %" PRId64 "h",
		    s / 86400, s / 3600 % 24);
	return ret_text;
}

/* Say how a process ended: "exited with code 1". */
static void
describe_end(const json_t *end, char *ret_text, size_t size)
{
	char how[TEXT_SIZE], signal[TEXT_SIZE];

	show_member(end, "how", how, sizeof(how));
	show_member(end, "signal", signal, sizeof(signal));
	if (strcmp(how, "exited") == 0)
		snprintf(ret_text, size, "exited with code %" PRId64,
		    number(end, "number"));
	else if (strcmp(how, "signalled") == 0)
		snprintf(ret_text, size, "killed by SIG%s", signal);
	else
		show_member(end, "class", ret_text, size);
}

/* A row of the status table. */
struct row {
	char path[SHOW_PATH_SIZE];
	char state[TEXT_SIZE];
	char pid[TEXT_SIZE];
	char uptime[TEXT_SIZE];
	char restarts[TEXT_SIZE];
	char end[2 * TEXT_SIZE];
};

static void
add_retry(const json_t *child, struct row *row)
{
	int64_t ms = number(child, "retry_in_ms");
	size_t len = strlen(row->end);
	char due[TEXT_SIZE];

	if (ms >= 0)
		snprintf(row->end + len, sizeof(row->end) - len,
		    ", restart in %s", show_duration(ms, due, sizeof(due)));
}

static void
fill_row(const json_t *child, struct row *row)
{
	const json_t *end = json_object_get(child, "last_end");

	*row = (struct row){ .pid = "-", .uptime = "-", .end = "-" };
	show_member(child, "path", row->path, sizeof(row->path));
	show_member(child, "state", row->state, sizeof(row->state));
	snprintf(row->restarts, sizeof(row->restarts), "%" PRId64,
	    number(child, "restarts"));
	if (number(child, "pid") >= 0)
		snprintf(row->pid, sizeof(row->pid), "%" PRId64,
		    number(child, "pid"));
	if (number(child, "uptime_ms") >= 0)
		show_duration(number(child, "uptime_ms"), row->uptime,
		    sizeof(row->uptime));
	if (json_is_object(end))
		describe_end(end, row->end, sizeof(row->end));
	add_retry(child, row);
}

/* The last name of a path. */
static const char *
name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

/* The width of a column of paths, or of their last names; at least so much. */
static int
path_width(const json_t *children, bool whole, size_t width)
{
	char path[SHOW_PATH_SIZE];
	const json_t *child;
	size_t i;

	json_array_foreach(children, i, child) {
		const char *text = show_member(child, "path", path,
		    sizeof(path));
		size_t n = strlen(whole ? text : name_of(text));

		if (n > width)
			width = n;
	}
	return width < 40 ? (int)width : 40;
}

void
show_status(const struct show *show, const json_t *children)
{
	int width = path_width(children, true, strlen("PATH"));
	const json_t *child;
	struct row row;
	size_t i;

	fprintf(show->out, "%-*s  %-10s  %8s  %8s  %8s  %s\n", width, "PATH",
	    "STATE", "PID", "UP", "RESTARTS", "LAST END");
	json_array_foreach(children, i, child) {
		fill_row(child, &row);
		fprintf(show->out, "%-*s  %s%-10s%s  %8s  %8s  %8s  %s\n",
		    width, row.path, colour_of(show, row.state), row.state,
		    colour_end(show), row.pid, row.uptime, row.restarts,
		    row.end);
	}
}

void
show_which(const struct show *show, const json_t *children)
{
	int width = path_width(children, false, 0);
	const json_t *child;
	struct row row;
	char type[TEXT_SIZE];
	size_t i;

	json_array_foreach(children, i, child) {
		fill_row(child, &row);
		show_member(child, "type", type, sizeof(type));
		fprintf(show->out, "%-*s  %-10s  %s%s%s\n", width,
		    name_of(row.path), type,
		    colour_of(show, row.state),
		    row.pid[0] != '-' ? row.pid : row.state, colour_end(show));
	}
}

/* How deep a child's path is: the root's 0. */
static int
depth_of(const json_t *child)
{
	const char *path = json_string_value(json_object_get(child, "path"));
	int depth = 1;

	if (path && strcmp(path, "/") == 0)
		return 0;
	for (; path && *path; path++)
		depth += *path == '/';
	return depth < DEPTH_MAX ? depth : DEPTH_MAX - 1;
}

/* Tell whether the child at an index is the last one of its parent. */
static bool
is_last(const json_t *children, size_t at, int depth)
{
	for (size_t i = at + 1; i < json_array_size(children); i++) {
		int other = depth_of(json_array_get(children, i));

		if (other <= depth)
			return other < depth;
	}
	return true;
}

/* Draw the lines to the left of a child. */
static void
draw_branch(const struct show *show, const bool *closed, int depth)
{
	for (int i = 1; i < depth; i++)
		fputs(closed[i] ? "   " : show->utf8 ? "│  " : "|  ",
		    show->out);
	if (depth == 0)
		return;
	if (closed[depth])
		fputs(show->utf8 ? "└─ " : "`- ", show->out);
	else
		fputs(show->utf8 ? "├─ " : "|- ", show->out);
}

/* Write what stands behind a child's name in the tree. */
static void
draw_state(const struct show *show, const json_t *child,
    const struct row *row)
{
	char strategy[TEXT_SIZE];

	show_member(child, "strategy", strategy, sizeof(strategy));
	if (strategy[0])
		fprintf(show->out, "  (%s)", strategy);
	fprintf(show->out, "  %s%s%s", colour_of(show, row->state), row->state,
	    colour_end(show));
	if (row->pid[0] != '-')
		fprintf(show->out, "  pid %s", row->pid);
	if (row->uptime[0] != '-')
		fprintf(show->out, "  for %s", row->uptime);
	if (row->restarts[0] != '0')
		fprintf(show->out, "  %s restart%s", row->restarts,
		    strcmp(row->restarts, "1") == 0 ? "" : "s");
	fputc('\n', show->out);
}

void
show_tree(const struct show *show, const json_t *children)
{
	bool closed[DEPTH_MAX + 1] = { false };
	const json_t *child;
	struct row row;
	size_t i;

	json_array_foreach(children, i, child) {
		int depth = depth_of(child);

		fill_row(child, &row);
		closed[depth] = is_last(children, i, depth);
		draw_branch(show, closed, depth);
		fputs(name_of(row.path), show->out);
		draw_state(show, child, &row);
	}
}

/* Write words, quoted as the configuration wants them; what is no string is
 * left out. */
static void
show_words(const struct show *show, const json_t *words)
{
	struct strlist line = { 0 };
	char text[SHOW_PATH_SIZE];
	const json_t *word;
	size_t i;

	json_array_foreach(words, i, word) {
		if (!json_is_string(word))
			continue;
		if (i > 0)
			strlist_put(&line, ' ');
		command_quote(&line, json_string_value(word));
	}
	strlist_end(&line);
	if (!line.failed)
		fputs(show_safe(strlist_first(&line), text, sizeof(text)),
		    show->out);
	strlist_release(&line);
}

static void
show_value(const struct show *show, const char *key, const json_t *value)
{
	char text[SHOW_PATH_SIZE];

	if (json_is_null(value) ||
	    (json_is_array(value) && json_array_size(value) == 0))
		return;
	fprintf(show->out, "%s = ", key);
	if (json_is_string(value))
		fputs(show_safe(json_string_value(value), text,
		    sizeof(text)), show->out);
	else if (json_is_integer(value))
		fprintf(show->out, "%" JSON_INTEGER_FORMAT,
		    json_integer_value(value));
	else if (json_is_boolean(value))
		fputs(json_is_true(value) ? "yes" : "no", show->out);
	show_words(show, value);
	fputc('\n', show->out);
}

/* Write a duration, under its key without "_ms". */
static void
show_ms(const struct show *show, const char *key, int64_t ms)
{
	struct strlist text = { 0 };

	if (ms == -2)
		value_put(&text, "brutal_kill");
	else
		value_put_duration(&text, ms == -1 ? SPEC_INFINITY : ms);
	strlist_end(&text);
	if (!text.failed)
		fprintf(show->out, "%.*s = %s\n", (int)strlen(key) - 3, key,
		    strlist_first(&text));
	strlist_release(&text);
}

/* Tell whether a key ends in "_ms". */
static bool
is_duration(const char *key, const json_t *value)
{
	size_t len = strlen(key);

	return len > 3 && strcmp(key + len - 3, "_ms") == 0 &&
	    json_is_integer(value);
}

void
show_spec(const struct show *show, const json_t *spec)
{
	json_t *copy = json_deep_copy(spec);
	const char *key;
	json_t *value;

	json_object_foreach(copy, key, value) {
		if (is_duration(key, value))
			show_ms(show, key, json_integer_value(value));
		else
			show_value(show, key, value);
	}
	json_decref(copy);
}

void
show_event(const struct show *show, const json_t *event)
{
	char time[TEXT_SIZE], path[SHOW_PATH_SIZE], text[SHOW_PATH_SIZE];
	int64_t cause = number(event, "cause");

	show_member(event, "time", time, sizeof(time));
	show_member(event, "path", path, sizeof(path));
	show_member(event, "text", text, sizeof(text));
	fprintf(show->out, "%5" PRId64 "  %s  %s: %s", number(event, "number"),
	    time, path, text);
	if (cause >= 0)
		fprintf(show->out, "  [after %" PRId64 "]", cause);
	fputc('\n', show->out);
}

void
show_text(const struct show *show, const json_t *text)
{
	char safe[LINE_SIZE];

	if (!json_is_string(text))
		return;
	fputs(show_safe(json_string_value(text), safe, sizeof(safe)),
	    show->out);
	fputc('\n', show->out);
}

void
show_lines(const struct show *show, const json_t *texts)
{
	const json_t *text;
	size_t i;

	json_array_foreach(texts, i, text)
		show_text(show, text);
}

void
show_started(const struct show *show, const json_t *reply)
{
	const char *own = json_string_value(json_object_get(reply, "path"));
	const json_t *pid = json_object_get(reply, "pid");
	char text[SHOW_PATH_SIZE];

	if (!own)
		own = show->path ? show->path : "?";
	fprintf(show->out, "%s started", show_safe(own, text, sizeof(text)));
	if (json_is_integer(pid))
		fprintf(show->out, ", pid %" JSON_INTEGER_FORMAT,
		    json_integer_value(pid));
	fputc('\n', show->out);
}
