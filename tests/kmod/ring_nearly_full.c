// SPDX-License-Identifier: Apache-2.0
/*
 * Nearly full rings: a record is written completely or not at all, and never beyond the free space.
 */
#include <sched.h>
#include <string.h>
#include <sys/wait.h>

#include "expect.h"
#include "processes.h"
#include "uapi/ring.h"

enum { UNREAD_BYTES = 16384 };

/*
 * Calls call() once for each number of free bytes from free_bytes to end - 1, plus the reserve. A
 * record must fit in the free bytes, and the unread bytes after it must not change. Returns the
 * number of calls that were recorded, or -1.
 */
static int call_with_free_bytes(struct __test_metadata *_metadata, struct driver *d,
				uint32_t reserve, uint32_t free_bytes, uint32_t end,
				void (*call)(void))
{
	struct falco_ring_page *page = d->pages[0];
	const uint32_t mask = d->ring_size - 1;
	uint8_t before[UNREAD_BYTES];
	int written = 0;

	for (; free_bytes < end; free_bytes++) {
		uint32_t head = page->head, used;
		const uint8_t *unread = d->data[0] + ((head + free_bytes) & mask);

		memcpy(before, unread, UNREAD_BYTES);
		page->tail = (head + free_bytes + reserve + 1) & mask;
		call();
		used = (page->head - head) & mask;
		written += used > 0;
		if (used > free_bytes || memcmp(before, unread, UNREAD_BYTES)) {
			TH_LOG("%u bytes free, %u written", free_bytes, used);
			written = -1;
			break;
		}
	}
	return written;
}

static void rename_missing_file(void)
{
	syscall(__NR_renameat2, -1, "/none/from.here", -1, "/none/to.some.other.longer.place", 0);
}

static void execute_missing_program(void)
{
	char *arguments[] = { "first", "second", "third", NULL },
	     *environment[] = { "A=1", "B=2", NULL };

	execve("/none/such/program", arguments, environment);
}

static void fork_and_wait(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
}

/* A record with parameters of fixed and of variable size. */
TEST_F(driver, ring_full_does_not_overwrite)
{
	struct falco_handshake h = { .size = sizeof(h) };
	int written;

	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_HANDSHAKE, (unsigned long)&h));
	stay_on_cpu0();
	RECORD(__NR_renameat2);
	written = call_with_free_bytes(_metadata, &self->d, h.reserve, 0, 160, rename_missing_file);
	EXPECT_LT(10, written);
	EXPECT_GT(100, written);
}

/* From too few free bytes for the fixed-size parameters to more than the record needs. */
#define EXPECT_ANY_FREE_BYTES(call)                                                         \
	do {                                                                                \
		const struct falco_ring_page *page = self->d.pages[0];                      \
		uint32_t head, needed;                                                      \
		int written;                                                                \
                                                                                            \
		driver_discard(&self->d);                                                   \
		head = page->head;                                                          \
		call();                                                                     \
		needed = (page->head - head) & (self->d.ring_size - 1);                     \
		EXPECT_EQ(0, call_with_free_bytes(_metadata, &self->d, 0, 0, 200, call));   \
		EXPECT_LE(0, call_with_free_bytes(_metadata, &self->d, 0, 200, 700, call)); \
		/* parent and child have one record each */                                 \
		written = call_with_free_bytes(_metadata, &self->d, 0, needed / 2 - 50,     \
					       needed + 400, call);                         \
		EXPECT_LT(100, written);                                                    \
		EXPECT_GT((int)needed / 2 + 450, written);                                  \
	} while (0)

/*
 * exe and args come from one copy of the argument area: args must be truncated to the bytes
 * that are free after exe.
 */
TEST_F(driver, ring_full_does_not_overwrite_by_execve)
{
	stay_on_cpu0();
	RECORD(__NR_execve);
	EXPECT_ANY_FREE_BYTES(execute_missing_program);
}

TEST_F(driver, ring_full_does_not_overwrite_by_clone)
{
	stay_on_cpu0();
	RECORD(__NR_clone);
	EXPECT_ANY_FREE_BYTES(fork_and_wait);
}
