/*
 * The two functions of each key, for the table in confkeys.c: confdaemon.c has
 * those of [reeve], confchild.c those of supervision, confworker.c those of
 * what a worker runs, confcreds.c those of who it is and what it may.
 */
#ifndef REEVE_CONFIG_KEY_H
#define REEVE_CONFIG_KEY_H

#include "config/parse_int.h"

#define CONF_KEY_FUNCTIONS(id) \
void set_##id(struct section *section, const char *value); \
void show_##id(const struct key_view *view, struct strlist *values)

CONF_KEY_FUNCTIONS(include);
CONF_KEY_FUNCTIONS(run_dir);
CONF_KEY_FUNCTIONS(socket);
CONF_KEY_FUNCTIONS(pid_file);
CONF_KEY_FUNCTIONS(log_dir);
CONF_KEY_FUNCTIONS(log);
CONF_KEY_FUNCTIONS(control_group);
CONF_KEY_FUNCTIONS(status_group);
CONF_KEY_FUNCTIONS(environment_inherit);
CONF_KEY_FUNCTIONS(shutdown_timeout);

CONF_KEY_FUNCTIONS(strategy);
CONF_KEY_FUNCTIONS(max_restarts);
CONF_KEY_FUNCTIONS(max_seconds);
CONF_KEY_FUNCTIONS(shutdown_order);
CONF_KEY_FUNCTIONS(auto_shutdown);
CONF_KEY_FUNCTIONS(max_children);
CONF_KEY_FUNCTIONS(allow_arguments);
CONF_KEY_FUNCTIONS(restart);
CONF_KEY_FUNCTIONS(significant);
CONF_KEY_FUNCTIONS(shutdown);
CONF_KEY_FUNCTIONS(restart_delay);
CONF_KEY_FUNCTIONS(restart_delay_max);
CONF_KEY_FUNCTIONS(start_timeout);

CONF_KEY_FUNCTIONS(command);
CONF_KEY_FUNCTIONS(directory);
CONF_KEY_FUNCTIONS(environment);
CONF_KEY_FUNCTIONS(environment_file);
CONF_KEY_FUNCTIONS(stdin);
CONF_KEY_FUNCTIONS(stdout);
CONF_KEY_FUNCTIONS(stderr);
CONF_KEY_FUNCTIONS(ready);
CONF_KEY_FUNCTIONS(stop_signal);
CONF_KEY_FUNCTIONS(exit_normal);
CONF_KEY_FUNCTIONS(exit_shutdown);
CONF_KEY_FUNCTIONS(exit_stopped);

CONF_KEY_FUNCTIONS(user);
CONF_KEY_FUNCTIONS(group);
CONF_KEY_FUNCTIONS(groups);
CONF_KEY_FUNCTIONS(umask);
CONF_KEY_FUNCTIONS(nice);
CONF_KEY_FUNCTIONS(oom_score_adj);
CONF_KEY_FUNCTIONS(limit);

/* Of keys whose effect is not built yet: refuses every value. */
void	set_later(struct section *section, const char *value);

/* Fill in what [reeve] has not said (confdaemon.c); what the three keys of
 * credentials mean together (confcreds.c). */
void	keys_reeve_end(struct parser *parser);
void	keys_user_end(struct section *section);

#endif
