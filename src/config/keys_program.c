/* The keys of what a worker runs, and what is worked out from several. */
#include "config.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/command.h"
#include "base/signame.h"
#include "config/key.h"
#include "config/set.h"
#include "config/value.h"

#define START_TIMEOUT_MS	60000	/* unless ready = exec */
#define RESTART_DELAY_MAX_MS	60000

/* Show a string, quoted where it must be, behind a prefix. */
static void
show_string(const char *prefix, const char *text, struct strlist *values)
{
	value_put(values, "%s", prefix);
	command_quote(values, text);
	strlist_end(values);
}

/* Show each string of a list, quoted, as a value of its own. */
static void
show_list(char *const *list, struct strlist *values)
{
	for (; list && *list; list++)
		show_string("", *list, values);
}

/* Take the words of a command, if they are one. */
static void
take_command(struct section *section, const char *value,
    const struct strlist *words)
{
	struct program *program = section->node.program;
	char **argv = strlist_pack(words);

	if (!set_check_memory(section, argv != NULL))
		return;
	if (!argv[0] || argv[0][0] == '\0') {
		error_value(section, value, "the program's name is empty");
		free(argv);
		return;
	}
	free(program->argv);
	program->argv = argv;
	program->expands = command_expands(argv);
}

void
set_command(struct section *section, const char *value)
{
	struct strlist words = STRLIST_EMPTY;
	const char *fault = command_split(value, &words);

	if (fault)
		error_value(section, value, "%s", fault);
	else
		take_command(section, value, &words);
	strlist_release(&words);
}

void
show_command(const struct key_view *view, struct strlist *values)
{
	for (char **word = view->program->argv; *word; word++) {
		if (word != view->program->argv)
			strlist_put(values, ' ');
		command_quote(values, *word);
	}
	strlist_end(values);
}

void
set_directory(struct section *section, const char *value)
{
	set_path(section, value, &section->node.program->directory);
}

void
show_directory(const struct key_view *view, struct strlist *values)
{
	const char *directory = view->program->directory;

	show_string("", directory ? directory : "/", values);
}

/* Check a word to be NAME=value, of a name that is free to be set. */
static bool
check_variable(struct section *section, const char *value,
    const char *word)
{
	static const char *const ours[] = {
		"REEVE_PATH", "REEVE_NAME", "REEVE_RESTARTS",
	};
	size_t len = strcspn(word, "=");

	if (word[len] == '\0' || !command_is_name(word, len)) {
		error_value(section, value, "'%.60s' is not NAME=value with "
		    "a name of letters, digits and '_', no digit first", word);
		return false;
	}
	for (size_t i = 0; i < LENGTH(ours); i++) {
		if (strlen(ours[i]) != len || strncmp(ours[i], word, len) != 0)
			continue;
		error_value(section, value, "%s is set by reeve itself",
		    ours[i]);
		return false;
	}
	return true;
}

void
set_environment(struct section *section, const char *value)
{
	struct strlist words = STRLIST_EMPTY;
	const char *fault = command_split_plain(value, &words);
	const char *word = strlist_first(&words);

	if (fault)
		error_value(section, value, "%s", fault);
	section->parser->failed |= words.failed;
	for (size_t i = 0; !fault && i < words.count; i++) {
		if (check_variable(section, value, word))
			strlist_add(&section->env, word);
		word = strlist_after(word);
	}
	strlist_release(&words);
}

void
show_environment(const struct key_view *view, struct strlist *values)
{
	show_list(view->program->env, values);
}

void
set_environment_file(struct section *section, const char *value)
{
	char *path = NULL;

	if (set_string(section, value, &path) &&
	    check_path(section, value, path + (path[0] == '-')))
		strlist_add(&section->env_files, path);
	free(path);
}

void
show_environment_file(const struct key_view *view, struct strlist *values)
{
	show_list(view->program->env_files, values);
}

/* Take what stdin is; text is owned, NULL for none. */
static void
take_stdin(struct section *section, enum program_stdin kind, char *text)
{
	struct program *program = section->node.program;

	free(program->stdin_text);
	program->stdin_text = text;
	program->stdin_kind = (uint8_t)kind;
}

/* Take the text of stdin. */
static void
take_stdin_text(struct section *section, const char *value)
{
	char *text = NULL;
	const char *fault = value_text(value + strlen("text:"), &text);

	if (fault)
		error_value(section, value, "%s", fault);
	else if (set_check_memory(section, text != NULL))
		take_stdin(section, STDIN_TEXT, text);
}

