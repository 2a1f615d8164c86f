/* The keys of supervision: OTP's supervisor flags and child specification. */
#include "config.h"

#include <string.h>

#include "config/key.h"
#include "config/set.h"
#include "config/value.h"

/* Show a word of an enum. */
static void
show_word(const char *const *words, unsigned index, struct strlist *values)
{
	strlist_add(values, words[index]);
}

/* Show a duration. */
static void
show_duration(int64_t ms, struct strlist *values)
{
	value_put_duration(values, ms);
	strlist_end(values);
}

/* Show yes or no. */
static void
show_yes_no(bool yes, struct strlist *values)
{
	strlist_add(values, yes ? "yes" : "no");
}

void
set_strategy(struct section *section, const char *value)
{
	int word = set_one_of(section, value, spec_strategy_names,
	    SPEC_STRATEGY_COUNT);

	if (word >= 0)
		section->node.flags.strategy = (enum spec_strategy)word;
}

void
show_strategy(const struct key_view *view, struct strlist *values)
{
	show_word(spec_strategy_names, view->node->flags.strategy, values);
}

void
set_max_restarts(struct section *section, const char *value)
{
	uint64_t number;

	if (set_number(section, value, 0, CONF_RESTARTS_MAX, &number))
		section->node.flags.max_restarts = (int64_t)number;
}

void
show_max_restarts(const struct key_view *view, struct strlist *values)
{
	value_put(values, "%lld", (long long)view->node->flags.max_restarts);
	strlist_end(values);
}

void
set_max_seconds(struct section *section, const char *value)
{
	int64_t ms = section->node.flags.max_seconds_ms;

	set_duration(section, value, false, &ms);
	if (ms == 0)
		error_value(section, value, "must be more than nothing");
	else
		section->node.flags.max_seconds_ms = ms;
}

void
show_max_seconds(const struct key_view *view, struct strlist *values)
{
	show_duration(view->node->flags.max_seconds_ms, values);
}

void
set_shutdown_order(struct section *section, const char *value)
{
	int word = set_one_of(section, value, spec_shutdown_order_names,
	    SPEC_SHUTDOWN_ORDER_COUNT);

	if (word >= 0)
		section->node.flags.shutdown_order =
		    (enum spec_shutdown_order)word;
}

void
show_shutdown_order(const struct key_view *view, struct strlist *values)
{
	show_word(spec_shutdown_order_names, view->node->flags.shutdown_order,
	    values);
}

void
set_auto_shutdown(struct section *section, const char *value)
{
	int word = set_one_of(section, value, spec_auto_shutdown_names,
	    SPEC_AUTO_SHUTDOWN_COUNT);

	if (word >= 0)
		section->node.flags.auto_shutdown =
		    (enum spec_auto_shutdown)word;
}

void
show_auto_shutdown(const struct key_view *view, struct strlist *values)
{
	show_word(spec_auto_shutdown_names, view->node->flags.auto_shutdown,
	    values);
}

void
set_max_children(struct section *section, const char *value)
{
	int64_t *max_children = &section->node.flags.max_children;
	uint64_t number;

	if (strcmp(value, "infinity") == 0)
		*max_children = SPEC_INFINITY;
	else if (value_number(value, 0, CONF_CHILDREN_MAX, &number))
		*max_children = (int64_t)number;
	else
		error_value(section, value, "must be a number from 0 to %d, "
		    "or infinity", CONF_CHILDREN_MAX);
}

void
show_max_children(const struct key_view *view, struct strlist *values)
{
	int64_t max_children = view->node->flags.max_children;

	if (max_children == SPEC_INFINITY)
		value_put(values, "infinity");
	else
		value_put(values, "%lld", (long long)max_children);
	strlist_end(values);
}

void
set_allow_arguments(struct section *section, const char *value)
{
	set_yes_no(section, value, &section->node.allow_arguments);
}

void
show_allow_arguments(const struct key_view *view, struct strlist *values)
{
	show_yes_no(view->node->allow_arguments, values);
}

void
set_restart(struct section *section, const char *value)
{
	int word = set_one_of(section, value, spec_restart_names,
	    SPEC_RESTART_COUNT);

	if (word >= 0)
		section->spec->restart = (enum spec_restart)word;
}

void
show_restart(const struct key_view *view, struct strlist *values)
{
	show_word(spec_restart_names, view->spec->restart, values);
}

void
set_significant(struct section *section, const char *value)
{
	set_yes_no(section, value, &section->spec->significant);
}

void
show_significant(const struct key_view *view, struct strlist *values)
{
	show_yes_no(view->spec->significant, values);
}

void
set_shutdown(struct section *section, const char *value)
{
	const char *fault;

	if (strcmp(value, "brutal_kill") == 0) {
		section->spec->shutdown_ms = SPEC_BRUTAL_KILL;
		return;
	}
	if (strcmp(value, "infinity") == 0) {
		section->spec->shutdown_ms = SPEC_INFINITY;
		return;
	}
	fault = value_duration(value, &section->spec->shutdown_ms);
	if (fault)
		error_value(section, value, "%s; infinity and brutal_kill "
		    "are allowed too", fault);
}

void
show_shutdown(const struct key_view *view, struct strlist *values)
{
	if (view->spec->shutdown_ms == SPEC_BRUTAL_KILL)
		strlist_add(values, "brutal_kill");
	else
		show_duration(view->spec->shutdown_ms, values);
}

void
set_restart_delay(struct section *section, const char *value)
{
	set_duration(section, value, false, &section->spec->restart_delay_ms);
}

void
show_restart_delay(const struct key_view *view, struct strlist *values)
{
	show_duration(view->spec->restart_delay_ms, values);
}

void
set_restart_delay_max(struct section *section, const char *value)
{
	set_duration(section, value, false,
	    &section->spec->restart_delay_max_ms);
}

void
show_restart_delay_max(const struct key_view *view, struct strlist *values)
{
	show_duration(view->spec->restart_delay_max_ms, values);
}

void
set_start_timeout(struct section *section, const char *value)
{
	int64_t ms = section->spec->start_timeout_ms;

	set_duration(section, value, true, &ms);
	if (ms == 0)
		error_value(section, value, "must be more than nothing");
	else
		section->spec->start_timeout_ms = ms;
}

void
show_start_timeout(const struct key_view *view, struct strlist *values)
{
	show_duration(view->spec->start_timeout_ms, values);
}
