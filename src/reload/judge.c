/*
 * The judgement of a reload: what becomes of every child, and of every node of
 * the new configuration. Supervisor by supervisor: first the nodes are looked
 * for among the children, then the list is walked for who is to go.
 */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "config/diff.h"
#include "engine/build.h"
#include "reload/plan_int.h"

#define PATH_SIZE	1100

/* A child that has the name of a node. */
struct match {
	const struct child *child;
	size_t node;
	bool replaced;
};

/* The turn of one supervisor. */
struct turn {
	struct sup *sup;
	size_t node;		/* of the supervisor */
	struct match *namesakes; /* by address of the child */
	size_t count;
	const struct child **dormant; /* that the old definition names and
				   that are in no list; by name */
	size_t dormant_count;
	size_t dormant_named;	/* of these, by the new one too */
	bool upgrade;		/* something of it differs */
};

/* Note a child that is to go. */
static void
add_goner(struct planner *planner, const struct child *child, bool replaced)
{
	struct removal *goners = plan_grow(planner, planner->goners,
	    planner->goner_count, &planner->goner_room, sizeof(*goners));
	char path[PATH_SIZE], *copy;

	if (!goners)
		return;
	planner->goners = goners;
	tree_path(child, path, sizeof(path));
	copy = strdup(path);
	if (!copy) {
		planner->failed = true;
		return;
	}
	goners[planner->goner_count++] = (struct removal){
		.path = copy,
		.replaced = replaced,
	};
}

/* Put the names of the keys that differ into one text, and forget them. */
static char *
join_keys(struct planner *planner)
{
	struct strlist text = STRLIST_EMPTY;
	const char *key = strlist_first(&planner->keys);

	for (size_t i = 0; i < planner->keys.count; i++) {
		strlist_put_bytes(&text, ", ", i ? 2 : 0);
		strlist_put_bytes(&text, key, strlen(key));
		key = strlist_after(key);
	}
	strlist_end(&text);
	strlist_clear(&planner->keys);
	if (!text.failed)
		return text.bytes;
	planner->failed = true;
	strlist_release(&text);
	return NULL;
}

/* Compare a child with a node; note what differs. */
static void
compare(struct planner *planner, const struct child *child, size_t node)
{
	struct conf_node now;
	unsigned change;

	build_describe(child, &now);
	change = diff_nodes(&now, &planner->conf->nodes[node],
	    &planner->keys);
	if (planner->keys.count > 0)
		planner->plan->keys[node] = join_keys(planner);
	/* a template's children keep what they were started with */
	if (!child_is_sup(child) && (change & DIFF_RESTART))
		planner->plan->marks[node] |= PLAN_MARK_RESTARTS;
}

/*
 * Tell whether a child has to make way for a new one: a worker cannot become a
 * supervisor, nor a temporary child be restarted.
 */
static bool
is_replaced(struct planner *planner, const struct child *child, size_t node)
{
	const struct conf_node *new = &planner->conf->nodes[node];

	if (child->spec.type != new->spec.type)
		return true;
	return (planner->plan->marks[node] & PLAN_MARK_RESTARTS) &&
	    plan_is_active(child) && new->spec.restart == SPEC_TEMPORARY;
}

