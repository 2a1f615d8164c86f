/* OTP's code_change of a running supervisor; the rules are in the header. */
#include "core/change.h"

#include "core/names.h"

/* Record what is wrong with a request's definition. */
static enum request_error
refuse(struct request *request, enum spec_error fault, const char *name)
{
	request->fault = fault;
	request->fault_name = name;
	return REQUEST_BAD_SPEC;
}

/*
 * Find a name that stands twice among the new slots: each is put into the
 * table of names without a parent, and taken out again. Returns the first
 * repeated name, or NULL.
 */
static const char *
repeated_name(struct sup *sup, const struct request *request)
{
	const char *name = NULL;
	uint32_t i;

	for (i = 0; i < request->definition_count; i++) {
		struct child *slot = request->definition[i];

		slot->parent = NULL;
		if (names_find(sup->tree, NULL, slot->name)) {
			name = slot->name;
			break;
		}
		names_add(sup->tree, slot);
	}
	while (i-- > 0)
		names_remove(sup->tree, request->definition[i]);
	return name;
}

/* Tell whether a child can make way for a slot of another type: it must be
 * down for good, as all children of one that does not run. */
static bool
can_make_way(const struct sup *sup, struct child *child)
{
	bool runs = sup->self.state == CHILD_UP ||
	    sup->self.state == CHILD_STOPPING;	/* its mail comes first */

	return !runs && !sup_has_unkillable(child) && !sup_is_half_up(child);
}

/*
 * Find a new slot whose name a child of another type has: a worker cannot
 * become a supervisor while it runs. Returns the name, or NULL.
 */
static const char *
changed_type(struct sup *sup, const struct request *request)
{
	for (uint32_t i = 0; i < request->definition_count; i++) {
		const struct child *slot = request->definition[i];
		struct child *child = names_find(sup->tree, sup, slot->name);

		if (child && child->spec.type != slot->spec.type &&
		    !can_make_way(sup, child))
			return slot->name;
	}
	return NULL;
}

/* Check flags, then every spec, then the names, as a start would. */
static enum request_error
check(struct sup *sup, struct request *request)
{
	enum spec_error fault;
	const char *name;

	fault = spec_flags_check(&request->flags, sup->self.spec.type);
	if (fault)
		return refuse(request, fault, NULL);
	for (uint32_t i = 0; i < request->definition_count; i++) {
		struct child *slot = request->definition[i];

		fault = spec_check(&slot->spec, &request->flags);
		if (fault)
			return refuse(request, fault, slot->name);
	}
	name = repeated_name(sup, request);
	if (!name)
		name = changed_type(sup, request);
	if (name)
		return refuse(request, SPEC_DUPLICATE_CHILD_NAME, name);
	return REQUEST_OK;
}

/* Give a child the spec of a new slot; the slot is released. */
static void
replace_spec(struct sup *sup, struct child *child, struct child *slot)
{
	child->spec = slot->spec;
	slot->replacement = child;
	steps_act(sup->tree, &slot->action, ACTION_RELEASE);
}

/* Children of the old definition that are in no list will not come back. */
static void
drop_old_definition(struct sup *sup)
{
	for (uint32_t i = 0; i < sup->definition_count; i++) {
		struct child *child = sup->definition[i];

		child->defined = false;
		if (!list_is_linked(&child->link))
			steps_act(sup->tree, &child->action, ACTION_RELEASE);
	}
}

/* Take a new slot into the supervisor, or give its spec to the child that has
 * its name. Returns the child that is in the supervisor then. */
static struct child *
take_slot(struct sup *sup, struct child *slot)
{
	struct child *child = names_find(sup->tree, sup, slot->name);

	if (child && child->spec.type == slot->spec.type) {
		replace_spec(sup, child, slot);
		if (child->forgotten)
			list_remove(&child->exit.link);	/* it may stay */
		child->forgotten = false;
		list_remove(&child->link);
		return child;
	}
	slot->parent = sup;
	sup->child_count++;
	names_add(sup->tree, slot);
	return slot;
}

/* Bring the list into the new order; what it does not name comes last. */
static void
take_definition(struct sup *sup, struct request *request)
{
	struct list *old_first;

	drop_old_definition(sup);
	for (uint32_t i = 0; i < request->definition_count; i++) {
		request->definition[i] = take_slot(sup, request->definition[i]);
		request->definition[i]->defined = true;
	}
	old_first = sup->children.next;
	for (uint32_t i = 0; i < request->definition_count; i++)
		list_insert_before(old_first, &request->definition[i]->link);
	sup->altered = true;
}

/* Exchange the arrays that are lent: the old ones go back with the answer. */
static void
exchange(struct sup *sup, struct request *request)
{
	struct child **definition = sup->definition;
	int64_t *ring = sup->window.times_ms;

	window_move(&sup->window, request->ring, request->ring_size);
	request->ring = ring;
	sup->definition = request->definition;
	sup->definition_count = request->definition_count;
	request->definition = definition;
}

enum request_error
change_sup(struct sup *sup, struct request *request)
{
	enum request_error error;

	if (request->init_answer == SPEC_INIT_IGNORE)
		return REQUEST_OK;
	error = check(sup, request);
	if (error)
		return error;
	sup->flags = request->flags;
	take_definition(sup, request);
	exchange(sup, request);
	return REQUEST_OK;
}

enum request_error
change_down(struct sup *sup, struct request *request)
{
	enum request_error error = change_sup(sup, request);

	if (error == REQUEST_OK)
		sup_restore_definition(sup);
	return error;
}
