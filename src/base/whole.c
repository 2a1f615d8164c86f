/* Reading and writing in as many calls as it takes. */
#include "config.h"

#include "base/whole.h"

#include <errno.h>
#include <unistd.h>

ssize_t
whole_read(int fd, char *bytes, size_t size)
{
	size_t done = 0;
	ssize_t n = 1;

	while (done < size && n != 0) {
		n = read(fd, bytes + done, size - done);
		if (n == -1 && errno != EINTR)
			return -1;
		done += n > 0 ? (size_t)n : 0;
	}
	return (ssize_t)done;
}

int
whole_write(int fd, const char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t n = write(fd, bytes, size);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		bytes += n;
		size -= (size_t)n;
	}
	return 0;
}
