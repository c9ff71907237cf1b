/* SPDX-License-Identifier: Apache-2.0 */
/* libFuzzer: any bytes as a capture file.  make fuzz-capture; FUZZ_SECONDS=n to go on longer. */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../unit/seeds.h"
#include "source/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static int fd = -1;
	struct source *src;
	struct event ev;
	uint64_t sum = 0;
	char path[64], why[512];

	if (fd < 0) {
		fd = memfd_create("capture", MFD_CLOEXEC);
		schema_init();
	}
	if (ftruncate(fd, 0) || pwrite(fd, bytes, n, 0) != (ssize_t)n)
		return 0;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	seeds_forget();
	src = source_replay_open(path, NULL, why, sizeof(why));
	if (!src)
		return 0;
	while (source_next(src, &ev, 0) == SOURCE_EVENT)
		for (uint32_t i = ev.at[0]; ev.n_params && i < ev.at[ev.n_params]; i++)
			sum += ev.rec[i];
	seeds.sum += sum;
	src->ops->close(src);
	return 0;
}
