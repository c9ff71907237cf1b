/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzz target: the input is a capture file, which is read and applied to a state.  Run: make
 * fuzz-capture FUZZ_SECONDS=n.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "source/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* Reads every byte of every parameter, so that ASan sees one out of bounds. */
static void read_params(const struct event *ev)
{
	volatile uint64_t sum = 0;

	for (uint32_t i = ev->at[0]; ev->n_params && i < ev->at[ev->n_params]; i++)
		sum += ev->rec[i];
}

static void read_all(const char *path)
{
	struct state_options opt = { .thread_limit = 64, .fd_limit = 16 };
	struct state *state = state_new(&opt);
	struct event ev;
	char why[512];
	struct source *src = source_replay_open(path, state, why, sizeof(why));

	while (src && source_next(src, &ev, 0) == SOURCE_EVENT) {
		read_params(&ev);
		state_process(state, &ev);
		read_params(&ev);
	}
	if (src)
		src->ops->close(src);
	state_free(state);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static int fd = -1;
	char path[64];

	if (fd < 0) {
		fd = memfd_create("capture", MFD_CLOEXEC);
		schema_init();
	}
	if (ftruncate(fd, 0) || pwrite(fd, bytes, n, 0) != (ssize_t)n)
		return 0;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	read_all(path);
	return 0;
}
