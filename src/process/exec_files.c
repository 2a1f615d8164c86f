/* Between fork and exec: the files that the child opens and reads itself, so
 * that one which hangs holds up nothing but this start. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/appendfile.h"
#include "base/whole.h"
#include "os/os.h"
#include "process/exec.h"

/* Read a plain file that is open. */
static int
read_opened(int fd, struct exec_file *file)
{
	struct stat st;
	ssize_t size;

	if (fstat(fd, &st) == -1)
		return errno;
	if (!S_ISREG(st.st_mode))
		return EINVAL;
	if (st.st_size > (off_t)file->most)
		return EFBIG;
	size = whole_read(fd, file->bytes, (size_t)st.st_size);
	if (size == -1)
		return errno;
	file->size = (size_t)size;
	file->bytes[size] = '\0';
	return 0;
}

void
exec_read_file(struct exec_file *file)
{
	int fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd == -1) {
		file->error = errno;
		return;
	}
	file->error = read_opened(fd, file);
	close(fd);
}

/* Read the environment files, and let the daemon make the rest of the plan of
 * what is in them. */
int
exec_read_files(struct exec_plan *plan)
{
	for (size_t i = 0; i < plan->read_count; i++) {
		plan->outcome.about = plan->reads[i].path;
		exec_read_file(&plan->reads[i]);
	}
	if (plan->read_count > 0 && fork_ask(plan->place) == -1)
		return -1;
	errno = ECANCELED;
	return plan->is_refused ? -1 : 0;
}

/* Make a descriptor a standard one, which stays over the exec. */
static int
put_at(int fd, int target)
{
	int rc;

	if (fd == target)
		return fcntl(fd, F_SETFD, 0);
	rc = dup2(fd, target);
	os_close(fd);
	return rc == -1 ? -1 : 0;
}

/* Open a file that is appended to, as the daemon's user. */
static int
open_output(struct exec_plan *plan, const char *path, int target)
{
	int fd;

	if (!path)
		return 0;
	fd = appendfile_open(path, plan->program->uid);
	return fd == -1 ? -1 : put_at(fd, target);
}

int
exec_open_stdout(struct exec_plan *plan)
{
	return open_output(plan, plan->out_path, STDOUT_FILENO);
}

int
exec_open_stderr(struct exec_plan *plan)
{
	if (plan->err_is_out)
		return dup2(STDOUT_FILENO, STDERR_FILENO) == -1 ? -1 : 0;
	return open_output(plan, plan->err_path, STDERR_FILENO);
}

/* Open stdin as the user, without waiting for a writer at the other end of a
 * FIFO. The number is free, so the limit of descriptors is not met. */
int
exec_open_stdin(struct exec_plan *plan)
{
	int fd;

	if (!plan->in_path)
		return 0;
	close(STDIN_FILENO);
	fd = open(plan->in_path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd == -1)
		return -1;
	fcntl(fd, F_SETFL, 0);
	return put_at(fd, STDIN_FILENO);
}
