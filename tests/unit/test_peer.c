/* Who may what, how often, and which paths a pattern means. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/pattern.h"
#include "control/peer.h"
#include "control/quota.h"
#include "unit.h"

static const struct peer_policy policy = {
	.owner = 500,
	.change = 60,
	.look = 61,
};

/* Users, and their rights. */
static const struct {
	uid_t uid;
	gid_t gid;
	gid_t groups[3];
	size_t count;
	enum peer_right right;
} people[] = {
	{ 0, 0, { 0 }, 0, PEER_OWN },
	{ 0, 1, { 61 }, 1, PEER_OWN },
	{ 500, 500, { 0 }, 0, PEER_OWN },
	{ 501, 60, { 0 }, 0, PEER_CHANGE },
	{ 501, 501, { 1, 2, 60 }, 3, PEER_CHANGE },
	{ 501, 501, { 61, 60 }, 2, PEER_CHANGE },
	{ 501, 61, { 0 }, 0, PEER_LOOK },
	{ 501, 501, { 1, 61 }, 2, PEER_LOOK },
	{ 501, 501, { 59, 62 }, 2, PEER_NOTHING },
	{ 501, 501, { 0 }, 1, PEER_NOTHING },	/* of group 0 is not root */
	{ 501, 0, { 0 }, 0, PEER_NOTHING },
	{ 65534, 65534, { 65534 }, 1, PEER_NOTHING },
	{ (uid_t)-1, 60, { 60 }, 1, PEER_NOTHING },
	{ 501, (gid_t)-1, { (gid_t)-1 }, 1, PEER_NOTHING },
};

START_TEST(rights_are_given_by_user_and_group)
{
	ck_assert_int_eq(peer_judge(&policy, people[_i].uid, people[_i].gid,
	    people[_i].groups, people[_i].count), people[_i].right);
}
END_TEST

START_TEST(without_groups_nobody_else_is_let_in)
{
	static const struct peer_policy none = {
		.owner = 500,
		.change = PEER_NO_GROUP,
		.look = PEER_NO_GROUP,
	};
	enum peer_right right = peer_judge(&none, people[_i].uid,
	    people[_i].gid, people[_i].groups, people[_i].count);

	ck_assert_int_eq(right, people[_i].right == PEER_OWN ? PEER_OWN :
	    PEER_NOTHING);
}
END_TEST

START_TEST(kernel_says_who_is_there)
{
	const struct peer_policy mine = {
		.owner = geteuid(),
		.change = PEER_NO_GROUP,
		.look = PEER_NO_GROUP,
	};
	struct peer peer = { .uid = 77 };
	int fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	ck_assert_int_eq(peer_identify(fds[0], &mine, &peer), 0);
	ck_assert_int_eq(peer.uid, geteuid());
	ck_assert_int_eq(peer.right, PEER_OWN);
	ck_assert(peer.pid == getpid() || peer.pid == 0);
	close(fds[0]);
	ck_assert_int_lt(peer_identify(fds[0], &mine, &peer), 0);
	close(fds[1]);
}
END_TEST

START_TEST(quota_allows_a_burst_and_then_a_rate)
{
	struct quota quota = { 0 };
	int64_t now_ms = 1;
	unsigned taken = 0;

	for (int i = 0; i < QUOTA_BURST; i++)
		ck_assert_int_eq(quota_take(&quota, 7, now_ms), 0);
	ck_assert_int_eq(quota_take(&quota, 7, now_ms), 20);
	ck_assert_int_eq(quota_take(&quota, 7, now_ms + 19), 1);
	ck_assert_int_eq(quota_take(&quota, 7, now_ms + 20), 0);
	ck_assert_int_gt(quota_take(&quota, 7, now_ms + 20), 0);
	for (now_ms += 20; now_ms < 10021; now_ms++)
		taken += quota_take(&quota, 7, now_ms) == 0;
	ck_assert_uint_eq(taken, 10 * QUOTA_PER_SECOND - 1);
	now_ms += 60000;	/* it is not saved up */
	for (int i = 0; i < QUOTA_BURST; i++)
		ck_assert_int_eq(quota_take(&quota, 7, now_ms), 0);
	ck_assert_int_gt(quota_take(&quota, 7, now_ms), 0);
}
END_TEST