/* Order children by name. */
static int
by_name(const void *a, const void *b)
{
	const struct child *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

/* Look for children of the old definition that are in no list. */
static void
find_dormant(struct planner *planner, struct turn *turn)
{
	const struct sup *sup = turn->sup;
	size_t room = 0;

	for (uint32_t i = 0; i < sup->definition_count; i++) {
		const struct child **dormant = turn->dormant;

		if (list_is_linked(&sup->definition[i]->link))
			continue;
		dormant = plan_grow(planner, dormant, turn->dormant_count,
		    &room, sizeof(*dormant));
		if (!dormant)
			return;
		turn->dormant = dormant;
		dormant[turn->dormant_count++] = sup->definition[i];
	}
	if (turn->dormant_count > 0)
		qsort(turn->dormant, turn->dormant_count,
		    sizeof(*turn->dormant), by_name);
}

/* The dormant child of a name; NULL if there is none. */
static const struct child *
dormant_named(const struct turn *turn, const char *name)
{
	const struct child key = { .name = name }, *wanted = &key;
	const struct child **found = NULL;

	if (turn->dormant_count > 0)
		found = bsearch(&wanted, turn->dormant, turn->dormant_count,
		    sizeof(*turn->dormant), by_name);
	return found ? *found : NULL;
}

/*
 * Decide about a node that no child of the list is. One that has been there,
 * and ended for good or was deleted, is left so; but what the file says now is
 * what the supervisor's next life begins with.
 */
static void
judge_absent(struct planner *planner, struct turn *turn, size_t node)
{
	const struct conf_node *new = &planner->conf->nodes[node];
	const struct child *dormant = dormant_named(turn, new->name);
	uint8_t *marks = &planner->plan->marks[node];

	if (!dormant) {
		*marks |= PLAN_MARK_WHOLE | PLAN_MARK_STARTS;
		turn->upgrade = true;
		return;
	}
	turn->dormant_named++;
	if (dormant->spec.type == new->spec.type)
		compare(planner, dormant, node);
	*marks = PLAN_MARK_WHOLE;
	turn->upgrade |= dormant->spec.type != new->spec.type ||
	    planner->plan->keys[node];
}

/* Decide about a node whose name a child of the list has. */
static void
judge_present(struct planner *planner, struct turn *turn, size_t node,
    struct child *child)
{
	struct verdict *fate = &planner->fates[node];
	bool replaced;

	if (child->spec.type == planner->conf->nodes[node].spec.type)
		compare(planner, child, node);
	replaced = is_replaced(planner, child, node);
	turn->namesakes[turn->count++] = (struct match){
		.child = child,
		.node = node,
		.replaced = replaced,
	};
	if (!replaced) {
		if (child->failed && child->state == CHILD_DOWN)
			planner->plan->marks[node] |= PLAN_MARK_STARTS;
		fate->child = child;
		fate->upgrade = planner->plan->keys[node];
		turn->upgrade |= fate->upgrade;
		return;
	}
	planner->plan->marks[node] = PLAN_MARK_WHOLE | PLAN_MARK_STARTS;
	turn->upgrade = true;
}

/* Order namesakes by the address of the child, to find one among many. */
static int
by_address(const void *a, const void *b)
{
	uintptr_t x = (uintptr_t)((const struct match *)a)->child;
	uintptr_t y = (uintptr_t)((const struct match *)b)->child;

	return (x > y) - (x < y);
}

/* Make room for the namesakes of every node; false: memory is short. */
static bool
make_room(struct planner *planner, struct turn *turn)
{
	const struct conf_node *nodes = planner->conf->nodes;
	size_t count = 1;	/* none is no shortage */

	for (int i = nodes[turn->node].first; i != -1; i = nodes[i].next)
		count++;
	turn->namesakes = malloc(count * sizeof(*turn->namesakes));
	planner->failed |= !turn->namesakes;
	return turn->namesakes;
}

/* Decide about every node below a supervisor. */
static void
judge_nodes(struct planner *planner, struct turn *turn)
{
	const struct conf_node *nodes = planner->conf->nodes;

	for (int i = nodes[turn->node].first; i != -1; i = nodes[i].next) {
		struct child *child = names_find(planner->tree, turn->sup,
		    nodes[i].name, strlen(nodes[i].name));

		if (child)
			judge_present(planner, turn, (size_t)i, child);
		else
			judge_absent(planner, turn, (size_t)i);
	}
	qsort(turn->namesakes, turn->count, sizeof(*turn->namesakes),
	    by_address);
	/* what nobody names any more must not come back */
	turn->upgrade |= turn->dormant_named < turn->dormant_count;
}

/* The namesake that a child of the list is; NULL: no node has its name. */
static const struct match *
find_namesake(const struct turn *turn, const struct child *child)
{
	const struct match key = { .child = child };

	return bsearch(&key, turn->namesakes, turn->count,
	    sizeof(*turn->namesakes), by_address);
}

/* The first node from one on that a child is; -1: none. */
static int
next_kept(const struct planner *planner, int node)
{
	while (node != -1 && !planner->fates[node].child)
		node = planner->conf->nodes[node].next;
	return node;
}

static void judge(struct planner *planner, size_t node);

/*
 * Go through the list as it is: note what is to go, see whether what stays
 * keeps its order, and go down. Who was added at run time stays.
 */
static void
walk(struct planner *planner, struct turn *turn)
{
	const struct conf_node *nodes = planner->conf->nodes;
	const struct list *head = &turn->sup->children, *link;
	int next = next_kept(planner, nodes[turn->node].first);
	bool *reordered = &planner->fates[turn->node].reordered;

	for (link = head->next; link != head; link = link->next) {
		const struct child *child =
		    list_const_entry(link, struct child, link);
		const struct match *namesake = find_namesake(turn, child);

		if (!namesake && !child->defined)
			continue;
		if (!namesake || namesake->replaced) {
			add_goner(planner, child, namesake);
			turn->upgrade = true;
			continue;
		}
		*reordered |= next != (int)namesake->node;
		next = next_kept(planner, nodes[namesake->node].next);
		if (child_is_sup(child))
			judge(planner, namesake->node);
	}
	turn->upgrade |= *reordered;
}

/* Decide about everything below a supervisor that is there already. */
static void
judge(struct planner *planner, size_t node)
{
	struct turn turn = {
		.sup = sup_of(planner->fates[node].child),
		.node = node,
	};

	find_dormant(planner, &turn);
	if (make_room(planner, &turn)) {
		judge_nodes(planner, &turn);
		walk(planner, &turn);
	}
	planner->fates[node].upgrade |= turn.upgrade;
	free(turn.namesakes);
	free(turn.dormant);
}

void
judge_tree(struct planner *planner)
{
	struct verdict *root = &planner->fates[0];

	root->child = &planner->tree->root->self;
	compare(planner, root->child, 0);
	root->upgrade = planner->plan->keys[0];
	judge(planner, 0);
}
