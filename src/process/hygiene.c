/* The state that a process begins with, put right. */
#include "config.h"

#include "process/hygiene.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/os.h"

#define MOST_FDS 65536		/* where closing one by one ends if no limit
				   says so */
#define OOM_SCORE_ADJ (-900)	/* of the daemon; -1000 would be never */

/* Reset every disposition and empty the mask. */
static void
clean_signals(void)
{
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		os_reset_signal(number);	/* some cannot be changed */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Open /dev/null on those of 0-2 that are closed. */
static int
fill_standard(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) != -1 || errno != EBADF)
			continue;
		/* the lowest that is free, so it is this one */
		if (open("/dev/null", O_RDWR) == -1) /* cloexec: standard */
			return -1;
	}
	return 0;
}

void
hygiene_close_range(unsigned first, unsigned last)
{
	long most;

	if (first > last || os_close_range(first, last) == 0)
		return;
	most = sysconf(_SC_OPEN_MAX);
	if (most < 0 || most > MOST_FDS)
		most = MOST_FDS;
	for (unsigned fd = first; fd <= last && fd < (unsigned)most; fd++)
		close((int)fd);
}

int
hygiene_clean(void)
{
	clean_signals();
	umask(022);
	if (fill_standard() == -1)
		return -1;
	hygiene_close_range(3, UINT_MAX);
	return 0;
}

void
hygiene_look(struct hygiene *ret_found)
{
	const struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};

	if (getrlimit(RLIMIT_NOFILE, &ret_found->nofile) == -1)
		ret_found->nofile = none;
	if (getrlimit(RLIMIT_CORE, &ret_found->core) == -1)
		ret_found->core = none;
	errno = 0;
	ret_found->nice = getpriority(PRIO_PROCESS, 0);
	if (errno)
		ret_found->nice = 0;
	ret_found->oom_score_adj = os_oom_score_adj();
	ret_found->has_lowered = false;
}

/* Lower the score of this process, by /proc/self: the /proc that is there may
 * know another process by its pid. */
static void
lower_score(struct hygiene *found)
{
	char score[16];

	snprintf(score, sizeof(score), "%d", OOM_SCORE_ADJ);
	if (found->oom_score_adj <= OOM_SCORE_ADJ ||
	    os_set_oom_score_adj(score) == -1)
		return;
	found->oom_score_adj = OOM_SCORE_ADJ;
	found->has_lowered = true;
}

void
hygiene_harden(struct hygiene *ret_found)
{
	struct rlimit limit;

	hygiene_look(ret_found);
	limit = ret_found->nofile;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	/* The hard limit stays, or no child could have its own back. */
	limit = ret_found->core;
	limit.rlim_cur = 0;
	setrlimit(RLIMIT_CORE, &limit);
	lower_score(ret_found);
	os_harden();
}
