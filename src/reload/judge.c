/*
 * The judgement of a reload: what becomes of every child, and of every node of
 * the new configuration. For each supervisor the nodes are looked for among
 * the children first; then the list is walked for children that are to go.
 */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "config/diff.h"
#include "engine/build.h"
#include "engine/events.h"
#include "reload/plan_int.h"

/* A child that has the name of a node. */
struct match {
	const struct child *child;
	size_t node;
	bool replaced;
};

/* One supervisor, while its children and its nodes are compared. */
struct review {
	struct sup *sup;
	size_t node;		/* of the supervisor */
	struct match *matches; /* by address of the child */
	size_t count;
	const struct child **absent; /* that the old definition names and
				   that are in no list; by name */
	size_t absent_count;
	size_t absent_kept;	/* of these, by the new one too */
	bool differs;		/* something of it differs */
};

/* Note a child that is to go. */
static void
add_removal(struct planner *planner, const struct child *child, bool replaced)
{
	char path[SPEC_PATH_SIZE], *copy;

	tree_path(child, path, sizeof(path));
	copy = strdup(path);
	if (!copy || ARRAY_RESERVE(planner->removals, planner->removal_room,
	    planner->removal_count + 1) == -1) {
		free(copy);
		planner->failed = true;
		return;
	}
	planner->removals[planner->removal_count++] = (struct removal){
		.path = copy,
		.replaced = replaced,
	};
}