void
set_stdin(struct section *section, const char *value)
{
	char *path = NULL;

	if (strncmp(value, "text:", 5) == 0) {
		take_stdin_text(section, value);
		return;
	}
	if (!set_string(section, value, &path))
		return;
	if (path[0] == '/') {
		take_stdin(section, STDIN_FILE, path);
		return;
	}
	if (strcmp(path, "null") == 0)
		take_stdin(section, STDIN_NULL, NULL);
	else
		error_value(section, value, "must be null, the absolute "
		    "path of a file, or text:DATA");
	free(path);
}

void
show_stdin(const struct key_view *view, struct strlist *values)
{
	const struct program *program = view->program;

	switch ((enum program_stdin)program->stdin_kind) {
	case STDIN_NULL:
		strlist_add(values, "null");
		break;
	case STDIN_FILE:
		show_string("", program->stdin_text, values);
		break;
	case STDIN_TEXT:
		value_put(values, "text:");
		value_put_text(values, program->stdin_text);
		strlist_end(values);
		break;
	}
}

/* The words of enum program_output but OUTPUT_FILE, which has a path. */
static const char *const output_words[] = {
	[OUTPUT_LOG] = "log",
	[OUTPUT_INHERIT] = "inherit",
	[OUTPUT_NULL] = "null",
	[OUTPUT_STDOUT] = "stdout",
};
#define OUTPUT_WORDS	LENGTH(output_words)

/* Tell where the word of an output goes; stdout is for stderr alone. */
static bool
find_output(const char *word, bool is_stderr, enum program_output *ret_kind)
{
	int index = value_word(word, output_words, OUTPUT_WORDS);

	if (strncmp(word, "file:", 5) == 0)
		*ret_kind = OUTPUT_FILE;
	else if (index < 0 || (index == OUTPUT_STDOUT && !is_stderr))
		return false;
	else
		*ret_kind = (enum program_output)index;
	return true;
}

/* Make a stream of the word of an output. */
static bool
read_output(struct section *section, const char *value, const char *word,
    bool is_stderr, struct program_stream *ret_stream)
{
	struct program_stream stream = {.path = NULL};

	if (!find_output(word, is_stderr, &stream.kind)) {
		error_value(section, value, "must be log, inherit, null%s "
		    "or file:PATH", is_stderr ? ", stdout" : "");
		return false;
	}
	if (stream.kind == OUTPUT_FILE) {
		if (!check_path(section, value, word + 5))
			return false;
		stream.path = strdup(word + 5);
		if (!stream.path) {
			section->parser->failed = true;
			return false;
		}
	}
	*ret_stream = stream;
	return true;
}

/* Read where an output goes. */
static void
set_output(struct section *section, const char *value, bool is_stderr,
    struct program_stream *stream)
{
	struct program_stream new;
	char *word = NULL;

	if (!set_string(section, value, &word))
		return;
	if (read_output(section, value, word, is_stderr, &new)) {
		free(stream->path);
		*stream = new;
	}
	free(word);
}

/* Show where an output goes. */
static void
show_output(const struct program_stream *stream, struct strlist *values)
{
	if (stream->kind == OUTPUT_FILE)
		show_string("file:", stream->path, values);
	else
		strlist_add(values, output_words[stream->kind]);
}

void
set_stdout(struct section *section, const char *value)
{
	set_output(section, value, false, &section->node.program->out);
}

void
show_stdout(const struct key_view *view, struct strlist *values)
{
	show_output(&view->program->out, values);
}

void
set_stderr(struct section *section, const char *value)
{
	set_output(section, value, true, &section->node.program->err);
}

void
show_stderr(const struct key_view *view, struct strlist *values)
{
	show_output(&view->program->err, values);
}

void
set_ready(struct section *section, const char *value)
{
	struct program *program = section->node.program;
	uint64_t fd;

	if (strcmp(value, "exec") == 0) {
		program->ready = READY_EXEC;
	} else if (strcmp(value, "exit") == 0) {
		program->ready = READY_EXIT;
	} else if (strcmp(value, "notify") == 0) {
		error_value(section, value, "not supported yet; there are "
		    "exec, exit and fd:N");
	} else if (strncmp(value, "fd:", 3) == 0 &&
	    value_number(value + 3, 3, 255, &fd)) {
		program->ready = READY_FD;
		program->ready_fd = (uint8_t)fd;
	} else {
		error_value(section, value, "must be exec, exit or fd:N with "
		    "N from 3 to 255");
	}
}

void
show_ready(const struct key_view *view, struct strlist *values)
{
	if (view->program->ready == READY_FD)
		value_put(values, "fd:%u", view->program->ready_fd);
	else
		value_put(values, "%s",
		    view->program->ready == READY_EXIT ? "exit" : "exec");
	strlist_end(values);
}

