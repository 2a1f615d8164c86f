/* What the shells complete. */
#include "config.h"

#include "ctl/complete.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/signame.h"

#define TIMEOUT_MS	1000	/* a person waits for the next key */

/* A command line whose last word is being completed. */
struct unfinished {
	const char *last;	/* the word to be completed */
	const char *socket;	/* the value of -s; NULL: none */
	const struct cmd *cmd;	/* NULL: the verb is not there yet, or none */
	size_t words;		/* of the verb, that are there already */
	enum option_id value_of; /* OPTION_COUNT: last is no option's value */
	bool has_verb;
	bool is_command;	/* last stands after -- */
};

/* Print a word, if it can be what is completed. */
static void
offer(const struct unfinished *line, const char *word, const char *what)
{
	if (strncmp(word, line->last, strlen(line->last)) == 0)
		printf("%s\t%s\n", word, what);
}

/* Read a word before the last one. */
static void
read_word(struct unfinished *line, const char *word)
{
	if (line->value_of != OPTION_COUNT) {
		if (line->value_of == OPTION_SOCKET)
			line->socket = word;
		line->value_of = OPTION_COUNT;
	} else if (strcmp(word, "--") == 0) {
		line->is_command = true;
	} else if (strncmp(word, "--socket=", 9) == 0) {
		line->socket = word + 9;
	} else if (strncmp(word, "-s", 2) == 0 && word[2] != '\0') {
		line->socket = word + 2;
	} else if (word[0] == '-') {
		line->value_of = option_find(word);
		if (line->value_of != OPTION_COUNT &&
		    !option_rows[line->value_of].value)
			line->value_of = OPTION_COUNT;
	} else if (!line->has_verb) {
		line->has_verb = true;
		line->cmd = cmd_find(word);
	} else {
		line->words++;
	}
}

/* Offer the options of the verb; before the verb, those of all. */
static void
offer_options(const struct unfinished *line)
{
	unsigned options = line->cmd ? line->cmd->options : ~0u;
	char word[64];

	for (int id = 0; id < OPTION_COUNT; id++) {
		if (id == OPTION_COMPLETE || (id >= OPTION_GLOBAL_COUNT &&
		    !(options & 1u << id)))
			continue;
		snprintf(word, sizeof(word), "--%s", option_rows[id].name);
		offer(line, word, option_rows[id].what);
	}
}

/* Offer the words that an option may have as its value. */
static int
offer_choices(const struct unfinished *line)
{
	const char *at = option_rows[line->value_of].choices;
	char word[64];

	if (at && strcmp(at, "/") == 0)
		return COMPLETE_FILES;
	for (size_t len; at && *at; at += len + strspn(at + len, " ")) {
		len = strcspn(at, " ");
		snprintf(word, sizeof(word), "%.*s", (int)len, at);
		offer(line, word, option_rows[line->value_of].value);
	}
	return CMD_DONE;
}

static void
offer_signals(const struct unfinished *line)
{
	const char *name;

	for (size_t i = 0; (name = signame_at(i)); i++)
		offer(line, name, "signal");
}

/* Ask the daemon for the paths of children, or of supervisors alone. Nothing is
 * said if it does not answer: a command line is being typed. */
static int
offer_paths(const struct unfinished *line, bool sups_only)
{
	struct cmd_context ctx = { .is_quiet = true };
	char path[PATH_MAX], state[64], text[SHOW_PATH_SIZE];
	json_t *children;
	const json_t *child;
	int exit_code;
	size_t i;

	ctx.client = client_open(line->socket ? line->socket :
	    client_default_socket(path, sizeof(path)), TIMEOUT_MS);
	if (!ctx.client)
		return CMD_NO_DAEMON;
	exit_code = (int)cmd_fetch_status(&ctx, NULL, &children);
	client_close(ctx.client);
	if (exit_code != CMD_DONE)
		return exit_code;
	json_array_foreach(children, i, child)
		if (!sups_only || json_object_get(child, "strategy"))
			offer(line, show_member(child, "path", text,
			    sizeof(text)), show_member(child, "state", state,
			    sizeof(state)));
	json_decref(children);
	return CMD_DONE;
}

/* Offer what can be the next word of the verb. */
static int
offer_words(const struct unfinished *line)
{
	char name[CMD_WORD_SIZE];

	cmd_word(line->cmd, line->words, name, NULL);
	if (strcmp(name, "path") == 0)
		return offer_paths(line, false);
	if (strcmp(name, "supervisor") == 0)
		return offer_paths(line, true);
	if (strcmp(name, "signal") == 0)
		offer_signals(line);
	return CMD_DONE;
}

int
complete_line(char **words)
{
	struct unfinished line = { .value_of = OPTION_COUNT };

	if (!*words)
		return CMD_DONE;
	for (; words[1]; words++)
		read_word(&line, *words);
	line.last = *words;
	if (line.is_command)
		return CMD_DONE;
	if (line.value_of != OPTION_COUNT)
		return offer_choices(&line);
	if (line.last[0] == '-')
		offer_options(&line);
	else if (line.cmd)
		return offer_words(&line);
	else if (!line.has_verb)
		for (const struct cmd *const *cmd = cmdtable; *cmd; cmd++)
			offer(&line, (*cmd)->name, (*cmd)->what);
	return CMD_DONE;
}
