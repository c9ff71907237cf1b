// SPDX-License-Identifier: Apache-2.0
/* Semaphores and futexes. */
#include <linux/futex.h>
#include <sys/ipc.h>
#include <sys/sem.h>

#include "expect.h"

TESTS_EVENT(futex);
TEST_F(driver, futex_wake_without_waiter)
{
	uint32_t word = 7;

	RECORD(__NR_futex);
	ASSERT_EQ(0, syscall(__NR_futex, &word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 12, NULL, NULL, 0));
	FIND(futex);
	EXPECT_NUM(futex, res, 0);
	EXPECT_NUM(futex, addr, (long)&word);
	EXPECT_NUM(futex, op, futex_operations_FUTEX_WAKE | futex_operations_FUTEX_PRIVATE_FLAG);
	EXPECT_NUM(futex, val, 12);
}

TEST_F(driver, futex_wait_value_differs)
{
	uint32_t word = 7;

	RECORD(__NR_futex);
	ASSERT_EQ(-1, syscall(__NR_futex, &word, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 8, NULL,
			      NULL, ~0u));
	FIND(futex);
	EXPECT_NUM(futex, res, -EAGAIN);
	EXPECT_NUM(futex, op,
		   futex_operations_FUTEX_WAIT_BITSET | futex_operations_FUTEX_CLOCK_REALTIME);
	EXPECT_NUM(futex, val, 8);
}

TEST_F(driver, futex_unknown_operation)
{
	RECORD(__NR_futex);
	ASSERT_EQ(-1, syscall(__NR_futex, 3, 0x7f, 1, NULL, NULL, 0));
	FIND(futex);
	EXPECT_NUM(futex, res, -ENOSYS);
	EXPECT_NUM(futex, addr, 3);
	EXPECT_NUM(futex, op, 0);
}

TEST_F(driver, futex_by_ia32)
{
	uint32_t *word = low_memory(4096);

	RECORD(__NR_futex);
	ASSERT_EQ(-EAGAIN, syscall_ia32(NR_IA32_futex, (long)word, FUTEX_WAIT, 5, 0, 0, 0));
	FIND(futex);
	EXPECT_NUM(futex, res, -EAGAIN);
	EXPECT_NUM(futex, addr, (long)word);
	EXPECT_NUM(futex, op, futex_operations_FUTEX_WAIT);
	EXPECT_NUM(futex, val, 5);
}

TESTS_EVENT(semget);
TEST_F(driver, semget_succeeds_and_fails)
{
	int id;

	RECORD(__NR_semget);
	id = syscall(__NR_semget, IPC_PRIVATE, 3, IPC_CREAT | IPC_EXCL | 0600);
	ASSERT_LE(0, id);
	ASSERT_EQ(-1, syscall(__NR_semget, 0x7fedcba9, 1, 0600));
	driver_stop(&self->d);
	semctl(id, 0, IPC_RMID);
	FIND(semget);
	EXPECT_NUM(semget, res, id);
	EXPECT_NUM(semget, key, IPC_PRIVATE);
	EXPECT_NUM(semget, nsems, 3);
	/* besides the two flags, the permission bits are recorded with their native values */
	EXPECT_EQ(semget_flags_IPC_CREAT | semget_flags_IPC_EXCL,
		  record_num(self->ev, IX(semget, semflg)) &
			  (semget_flags_IPC_CREAT | semget_flags_IPC_EXCL));
	FIND_BY(semget, getpid(), 1);
	EXPECT_NUM(semget, res, -ENOENT);
	EXPECT_NUM(semget, key, 0x7fedcba9);
	EXPECT_NUM(semget, nsems, 1);
}

TEST_F(driver, semget_by_ia32)
{
	long res;

	RECORD(__NR_semget);
	res = syscall_ia32(NR_IA32_semget, -5, 1, 0, 0, 0, 0);
	if (res == -ENOSYS)
		SKIP(return, "no semget for 32-bit callers");
	FIND(semget);
	EXPECT_NUM(semget, res, -ENOENT);
	EXPECT_NUM(semget, key, -5);
	EXPECT_NUM(semget, nsems, 1);
	EXPECT_NUM(semget, semflg, 0);
}

