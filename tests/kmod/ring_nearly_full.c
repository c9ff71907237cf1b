// SPDX-License-Identifier: Apache-2.0
/* Rings that are nearly full: a record is written into the room there is, or it is not. */
#include <sched.h>
#include <string.h>
#include <sys/wait.h>

#include "expect.h"
#include "processes.h"
#include "uapi/ring.h"

enum { BEHIND = 16384 };

/*
 * Whatever room there is: the record is written into it or lost, and what lies behind it, where a reader may not have
 * been yet, stays as it is. How many calls had a record; kept is how much of the ring is not for them.
 */
static int fill_space(struct __test_metadata *_metadata, struct driver *d, uint32_t kept,
		      uint32_t room, uint32_t end, void (*call)(void))
{
	struct falco_ring_page *page = d->pages[0];
	const uint32_t mask = d->ring_size - 1;
	uint8_t before[BEHIND];
	int written = 0;

	for (; room < end; room++) {
		uint32_t head = page->head, used;
		const uint8_t *behind = d->data[0] + ((head + room) & mask);

		memcpy(before, behind, BEHIND);
		page->tail = (head + room + kept + 1) & mask;
		call();
		used = (page->head - head) & mask;
		written += used > 0;
		if (used > room || memcmp(before, behind, BEHIND)) {
			TH_LOG("with room for %u bytes, %u were written", room, used);
			written = -1;
			break;
		}
	}
	return written;
}

static void rename_nothing(void)
{
	syscall(__NR_renameat2, -1, "/none/from.here", -1, "/none/to.some.place.farther.away", 0);
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

/* Parameters of fixed and of variable size by turns. */
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

/* Too little for parameters of fixed size, for those of variable size, and, soon, enough; how much that is depends. */
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
		/* who forks and its child have a record each */                                 \
		written = fill_space(_metadata, &self->d, 0, whole / 2 - 50, whole + 400, call); \
		EXPECT_LT(100, written);                                                         \
		EXPECT_GT((int)whole / 2 + 450, written);                                        \
	} while (0)

/* Parameters that come of one reading: the second must not be more than the first left of it. */
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
