/* The names of signals: one table, looked up both ways. */
#include "config.h"

#include "base/signame.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"

/* Of two names of one number the first is the one that is shown. */
static const struct {
	const char *name;
	int number;
} signals[] = {
	{"HUP", SIGHUP},
	{"INT", SIGINT},
	{"QUIT", SIGQUIT},
	{"ILL", SIGILL},
	{"TRAP", SIGTRAP},
	{"ABRT", SIGABRT},
	{"BUS", SIGBUS},
	{"FPE", SIGFPE},
	{"KILL", SIGKILL},
	{"USR1", SIGUSR1},
	{"SEGV", SIGSEGV},
	{"USR2", SIGUSR2},
	{"PIPE", SIGPIPE},
	{"ALRM", SIGALRM},
	{"TERM", SIGTERM},
	{"CHLD", SIGCHLD},
	{"CONT", SIGCONT},
	{"STOP", SIGSTOP},
	{"TSTP", SIGTSTP},
	{"TTIN", SIGTTIN},
	{"TTOU", SIGTTOU},
	{"URG", SIGURG},
	{"XCPU", SIGXCPU},
	{"XFSZ", SIGXFSZ},
	{"VTALRM", SIGVTALRM},
	{"PROF", SIGPROF},
	{"SYS", SIGSYS},
#ifdef SIGWINCH
	{"WINCH", SIGWINCH},
#endif
#ifdef SIGPOLL
	{"POLL", SIGPOLL},
#endif
#ifdef SIGIO
	{"IO", SIGIO},
#endif
#ifdef SIGPWR
	{"PWR", SIGPWR},
#endif
#ifdef SIGSTKFLT
	{"STKFLT", SIGSTKFLT},
#endif
#ifdef SIGINFO
	{"INFO", SIGINFO},
#endif
#ifdef SIGEMT
	{"EMT", SIGEMT},
#endif
#ifdef SIGTHR
	{"THR", SIGTHR},
#endif
};

/* Find a real-time signal: "RTMIN+3", or "RTMIN" alone. */
static int
realtime_number(const char *name)
{
#ifdef SIGRTMIN
	char *end;
	long offset;

	if (strncasecmp(name, "RTMIN", 5) != 0)
		return 0;
	if (name[5] == '\0')
		return SIGRTMIN;
	if (name[5] != '+' || name[6] < '0' || name[6] > '9')
		return 0;
	offset = strtol(name + 6, &end, 10);
	if (*end == '\0' && offset <= SIGRTMAX - SIGRTMIN)
		return SIGRTMIN + (int)offset;
#else
	(void)name;
#endif
	return 0;
}

const char *
signame_at(size_t index)
{
	return index < LENGTH(signals) ? signals[index].name : NULL;
}

int
signame_number(const char *name)
{
	if (strncasecmp(name, "SIG", 3) == 0)
		name += 3;
	for (size_t i = 0; i < LENGTH(signals); i++)
		if (strcasecmp(signals[i].name, name) == 0)
			return signals[i].number;
	return realtime_number(name);
}

char *
signame_of(int number, char *ret_name, size_t size)
{
	for (size_t i = 0; i < LENGTH(signals); i++) {
		if (signals[i].number != number)
			continue;
		snprintf(ret_name, size, "%s", signals[i].name);
		return ret_name;
	}
#ifdef SIGRTMIN
	if (number == SIGRTMIN) {
		snprintf(ret_name, size, "RTMIN");
		return ret_name;
	}
	if (number > SIGRTMIN && number <= SIGRTMAX) {
		snprintf(ret_name, size, "RTMIN+%d", number - SIGRTMIN);
		return ret_name;
	}
#endif
	snprintf(ret_name, size, "%d", number);
	return ret_name;
}