TESTS_EVENT(semop);
/* Only the first two operations are recorded. */
TEST_F(driver, semop_three_operations)
{
	struct sembuf ops[3] = { { 0, 4, IPC_NOWAIT }, { 2, 1, SEM_UNDO | IPC_NOWAIT }, { 1, 9, 0 } };
	int id = semget(IPC_PRIVATE, 3, 0600);

	RECORD(__NR_semop);
	ASSERT_EQ(0, syscall(__NR_semop, id, ops, 3));
	semctl(id, 0, IPC_RMID);
	FIND(semop);
	EXPECT_NUM(semop, res, 0);
	EXPECT_NUM(semop, nsops, 3);
	EXPECT_NUM(semop, sem_num_0, 0);
	EXPECT_NUM(semop, sem_op_0, 4);
	EXPECT_NUM(semop, sem_flg_0, semop_flags_IPC_NOWAIT);
	EXPECT_NUM(semop, sem_num_1, 2);
	EXPECT_NUM(semop, sem_op_1, 1);
	EXPECT_NUM(semop, sem_flg_1, semop_flags_SEM_UNDO | semop_flags_IPC_NOWAIT);
	EXPECT_NUM(semop, semid, id);
}

TEST_F(driver, semop_one_operation)
{
	struct sembuf ops[2] = { { 1, 2, 0 }, { 7, 7, 7 } };
	int id = semget(IPC_PRIVATE, 3, 0600);

	RECORD(__NR_semop);
	ASSERT_EQ(0, syscall(__NR_semop, id, ops, 1));
	semctl(id, 0, IPC_RMID);
	FIND(semop);
	EXPECT_NUM(semop, nsops, 1);
	EXPECT_NUM(semop, sem_num_0, 1);
	EXPECT_NUM(semop, sem_op_0, 2);
	EXPECT_NUM(semop, sem_flg_0, 0);
	EXPECT_NUM(semop, sem_num_1, 0);
	EXPECT_NUM(semop, sem_op_1, 0);
	EXPECT_NUM(semop, sem_flg_1, 0);
}

TEST_F(driver, semop_fails)
{
	struct sembuf op = { 1, -2, IPC_NOWAIT };
	int id = semget(IPC_PRIVATE, 3, 0600);

	RECORD(__NR_semop);
	ASSERT_EQ(-1, syscall(__NR_semop, id, &op, 1));
	ASSERT_EQ(-1, syscall(__NR_semop, -1, 8, 2));
	semctl(id, 0, IPC_RMID);
	FIND(semop);
	EXPECT_NUM(semop, res, -EAGAIN);
	EXPECT_NUM(semop, nsops, 1);
	EXPECT_NUM(semop, sem_num_0, 0);
	EXPECT_NUM(semop, sem_op_0, 0);
	EXPECT_NUM(semop, sem_flg_0, 0);
	EXPECT_NUM(semop, semid, id);
	FIND_BY(semop, getpid(), 1);
	EXPECT_NUM(semop, nsops, 2);
	EXPECT_NUM(semop, sem_num_1, 0);
	EXPECT_NUM(semop, semid, -1);
}

