/* SPDX-License-Identifier: Apache-2.0 */
/* libFuzzer: any bytes as a capture file, through the reader into the state.  make fuzz-capture; FUZZ_SECONDS=n to go on. */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "source/source.h"
#include "state/state.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* Every byte of every parameter, so that one out of bounds is seen. */
static void look(const struct event *ev)
{
	volatile uint64_t sum = 0;

	for (uint32_t i = ev->at[0]; ev->n_params && i < ev->at[ev->n_params]; i++)
		sum += ev->rec[i];
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static int fd = -1;
	struct state_options opt = { .thread_limit = 64, .fd_limit = 16 };
	struct state *state;
	struct source *src;
	struct event ev;
	char path[64], why[512];

	if (fd < 0) {
		fd = memfd_create("capture", MFD_CLOEXEC);
		schema_init();
	}
	if (ftruncate(fd, 0) || pwrite(fd, bytes, n, 0) != (ssize_t)n)
		return 0;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	state = state_new(&opt);
	src = source_replay_open(path, state, why, sizeof(why));
	while (src && source_next(src, &ev, 0) == SOURCE_EVENT) {
		look(&ev);
		state_process(state, &ev);
		look(&ev);
	}
	if (src)
		src->ops->close(src);
	state_free(state);
	return 0;
}
