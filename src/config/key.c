/* What can be asked of keys and of kinds of section, whatever their type. */
#include "config.h"

#include "config/key.h"

#include <assert.h>
#include <string.h>

#include "base/array.h"

const struct key *
key_find(const char *name)
{
	for (size_t i = 0; i < key_count; i++)
		if (strcmp(key_table[i].name, name) == 0)
			return &key_table[i];
	return NULL;
}

/* Why a key is not where a reader may look for it. */
static const struct {
	const char *key;
	unsigned where;		/* enum conf_kind, or-ed */
	const char *why;
} absences[] = {
	{ "strategy", CONF_DYNAMIC,
	    "a dynamic supervisor is always one_for_one" },
	{ "shutdown_order", CONF_DYNAMIC,
	    "a dynamic supervisor stops its children all at once" },
	{ "auto_shutdown", CONF_DYNAMIC,
	    "no child of a dynamic supervisor is significant" },
	{ "significant", CONF_DYNAMIC,
	    "a dynamic supervisor is permanent, and none of its children is "
	    "significant" },
	{ "significant", CONF_DEFAULTS, "each worker says it for itself" },
	{ "significant", CONF_ROOT, "the root has no supervisor" },
	{ "restart", CONF_ROOT, "the root has no supervisor" },
	{ "shutdown", CONF_ROOT,
	    "its bound is shutdown_timeout in [reeve]" },
	{ "command", CONF_DEFAULTS,
	    "this section has the defaults of workers, it is no worker" },
};

const char *
key_why_not(const struct key *key, enum conf_kind kind)
{
	for (size_t i = 0; i < LENGTH(absences); i++)
		if ((absences[i].where & kind) &&
		    strcmp(absences[i].key, key->name) == 0)
			return absences[i].why;
	return NULL;
}

const char *
key_kind_name(enum conf_kind kind)
{
	static const char *const names[] = {
		"[reeve]", "[supervisor]", "[supervisor:PATH]",
		"[dynamic:PATH]", "[worker]", "[worker:PATH]",
	};

	for (size_t i = 0; i < LENGTH(names); i++)
		if (kind == 1u << i)
			return names[i];
	return "[?]";
}

struct key_view
key_view_daemon(const struct conf_daemon *daemon)
{
	return (struct key_view){
		.kind = CONF_REEVE, .bases[KEY_IN_REEVE] = daemon,
	};
}

struct key_view
key_view_node(const struct conf_node *node)
{
	static const enum conf_kind kinds[] = {
		[SPEC_WORKER] = CONF_WORKER,
		[SPEC_SUPERVISOR] = CONF_SUPERVISOR,
		[SPEC_DYNAMIC] = CONF_DYNAMIC,
	};
	bool dynamic = node->spec.type == SPEC_DYNAMIC;

	return (struct key_view){
		.kind = node->parent == -1 ? CONF_ROOT : kinds[node->spec.type],
		.bases[KEY_IN_NODE] = node,
		.bases[KEY_IN_SPEC] = dynamic ? &node->template : &node->spec,
		.bases[KEY_IN_PROGRAM] = node->program,
	};
}

bool
key_show(const struct key *key, const struct key_view *view,
    struct strlist *values)
{
	const char *base = view->bases[key->base];

	if (!(key->where & view->kind) || !key->type->show)
		return false;
	assert(base);
	key->type->show(key, base + key->offset, values);
	return true;
}