void
set_stop_signal(struct section *section, const char *value)
{
	int number = signame_number(value);

	if (number == 0)
		error_value(section, value, "must be a signal like TERM");
	else if (number == SIGKILL)
		error_value(section, value, "KILL is what 'shutdown = "
		    "brutal_kill' sends");
	else if (number == SIGSTOP)
		error_value(section, value, "STOP ends nothing");
	else
		section->node.program->stop_signal = (uint8_t)number;
}

void
show_stop_signal(const struct key_view *view, struct strlist *values)
{
	char name[SIGNAME_SIZE];

	strlist_add(values, signame_of(view->program->stop_signal, name,
	    sizeof(name)));
}

/* Find the exit classes of the program, its own from now on. */
static struct exit_classes *
own_exits(struct section *section)
{
	struct program *program = section->node.program;
	struct exit_classes *exits;

	if (program->exits)
		return program->exits;
	exits = malloc(sizeof(*exits));
	if (set_check_memory(section, exits != NULL)) {
		program_exits(program, exits);
		program->exits = exits;
	}
	return exits;
}

/* Read a list of codes and signals. */
static bool
read_exits(struct section *section, const char *value,
    struct exit_set *ret_set)
{
	struct exit_set set = { 0 };
	char item[VALUE_ITEM_SIZE];
	const char *list = value, *fault;

	while (value_item(&list, item)) {
		fault = value_exit(item, &set);
		if (!fault)
			continue;
		error_value(section, value, "'%.40s': %s", item, fault);
		return false;
	}
	*ret_set = set;
	return true;
}

void
set_exit_normal(struct section *section, const char *value)
{
	struct exit_classes *exits = own_exits(section);

	if (exits)
		read_exits(section, value, &exits->normal);
}

void
set_exit_shutdown(struct section *section, const char *value)
{
	struct exit_classes *exits = own_exits(section);

	if (exits)
		read_exits(section, value, &exits->shutdown);
}

void
set_exit_stopped(struct section *section, const char *value)
{
	struct exit_classes *exits = own_exits(section);

	if (exits && read_exits(section, value, &exits->stopped))
		exits->stopped_set = true;
}

void
show_exit_normal(const struct key_view *view, struct strlist *values)
{
	struct exit_classes exits;

	program_exits(view->program, &exits);
	value_put_exits(values, &exits.normal);
	strlist_end(values);
}

void
show_exit_shutdown(const struct key_view *view, struct strlist *values)
{
	struct exit_classes exits;

	program_exits(view->program, &exits);
	value_put_exits(values, &exits.shutdown);
	strlist_end(values);
}

void
show_exit_stopped(const struct key_view *view, struct strlist *values)
{
	struct exit_classes exits;

	program_exits(view->program, &exits);
	value_put_exits(values, &exits.stopped);
	strlist_end(values);
}

void
set_later(struct section *section, const char *value)
{
	error_value(section, value, "not supported yet");
}

bool
keys_program_begin(struct section *section)
{
	struct parser *parser = section->parser;
	const struct source *source = &parser->sources[parser->source];
	const struct defaults *defaults =
	    &parser->defaults[source->defaults];

	*section->spec = defaults->spec;
	section->node.program = program_copy(defaults->program);
	return set_check_memory(section, section->node.program != NULL);
}

/* Append strings to a list of the program. */
static void
append_to(struct section *section, char ***list, struct strlist *strings)
{
	struct strlist whole = STRLIST_EMPTY;
	const char *text = strlist_first(strings);
	char **packed;

	if (strings->count == 0 && !strings->failed)
		return;
	strlist_add_all(&whole, *list);
	whole.failed |= strings->failed;
	for (size_t i = 0; i < strings->count; i++) {
		strlist_add(&whole, text);
		text = strlist_after(text);
	}
	packed = strlist_pack(&whole);
	strlist_release(&whole);
	if (!set_check_memory(section, packed != NULL))
		return;
	free(*list);
	*list = packed;
}

/* Work out the defaults that depend on other keys; not for [worker], below
 * which those may still be said. */
void
keys_program_fill_in(struct spec *spec, const struct program *program)
{
	if (spec->start_timeout_ms == CONF_NOT_GIVEN)
		spec->start_timeout_ms = program->ready == READY_EXEC ?
		    SPEC_INFINITY : START_TIMEOUT_MS;
	if (spec->restart_delay_max_ms != CONF_NOT_GIVEN)
		return;
	spec->restart_delay_max_ms = RESTART_DELAY_MAX_MS;
	if (spec->restart_delay_ms > RESTART_DELAY_MAX_MS)
		spec->restart_delay_max_ms = spec->restart_delay_ms;
}

void
keys_program_end(struct section *section)
{
	struct program *program = section->node.program;

	append_to(section, &program->env, &section->env);
	append_to(section, &program->env_files, &section->env_files);
	keys_user_end(section);
	if (section->kind != CONF_DEFAULTS)
		keys_program_fill_in(section->spec, program);
}
