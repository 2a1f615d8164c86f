/*
 * The table of keys: each row has what its type needs, its default holds where
 * nothing is given, and it is listed.
 */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/key.h"
#include "conftext.h"
#include "unit.h"

/* Every row of the table has what its kind of key needs. */
START_TEST(table_is_whole)
{
	for (size_t i = 0; i < key_count; i++) {
		const struct key *key = &key_table[i];

		ck_assert_ptr_eq(key_find(key->name), key);
		ck_assert(key->where != 0);
		ck_assert(key->type != NULL && key->text != NULL);
		ck_assert(key->type->set != NULL);
		ck_assert_uint_le(strlen(key->name), 40);
		ck_assert(strncmp(key->name, "limit_", 6) != 0 ||
		    key->type->show != NULL);
	}
	ck_assert_ptr_null(key_find("no_such_key"));
}
END_TEST

/* What is shown of a key in a configuration. */
static char *
show(const struct key *key, const struct key_view *view)
{
	struct strlist values = { 0 };
	char *text;

	ck_assert(key_show(key, view, &values));
	ck_assert(!values.failed);
	text = values.count == 0 ? NULL : strdup(strlist_first(&values));
	strlist_release(&values);
	return text;
}

/* Check that keys are shown with the defaults of their rows. */
static void
check_defaults(const struct key_view *view)
{
	for (size_t i = 0; i < key_count; i++) {
		const struct key *key = &key_table[i];
		const char *expected = key->initial;
		char *text;

		if (!(key->where & view->kind) || !key->initial)
			continue;
		if (strcmp(key->name, "start_timeout") == 0 ||
		    (view->kind == CONF_SUPERVISOR &&
		    strcmp(key->name, "shutdown") == 0))
			expected = key->other;
		text = show(key, view);
		ck_assert_msg(text != NULL && strcmp(text, expected) == 0,
		    "%s is %s", key->name, text);
		free(text);
	}
}

/* Tell whether flags are the same; there may be anything in the gaps of one. */
static bool
same_flags(const struct spec_flags *a, const struct spec_flags *b)
{
	return a->max_seconds_ms == b->max_seconds_ms &&
	    a->max_restarts == b->max_restarts &&
	    a->max_children == b->max_children &&
	    a->strategy == b->strategy &&
	    a->auto_shutdown == b->auto_shutdown &&
	    a->shutdown_order == b->shutdown_order;
}

/* Tell whether specs are the same. */
static bool
same_spec(const struct spec *a, const struct spec *b)
{
	return a->shutdown_ms == b->shutdown_ms &&
	    a->start_timeout_ms == b->start_timeout_ms &&
	    a->restart_delay_ms == b->restart_delay_ms &&
	    a->restart_delay_max_ms == b->restart_delay_max_ms &&
	    a->restart == b->restart && a->type == b->type &&
	    a->significant == b->significant;
}

/* Where nothing is given, the defaults of the table hold, and they are those
 * that the core has by itself. */
START_TEST(defaults_stand_in_the_table)
{
	struct conf *conf = conftext_parse("[supervisor:s]\n"
	    "[dynamic:d]\ncommand = /x\n[worker:w]\ncommand = /x\n");
	struct key_view view = key_view_daemon(&conf->daemon);
	struct conf_node *sup = &conf->nodes[1], *worker = &conf->nodes[3];
	struct spec_flags flags;
	struct spec spec;

	check_defaults(&view);
	for (size_t i = 0; i < conf->node_count; i++) {
		view = key_view_node(&conf->nodes[i]);
		check_defaults(&view);
	}
	spec_flags_init(&flags);
	ck_assert(same_flags(&sup->flags, &flags));
	ck_assert(same_flags(&conf->nodes[0].flags, &flags));
	spec_init(&spec, SPEC_SUPERVISOR);
	ck_assert(same_spec(&sup->spec, &spec));
	spec_init(&spec, SPEC_WORKER);
	worker->spec.restart_delay_max_ms = 0;	/* the core knows no bound */
	ck_assert(same_spec(&worker->spec, &spec));
	conf_free(conf);
}
END_TEST

/* Every row is listed: five columns, parted by two blanks or more. */
START_TEST(lists_all_keys)
{
	char *text = NULL, *at, *end;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	conf_print_keys(out);
	fclose(out);
	at = text;
	for (size_t i = 0; i < key_count; i++, at = end + 1) {
		size_t columns = 1, len = strlen(key_table[i].name);

		end = strchr(at, '\n');
		ck_assert_ptr_nonnull(end);
		ck_assert(strncmp(at, key_table[i].name, len) == 0);
		ck_assert_int_eq(at[len], ' ');
		for (const char *c = at; c < end; c++)
			columns += c[0] == ' ' && c[1] == ' ' && c[2] != ' ';
		ck_assert_uint_eq(columns, 5);
		ck_assert_int_ne(end[-1], ' ');
	}
	ck_assert_int_eq(*at, '\0');
	free(text);
}
END_TEST

UNIT_SUITE(table)
{
	Suite *suite = suite_create("table");
	TCase *tcase = tcase_create("table");

	tcase_add_test(tcase, table_is_whole);
	tcase_add_test(tcase, defaults_stand_in_the_table);
	tcase_add_test(tcase, lists_all_keys);
	suite_add_tcase(suite, tcase);
	return suite;
}
