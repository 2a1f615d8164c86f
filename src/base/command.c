/*
 * Command lines: a splitter that walks the text once, its inverse, and the
 * expansion of split words.
 */
#include "config.h"

#include "base/command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct splitter {
	const char *at;		/* what is not read yet */
	struct strlist *words;
	const char *fault;	/* what is wrong; NULL so far */
	bool dollars;		/* $ and shell operators mean something */
	bool quoted;		/* the word in the making has a quote in it */
};

/* Tell whether a byte separates words. */
static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Tell whether a byte may be in the name of a variable, at its start or not. */
static bool
is_name_byte(char c, bool first)
{
	if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_')
		return true;
	return !first && c >= '0' && c <= '9';
}

bool
command_is_name(const char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (!is_name_byte(bytes[i], i == 0))
			return false;
	return size > 0;
}

/* Measure the variable at "${NAME}": its length whole, or 0 if it is none. */
static size_t
variable_length(const char *text)
{
	size_t len = 2;

	if (text[0] != '$' || text[1] != '{')
		return 0;
	while (is_name_byte(text[len], len == 2))
		len++;
	return len > 2 && text[len] == '}' ? len + 1 : 0;
}

/* Append a byte that means nothing but itself. */
static void
put_literal(struct splitter *splitter, char c)
{
	if (c == '$' && splitter->dollars)
		strlist_put(splitter->words, '$');
	strlist_put(splitter->words, c);
}

/* Take $$ or ${NAME} as they are; a $ alone is an error. */
static void
take_dollar(struct splitter *splitter)
{
	size_t len = variable_length(splitter->at);

	if (!splitter->dollars)
		len = 1;
	else if (len == 0 && splitter->at[1] == '$')
		len = 2;
	if (len == 0) {
		splitter->fault = "a '$' alone: '${NAME}' is a variable, "
		    "'$$' a dollar";
		return;
	}
	strlist_put_bytes(splitter->words, splitter->at, len);
	splitter->at += len;
}

/* Take '…': everything in it is literal. */
static void
take_single(struct splitter *splitter)
{
	splitter->quoted = true;
	splitter->at++;
	for (; *splitter->at != '\'' && *splitter->at != '\0'; splitter->at++)
		put_literal(splitter, *splitter->at);
	if (*splitter->at == '\0')
		splitter->fault = "a ' that is not closed";
	else
		splitter->at++;
}

/* Take "…": a backslash stands before \ " $ ` only. */
static void
take_double(struct splitter *splitter)
{
	splitter->quoted = true;
	splitter->at++;
	while (*splitter->at != '"' && !splitter->fault) {
		if (*splitter->at == '\0') {
			splitter->fault = "a \" that is not closed";
		} else if (*splitter->at == '$') {
			take_dollar(splitter);
		} else {
			if (*splitter->at == '\\' && splitter->at[1] != '\0' &&
			    strchr("\\\"$`", splitter->at[1]))
				splitter->at++;
			put_literal(splitter, *splitter->at++);
		}
	}
	if (!splitter->fault)
		splitter->at++;
}

/* Take a backslash and the byte that it makes literal. */
static void
take_backslash(struct splitter *splitter)
{
	splitter->quoted = true;
	splitter->at++;
	if (*splitter->at == '\0')
		splitter->fault = "a backslash at the end";
	else
		put_literal(splitter, *splitter->at++);
}

/* Tell whether text starts with what a shell takes for an operator. */
static bool
is_operator(const char *text)
{
	if (text[0] >= '0' && text[0] <= '9' && text[1] == '>')
		return true;
	return text[0] != '\0' && strchr("|&<>;", text[0]);
}

