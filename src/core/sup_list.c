/*
 * The list of a supervisor's children: what it is defined to be, what comes
 * and goes at run time, and what is in it that runs already. See sup.h.
 */
#include "core/sup.h"

#include <assert.h>

#include "core/names.h"

void
sup_insert(struct sup *sup, struct child *child)
{
	assert(!list_is_linked(&child->link));
	child->parent = sup;
	list_append(&sup->children, &child->link);
	sup->child_count++;
	names_add(sup->tree, child);
}

void
sup_unlink(struct sup *sup, struct child *child)
{
	list_remove(&child->link);
	list_remove(&child->exit.link);
	list_remove(&child->retry.link);
	heap_set(&sup->tree->deadlines, &child->timer, HEAP_NEVER);
	names_remove(sup->tree, child);
	sup->child_count--;
	sup->altered = true;
}

void
sup_forget(struct sup *sup, struct child *child)
{
	child->forgotten = sup_has_unkillable(child);
	if (child->forgotten) {
		sup->altered = true;
		return;
	}
	sup_unlink(sup, child);
	if (!child->defined)
		steps_act(sup->tree, &child->action, ACTION_RELEASE);
}

void
sup_add_unkillable(struct child *child)
{
	for (struct sup *sup = child->parent; sup; sup = sup->self.parent)
		sup->unkillable++;
}

void
sup_remove_unkillable(struct child *child)
{
	for (struct sup *sup = child->parent; sup; sup = sup->self.parent) {
		sup->unkillable--;
		if (child->forgotten && !sup_has_unkillable(child))
			sup_post(sup, &child->exit);	/* let it go */
		child = &sup->self;
	}
}

void
sup_restore_definition(struct sup *sup)
{
	struct list *link, *next;
	bool altered = false;

	if (!sup->altered)
		return;
	for (link = sup->children.next; link != &sup->children; link = next) {
		struct child *child = list_entry(link, struct child, link);

		next = link->next;
		child->forgotten = false;
		if (child->defined)
			sup_unlink(sup, child);
		else
			sup_forget(sup, child);
		altered |= child->forgotten;
	}
	for (uint32_t i = 0; i < sup->definition_count; i++)
		sup_insert(sup, sup->definition[i]);
	sup->altered = altered;
}

/* Record what is wrong with a definition: its start will answer that. */
static enum spec_error
set_fault(struct sup *sup, enum spec_error fault, const char *name)
{
	sup->fault = fault;
	sup->fault_name = name;
	sup->init_answer = SPEC_INIT_ERROR;
	return fault;
}

/* Take a child into the definition; the first fault counts. */
static void
define_child(struct sup *sup, struct child *child)
{
	enum spec_error fault = spec_check(&child->spec, &sup->flags);

	child->parent = sup;
	child->defined = true;
	if (names_find(sup->tree, sup, child->name)) {
		if (!fault)
			fault = SPEC_DUPLICATE_CHILD_NAME;
	} else {
		sup_insert(sup, child);
	}
	if (fault && !sup->fault)
		set_fault(sup, fault, child->name);
}

enum spec_error
sup_define(struct sup *sup, struct child **children, uint32_t count)
{
	sup->definition = children;
	sup->definition_count = count;
	sup->init_answer = SPEC_INIT_OK;
	sup->fault = spec_flags_check(&sup->flags, sup->self.spec.type);
	if (sup->fault)
		set_fault(sup, sup->fault, NULL);
	for (uint32_t i = 0; i < count; i++)
		define_child(sup, children[i]);
	return sup->fault;
}

void
sup_undefine(struct sup *sup)
{
	struct list *link;

	while ((link = list_pop(&sup->children))) {
		struct child *child = list_entry(link, struct child, link);

		if (child_is_sup(child))
			sup_undefine(sup_of(child));
		names_remove(sup->tree, child);
	}
	sup->child_count = 0;
}

void
sup_add(struct sup *sup, struct child *child)
{
	struct child *deleted = names_find(sup->tree, sup, child->name);

	assert(sup->self.state == CHILD_DOWN);
	if (deleted && !sup_is_dynamic(sup))
		sup_unlink(sup, deleted);
	child->defined = false;
	sup_insert(sup, child);
	sup->altered = true;
}

/* What ended before its supervisor was adopted leaves as it would have then. */
static void
forget_ended(struct sup *sup)
{
	struct list *link, *next;

	for (link = sup->children.next; link != &sup->children; link = next) {
		struct child *child = list_entry(link, struct child, link);

		next = link->next;
		if (child->state == CHILD_DOWN && !sup_is_half_up(child) &&
		    !sup_keeps(sup, child))
			sup_forget(sup, child);
	}
}

void
sup_adopt(struct tree *tree, struct child *child)
{
	assert(child->state == CHILD_DOWN);
	assert(!child->parent || (child->parent->self.state == CHILD_DOWN &&
	    child->parent->init_answer == SPEC_INIT_OK));
	child_set_state(child, CHILD_UP);
	child->up_since_ms = tree->now_ms;
	for (struct sup *sup = child->parent; sup && !sup->half_up;
	    sup = sup->self.parent)
		sup->half_up = true;
	if (child_is_sup(child)) {
		sup_of(child)->half_up = false;
		forget_ended(sup_of(child));
	}
}

void
sup_count_as_up(struct child *child)
{
	if (!sup_is_half_up(child))
		return;
	child_set_state(child, CHILD_UP);
	sup_of(child)->half_up = false;
}

void
sup_count_children(const struct sup *sup, struct request_counts *ret_counts)
{
	const struct list *link;

	*ret_counts = (struct request_counts){ .specs = sup->child_count };
	for (link = sup->children.next; link != &sup->children;
	    link = link->next) {
		const struct child *child =
		    list_const_entry(link, struct child, link);

		if (child_is_sup(child))
			ret_counts->supervisors++;
		else
			ret_counts->workers++;
		ret_counts->active += child->state == CHILD_UP ||
		    child->state == CHILD_STOPPING ||
		    (sup_is_dynamic(sup) && child->state == CHILD_ENDED);
	}
}
