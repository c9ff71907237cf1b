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
 * Calls call() once for each number of free bytes from space to end - 1, not counting the reserve.
 * A record must fit in the free space, and the unread bytes after it must not change. Returns how
 * many calls were recorded, or -1.
 */
static int fill_space(struct __test_metadata *_metadata, struct driver *d, uint32_t kept,
		      uint32_t space, uint32_t end, void (*call)(void))
{
	struct falco_ring_page *page = d->pages[0];
	const uint32_t mask = d->ring_size - 1;
	uint8_t before[UNREAD_BYTES];
	int written = 0;

	for (; space < end; space++) {
		uint32_t head = page->head, used;
		const uint8_t *unread = d->data[0] + ((head + space) & mask);

		memcpy(before, unread, UNREAD_BYTES);
		page->tail = (head + space + kept + 1) & mask;
		call();
		used = (page->head - head) & mask;
		written += used > 0;
		if (used > space || memcmp(before, unread, UNREAD_BYTES)) {
			TH_LOG("%u bytes free, %u written", space, used);
			written = -1;
			break;
		}
	}
	return written;
}

static void rename_nothing(void)
{
	syscall(__NR_renameat2, -1, "/none/from.here", -1, "/none/to.some.other.longer.place", 0);
}

static void execute_nothing(void)
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
	written = fill_space(_metadata, &self->d, h.reserve, 0, 160, rename_nothing);
	EXPECT_LT(10, written);
	EXPECT_GT(100, written);
}

/* From too little space for the fixed-size parameters to more than the record needs. */
#define EXPECT_ANY_SPACE(call)                                                                   \
	do {                                                                                     \
		const struct falco_ring_page *page = self->d.pages[0];                           \
		uint32_t head, whole;                                                            \
		int written;                                                                     \
                                                                                                 \
		driver_discard(&self->d);                                                        \
		head = page->head;                                                               \
		call();                                                                          \
		whole = (page->head - head) & (self->d.ring_size - 1);                           \
		EXPECT_EQ(0, fill_space(_metadata, &self->d, 0, 0, 200, call));                  \
		EXPECT_LE(0, fill_space(_metadata, &self->d, 0, 200, 700, call));                \
		/* parent and child have one record each */                                      \
		written = fill_space(_metadata, &self->d, 0, whole / 2 - 50, whole + 400, call); \
		EXPECT_LT(100, written);                                                         \
		EXPECT_GT((int)whole / 2 + 450, written);                                        \
	} while (0)

/*
 * exe and args come from one copy of the argument area: args must be cut to what exe leaves of the
 * space.
 */
TEST_F(driver, ring_full_does_not_overwrite_by_execve)
{
	stay_on_cpu0();
	RECORD(__NR_execve);
	EXPECT_ANY_SPACE(execute_nothing);
}

TEST_F(driver, ring_full_does_not_overwrite_by_clone)
{
	stay_on_cpu0();
	RECORD(__NR_clone);
	EXPECT_ANY_SPACE(fork_and_wait);
}
