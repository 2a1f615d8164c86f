/* The keys of what a worker runs, and what is worked out from several. */
#include "config.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/command.h"
#include "base/signame.h"
#include "config/keys.h"
#include "config/set.h"
#include "config/value.h"

/* Show each string of a list, quoted, as a value of its own. */
static void
show_list(const struct key *key, const void *field, struct strlist *values)
{
	char *const *list = *(char **const *)field;

	(void)key;
	for (; list && *list; list++)
		value_add_string(values, "", *list);
}

/* Take the words of a command, if they are one. */
static void
take_command(struct section *section, const char *value,
    const struct strlist *words)
{
	struct program *program = section->node.program;
	char **argv = strlist_pack(words);

	if (!set_check_memory(section, argv))
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

static void
set_command(struct section *section, const char *value, void *field)
{
	struct strlist words = { 0 };
	const char *fault = command_split(value, &words);

	(void)field;
	if (fault)
		error_value(section, value, "%s", fault);
	else
		take_command(section, value, &words);
	strlist_release(&words);
}

static void
show_command(const struct key *key, const void *field, struct strlist *values)
{
	char *const *argv = *(char **const *)field;

	(void)key;
	for (char *const *word = argv; *word; word++) {
		if (word != argv)
			strlist_put(values, ' ');
		command_quote(values, *word);
	}
	strlist_end(values);
}

const struct key_type keys_command = { set_command, show_command };

/* Check a word to be NAME=value, of a name that is free to be set. */
static bool
check_variable(struct section *section, const char *value, const char *word)
{
	static const char *const ours[] = {
		"REEVE_PATH", "REEVE_NAME", "REEVE_RESTARTS",
	};
	size_t len = strcspn(word, "=");

	if (word[len] == '\0' || !command_is_name(word, len)) {
		error_value(section, value, "'%.60s' is not NAME=value with a "
		    "name of letters, digits and '_', no digit first", word);
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

static void
set_environment(struct section *section, const char *value, void *field)
{
	struct strlist words = { 0 };
	const char *fault = command_split_plain(value, &words);
	const char *word = strlist_first(&words);

	(void)field;
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

const struct key_type keys_environment = { set_environment, show_list };

static void
set_environment_file(struct section *section, const char *value, void *field)
{
	char *path = NULL;

	(void)field;
	if (set_string(section, value, &path) &&
	    set_check_path(section, value, path + (path[0] == '-')))
		strlist_add(&section->env_files, path);
	free(path);
}

const struct key_type keys_environment_file = {
	set_environment_file, show_list,
};

static void
set_stdin(struct section *section, const char *value, void *field)
{
	struct program *program = field;
	bool is_text = strncmp(value, "text:", 5) == 0;
	char *text = NULL;
	const char *fault = is_text ? value_text(value + 5, &text) :
	    value_string(value, &text);

	if (!fault && !set_check_memory(section, text))
		return;
	if (!fault && !is_text && text[0] != '/' && strcmp(text, "null") != 0)
		fault = "must be null, the absolute path of a file, or "
		    "text:DATA";
	if (fault) {
		error_value(section, value, "%s", fault);
		free(text);
		return;
	}
	if (!is_text && text[0] != '/') {
		free(text);
		text = NULL;
	}
	free(program->stdin_text);
	program->stdin_text = text;
	program->stdin_kind = is_text ? STDIN_TEXT : text ? STDIN_FILE :
	    STDIN_NULL;
}

static void
show_stdin(const struct key *key, const void *field, struct strlist *values)
{
	const struct program *program = field;

	(void)key;
	if (program->stdin_kind == STDIN_NULL) {
		strlist_add(values, "null");
	} else if (program->stdin_kind == STDIN_FILE) {
		value_add_string(values, "", program->stdin_text);
	} else {
		value_put(values, "text:");
		value_put_text(values, program->stdin_text);
		strlist_end(values);
	}
}

const struct key_type keys_stdin = { set_stdin, show_stdin };

/* The words of enum program_output but OUTPUT_FILE, which has a path. */
static const char *const output_words[] = {
	[OUTPUT_LOG] = "log",
	[OUTPUT_INHERIT] = "inherit",
	[OUTPUT_NULL] = "null",
	[OUTPUT_STDOUT] = "stdout",
};

/* Make a stream of the word of an output; stdout is for stderr alone. */
static bool
read_output(struct section *section, const char *value, const char *word,
    struct program_stream *ret_stream)
{
	bool is_stderr = section->key->argument == STDERR_FILENO;
	int index = value_word(word, output_words, LENGTH(output_words));

	if (strncmp(word, "file:", 5) == 0) {
		if (!set_check_path(section, value, word + 5))
			return false;
		ret_stream->kind = OUTPUT_FILE;
		ret_stream->path = strdup(word + 5);
		return set_check_memory(section, ret_stream->path);
	}
	if (index == -1 || (index == OUTPUT_STDOUT && !is_stderr)) {
		error_value(section, value, "must be log, inherit, null%s or "
		    "file:PATH", is_stderr ? ", stdout" : "");
		return false;
	}
	ret_stream->kind = (enum program_output)index;
	return true;
}

static void
set_output(struct section *section, const char *value, void *field)
{
	struct program_stream *stream = field, new = { 0 };
	char *word = NULL;

	if (!set_string(section, value, &word))
		return;
	if (read_output(section, value, word, &new)) {
		free(stream->path);
		*stream = new;
	}
	free(word);
}

static void
show_output(const struct key *key, const void *field, struct strlist *values)
{
	const struct program_stream *stream = field;

	(void)key;
	if (stream->kind == OUTPUT_FILE)
		value_add_string(values, "file:", stream->path);
	else
		strlist_add(values, output_words[stream->kind]);
}

const struct key_type keys_output = { set_output, show_output };

static void
set_ready(struct section *section, const char *value, void *field)
{
	struct program *program = field;
	uint64_t fd;

	if (strcmp(value, program_ready_names[READY_EXEC]) == 0) {
		program->ready = READY_EXEC;
	} else if (strcmp(value, program_ready_names[READY_EXIT]) == 0) {
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

static void
show_ready(const struct key *key, const void *field, struct strlist *values)
{
	char text[PROGRAM_READY_SIZE];

	(void)key;
	strlist_add(values, program_show_ready(field, text));
}

const struct key_type keys_ready = { set_ready, show_ready };

static void
set_signal(struct section *section, const char *value, void *field)
{
	int number = signame_number(value);

	if (number == 0)
		error_value(section, value, "must be a signal like TERM");
	else if (number == SIGKILL)
		error_value(section, value, "KILL is sent by 'shutdown = "
		    "brutal_kill'");
	else if (number == SIGSTOP)
		error_value(section, value, "STOP does not end a process");
	else
		*(uint8_t *)field = (uint8_t)number;
}

static void
show_signal(const struct key *key, const void *field, struct strlist *values)
{
	char name[SIGNAME_SIZE];

	(void)key;
	strlist_add(values, signame_of(*(const uint8_t *)field, name,
	    sizeof(name)));
}

const struct key_type keys_signal = { set_signal, show_signal };

/* Make the exit classes of the program its own, if they are the defaults. */
static bool
own_exits(struct section *section, struct program *program)
{
	struct exit_classes *exits;

	if (program->exits)
		return true;
	exits = calloc(1, sizeof(*exits));
	if (!set_check_memory(section, exits))
		return false;
	program_exits(program, exits);
	program->exits = exits;
	return true;
}

static struct exit_set *
exit_class(const struct key *key, struct exit_classes *exits)
{
	return (struct exit_set *)(void *)((char *)exits + key->argument);
}

static void
set_exits(struct section *section, const char *value, void *field)
{
	struct program *program = field;
	struct exit_set set = { 0 }, *class;
	char item[VALUE_ITEM_SIZE];
	const char *list = value, *fault;

	while (value_item(&list, item)) {
		fault = value_exit(item, &set);
		if (!fault)
			continue;
		error_value(section, value, "'%.40s': %s", item, fault);
		return;
	}
	if (!own_exits(section, program))
		return;
	class = exit_class(section->key, program->exits);
	*class = set;
	if (class == &program->exits->stopped)
		program->exits->stopped_set = true;
}

static void
show_exits(const struct key *key, const void *field, struct strlist *values)
{
	struct exit_classes exits;

	program_exits(field, &exits);
	value_put_exits(values, exit_class(key, &exits));
	strlist_end(values);
}

const struct key_type keys_exits = { set_exits, show_exits };

static void
set_later(struct section *section, const char *value, void *field)
{
	(void)field;
	error_value(section, value, "not supported yet");
}

const struct key_type keys_later = { set_later, NULL };

bool
keys_program_begin(struct section *section)
{
	struct parser *parser = section->parser;
	const struct source *source = &parser->sources[parser->source];
	const struct defaults *defaults = &parser->defaults[source->defaults];

	*section->spec = defaults->spec;
	section->node.program = program_copy(defaults->program);
	return set_check_memory(section, section->node.program) &&
	    set_check_memory(section,
	    user_given_copy(&defaults->given, &section->given));
}

/* Append strings to a list of the program. */
static void
append_to(struct section *section, char ***list, struct strlist *strings)
{
	struct strlist whole = { 0 };
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
	if (!set_check_memory(section, packed))
		return;
	free(*list);
	*list = packed;
}

void
keys_program_fill_in(struct section *section)
{
	struct spec *spec = section->spec;

	if (spec->start_timeout_ms == CONF_NOT_GIVEN)
		set_default(section, key_find("start_timeout"),
		    section->node.program->ready == READY_EXEC);
	if (spec->restart_delay_max_ms != CONF_NOT_GIVEN)
		return;
	set_default(section, key_find("restart_delay_max"), false);
	if (spec->restart_delay_max_ms < spec->restart_delay_ms)
		spec->restart_delay_max_ms = spec->restart_delay_ms;
}

void
keys_program_end(struct section *section)
{
	struct program *program = section->node.program;

	append_to(section, &program->env, &section->env);
	append_to(section, &program->env_files, &section->env_files);
	keys_user_end(section);
	/* Below [worker], what the defaults depend on may still be given. */
	if (section->kind != CONF_DEFAULTS)
		keys_program_fill_in(section);
}
