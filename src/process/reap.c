/* Waiting for processes: whether they have ended, and how. */
#include "config.h"

#include "process/reap.h"

#include <errno.h>
#include <sys/wait.h>

/* Ask for the end of a process, or of any child. Its pid is in the info, or 0:
 * there is no end yet. Returns -1 if none is to come. */
static int
ask_end(idtype_t type, pid_t pid, int flags, siginfo_t *ret_info)
{
	int rc;

	ret_info->si_pid = 0;
	do
		rc = waitid(type, (id_t)pid, ret_info, WEXITED | flags);
	while (rc == -1 && errno == EINTR);
	return rc;
}

bool
reap_has_ended(pid_t pid)
{
	siginfo_t info;

	return ask_end(P_PID, pid, WNOHANG | WNOWAIT, &info) == -1 ||
	    info.si_pid != 0;
}

/* Learn how a process has ended, and reap it or not. */
static enum reap_state
ask_outcome(pid_t pid, int flags, struct spec_outcome *ret_outcome)
{
	siginfo_t info;

	if (ask_end(P_PID, pid, WNOHANG | flags, &info) == -1)
		return REAP_LOST;
	if (info.si_pid == 0)
		return REAP_NOT_YET;
	ret_outcome->how = info.si_code == CLD_EXITED ?
	    SPEC_HOW_EXITED : SPEC_HOW_SIGNALLED;
	ret_outcome->number = (uint8_t)info.si_status;
	return REAP_DONE;
}

enum reap_state
reap_take(pid_t pid, struct spec_outcome *ret_outcome)
{
	return ask_outcome(pid, 0, ret_outcome);
}

enum reap_state
reap_see(pid_t pid, struct spec_outcome *ret_outcome)
{
	return ask_outcome(pid, WNOWAIT, ret_outcome);
}

pid_t
reap_find_any(void)
{
	siginfo_t info;

	return ask_end(P_ALL, 0, WNOHANG | WNOWAIT, &info) == -1 ? 0 :
	    info.si_pid;
}
