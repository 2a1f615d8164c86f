/*
 * Command lines: what splits without a fault, quoted word by word, splits into
 * the same words again, as a command and as a plain value; expanding changes
 * neither how many words there are nor those without a dollar.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/command.h"
#include "fuzz.h"

typedef const char *split_function(const char *, struct strlist *);

/* Give up over something that must not be. */
static void
fail(const char *what, const char *text)
{
	fprintf(stderr, "%s: %s\n", what, text);
	abort();
}

/* Quote all words, with blanks between. */
static void
join(char *const *words, struct strlist *text)
{
	for (; *words != NULL; words++) {
		command_quote(text, *words);
		strlist_put(text, ' ');
	}
	strlist_end(text);
}

/* Compare two lists. */
static void
compare(char *const *a, char *const *b, const char *text)
{
	for (; *a != NULL && *b != NULL; a++, b++)
		if (strcmp(*a, *b) != 0)
			fail("another word", text);
	if (*a != NULL || *b != NULL)
		fail("another number of words", text);
}

/* Split, and split again what is quoted; the words, or NULL for a fault. */
static char **
check_quotes(const char *text, split_function *split)
{
	struct strlist words = { 0 }, joined = { 0 };
	struct strlist again = { 0 };
	char **first = NULL, **second;

	if (split(text, &words) == NULL) {
		first = strlist_pack(&words);
		join(first, &joined);
		if (split(strlist_first(&joined), &again) != NULL)
			fail("a fault in what was quoted", text);
		second = strlist_pack(&again);
		compare(first, second, text);
		free(second);
	}
	strlist_release(&words);
	strlist_release(&joined);
	strlist_release(&again);
	return first;
}

/* Expand words. */
static void
check_expansion(char *const *words)
{
	char *env[] = {(char[]){"A=1 '\"$$${B}"}, (char[]){"HOME=/"},
	    (char[]){"B="}, NULL};
	struct scratch scratch = { 0 };
	struct vars vars;
	char **argv = NULL, *name = NULL;
	int error;

	vars_init(&vars, &scratch);
	for (size_t i = 0; env[i] != NULL; i++)
		vars_put(&vars, env[i]);
	error = command_expand(words, &vars, &argv, &name);
	if (error != 0 && error != ENOENT && error != E2BIG)
		fail("another error", strerror(error));
	if ((error == ENOENT) != (name != NULL) || (error == 0) !=
	    (argv != NULL))
		fail("a result out of place", words[0]);
	for (size_t i = 0; error == 0 && words[i] != NULL; i++) {
		if (argv[i] == NULL)
			fail("a word is lost", words[i]);
		if (strchr(words[i], '$') == NULL &&
		    strcmp(argv[i], words[i]) != 0)
			fail("a word is changed", words[i]);
	}
	if (error == 0 && !command_expands(words))
		compare(words, argv, "nothing to expand");
	free(argv);
	free(name);
	scratch_release(&scratch);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), **words;

	if (text == NULL)
		fail("out of memory", "");
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	words = check_quotes(text, command_split);
	if (words != NULL)
		check_expansion(words);
	free(words);
	free(check_quotes(text, command_split_plain));
	free(text);
	return 0;
}
