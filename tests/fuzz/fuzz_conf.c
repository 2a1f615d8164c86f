/*
 * The configuration reader: any bytes become errors or a tree. Of errors, each
 * has a line that there is and a text that is safe to show. Of a tree, what is
 * printed parses without errors and prints the same again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/conf.h"
#include "fuzz.h"

static const struct conf_machine machine = {0, 0, NULL, NULL};

/* Give up over something that must not be. */
static void
fail(const char *what, const char *text)
{
	fprintf(stderr, "%s: %s\n", what, text);
	abort();
}

/* Check the errors of a file of so many bytes. */
static void
check_errors(const struct conf *conf, size_t size)
{
	for (size_t i = 0; i < conf->error_count; i++) {
		const struct conf_error *error = &conf->errors[i];

		if (error->line < 0 || (size_t)error->line > size + 1)
			fail("a line that there is not", error->text);
		if (error->text[0] == '\0')
			fail("an error without a text", "");
		for (const char *at = error->text; *at != '\0'; at++)
			if ((unsigned char)*at < ' ' || *at == 0x7f)
				fail("a control character", error->text);
	}
	if (conf->errors_left_out > 0 && conf->error_count != CONF_ERRORS_MAX)
		fail("errors left out", "although there was room");
}

/* Print a configuration into memory. */
static char *
print(const struct conf *conf)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL || conf_print(conf, out) != 0 || fclose(out) != 0)
		fail("cannot print", "");
	return text;
}

/* Check the nodes of a tree: a parent before its children, a name in a path. */
static void
tree_check(const struct conf *conf)
{
	for (size_t i = 0; i < conf->node_count; i++) {
		const struct conf_node *node = &conf->nodes[i];

		if (node->parent >= (int)i || (node->parent == -1) != (i == 0))
			fail("a parent out of place", node->path);
		if (i > 0 && conf->nodes[node->parent].spec.type !=
		    SPEC_SUPERVISOR)
			fail("a parent that is none", node->path);
		if ((node->program != NULL) !=
		    (i > 0 && node->spec.type != SPEC_SUPERVISOR))
			fail("a program out of place", node->path);
		if (node->program != NULL && node->program->argv == NULL)
			fail("a program without a command", node->path);
	}
}

/* Tell whether all lines are within bounds: quotes make them longer. */
static int
has_short_lines(const char *text)
{
	size_t len;

	for (; *text != '\0'; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		if (len > CONF_LINE_MAX)
			return 0;
	}
	return 1;
}

/* Check that what is printed means the same. */
static void
check_print(const struct conf *conf)
{
	char *first = print(conf), *second;
	struct conf *again;

	if (!has_short_lines(first)) {
		free(first);
		return;
	}
	again = conf_parse("fuzz", first, strlen(first), &machine);
	if (again == NULL)
		fail("out of memory", "");
	if (again->error_count > 0)
		fail(again->errors[0].text, first);
	second = print(again);
	if (strcmp(first, second) != 0) {
		fail(first, second);
	}
	conf_free(again);
	free(first);
	free(second);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct conf *conf = conf_parse("fuzz", (const char *)data, size,
	    &machine);

	if (conf == NULL)
		fail("out of memory", "");
	check_errors(conf, size);
	if (conf->error_count == 0) {
		tree_check(conf);
		check_print(conf);
	}
	conf_free(conf);
	return 0;
}
