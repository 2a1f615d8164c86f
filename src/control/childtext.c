/* Children as objects of the interface. */
#include "config.h"

#include "control/childtext.h"

#include <stdio.h>
#include <string.h>

#include "control/eventtext.h"
#include "engine/supervisor.h"
#include "engine/events.h"
#include "engine/worker.h"
#include "process/program.h"

/* How the interface writes times that are none. */
#define INFINITE	(-1)
#define BRUTAL_KILL	(-2)

static void
put_path(struct varlink_object *object, const struct child *child)
{
	char path[SPEC_PATH_SIZE];

	tree_path(child, path, sizeof(path));
	varlink_put_text(object, "path", path);
	varlink_put_text(object, "type", spec_type_names[child->spec.type]);
}

/* Put in how it ended last, if it ever has. */
static void
put_last_end(struct varlink_object *object, const struct child *child)
{
	bool is_sup = child_is_sup(child);

	if (child->last.how == SPEC_HOW_NONE &&
	    !(is_sup && child->last.end != SPEC_END_NORMAL))
		return;
	varlink_put(object, "last_end", eventtext_end(child->last, is_sup,
	    false));
}

static void
put_sup(struct varlink_object *object, const struct sup *sup)
{
	varlink_put_text(object, "strategy",
	    spec_strategy_names[sup->flags.strategy]);
	varlink_put_int(object, "children", sup->child_count);
}

void
childtext_put_pid(struct varlink_object *object, const struct child *child)
{
	if (!child_is_sup(child) && worker_of_const(child)->proc.pid > 0)
		varlink_put_int(object, "pid",
		    worker_of_const(child)->proc.pid);
}

json_t *
childtext_status(const struct child *child, int64_t now_ms)
{
	struct varlink_object status;

	varlink_begin(&status);
	put_path(&status, child);
	varlink_put_text(&status, "state", child_state_names[child->state]);
	childtext_put_pid(&status, child);
	if (child->state == CHILD_UP)
		varlink_put_int(&status, "uptime_ms",
		    now_ms > child->up_since_ms ?
		    now_ms - child->up_since_ms : 0);
	varlink_put_int(&status, "restarts", child->restarts);
	put_last_end(&status, child);
	if (child->timer.due_ms != HEAP_NEVER)
		varlink_put_int(&status, "retry_in_ms",
		    child->timer.due_ms > now_ms ?
		    child->timer.due_ms - now_ms : 0);
	if (child_is_sup(child))
		put_sup(&status, sup_of_const(child));
	return varlink_end(&status);
}

/* Put in a duration or a number as the interface writes it. */
static void
put_number(struct varlink_object *spec, const char *key, int64_t value)
{
	varlink_put_int(spec, key, value == SPEC_INFINITY ? INFINITE :
	    value == SPEC_BRUTAL_KILL ? BRUTAL_KILL : value);
}

static void
put_flags(struct varlink_object *spec, const struct sup *sup)
{
	const struct spec_flags *flags = &sup->flags;

	varlink_put_text(spec, "strategy",
	    spec_strategy_names[flags->strategy]);
	varlink_put_int(spec, "max_restarts", flags->max_restarts);
	varlink_put_int(spec, "max_seconds_ms", flags->max_seconds_ms);
	varlink_put_text(spec, "auto_shutdown",
	    spec_auto_shutdown_names[flags->auto_shutdown]);
	varlink_put_text(spec, "shutdown_order",
	    spec_shutdown_order_names[flags->shutdown_order]);
	if (sup_is_dynamic(sup))
		put_number(spec, "max_children", flags->max_children);
}

/* The names of an environment; not the values, which may be secret. */
static json_t *
names_of(char *const *env)
{
	json_t *names = json_array();

	for (; env && *env; env++)
		if (json_array_append_new(names, varlink_string(*env,
		    strcspn(*env, "="))) < 0) {
			json_decref(names);
			return NULL;
		}
	return names;
}

static void
put_program(struct varlink_object *spec, const struct program *program)
{
	char ready[PROGRAM_READY_SIZE];

	if (program->argv)
		varlink_put(spec, "command", varlink_strings(program->argv));
	varlink_put_text(spec, "directory", program_directory(program));
	varlink_put(spec, "environment", names_of(program->env));
	if (program->user_name)
		varlink_put_text(spec, "user", program->user_name);
	varlink_put_text(spec, "ready", program_show_ready(program, ready));
}

/* What a worker runs, or the children of a dynamic supervisor; or NULL. */
static const struct program *
program_of(const struct child *child)
{
	const struct supervisor_template *template;

	if (!child_is_sup(child))
		return worker_of_const(child)->program;
	template = supervisor_template(sup_of_const(child));
	return template ? template->program : NULL;
}

json_t *
childtext_spec(const struct child *child)
{
	const struct program *program = program_of(child);
	const struct spec *own = &child->spec;
	struct varlink_object spec;

	varlink_begin(&spec);
	put_path(&spec, child);
	varlink_put_text(&spec, "restart", spec_restart_names[own->restart]);
	varlink_put_bool(&spec, "significant", own->significant);
	put_number(&spec, "shutdown_ms", own->shutdown_ms);
	put_number(&spec, "start_timeout_ms", own->start_timeout_ms);
	varlink_put_int(&spec, "restart_delay_ms", own->restart_delay_ms);
	varlink_put_int(&spec, "restart_delay_max_ms",
	    own->restart_delay_max_ms);
	if (child_is_sup(child))
		put_flags(&spec, sup_of_const(child));
	if (program)
		put_program(&spec, program);
	return varlink_end(&spec);
}
