/*
 * Every suite of unit tests: for X(name), test_name.c has name_suite().
 * The Makefile takes its list of files from here, one suite a line.
 */
#ifndef REEVE_TESTS_SUITES_H
#define REEVE_TESTS_SUITES_H

#include <check.h>

#define SUITES(X) \
	X(spec) \
	X(window) \
	X(heap) \
	X(tree) \
	X(shortage) \
	X(treestop) \
	X(treelate) \
	X(treeask) \
	X(upgrade) \
	X(program) \
	X(command) \
	X(words) \
	X(confvalue) \
	X(confread) \
	X(conf) \
	X(confkeys) \
	X(confdiff) \
	X(plan) \
	X(notify) \
	X(conffile) \
	X(spawn) \
	X(spawnuser) \
	X(spawnfile) \
	X(spawnfail) \
	X(proc) \
	X(procend) \
	X(runfile) \
	X(hygiene) \
	X(log) \
	X(varlink) \
	X(peer) \
	X(events) \
	X(verbs) \
	X(change) \
	X(history) \
	X(control) \
	X(clients) \
	X(logs) \
	X(ctl) \
	X(ctlshow)

#define DECLARE(name) Suite *name##_suite(void);
SUITES(DECLARE)
#undef DECLARE

#endif
