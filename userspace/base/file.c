// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>

#include "base/memory.h"

enum { CHUNK = 65536 };

static void close_file(void *arg)
{
	close((int)(intptr_t)arg);
}

static bool read_all(int fd, size_t max, struct buf *out)
{
	ssize_t got;

	do {
		got = read(fd, buf_room(out, CHUNK), CHUNK);
		if (got > 0)
			out->n += (size_t)got;
		if (out->n > max) {
			errno = EFBIG;
			return false;
		}
	} while (got > 0 || (got < 0 && errno == EINTR));
	if (out->p)
		out->p[out->n] = 0;
	return got == 0;
}

bool file_read(const char *path, size_t max, struct buf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err;
	struct memory_cleanup cleanup;
	bool good;

	if (fd < 0)
		return false;
	memory_defer(&cleanup, close_file, (void *)(intptr_t)fd);
	good = read_all(fd, max, out);
	err = errno;
	close(fd);
	memory_settle(&cleanup);
	errno = err;
	return good;
}
