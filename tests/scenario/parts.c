/* Definitions made into slots, see the header. */
#include "scenario/parts.h"

#include <stdlib.h>
#include <string.h>

enum {
	NO_WORD = 99,		/* a member of no enum */
};

/* The value of a word of an enum; NO_WORD if it is none; 0 if not given. */
static int
find_word(const char *word, const char *const *names, int count)
{
	if (!word)
		return 0;
	for (int i = 0; i < count; i++)
		if (strcmp(word, names[i]) == 0)
			return i;
	return NO_WORD;
}

/* The value of a number; bad if it is none. */
static int64_t
find_number(const char *word, int64_t fallback, int64_t bad)
{
	char *end;
	long long number;

	if (!word)
		return fallback;
	if (strcmp(word, "infinity") == 0)
		return SPEC_INFINITY;
	number = strtoll(word, &end, 10);
	return *word == '\0' || *end != '\0' ? bad : number;
}

/* The value of `shutdown': below 0 is bad, but must not mean brutal_kill. */
static int64_t
find_shutdown(const char *word, enum spec_type type)
{
	int64_t fallback = type == SPEC_WORKER ? 5000 : SPEC_INFINITY;
	int64_t number;

	if (word && strcmp(word, "brutal_kill") == 0)
		return SPEC_BRUTAL_KILL;
	number = find_number(word, fallback, -2);
	return number < 0 ? -2 : number;
}

struct spec
parts_spec(const struct settings *settings, enum spec_type type)
{
	const char *significant = settings_get(settings, "significant");
	struct spec spec;

	spec_init(&spec, type);
	spec.restart = (enum spec_restart)find_word(
	    settings_get(settings, "restart"), spec_restart_names,
	    SPEC_RESTART_COUNT);
	spec.shutdown_ms = find_shutdown(settings_get(settings, "shutdown"),
	    type);
	spec.significant = significant && strcmp(significant, "true") == 0;
	return spec;
}

bool
parts_is_maybe(const struct settings *settings)
{
	const char *word = settings_get(settings, "significant");

	return word && strcmp(word, "true") != 0 && strcmp(word, "false") != 0;
}

struct spec_flags
parts_flags(const struct def *def)
{
	const struct settings *settings = &def->settings;
	bool dynamic = def->type == SPEC_DYNAMIC;
	struct spec_flags flags;
	int64_t period;

	spec_flags_init(&flags);
	period = find_number(settings_get(settings, "period"), 5, -1);
	flags.max_seconds_ms = period == SPEC_INFINITY ? period : period * 1000;
	flags.max_restarts = find_number(settings_get(settings, "intensity"),
	    dynamic ? 3 : 1, -1);
	flags.max_children = find_number(
	    settings_get(settings, "max_children"), SPEC_INFINITY, -1);
	flags.strategy = (enum spec_strategy)find_word(
	    settings_get(settings, "strategy"), spec_strategy_names,
	    SPEC_STRATEGY_COUNT);
	flags.auto_shutdown = (enum spec_auto_shutdown)find_word(
	    settings_get(settings, "auto_shutdown"), spec_auto_shutdown_names,
	    SPEC_AUTO_SHUTDOWN_COUNT);
	return flags;
}

/* Make a slot with its part and its spec. */
static struct child *
make_slot(struct world *world, struct def *def, enum spec_type type,
    const struct settings *settings)
{
	struct child *child = world_new_child(world, def->name, type);
	struct part *part = part_of(child);

	part->def = def;
	part->settings = *settings;
	child->spec = parts_spec(settings, type);
	return child;
}

struct child *
parts_make_worker(struct world *world, struct def *def,
    const struct settings *settings)
{
	return make_slot(world, def, SPEC_WORKER, settings);
}

/* Record a word for `significant' that the core cannot see. */
static void
find_maybe(struct sup *sup, struct child *const *children, size_t count)
{
	for (size_t i = 0; i < count && sup->fault == SPEC_OK; i++) {
		if (!parts_is_maybe(&part_of(children[i])->settings))
			continue;
		sup->fault = SPEC_INVALID_SIGNIFICANT;
		sup->fault_name = children[i]->name;
		sup->init_answer = SPEC_INIT_ERROR;
	}
}

struct child **
parts_make_children(struct world *world, const struct scenario *scenario,
    const struct def *def)
{
	struct child **children = calloc(def->child_count + 1,
	    sizeof(*children));

	if (!children)
		abort();
	for (size_t i = 0; i < def->child_count; i++) {
		struct def *child = scn_find(scenario, def->children[i]);

		if (!child)
			world_fatal(world, "'%s' has a child '%s' that is not "
			    "defined", def->name, def->children[i]);
		children[i] = parts_make(world, scenario, child);
	}
	return children;
}

struct child *
parts_make(struct world *world, const struct scenario *scenario,
    struct def *def)
{
	struct child *child = make_slot(world, def, def->type, &def->settings);
	struct spec_flags flags = parts_flags(def);
	struct child **children;

	if (def->type == SPEC_WORKER)
		return child;
	world_set_flags(sup_of(child), &flags);
	children = parts_make_children(world, scenario, def);
	world_define(sup_of(child), children, (uint32_t)def->child_count);
	find_maybe(sup_of(child), children, def->child_count);
	free(children);
	parts_prime(child);
	return child;
}

void
parts_prime(struct child *sup)
{
	struct part *part = part_of(sup);
	bool prime = part->def->ignores != 0;

	if (prime == part->primed)
		return;
	part->primed = prime;
	if (prime) {
		part->answer = sup_of(sup)->init_answer;
		sup_of(sup)->init_answer = SPEC_INIT_IGNORE;
	} else {
		sup_of(sup)->init_answer = part->answer;
	}
}

bool
parts_refresh(struct sup *sup)
{
	for (uint32_t i = 0; i < sup->definition_count; i++) {
		struct child *child = sup->definition[i];
		struct part *part = part_of(child);
		struct spec spec = parts_spec(&part->def->settings,
		    part->def->type);

		if (spec.restart != child->spec.restart ||
		    spec.shutdown_ms != child->spec.shutdown_ms ||
		    spec.significant != child->spec.significant)
			return false;
		part->settings = part->def->settings;
	}
	return !part_of(&sup->self)->def->is_stale;
}
