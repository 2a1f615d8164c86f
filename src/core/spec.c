/* Words, defaults and checks of child specs and supervisor flags. */
#include "core/spec.h"

#include <assert.h>
#include <stddef.h>

const char *const spec_type_names[SPEC_TYPE_COUNT] = {
	[SPEC_WORKER] = "worker",
	[SPEC_SUPERVISOR] = "supervisor",
	[SPEC_DYNAMIC] = "dynamic",
};

const char *const spec_restart_names[SPEC_RESTART_COUNT] = {
	[SPEC_PERMANENT] = "permanent",
	[SPEC_TRANSIENT] = "transient",
	[SPEC_TEMPORARY] = "temporary",
};

const char *const spec_strategy_names[SPEC_STRATEGY_COUNT] = {
	[SPEC_ONE_FOR_ONE] = "one_for_one",
	[SPEC_ONE_FOR_ALL] = "one_for_all",
	[SPEC_REST_FOR_ONE] = "rest_for_one",
};

const char *const spec_auto_shutdown_names[SPEC_AUTO_SHUTDOWN_COUNT] = {
	[SPEC_NEVER] = "never",
	[SPEC_ANY_SIGNIFICANT] = "any_significant",
	[SPEC_ALL_SIGNIFICANT] = "all_significant",
};

const char *const spec_shutdown_order_names[SPEC_SHUTDOWN_ORDER_COUNT] = {
	[SPEC_SEQUENTIAL] = "sequential",
	[SPEC_CONCURRENT] = "concurrent",
};

const char *const spec_error_names[SPEC_ERROR_COUNT] = {
	[SPEC_OK] = "ok",
	[SPEC_INVALID_RESTART_TYPE] = "invalid_restart_type",
	[SPEC_INVALID_SIGNIFICANT] = "invalid_significant",
	[SPEC_INVALID_SHUTDOWN] = "invalid_shutdown",
	[SPEC_BAD_COMBINATION] = "bad_combination",
	[SPEC_INVALID_STRATEGY] = "invalid_strategy",
	[SPEC_INVALID_INTENSITY] = "invalid_intensity",
	[SPEC_INVALID_PERIOD] = "invalid_period",
	[SPEC_INVALID_AUTO_SHUTDOWN] = "invalid_auto_shutdown",
	[SPEC_INVALID_MAX_CHILDREN] = "invalid_max_children",
	[SPEC_DUPLICATE_CHILD_NAME] = "duplicate_child_name",
};

void
spec_init(struct spec *spec, enum spec_type type)
{
	*spec = (struct spec){
		.shutdown_ms = type == SPEC_WORKER ? 5000 : SPEC_INFINITY,
		.start_timeout_ms = SPEC_INFINITY,
		.restart = SPEC_PERMANENT,
		.type = type,
	};
}

void
spec_flags_init(struct spec_flags *flags)
{
	*flags = (struct spec_flags){
		.max_seconds_ms = 5000,
		.max_restarts = 3,
		.max_children = SPEC_INFINITY,
		.strategy = SPEC_ONE_FOR_ONE,
		.auto_shutdown = SPEC_NEVER,
		.shutdown_order = SPEC_SEQUENTIAL,
	};
}

enum spec_error
spec_check(const struct spec *spec, const struct spec_flags *flags)
{
	if ((unsigned)spec->restart >= SPEC_RESTART_COUNT)
		return SPEC_INVALID_RESTART_TYPE;
	if (spec->significant && (flags->auto_shutdown == SPEC_NEVER ||
	    spec->restart == SPEC_PERMANENT))
		return SPEC_BAD_COMBINATION;
	if (spec->shutdown_ms < 0 && spec->shutdown_ms != SPEC_BRUTAL_KILL)
		return SPEC_INVALID_SHUTDOWN;
	return SPEC_OK;
}

enum spec_error
spec_flags_check(const struct spec_flags *flags, enum spec_type type)
{
	bool dynamic = type == SPEC_DYNAMIC;

	if ((unsigned)flags->strategy >= SPEC_STRATEGY_COUNT ||
	    (dynamic && flags->strategy != SPEC_ONE_FOR_ONE))
		return SPEC_INVALID_STRATEGY;
	if (flags->max_restarts < 0 || flags->max_restarts == SPEC_INFINITY)
		return SPEC_INVALID_INTENSITY;
	if (flags->max_seconds_ms <= 0 ||
	    flags->max_seconds_ms == SPEC_INFINITY)
		return SPEC_INVALID_PERIOD;
	if (dynamic && flags->max_children < 0)
		return SPEC_INVALID_MAX_CHILDREN;
	if ((unsigned)flags->auto_shutdown >= SPEC_AUTO_SHUTDOWN_COUNT ||
	    (dynamic && flags->auto_shutdown != SPEC_NEVER))
		return SPEC_INVALID_AUTO_SHUTDOWN;
	return SPEC_OK;
}
