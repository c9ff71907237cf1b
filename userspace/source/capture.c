// SPDX-License-Identifier: Apache-2.0
/* Writes capture files: userspace/doc/capture-format.md. */
#include "source/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "source/block.h"

enum { SECTION = 0x0A0D0D0A, EVENT = 0x216, FLAGGED = 0x217, LARGE = 0x221, FLAGGED_LARGE = 0x222 };
enum { SECTION_MAGIC = 0x1A2B3C4D, STATE_ONLY = 1, SMALL_LIMIT = 65536, UPDATE_BYTES = 128 << 10 };

struct capture_writer {
	gzFile file;
	int error; /* errno of the first failure; 0: none */
	uint32_t body,
		total;	  /* bytes of the open block's body; of the block with header and trailer */
	uint64_t written; /* bytes in the file, as of the last written_update() */
	uint32_t unchecked; /* uncompressed bytes written since then */
};

static void fail(struct capture_writer *out, int error)
{
	if (!out->error)
		out->error = error ? error : EIO;
}

void capture_bytes(struct capture_writer *out, const void *p, size_t n)
{
	if (!n || out->error)
		return;
	errno = 0;
	if (gzwrite(out->file, p, (unsigned)n) != (int)n)
		fail(out, errno);
}

/* Not for each block: gzoffset() makes a system call. */
static void written_update(struct capture_writer *out)
{
	z_off_t at = gzoffset(out->file);

	out->unchecked = 0;
	if (at > 0)
		out->written = (uint64_t)at;
}

void capture_block(struct capture_writer *out, uint32_t type, uint32_t body)
{
	uint32_t head[2] = { type, 0 };

	out->body = body;
	out->total = head[1] = BLOCK_HEADER + ((body + 3) & ~3u) + BLOCK_TRAILER;
	capture_bytes(out, head, sizeof(head));
}

void capture_block_end(struct capture_writer *out)
{
	static const uint8_t padding[4];

	capture_bytes(out, padding, -out->body & 3);
	capture_bytes(out, &out->total, sizeof(out->total));
	out->unchecked += out->total;
	if (out->unchecked > UPDATE_BYTES)
		written_update(out);
}

void capture_event(struct capture_writer *out, const struct event *ev)
{
	uint32_t flags = ev->state_only ? STATE_ONLY : 0,
		 prefix = flags ? BLOCK_PREFIX_FLAGS : BLOCK_PREFIX;
	/* The limit of a small block applies to everything after its header. */
	bool large = (uint64_t)prefix + ev->len + 3 + BLOCK_TRAILER > SMALL_LIMIT;

	capture_block(out, large ? (flags ? FLAGGED_LARGE : LARGE) : (flags ? FLAGGED : EVENT),
		      prefix + ev->len);
	capture_bytes(out, &ev->cpu, sizeof(ev->cpu));
	if (flags)
		capture_bytes(out, &flags, sizeof(flags));
	capture_bytes(out, ev->rec, ev->len);
	capture_block_end(out);
}

static void section_write(struct capture_writer *out)
{
	struct {
		uint32_t magic;
		uint16_t major, minor;
		uint64_t length;
	} body = { SECTION_MAGIC, 1, 2, UINT64_MAX };

	capture_block(out, SECTION, sizeof(body));
	capture_bytes(out, &body, sizeof(body));
	capture_block_end(out);
}

/*
 * A capture has environments and the contents of I/O, and the default directory is /tmp: the file
 * is readable by its owner only, and neither a symbolic link nor another user's file is opened.
 */
static int file_open(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600), error = EPERM;
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && st.st_uid == geteuid()) {
		if (!S_ISREG(st.st_mode) || (fchmod(fd, 0600) == 0 && ftruncate(fd, 0) == 0))
			return fd;
		error = errno;
	}
	close(fd);
	errno = error;
	return -1;
}

/* The least compression, since the monitored machine compresses. */
static bool file_create(struct capture_writer *out, const char *path)
{
	int fd = file_open(path);

	out->file = fd < 0 ? NULL : gzdopen(fd, "wb1");
	if (out->file)
		gzbuffer(out->file, 64 << 10);
	else if (fd >= 0)
		close(fd);
	return out->file;
}

struct capture_writer *capture_create(const char *path, struct state *state, char *err,
				      size_t err_size)
{
	struct capture_writer *out = calloc(1, sizeof(*out));

	if (!out || !file_create(out, path)) {
		snprintf(err, err_size, "%s: cannot write a capture file: %s", path,
			 strerror(errno));
		free(out);
		return NULL;
	}
	section_write(out);
	if (!capture_lists(out, state))
		fail(out, ENOMEM);
	if (!out->error)
		return out;
	snprintf(err, err_size, "%s: cannot write a capture file: %s", path, strerror(out->error));
	capture_close(out);
	return NULL;
}

uint64_t capture_written(const struct capture_writer *out)
{
	return out->written;
}

bool capture_failed(const struct capture_writer *out)
{
	errno = out->error;
	return out->error;
}

bool capture_close(struct capture_writer *out)
{
	int error;

	errno = 0;
	if (gzclose(out->file) != Z_OK)
		fail(out, errno);
	error = out->error;
	free(out);
	errno = error;
	return !error;
}
