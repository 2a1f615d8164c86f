/* What tests of reevectl share. */
#include "config.h"

#include "fixture_ctl.h"

#include <check.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int
fixture_ctl_bind(struct fixture_ctl *fixture)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un *address = &fixture->address;

	snprintf(fixture->dir, sizeof(fixture->dir), "/tmp/reeve-ctl.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(fixture->dir));
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(address->sun_path, sizeof(address->sun_path), "%s/s",
	    fixture->dir);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(bind(fd, (const struct sockaddr *)(const void *)
	    address, sizeof(*address)), 0);
	return fd;
}

void
fixture_ctl_remove(const struct fixture_ctl *fixture)
{
	ck_assert_int_eq(unlink(fixture->address.sun_path), 0);
	ck_assert_int_eq(rmdir(fixture->dir), 0);
}

struct fixture_capture
fixture_catch(FILE *stream)
{
	struct fixture_capture capture = {
		.stream = stream,
		.file = tmpfile(),
		.saved = dup(fileno(stream)),
	};

	ck_assert_ptr_nonnull(capture.file);
	fflush(stream);
	ck_assert_int_ge(dup2(fileno(capture.file), fileno(stream)), 0);
	return capture;
}

void
fixture_release(struct fixture_capture *capture, char *ret_text, size_t size)
{
	size_t length;

	fflush(capture->stream);
	ck_assert_int_ge(dup2(capture->saved, fileno(capture->stream)), 0);
	close(capture->saved);
	rewind(capture->file);
	length = fread(ret_text, 1, size - 1, capture->file);
	ret_text[length] = '\0';
	fclose(capture->file);
}