/* Put the names of the keys that differ into one text, and forget them. */
static char *
join_keys(struct planner *planner)
{
	struct strlist text = { 0 };
	const char *key = strlist_first(&planner->keys);

	for (size_t i = 0; i < planner->keys.count;
	    i++, key = strlist_after(key)) {
		strlist_put_bytes(&text, ", ", i ? 2 : 0);
		strlist_put_bytes(&text, key, strlen(key));
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
compare_node(struct planner *planner, const struct child *child, size_t node)
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

static int
by_name(const void *a, const void *b)
{
	const struct child *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

/* List the children of the old definition that are in no list. */
static void
list_absent(struct planner *planner, struct review *review)
{
	const struct sup *sup = review->sup;
	size_t room = 0;

	for (uint32_t i = 0; i < sup->definition_count; i++) {
		if (list_is_linked(&sup->definition[i]->link))
			continue;
		if (ARRAY_RESERVE(review->absent, room,
		    review->absent_count + 1) == -1) {
			planner->failed = true;
			return;
		}
		review->absent[review->absent_count++] = sup->definition[i];
	}
	if (review->absent_count > 0)
		qsort(review->absent, review->absent_count,
		    sizeof(*review->absent), by_name);
}

/* The absent child of a name; NULL if there is none. */
static const struct child *
find_absent(const struct review *review, const char *name)
{
	const struct child key = { .name = name }, *wanted = &key;
	const struct child **found = NULL;

	if (review->absent_count > 0)
		found = bsearch(&wanted, review->absent, review->absent_count,
		    sizeof(*review->absent), by_name);
	return found ? *found : NULL;
}

/*
 * Decide about a node that no child of the list is. One that has been there,
 * and ended for good or was deleted, is left so; but what the file says now is
 * what the supervisor's next life begins with.
 */
static void
judge_absent(struct planner *planner, struct review *review, size_t node)
{
	const struct conf_node *new = &planner->conf->nodes[node];
	const struct child *absent = find_absent(review, new->name);
	uint8_t *marks = &planner->plan->marks[node];

	if (!absent) {
		*marks |= PLAN_MARK_WHOLE | PLAN_MARK_STARTS;
		review->differs = true;
		return;
	}
	review->absent_kept++;
	if (absent->spec.type == new->spec.type)
		compare_node(planner, absent, node);
	*marks = PLAN_MARK_WHOLE;
	review->differs |= absent->spec.type != new->spec.type ||
	    planner->plan->keys[node];
}

/* Decide about a node whose name a child of the list has. */
static void
judge_present(struct planner *planner, struct review *review, size_t node,
    struct child *child)
{
	struct verdict *verdict = &planner->verdicts[node];
	bool replaced;

	if (child->spec.type == planner->conf->nodes[node].spec.type)
		compare_node(planner, child, node);
	replaced = is_replaced(planner, child, node);
	review->matches[review->count++] = (struct match){
		.child = child,
		.node = node,
		.replaced = replaced,
	};
	if (!replaced) {
		if (child->failed && child->state == CHILD_DOWN)
			planner->plan->marks[node] |= PLAN_MARK_STARTS;
		verdict->child = child;
		verdict->differs = planner->plan->keys[node];
		review->differs |= verdict->differs;
		return;
	}
	planner->plan->marks[node] = PLAN_MARK_WHOLE | PLAN_MARK_STARTS;
	review->differs = true;
}

/* Order matches by the address of the child, to find one among many. */
static int
by_address(const void *a, const void *b)
{
	uintptr_t x = (uintptr_t)((const struct match *)a)->child;
	uintptr_t y = (uintptr_t)((const struct match *)b)->child;

	return (x > y) - (x < y);
}

/* Make room for the matches of every node; false: there is no memory. */
static bool
make_match_room(struct planner *planner, struct review *review)
{
	size_t count = build_child_count(planner->conf, review->node);

	review->matches = calloc(count > 0 ? count : 1,
	    sizeof(*review->matches));
	planner->failed |= !review->matches;
	return review->matches;
}

static void
judge_nodes(struct planner *planner, struct review *review)
{
	const struct conf_node *nodes = planner->conf->nodes;

	for (int i = nodes[review->node].first; i != -1; i = nodes[i].next) {
		struct child *child = names_find(planner->tree, review->sup,
		    nodes[i].name);

		if (child)
			judge_present(planner, review, (size_t)i, child);
		else
			judge_absent(planner, review, (size_t)i);
	}
	qsort(review->matches, review->count, sizeof(*review->matches),
	    by_address);
	/* a child that no file names any more must not come back */
	review->differs |= review->absent_kept < review->absent_count;
}

/* The match that a child of the list is; NULL: no node has its name. */
static const struct match *
find_match(const struct review *review, const struct child *child)
{
	const struct match key = { .child = child };

	return bsearch(&key, review->matches, review->count,
	    sizeof(*review->matches), by_address);
}

/* The first node from one on that a child is; -1: none. */
static int
next_kept(const struct planner *planner, int node)
{
	while (node != -1 && !planner->verdicts[node].child)
		node = planner->conf->nodes[node].next;
	return node;
}

static void judge_children(struct planner *planner, size_t node);

/*
 * Go through the list as it is: note what is to go, see whether what stays
 * keeps its order, and go down. Children added at run time stay.
 */
static void
walk_children(struct planner *planner, struct review *review)
{
	const struct conf_node *nodes = planner->conf->nodes;
	const struct list *head = &review->sup->children, *link;
	int next = next_kept(planner, nodes[review->node].first);
	bool *reordered = &planner->verdicts[review->node].reordered;

	for (link = head->next; link != head; link = link->next) {
		const struct child *child =
		    list_const_entry(link, struct child, link);
		const struct match *match = find_match(review, child);

		if (!match && !child->defined)
			continue;
		if (!match || match->replaced) {
			add_removal(planner, child, match);
			review->differs = true;
			continue;
		}
		*reordered |= next != (int)match->node;
		next = next_kept(planner, nodes[match->node].next);
		if (child_is_sup(child))
			judge_children(planner, match->node);
	}
	review->differs |= *reordered;
}

/* Decide about everything below a supervisor that is there already. */
static void
judge_children(struct planner *planner, size_t node)
{
	struct review review = {
		.sup = sup_of(planner->verdicts[node].child),
		.node = node,
	};

	list_absent(planner, &review);
	if (make_match_room(planner, &review)) {
		judge_nodes(planner, &review);
		walk_children(planner, &review);
	}
	planner->verdicts[node].differs |= review.differs;
	free(review.matches);
	free(review.absent);
}

void
judge_tree(struct planner *planner)
{
	struct verdict *root = &planner->verdicts[0];

	root->child = &planner->tree->root->self;
	compare_node(planner, root->child, 0);
	root->differs = planner->plan->keys[0];
	judge_children(planner, 0);
}