START_TEST(quotas_are_of_each_user)
{
	struct quota quota = { 0 };

	while (quota_take(&quota, 7, 1000) == 0)
		continue;
	for (uid_t uid = 0; uid < QUOTA_USERS - 1; uid++)
		if (uid != 7)
			ck_assert_int_eq(quota_take(&quota, uid, 1000), 0);
	ck_assert_int_gt(quota_take(&quota, 7, 1000), 0);
	/* one too many takes the place of the one with the most left */
	ck_assert_int_eq(quota_take(&quota, 1000, 1001), 0);
	ck_assert_int_eq(quota_take(&quota, 1001, 1001), 0);
	ck_assert_int_gt(quota_take(&quota, 7, 1001), 0);
}
END_TEST

static const struct {
	const char *pattern;
	const char *path;
	bool matches;
} matches[] = {
	{ "db", "db", true },
	{ "db", "dbx", false },
	{ "dbx", "db", false },
	{ "*", "db", true },
	{ "*", "", true },
	{ "*", "web/app", false },
	{ "*/*", "web/app", true },
	{ "web/*", "web/app", true },
	{ "web/*", "web", false },
	{ "web/*", "web/app/x", false },
	{ "w*/a*", "web/app", true },
	{ "*b*b*", "abcb", true },
	{ "*b*b*", "abc", false },
	{ "a*b*c", "aXbYc", true },
	{ "a*b*c", "aXbYcZ", false },
	{ "*a", "aaab", false },
	{ "*aab", "aaab", true },
	{ "?b", "db", true },
	{ "?b", "b", false },
	{ "?", "/", false },
	{ "[a-d]b", "db", true },
	{ "[!a-d]b", "db", false },
	{ "[!a-d]b", "eb", true },
	{ "[]]", "]", true },
	{ "[!]]", "]", false },
	{ "[a-]", "-", true },
	{ "[!/]", "/", false },
	{ "web[/]app", "web/app", false },
	{ "[ab", "[ab", true },
	{ "\\*", "*", true },
	{ "\\*", "x", false },
	{ "\\\\", "\\", true },
	{ "a\\", "a\\", true },
	{ "x*[0-9]", "x-12", true },
	{ "x*[0-9]", "x-1a", false },
};

START_TEST(pattern_matches_as_in_a_shell)
{
	ck_assert_msg(pattern_matches(matches[_i].pattern, matches[_i].path) ==
	    matches[_i].matches, "'%s' and '%s'", matches[_i].pattern,
	    matches[_i].path);
}
END_TEST

/* This would not end in a lifetime if stars were tried in turn. */
START_TEST(pattern_of_many_stars_is_no_work)
{
	char pattern[201], path[64];

	for (int i = 0; i < 100; i++)
		memcpy(pattern + 2 * i, "*a", 2);
	memcpy(pattern + 199, "b", 2);
	memset(path, 'a', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	for (int i = 0; i < 1000; i++)
		ck_assert(!pattern_matches(pattern, path));
}
END_TEST

START_TEST(plain_part_of_a_pattern)
{
	ck_assert(!pattern_is_wild("web/app"));
	ck_assert(pattern_is_wild("web/a?p"));
	ck_assert_uint_eq(pattern_plain_length("*"), 0);
	ck_assert_uint_eq(pattern_plain_length("we*/x"), 0);
	ck_assert_uint_eq(pattern_plain_length("web/*"), 3);
	ck_assert_uint_eq(pattern_plain_length("web/in/[ab]/x"), 6);
}
END_TEST

UNIT_SUITE(peer)
{
	Suite *suite = suite_create("peer");
	TCase *tcase = tcase_create("peer");

	tcase_add_loop_test(tcase, rights_are_given_by_user_and_group, 0,
	    LENGTH(people));
	tcase_add_loop_test(tcase, without_groups_nobody_else_is_let_in, 0,
	    LENGTH(people));
	tcase_add_test(tcase, kernel_says_who_is_there);
	tcase_add_test(tcase, quota_allows_a_burst_and_then_a_rate);
	tcase_add_test(tcase, quotas_are_of_each_user);
	tcase_add_loop_test(tcase, pattern_matches_as_in_a_shell, 0,
	    LENGTH(matches));
	tcase_add_test(tcase, pattern_of_many_stars_is_no_work);
	tcase_add_test(tcase, plain_part_of_a_pattern);
	suite_add_tcase(suite, tcase);
	return suite;
}
