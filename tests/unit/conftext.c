/* From text to errors or a print, for the tests of the configuration. */
#include "conftext.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

const struct conf_machine conftext_root = {0, 0, NULL, NULL};
const struct conf_machine conftext_user = {1000, 1000, "/run/user/1000",
    NULL};

struct conf *
conftext_parse(const char *text)
{
	struct conf *conf = conf_parse("t.conf", text, strlen(text),
	    &conftext_root);
	char *errors;

	ck_assert_ptr_nonnull(conf);
	errors = conftext_errors(conf);
	ck_assert_str_eq(errors, "");
	free(errors);
	return conf;
}

char *
conftext_errors(const struct conf *conf)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(out);
	conf_print_errors(conf, out);
	ck_assert_int_eq(fclose(out), 0);
	return text;
}

char *
conftext_print(const struct conf *conf)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(out);
	ck_assert_int_eq(conf_print(conf, out), 0);
	ck_assert_int_eq(fclose(out), 0);
	return text;
}

void
conftext_expect(const char *text, const struct conf_machine *machine,
    const char *errors)
{
	struct conf *conf = conf_parse("t.conf", text, strlen(text), machine);
	char *found;

	ck_assert_ptr_nonnull(conf);
	found = conftext_errors(conf);
	ck_assert_str_eq(found, errors);
	free(found);
	conf_free(conf);
}

void
conftext_expect_line(const char *section, const char *line, const char *error)
{
	char text[1000], errors[1000] = "";

	snprintf(text, sizeof(text), "%s\n%s\n", section, line);
	if (error[0] != '\0')
		snprintf(errors, sizeof(errors), "t.conf:%d: %s\n",
		    strchr(section, '\n') == NULL ? 2 : 3, error);
	conftext_expect(text, &conftext_root, errors);
}

struct conf_node *
conftext_node(const struct conf *conf, const char *path)
{
	for (size_t i = 0; i < conf->node_count; i++)
		if (strcmp(conf->nodes[i].path, path) == 0)
			return &conf->nodes[i];
	ck_abort_msg("there is no '%s'", path);
	return NULL;
}
