/* The keys of [reeve] that are like no other. */
#include "config.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "base/command.h"
#include "config/keys.h"
#include "config/places.h"
#include "config/set.h"
#include "config/source.h"
#include "config/value.h"

static void
set_include(struct section *section, const char *value, void *field)
{
	char *pattern = NULL;

	(void)field;
	if (set_string(section, value, &pattern))
		source_include(section, value, pattern);
	free(pattern);
}

/* It is never shown: what was included is shown instead. */
const struct key_type keys_include = { set_include, NULL };

static void
set_log(struct section *section, const char *value, void *field)
{
	char **log = field, *word = NULL;

	if (!set_string(section, value, &word))
		return;
	if (word[0] != '/' && strcmp(word, CONF_LOG_STDERR) != 0 &&
	    strcmp(word, CONF_LOG_SYSLOG) != 0) {
		error_value(section, value, "must be stderr, syslog or the "
		    "absolute path of a file");
		free(word);
		return;
	}
	free(*log);
	*log = word;
}

const struct key_type keys_log = { set_log, type_show_string };

/* Read a group that the system must know. */
static void
set_known_group(struct section *section, const char *value, void *field)
{
	struct conf_group *group = field;
	char fault[160];

	if (user_find_group(section->parser->machine, value, &group->gid,
	    fault, sizeof(fault)))
		error_value(section, value, "%s", fault);
	else
		set_string(section, value, &group->name);
}

static_assert(offsetof(struct conf_group, name) == 0,
    "a group is shown as its name");

const struct key_type keys_known_group = {
	set_known_group, type_show_string,
};

static void
set_names(struct section *section, const char *value, void *field)
{
	char ***names = field;
	struct strlist list = { 0 };
	char item[VALUE_ITEM_SIZE];
	const char *at = value;

	while (value_item(&at, item)) {
		strlist_add(&list, item);
		if (command_is_name(item, strlen(item)))
			continue;
		error_value(section, value, "'%.40s' is not the name of a "
		    "variable: letters, digits and '_', no digit first", item);
		strlist_release(&list);
		return;
	}
	free(*names);
	*names = strlist_pack(&list);
	strlist_release(&list);
	set_check_memory(section, *names);
}

static void
show_names(const struct key *key, const void *field, struct strlist *values)
{
	char *const *name = *(char **const *)field;

	(void)key;
	for (; *name; name++)
		value_put(values, "%s%s", *name, name[1] ? " " : "");
	strlist_end(values);
}

const struct key_type keys_names = { set_names, show_names };

/* Set a path that is not given to a name in a directory. */
static void
set_path_in(struct parser *parser, char **path, const char *directory,
    const char *name)
{
	if (*path)
		return;
	if (asprintf(path, "%s/%s", directory, name) != -1)
		return;
	*path = NULL;
	parser->failed = true;
}

/* Find the default run_dir, or report that there is none. */
static void
set_default_run_dir(struct parser *parser)
{
	struct conf_daemon *daemon = &parser->conf->daemon;
	const char *directory = places_run(parser->machine->uid,
	    parser->machine->runtime_dir);

	if (!directory && !daemon->run_dir)
		error_add(parser, 0, "[reeve] run_dir is not set, and for "
		    "another user than root there is no default without "
		    "XDG_RUNTIME_DIR in the environment");
	set_path_in(parser, &daemon->run_dir,
	    directory ? directory : "/nonexistent", PLACES_NAME);
}

void
keys_reeve_end(struct parser *parser)
{
	struct conf_daemon *daemon = &parser->conf->daemon;
	const size_t longest = sizeof(((struct sockaddr_un *)0)->sun_path) - 1;

	set_default_run_dir(parser);
	if (!daemon->run_dir)
		return;
	set_path_in(parser, &daemon->socket, daemon->run_dir, PLACES_SOCKET);
	set_path_in(parser, &daemon->pid_file, daemon->run_dir,
	    PLACES_PID_FILE);
	if (daemon->socket && strlen(daemon->socket) > longest)
		error_add(parser, 0, "[reeve] socket = %s: %zu bytes, the "
		    "address of a socket may have %zu", daemon->socket,
		    strlen(daemon->socket), longest);
}