TESTS_EVENT(semctl);
TEST_F(driver, semctl_set_get_remove)
{
	int id = semget(IPC_PRIVATE, 3, 0600);

	RECORD(__NR_semctl);
	ASSERT_EQ(0, syscall(__NR_semctl, id, 2, SETVAL, 11));
	ASSERT_EQ(11, syscall(__NR_semctl, id, 2, GETVAL, 99));
	ASSERT_EQ(0, syscall(__NR_semctl, id, 0, IPC_RMID, 0));
	ASSERT_EQ(-1, syscall(__NR_semctl, id, 1, SETVAL, 3));
	FIND(semctl);
	EXPECT_NUM(semctl, res, 0);
	EXPECT_NUM(semctl, semid, id);
	EXPECT_NUM(semctl, semnum, 2);
	EXPECT_NUM(semctl, cmd, semctl_commands_SETVAL);
	EXPECT_NUM(semctl, val, 11);
	FIND_BY(semctl, getpid(), 1);
	EXPECT_NUM(semctl, res, 11);
	EXPECT_NUM(semctl, cmd, semctl_commands_GETVAL);
	EXPECT_NUM(semctl, val, 0);
	FIND_BY(semctl, getpid(), 2);
	EXPECT_NUM(semctl, cmd, semctl_commands_IPC_RMID);
	FIND_BY(semctl, getpid(), 3);
	EXPECT_NUM(semctl, res, -EINVAL);
	EXPECT_NUM(semctl, semnum, 1);
	EXPECT_NUM(semctl, val, 3);
}

TEST_F(driver, semctl_by_ia32)
{
	int id = semget(IPC_PRIVATE, 2, 0600);
	long res;

	RECORD(__NR_semctl);
	res = syscall_ia32(NR_IA32_semctl, id, 1, SETVAL, 23, 0, 0);
	driver_stop(&self->d);
	semctl(id, 0, IPC_RMID);
	if (res == -ENOSYS)
		SKIP(return, "no semctl for 32-bit callers");
	FIND(semctl);
	EXPECT_NUM(semctl, res, 0);
	EXPECT_NUM(semctl, semnum, 1);
	EXPECT_NUM(semctl, cmd, semctl_commands_SETVAL);
	EXPECT_NUM(semctl, val, 23);
}

/* ---- ipc(2), which multiplexes the System V IPC calls ---- */

static long ia32_ipc(unsigned call, long first, long second, long third, long ptr)
{
	return syscall_ia32(NR_IA32_ipc, call, first, second, third, ptr, 0);
}

TEST_F(driver, ipc_by_ia32)
{
	enum { CALL_SEMOP = 1, CALL_SEMGET = 2, CALL_SEMCTL = 3, CALL_INVALID = 99 };
	struct sembuf *op = low_memory(4096);
	uint32_t *value = low_memory(4096);
	int id;

	RECORD(__NR_semget);
	RECORD(__NR_semctl);
	RECORD(__NR_semop);
	id = ia32_ipc(CALL_SEMGET, IPC_PRIVATE, 2, IPC_CREAT | 0600, 0);
	ASSERT_LE(0, id);
	*value = 7;
	ASSERT_EQ(0, ia32_ipc(CALL_SEMCTL, id, 1, SETVAL, (long)value));
	*op = (struct sembuf){ 1, -3, IPC_NOWAIT };
	ASSERT_EQ(0, ia32_ipc(CALL_SEMOP, id, 1, 0, (long)op));
	*value = 0;
	ASSERT_EQ(0, ia32_ipc(CALL_SEMCTL, id, 0, IPC_RMID, (long)value));
	ASSERT_GT(0, ia32_ipc(CALL_INVALID, id, 0, 0, 0));
	FIND(semget);
	EXPECT_NUM(semget, res, id);
	EXPECT_NUM(semget, key, IPC_PRIVATE);
	EXPECT_NUM(semget, nsems, 2);
	FIND(semctl);
	EXPECT_NUM(semctl, semid, id);
	EXPECT_NUM(semctl, semnum, 1);
	EXPECT_NUM(semctl, cmd, semctl_commands_SETVAL);
	EXPECT_NUM(semctl, val, 7);
	FIND(semop);
	EXPECT_NUM(semop, semid, id);
	EXPECT_NUM(semop, nsops, 1);
	EXPECT_NUM(semop, sem_num_0, 1);
	EXPECT_NUM(semop, sem_op_0, -3);
	EXPECT_NUM(semop, sem_flg_0, semop_flags_IPC_NOWAIT);
	EXPECT_EQ(1, driver_count(&self->d, EV_semop, gettid()));
	EXPECT_EQ(2, driver_count(&self->d, EV_semctl, gettid()));
}
