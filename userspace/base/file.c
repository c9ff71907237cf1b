// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/memory.h"

enum { CHUNK = 65536 };

struct reading {
	int fd;
	size_t max;
	struct buf *out;
	int err; /* an errno; 0: the file was read to its end */
};

static void read_all(void *arg)
{
	struct reading *r = arg;
	ssize_t got;

	do {
		got = read(r->fd, buf_reserve(r->out, CHUNK), CHUNK);
		if (got > 0)
			r->out->n += (size_t)got;
		if (r->out->n > r->max) {
			r->err = EFBIG;
			return;
		}
	} while (got > 0 || (got < 0 && errno == EINTR));
	if (r->out->p)
		r->out->p[r->out->n] = 0;
	r->err = got < 0 ? errno : 0;
}

static void close_file(void *arg)
{
	struct reading *r = arg;

	close(r->fd);
}

bool file_read(const char *path, size_t max, struct buf *out)
{
	struct reading r = { .fd = open(path, O_RDONLY | O_CLOEXEC), .max = max, .out = out };

	if (r.fd < 0)
		return false;
	memory_finally(read_all, close_file, &r);
	errno = r.err;
	return !r.err;
}