static void
take_word(struct splitter *splitter)
{
	const char *start = splitter->at;

	splitter->quoted = false;
	while (!is_blank(*splitter->at) && *splitter->at != '\0' &&
	    !splitter->fault) {
		if (*splitter->at == '\'')
			take_single(splitter);
		else if (*splitter->at == '"')
			take_double(splitter);
		else if (*splitter->at == '\\')
			take_backslash(splitter);
		else if (*splitter->at == '$')
			take_dollar(splitter);
		else
			strlist_put(splitter->words, *splitter->at++);
	}
	if (splitter->fault)
		return;
	if (splitter->dollars && !splitter->quoted && is_operator(start))
		splitter->fault = "a word that starts like a shell's operator, "
		    "but no shell runs: quote it, or write /bin/sh -c '...'";
	strlist_end(splitter->words);
}

static const char *
split(const char *text, bool dollars, struct strlist *words)
{
	struct splitter splitter = {
		.at = text, .words = words, .dollars = dollars,
	};

	for (;;) {
		while (is_blank(*splitter.at))
			splitter.at++;
		if (*splitter.at == '\0' || splitter.fault)
			return splitter.fault;
		take_word(&splitter);
	}
}

const char *
command_split(const char *text, struct strlist *words)
{
	return split(text, true, words);
}

const char *
command_split_plain(const char *text, struct strlist *words)
{
	return split(text, false, words);
}

bool
command_expands(char *const *words)
{
	for (; *words; words++)
		if (strchr(*words, '$'))
			return true;
	return false;
}

/* Tell whether a word means itself without quotes. */
static bool
is_plain(const char *word)
{
	static const char fine[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789%+,-./:=@_";

	return word[0] != '\0' && word[strspn(word, fine)] == '\0';
}

void
command_quote(struct strlist *text, const char *word)
{
	if (is_plain(word)) {
		strlist_put_bytes(text, word, strlen(word));
		return;
	}
	strlist_put(text, '"');
	for (; *word != '\0'; word++) {
		if (*word == '"' || *word == '\\')
			strlist_put(text, '\\');
		strlist_put(text, *word);
	}
	strlist_put(text, '"');
}

/* Append bytes, unless these are too many. */
static int
put_bounded(struct strlist *list, const char *bytes, size_t size)
{
	if (size > COMMAND_SIZE_MAX - list->size)
		return E2BIG;
	strlist_put_bytes(list, bytes, size);
	return 0;
}

/* Expand what stands at a '$' of a word, and step over it. */
static int
expand_dollar(const char **at, const struct vars *vars, struct strlist *list,
    char **ret_name)
{
	size_t len = variable_length(*at);
	const char *value;

	if (len == 0) {
		*at += (*at)[1] == '$' ? 2 : 1;
		return put_bounded(list, "$", 1);
	}
	value = vars ? vars_get(vars, *at + 2, len - 3) : NULL;
	if (!value) {
		*ret_name = strndup(*at + 2, len - 3);
		return ENOENT;
	}
	*at += len;
	return put_bounded(list, value, strlen(value));
}

static int
expand_word(const char *word, const struct vars *vars, struct strlist *list,
    char **ret_name)
{
	int error = 0;

	while (*word != '\0' && error == 0) {
		size_t plain = strcspn(word, "$");

		error = plain > 0 ? put_bounded(list, word, plain) :
		    expand_dollar(&word, vars, list, ret_name);
		word += plain;
	}
	if (error == 0 && list->size >= COMMAND_SIZE_MAX)
		error = E2BIG;
	if (error == 0)
		strlist_end(list);
	return error;
}

int
command_expand(char *const *words, const struct vars *vars, char ***ret_argv,
    char **ret_name)
{
	struct strlist list = { 0 };
	char **argv = NULL;
	int error = 0;

	for (; *words && error == 0; words++)
		error = expand_word(*words, vars, &list, ret_name);
	if (error == 0)
		argv = strlist_pack(&list);
	if (error == 0 && !argv)
		error = ENOMEM;
	strlist_release(&list);
	if (error == 0)
		*ret_argv = argv;
	return error;
}
