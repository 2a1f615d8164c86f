/* The keys of [reeve]: the daemon's own files, messages and permissions. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/command.h"
#include "config/key.h"
#include "config/set.h"
#include "config/value.h"

#define DEFAULT_INHERIT	"PATH LANG TZ"

/* The present section's daemon. */
static struct conf_daemon *
daemon_of(struct section *section)
{
	return &section->parser->conf->daemon;
}

/* Show a string, quoted where it must be; NULL: no value. */
static void
show_string(const char *text, struct strlist *values)
{
	if (!text)
		return;
	command_quote(values, text);
	strlist_end(values);
}

void
set_include(struct section *section, const char *value)
{
	char *pattern = NULL;

	if (set_string(section, value, &pattern))
		conf_include(section, value, pattern);
	free(pattern);
}

/* Show nothing: what was included is shown instead. */
void
show_include(const struct key_view *view, struct strlist *values)
{
	(void)view;
	(void)values;
}

void
set_run_dir(struct section *section, const char *value)
{
	struct conf_daemon *daemon = daemon_of(section);

	if (set_path(section, value, &daemon->run_dir))
		daemon->run_dir_set = true;
}

void
show_run_dir(const struct key_view *view, struct strlist *values)
{
	show_string(view->daemon->run_dir, values);
}

void
set_socket(struct section *section, const char *value)
{
	set_path(section, value, &daemon_of(section)->socket);
}

void
show_socket(const struct key_view *view, struct strlist *values)
{
	show_string(view->daemon->socket, values);
}

void
set_pid_file(struct section *section, const char *value)
{
	set_path(section, value, &daemon_of(section)->pid_file);
}

void
show_pid_file(const struct key_view *view, struct strlist *values)
{
	show_string(view->daemon->pid_file, values);
}

void
set_log_dir(struct section *section, const char *value)
{
	struct conf_daemon *daemon = daemon_of(section);

	if (set_path(section, value, &daemon->log_dir))
		daemon->log_dir_set = true;
}

void
show_log_dir(const struct key_view *view, struct strlist *values)
{
	/* what is not said depends on whether the daemon detaches */
	if (view->daemon->log_dir_set)
		show_string(view->daemon->log_dir, values);
}

void
set_log(struct section *section, const char *value)
{
	struct conf_daemon *daemon = daemon_of(section);
	char *word = NULL;

	if (!set_string(section, value, &word))
		return;
	if (strcmp(word, "stderr") == 0) {
		daemon->log = CONF_LOG_STDERR;
	} else if (strcmp(word, "syslog") == 0) {
		daemon->log = CONF_LOG_SYSLOG;
	} else if (word[0] == '/') {
		daemon->log = CONF_LOG_FILE;
		free(daemon->log_file);	/* of a section that stands twice */
		daemon->log_file = word;
		return;
	} else {
		error_value(section, value, "must be stderr, syslog or the "
		    "absolute path of a file");
	}
	free(word);
}

void
show_log(const struct key_view *view, struct strlist *values)
{
	static const char *const words[] = {
		[CONF_LOG_STDERR] = "stderr",
		[CONF_LOG_SYSLOG] = "syslog",
	};

	if (view->daemon->log == CONF_LOG_FILE)
		show_string(view->daemon->log_file, values);
	else if (view->daemon->log != CONF_LOG_DEFAULT)
		strlist_add(values, words[view->daemon->log]);
}

/* Read a group that the system must know. */
static void
set_known_group(struct section *section, const char *value,
    char **ret_group)
{
	char fault[160];
	gid_t gid;

	if (user_find_group(value, &gid, fault, sizeof(fault)))
		error_value(section, value, "%s", fault);
	else
		set_string(section, value, ret_group);
}

void
set_control_group(struct section *section, const char *value)
{
	set_known_group(section, value, &daemon_of(section)->control_group);
}

