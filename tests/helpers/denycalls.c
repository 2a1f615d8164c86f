/*
 * denycalls ERRNO CALL[,CALL...] COMMAND...: run a command for which the kernel
 * answers some system calls with an error, as an old kernel does (ENOSYS) or
 * the filter of a container that does not know them (EPERM).
 *
 * Calls that do many things are denied in one of them: prctl, clone and
 * prlimit64 stand in the table below with the use that is denied. The exit code
 * is the command's; 77 if this system has no such filter.
 */
#include <stdio.h>
#include <string.h>

#ifdef __linux__

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef CLONE_PIDFD
#define CLONE_PIDFD 0x1000
#endif
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_clone3
#define SYS_clone3 435
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#ifndef SO_PEERGROUPS
#define SO_PEERGROUPS 59
#endif

enum {
	RULES_MAX = 8,
	RULE_LENGTH = 7,	/* instructions of one */
	STATUS_SKIP = 77,
};

/* When a call is denied, by one of its arguments. */
enum when {
	ALWAYS,
	EQUAL,			/* it is the value */
	HAS_BIT,		/* it has the bit */
	OTHER,			/* it is not the value */
};

struct rule {
	const char *name;
	long call;
	enum when when;
	unsigned argument;
	uint32_t value;
};

static const struct rule rules[] = {
	{"clone-pidfd", SYS_clone, HAS_BIT, 0, CLONE_PIDFD},
	{"clone3", SYS_clone3, ALWAYS, 0, 0},
	{"close_range", SYS_close_range, ALWAYS, 0, 0},
	{"memfd_create", SYS_memfd_create, ALWAYS, 0, 0},
	{"openat2", SYS_openat2, ALWAYS, 0, 0},
	{"peer-groups", SYS_getsockopt, EQUAL, 2, SO_PEERGROUPS},
	{"pidfd_open", SYS_pidfd_open, ALWAYS, 0, 0},
	{"pidfd_send_signal", SYS_pidfd_send_signal, ALWAYS, 0, 0},
	{"prctl-death", SYS_prctl, EQUAL, 0, PR_SET_PDEATHSIG},
	{"prctl-dumpable", SYS_prctl, EQUAL, 0, PR_SET_DUMPABLE},
	{"prctl-subreaper", SYS_prctl, EQUAL, 0, PR_SET_CHILD_SUBREAPER},
	{"prlimit-other", SYS_prlimit64, OTHER, 0, 0},
	{"signalfd", SYS_signalfd4, ALWAYS, 0, 0},
};

/* Where the low half of an argument is in what the filter sees. */
static uint32_t
offset_of(unsigned argument)
{
	uint32_t at = (uint32_t)(offsetof(struct seccomp_data, args) +
	    argument * sizeof(uint64_t));
	const union {
		uint16_t word;
		uint8_t bytes[2];
	} order = {.word = 1};

	return order.bytes[0] ? at : at + 4;
}

/* Append the instructions of a rule. All have the same length; the last but one
 * denies, the last goes on. */
static struct sock_filter *
append(struct sock_filter *to, const struct rule *rule, uint32_t verdict)
{
	static const struct {
		uint8_t yes, no;	/* instructions to skip */
	} equal[] = {
		[ALWAYS] = {0, 0},
		[EQUAL] = {1, 2},
		[HAS_BIT] = {0, 0},
		[OTHER] = {2, 1},
	}, has_bit[] = {
		[ALWAYS] = {0, 0},
		[EQUAL] = {0, 0},
		[HAS_BIT] = {0, 1},
		[OTHER] = {0, 0},
	};
	const struct sock_filter code[RULE_LENGTH] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)rule->call, 0, 5),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset_of(rule->argument)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, rule->value,
		    equal[rule->when].yes, equal[rule->when].no),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, rule->value,
		    has_bit[rule->when].yes, has_bit[rule->when].no),
		BPF_STMT(BPF_RET | BPF_K, verdict),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
	};

	memcpy(to, code, sizeof(code));
	return to + RULE_LENGTH;
}

/* The rule of a name, or NULL. */
static const struct rule *
find(const char *name)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		if (strcmp(rules[i].name, name) == 0)
			return &rules[i];
	return NULL;
}

/* Make the filter of a list of names, whose commas are overwritten. Returns the
 * number of instructions, or 0 if there is no such name. */
static unsigned short
compile(char *names, uint32_t verdict, struct sock_filter *program)
{
	struct sock_filter *end = program;

	for (char *name = strtok(names, ","); name; name = strtok(NULL, ",")) {
		const struct rule *rule = find(name);

		if (!rule || end - program >= RULES_MAX * RULE_LENGTH) {
			fprintf(stderr, "denycalls: '%s'?\n", name);
			return 0;
		}
		end = append(end, rule, verdict);
	}
	*end++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
	    SECCOMP_RET_ALLOW);
	return (unsigned short)(end - program);
}

/* Put the filter on this process and its descendants. Root tries without
 * no_new_privs first, which would take away the rights of a program that
 * changes its user. */
static bool
install(struct sock_fprog *filter)
{
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter, 0, 0) == 0)
		return true;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter, 0, 0) == 0;
}

/* The error of a name; 0: it is not known. */
static uint32_t
error_of(const char *name)
{
	return strcmp(name, "ENOSYS") == 0 ? ENOSYS :
	    strcmp(name, "EPERM") == 0 ? EPERM : 0;
}

int
main(int argc, char **argv)
{
	struct sock_filter program[RULES_MAX * RULE_LENGTH + 1];
	struct sock_fprog filter = {.filter = program};
	uint32_t error = argc > 3 ? error_of(argv[1]) : 0;

	if (error == 0) {
		fprintf(stderr, "usage: denycalls ENOSYS|EPERM CALL[,CALL...] "
		    "COMMAND...\n");
		return 64;
	}
	filter.len = compile(argv[2], SECCOMP_RET_ERRNO | error, program);
	if (filter.len == 0)
		return 64;
	if (!install(&filter)) {
		perror("denycalls: seccomp");
		return STATUS_SKIP;
	}
	execvp(argv[3], argv + 3);
	perror(argv[3]);
	return 127;
}

#else

int
main(void)
{
	fprintf(stderr, "denycalls: only Linux has such filters\n");
	return 77;
}

#endif