void
show_control_group(const struct key_view *view, struct strlist *values)
{
	show_string(view->daemon->control_group, values);
}

void
set_status_group(struct section *section, const char *value)
{
	set_known_group(section, value, &daemon_of(section)->status_group);
}

void
show_status_group(const struct key_view *view, struct strlist *values)
{
	show_string(view->daemon->status_group, values);
}

/* Make an array of a list of names; NULL if memory is short. */
static char **
split_names(const char *list)
{
	struct strlist names = STRLIST_EMPTY;
	char item[VALUE_ITEM_SIZE];
	char **array;

	while (value_item(&list, item))
		strlist_add(&names, item);
	array = strlist_pack(&names);
	strlist_release(&names);
	return array;
}

void
set_environment_inherit(struct section *section, const char *value)
{
	struct conf_daemon *daemon = daemon_of(section);
	char item[VALUE_ITEM_SIZE];
	const char *list = value;

	while (value_item(&list, item)) {
		if (command_is_name(item, strlen(item)))
			continue;
		error_value(section, value, "'%.40s' is not the name of a "
		    "variable: letters, digits and '_', no digit first", item);
		return;
	}
	free(daemon->environment_inherit);
	daemon->environment_inherit = split_names(value);
	set_check_memory(section, daemon->environment_inherit != NULL);
}

void
show_environment_inherit(const struct key_view *view, struct strlist *values)
{
	char *const *name = view->daemon->environment_inherit;

	for (; *name; name++)
		value_put(values, "%s%s", *name, name[1] ? " " : "");
	strlist_end(values);
}

void
set_shutdown_timeout(struct section *section, const char *value)
{
	set_duration(section, value, true,
	    &daemon_of(section)->shutdown_timeout_ms);
}

void
show_shutdown_timeout(const struct key_view *view, struct strlist *values)
{
	value_put_duration(values, view->daemon->shutdown_timeout_ms);
	strlist_end(values);
}

/* Set a path that was not said to a name in a directory. */
static void
set_default(struct parser *parser, char **path, const char *directory,
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
	const char *runtime_dir = parser->machine->runtime_dir;

	if (parser->machine->uid == 0) {
		set_default(parser, &daemon->run_dir, "/run", "reeve");
		return;
	}
	if (!daemon->run_dir &&
	    (!runtime_dir || runtime_dir[0] != '/')) {
		conf_error(parser, 0, "[reeve] run_dir is not set, and for "
		    "another user than root there is no default without "
		    "XDG_RUNTIME_DIR in the environment");
		runtime_dir = "/nonexistent";
	}
	set_default(parser, &daemon->run_dir, runtime_dir, "reeve");
}

void
keys_reeve_end(struct parser *parser)
{
	struct conf_daemon *daemon = &parser->conf->daemon;
	const size_t longest = sizeof(((struct sockaddr_un *)0)->sun_path) - 1;

	set_default_run_dir(parser);
	if (!daemon->run_dir)
		return;
	set_default(parser, &daemon->socket, daemon->run_dir, "reeve.sock");
	set_default(parser, &daemon->pid_file, daemon->run_dir, "reeved.pid");
	if (parser->machine->uid == 0)
		set_default(parser, &daemon->log_dir, "/var/log", "reeve");
	if (!daemon->environment_inherit)
		daemon->environment_inherit = split_names(DEFAULT_INHERIT);
	if (!daemon->environment_inherit)
		parser->failed = true;
	if (daemon->socket && strlen(daemon->socket) > longest)
		conf_error(parser, 0, "[reeve] socket = %s: %zu bytes, the "
		    "address of a socket may have %zu", daemon->socket,
		    strlen(daemon->socket), longest);
}

void
conf_machine_get(struct conf_machine *ret_machine)
{
	*ret_machine = (struct conf_machine){
		.uid = geteuid(),
		.gid = getegid(),
		.runtime_dir = getenv("XDG_RUNTIME_DIR"),
	};
}
