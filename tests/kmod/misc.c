// SPDX-License-Identifier: Apache-2.0
/* ptrace, bpf, kernel modules, keyctl, io_uring calls; calls that are recorded as generic. */
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/ptrace.h>

#include "expect.h"
#include "buffers.h"
#include "processes.h"
#include "uapi/ring.h"

/* KEY_SPEC_SESSION_KEYRING; a pid that no process has */
enum { SESSION_KEYRING = -3, UNUSED_PID = 0x3fffff };

/* A T_dyn parameter: one byte, the index of its type, and the value. */
#define EXPECT_DYN(event, name, index, value)        \
	do {                                         \
		uint8_t dyn_[9] = { index };         \
		uint64_t value_ = (uint64_t)(value); \
		memcpy(dyn_ + 1, &value_, 8);        \
		EXPECT_BYTES(event, name, dyn_, 9);  \
	} while (0)
#define EXPECT_DYN_TEXT(event, name, literal) \
	EXPECT_BYTES(event, name, "\1" literal, sizeof("\1" literal))
#define EXPECT_DYN_NO_TEXT(event, name) EXPECT_BYTES(event, name, "\1", 1)

TESTS_EVENT(generic);
TEST_F(driver, generic_native_call)
{
	RECORD(__NR_sched_yield);
	syscall(__NR_sched_yield);
	FIND(generic);
	EXPECT_NUM(generic, ID, SC_sched_yield);
	EXPECT_NUM(generic, nativeID, __NR_sched_yield);
}

TEST_F(driver, generic_by_ia32)
{
	RECORD(__NR_sched_yield);
	syscall_ia32(NR_IA32_sched_yield, 0, 0, 0, 0, 0, 0);
	FIND(generic);
	EXPECT_NUM(generic, ID, SC_sched_yield);
	EXPECT_NUM(generic, nativeID, __NR_sched_yield);
}

/* A number that no system call has makes no event. */
TEST_F(driver, generic_ignores_invalid_numbers)
{
	static const int numbers[] = { 511, 512, 600, 0x400001ff, 0x40000300, 0x7fffffff, -1, -2 };

	for (int i = 0; i < 512; i++)
		RECORD(i);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		syscall(numbers[i], 0, 0, 0, 0, 0, 0);
		syscall_ia32(numbers[i], 0, 0, 0, 0, 0, 0);
	}
	driver_stop(&self->d);
	for (unsigned n = 0; (self->ev = driver_find(&self->d, EV_generic, getpid(), n)); n++)
		EXPECT_LT(record_num(self->ev, IX(generic, nativeID)), 512);
	EXPECT_EQ(0, driver_count(&self->d, EV_read, getpid()));
}

/* ---- ptrace ---- */

static pid_t traced_child(void)
{
	pid_t pid = fork();

	if (!pid) {
		syscall(__NR_ptrace, PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	return pid;
}

TESTS_EVENT(ptrace);
TEST_F(driver, ptrace_variants)
{
	static long word = 0x1122334455667788, got;
	pid_t pid;

	RECORD(__NR_ptrace);
	pid = traced_child();
	ASSERT_EQ(0, syscall(__NR_ptrace, PTRACE_PEEKDATA, pid, &word, &got));
	ASSERT_EQ(0, syscall(__NR_ptrace, PTRACE_POKEDATA, pid, &word, 0x99L));
	ASSERT_EQ(0, syscall(__NR_ptrace, PTRACE_DETACH, pid, 0L, (long)SIGKILL));
	proc_wait(pid);
	FIND_BY(ptrace, pid, 0);
	EXPECT_NUM(ptrace, res, 0);
	EXPECT_NUM(ptrace, request, ptrace_requests_PTRACE_TRACEME);
	EXPECT_NUM(ptrace, pid, 0);
	FIND(ptrace);
	EXPECT_NUM(ptrace, res, 0);
	EXPECT_DYN(ptrace, addr, 0, (long)&word);
	EXPECT_DYN(ptrace, data, 0, 0x1122334455667788);
	EXPECT_NUM(ptrace, request, ptrace_requests_PTRACE_PEEKDATA);
	EXPECT_NUM(ptrace, pid, pid);
	FIND_BY(ptrace, getpid(), 1);
	EXPECT_DYN(ptrace, data, 0, 0x99);
	EXPECT_NUM(ptrace, request, ptrace_requests_PTRACE_POKEDATA);
	FIND_BY(ptrace, getpid(), 2);
	EXPECT_BYTES(ptrace, data, "\1\11", 2);
	EXPECT_NUM(ptrace, request, ptrace_requests_PTRACE_DETACH);
}

TEST_F(driver, ptrace_user_area)
{
	static long got;
	pid_t pid;

	RECORD(__NR_ptrace);
	pid = traced_child();
	ASSERT_EQ(0, syscall(__NR_ptrace, PTRACE_PEEKUSER, pid, 0L, &got));
	kill(pid, SIGKILL);
	proc_wait(pid);
	FIND(ptrace);
	EXPECT_DYN(ptrace, addr, 0, 0);
	EXPECT_DYN(ptrace, data, 0, got);
	EXPECT_NUM(ptrace, request, ptrace_requests_PTRACE_PEEKUSR);
}

TEST_F(driver, ptrace_fails)
{
	RECORD(__NR_ptrace);
	ASSERT_EQ(-1, syscall(__NR_ptrace, PTRACE_CONT, UNUSED_PID, 0x1234L, 9L));
	ASSERT_EQ(-1, syscall(__NR_ptrace, 0x7777, -5, 0L, 0L));
	FIND(ptrace);
	EXPECT_NUM(ptrace, res, -ESRCH);
	EXPECT_DYN(ptrace, addr, 0, 0);
	EXPECT_DYN(ptrace, data, 0, 0);
	EXPECT_NUM(ptrace, request, ptrace_requests_PTRACE_CONT);
	EXPECT_NUM(ptrace, pid, UNUSED_PID);
	FIND_BY(ptrace, getpid(), 1);
	EXPECT_NUM(ptrace, res, -ESRCH);
	EXPECT_NUM(ptrace, request, ptrace_requests_PTRACE_UNKNOWN);
	EXPECT_NUM(ptrace, pid, -5);
}

/* PEEKDATA of a 32-bit tracer reads 32 bits. */
TEST_F(driver, ptrace_by_ia32)
{
	uint32_t *low = low_memory(4096);
	pid_t pid;

	low[0] = 0xabcdef01;
	low[1] = 0x11111111;
	low[3] = 0x22222222;
	pid = traced_child();
	RECORD(__NR_ptrace);
	ASSERT_EQ(0, syscall_ia32(NR_IA32_ptrace, PTRACE_PEEKDATA, pid, (long)low, (long)(low + 2),
				  0, 0));
	kill(pid, SIGKILL);
	proc_wait(pid);
	FIND(ptrace);
	EXPECT_DYN(ptrace, addr, 0, (long)low);
	EXPECT_DYN(ptrace, data, 0, 0xabcdef01);
}

/* ---- bpf and modules ---- */

TESTS_EVENT(bpf);
TEST_F(driver, bpf_succeeds_and_fails)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1
	};
	int fd;

	RECORD(__NR_bpf);
	fd = syscall(__NR_bpf, BPF_MAP_CREATE, &attr, sizeof(attr));
	if (fd < 0 && errno == ENOSYS)
		SKIP(return, "no bpf");
	ASSERT_EQ(-1, syscall(__NR_bpf, BPF_PROG_LOAD, NULL, 0));
	ASSERT_EQ(-1, syscall(__NR_bpf, 0x7777, &attr, sizeof(attr)));
	FIND(bpf);
	EXPECT_NUM(bpf, fd, fd);
	EXPECT_NUM(bpf, cmd, bpf_commands_BPF_MAP_CREATE);
	FIND_BY(bpf, getpid(), 1);
	EXPECT_EQ(true, record_num(self->ev, IX(bpf, fd)) < 0);
	EXPECT_NUM(bpf, cmd, bpf_commands_BPF_PROG_LOAD);
	FIND_BY(bpf, getpid(), 2);
	EXPECT_NUM(bpf, fd, -EINVAL);
	EXPECT_NUM(bpf, cmd, 0x7777);
}

TESTS_EVENT(init_module);
TEST_F(driver, init_module_fails)
{
	static char image[70000];
	long failed;

	memset(image, 'm', sizeof(image));
	RECORD(__NR_init_module);
	ASSERT_EQ(-1, syscall(__NR_init_module, "not a module", 12L, "param=1"));
	failed = -errno;
	ASSERT_EQ(-1, syscall(__NR_init_module, image, sizeof(image), ""));
	ASSERT_EQ(-1, syscall(__NR_init_module, UNMAPPED, 4096L, UNMAPPED));
	FIND(init_module);
	EXPECT_NUM(init_module, res, failed);
	EXPECT_BYTES(init_module, img, "not a module", 12);
	EXPECT_NUM(init_module, length, 12);
	EXPECT_TEXT(init_module, uargs, "param=1");
	FIND_BY(init_module, getpid(), 1);
	EXPECT_BYTES(init_module, img, image, FALCO_PARAM_MAX);
	EXPECT_NUM(init_module, length, sizeof(image));
	EXPECT_TEXT(init_module, uargs, "");
	FIND_BY(init_module, getpid(), 2);
	EXPECT_EMPTY(init_module, img);
	EXPECT_NUM(init_module, length, 4096);
	EXPECT_EMPTY(init_module, uargs);
}

TESTS_EVENT(finit_module);
TEST_F(driver, finit_module_fails)
{
	RECORD(__NR_finit_module);
	ASSERT_EQ(-1, syscall(__NR_finit_module, -1, "a=b", 1 | 2));
	ASSERT_EQ(-1, syscall(__NR_finit_module, 0, NULL, 0x100));
	FIND(finit_module);
	EXPECT_NUM(finit_module, res, -EBADF);
	EXPECT_NUM(finit_module, fd, -1);
	EXPECT_TEXT(finit_module, uargs, "a=b");
	EXPECT_NUM(finit_module, flags,
		   finit_module_flags_MODULE_INIT_IGNORE_MODVERSIONS |
			   finit_module_flags_MODULE_INIT_IGNORE_VERMAGIC);
	FIND_BY(finit_module, getpid(), 1);
	EXPECT_NUM(finit_module, res, -EINVAL);
	EXPECT_NUM(finit_module, fd, 0);
	EXPECT_EMPTY(finit_module, uargs);
	EXPECT_NUM(finit_module, flags, 0);
}

TESTS_EVENT(delete_module);
TEST_F(driver, delete_module_fails)
{
	RECORD(__NR_delete_module);
	ASSERT_EQ(-1, syscall(__NR_delete_module, "no_such_module", O_NONBLOCK | O_TRUNC));
	ASSERT_EQ(-1, syscall(__NR_delete_module, NULL, 0));
	FIND(delete_module);
	EXPECT_NUM(delete_module, res, -ENOENT);
	EXPECT_TEXT(delete_module, name, "no_such_module");
	EXPECT_NUM(delete_module, flags,
		   delete_module_flags_O_NONBLOCK | delete_module_flags_O_TRUNC);
	FIND_BY(delete_module, getpid(), 1);
	EXPECT_NUM(delete_module, res, -EFAULT);
	EXPECT_EMPTY(delete_module, name);
	EXPECT_NUM(delete_module, flags, 0);
}

TEST_F(driver, delete_module_by_ia32)
{
	char *low = strcpy(low_memory(4096), "no_such_32");

	RECORD(__NR_delete_module);
	ASSERT_EQ(-ENOENT, syscall_ia32(NR_IA32_delete_module, (long)low, O_NONBLOCK, 0, 0, 0, 0));
	FIND(delete_module);
	EXPECT_TEXT(delete_module, name, "no_such_32");
}

/* The module is in use as long as a consumer exists. */
TEST_F(driver, delete_module_in_use)
{
	RECORD(__NR_delete_module);
	ASSERT_EQ(-1, syscall(__NR_delete_module, "falco", O_NONBLOCK));
	FIND(delete_module);
	EXPECT_NUM(delete_module, res, -EAGAIN);
	EXPECT_TEXT(delete_module, name, "falco");
}

/* ---- keys ---- */

TESTS_EVENT(keyctl);
TEST_F(driver, keyctl_numbers)
{
	long keyring;

	RECORD(__NR_keyctl);
	keyring = syscall(__NR_keyctl, KEYCTL_GET_KEYRING_ID, (long)SESSION_KEYRING, 1L, 77L, 78L);
	if (keyring < 0 && errno == ENOSYS)
		SKIP(return, "no keys");
	syscall(__NR_keyctl, KEYCTL_SET_TIMEOUT, 1L, 2L, 3L, 4L);
	syscall(__NR_keyctl, KEYCTL_CHOWN, -1L, 5L, 6L, 7L);
	syscall(__NR_keyctl, KEYCTL_MOVE, 1L, 2L, 3L, 0x100L);
	syscall(__NR_keyctl, KEYCTL_REVOKE, -1L, 5L, 6L, 7L);
	syscall(__NR_keyctl, 0x7777, 1L, 2L, 3L, 4L);
	FIND(keyctl);
	EXPECT_NUM(keyctl, res, keyring);
	EXPECT_NUM(keyctl, operation, keyctl_operations_KEYCTL_GET_KEYRING_ID);
	EXPECT_DYN(keyctl, arg2, 0, SESSION_KEYRING);
	EXPECT_DYN(keyctl, arg3, 0, 1);
	EXPECT_DYN(keyctl, arg4, 0, 0);
	EXPECT_DYN(keyctl, arg5, 0, 0);
	FIND_BY(keyctl, getpid(), 1);
	EXPECT_DYN(keyctl, arg3, 0, 2);
	EXPECT_DYN(keyctl, arg4, 0, 0);
	FIND_BY(keyctl, getpid(), 2);
	EXPECT_DYN(keyctl, arg2, 0, -1);
	EXPECT_DYN(keyctl, arg3, 0, 5);
	EXPECT_DYN(keyctl, arg4, 0, 6);
	EXPECT_DYN(keyctl, arg5, 0, 0);
	FIND_BY(keyctl, getpid(), 3);
	EXPECT_DYN(keyctl, arg4, 0, 3);
	EXPECT_DYN(keyctl, arg5, 0, 0x100);
	FIND_BY(keyctl, getpid(), 4);
	EXPECT_DYN(keyctl, arg2, 0, -1);
	EXPECT_DYN(keyctl, arg3, 0, 0);
	FIND_BY(keyctl, getpid(), 5);
	EXPECT_NUM(keyctl, res, -EOPNOTSUPP);
	EXPECT_NUM(keyctl, operation, 0x7777);
	EXPECT_DYN(keyctl, arg2, 0, 0);
	EXPECT_DYN(keyctl, arg5, 0, 0);
}

TEST_F(driver, keyctl_strings)
{
	RECORD(__NR_keyctl);
	if (syscall(__NR_keyctl, KEYCTL_JOIN_SESSION_KEYRING, "falco") < 0 && errno == ENOSYS)
		SKIP(return, "no keys");
	syscall(__NR_keyctl, KEYCTL_SEARCH, (long)SESSION_KEYRING, "user", "wanted", 9L);
	syscall(__NR_keyctl, KEYCTL_RESTRICT_KEYRING, 1L, "type", NULL, 5L);
	syscall(__NR_keyctl, KEYCTL_PKEY_QUERY, 1L, 2L, "info", UNMAPPED);
	syscall(__NR_keyctl, KEYCTL_PKEY_SIGN, UNMAPPED, "enc=raw", 4L, 5L);
	syscall(__NR_keyctl, KEYCTL_JOIN_SESSION_KEYRING, UNMAPPED);
	FIND(keyctl);
	EXPECT_DYN_TEXT(keyctl, arg2, "falco");
	EXPECT_DYN(keyctl, arg3, 0, 0);
	FIND_BY(keyctl, getpid(), 1);
	EXPECT_DYN(keyctl, arg2, 0, SESSION_KEYRING);
	EXPECT_DYN_TEXT(keyctl, arg3, "user");
	EXPECT_DYN_TEXT(keyctl, arg4, "wanted");
	EXPECT_DYN(keyctl, arg5, 0, 9);
	FIND_BY(keyctl, getpid(), 2);
	EXPECT_DYN(keyctl, arg2, 0, 1);
	EXPECT_DYN_TEXT(keyctl, arg3, "type");
	EXPECT_DYN_NO_TEXT(keyctl, arg4);
	EXPECT_DYN(keyctl, arg5, 0, 0);
	FIND_BY(keyctl, getpid(), 3);
	EXPECT_DYN(keyctl, arg3, 0, 2);
	EXPECT_DYN_TEXT(keyctl, arg4, "info");
	EXPECT_DYN(keyctl, arg5, 0, 8);
	FIND_BY(keyctl, getpid(), 4);
	EXPECT_DYN(keyctl, arg2, 0, 8);
	EXPECT_DYN_TEXT(keyctl, arg3, "enc=raw");
	EXPECT_DYN(keyctl, arg4, 0, 4);
	FIND_BY(keyctl, getpid(), 5);
	EXPECT_NUM(keyctl, res, -EFAULT);
	EXPECT_DYN_NO_TEXT(keyctl, arg2);
}

TEST_F(driver, keyctl_by_ia32)
{
	char *low = strcpy(low_memory(4096), "compat");

	RECORD(__NR_keyctl);
	if (syscall_ia32(NR_IA32_keyctl, KEYCTL_JOIN_SESSION_KEYRING, (long)low, 0, 0, 0, 0) ==
	    -ENOSYS)
		SKIP(return, "no keys");
	FIND(keyctl);
	EXPECT_DYN_TEXT(keyctl, arg2, "compat");
}

/* ---- io_uring ---- */

TESTS_EVENT(io_uring_setup);
TEST_F(driver, io_uring_setup_succeeds_and_fails)
{
	struct io_uring_params params = { .flags = IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP,
					  .cq_entries = 32 };
	int fd;

	RECORD(__NR_io_uring_setup);
	fd = syscall(__NR_io_uring_setup, 3, &params);
	if (fd < 0)
		SKIP(return, "no io_uring");
	ASSERT_EQ(-1, syscall(__NR_io_uring_setup, 7, UNMAPPED));
	FIND(io_uring_setup);
	EXPECT_NUM(io_uring_setup, res, fd);
	EXPECT_NUM(io_uring_setup, entries, 3);
	EXPECT_NUM(io_uring_setup, sq_entries, 4);
	EXPECT_NUM(io_uring_setup, cq_entries, 32);
	EXPECT_NUM(io_uring_setup, flags,
		   io_uring_setup_flags_IORING_SETUP_CQSIZE |
			   io_uring_setup_flags_IORING_SETUP_CLAMP);
	EXPECT_NUM(io_uring_setup, sq_thread_cpu, 0);
	EXPECT_NUM(io_uring_setup, sq_thread_idle, 0);
	EXPECT_EQ(!!(params.features & IORING_FEAT_SINGLE_MMAP),
		  !!(record_num(self->ev, IX(io_uring_setup, features)) &
		     io_uring_setup_feats_IORING_FEAT_SINGLE_MMAP));
	EXPECT_EQ(!!(params.features & IORING_FEAT_NODROP),
		  !!(record_num(self->ev, IX(io_uring_setup, features)) &
		     io_uring_setup_feats_IORING_FEAT_NODROP));
	FIND_BY(io_uring_setup, getpid(), 1);
	EXPECT_NUM(io_uring_setup, res, -EFAULT);
	EXPECT_NUM(io_uring_setup, entries, 7);
	EXPECT_NUM(io_uring_setup, sq_entries, 0);
	EXPECT_NUM(io_uring_setup, flags, 0);
	EXPECT_NUM(io_uring_setup, features, 0);
}

TESTS_EVENT(io_uring_enter);
TEST_F(driver, io_uring_enter_variants)
{
	struct io_uring_params params = { 0 };
	int fd = syscall(__NR_io_uring_setup, 4, &params);

	if (fd < 0)
		SKIP(return, "no io_uring");
	RECORD(__NR_io_uring_enter);
	ASSERT_EQ(0, syscall(__NR_io_uring_enter, fd, 0, 0, IORING_ENTER_GETEVENTS, NULL, 0L));
	ASSERT_EQ(-1,
		  syscall(__NR_io_uring_enter, -1, 5, 6, IORING_ENTER_SQ_WAKEUP, 0x123456789aL, 8L));
	FIND(io_uring_enter);
	EXPECT_NUM(io_uring_enter, res, 0);
	EXPECT_NUM(io_uring_enter, fd, fd);
	EXPECT_NUM(io_uring_enter, to_submit, 0);
	EXPECT_NUM(io_uring_enter, min_complete, 0);
	EXPECT_NUM(io_uring_enter, flags, io_uring_enter_flags_IORING_ENTER_GETEVENTS);
	EXPECT_NUM(io_uring_enter, sig, 0);
	FIND_BY(io_uring_enter, getpid(), 1);
	EXPECT_NUM(io_uring_enter, res, -EBADF);
	EXPECT_NUM(io_uring_enter, fd, -1);
	EXPECT_NUM(io_uring_enter, to_submit, 5);
	EXPECT_NUM(io_uring_enter, min_complete, 6);
	EXPECT_NUM(io_uring_enter, flags, io_uring_enter_flags_IORING_ENTER_SQ_WAKEUP);
	EXPECT_NUM(io_uring_enter, sig, 0x3456789a);
}

TESTS_EVENT(io_uring_register);
TEST_F(driver, io_uring_register_variants)
{
	struct io_uring_params params = { 0 };
	int fd = syscall(__NR_io_uring_setup, 4, &params), event = eventfd(0, 0);

	if (fd < 0)
		SKIP(return, "no io_uring");
	RECORD(__NR_io_uring_register);
	ASSERT_EQ(0, syscall(__NR_io_uring_register, fd, IORING_REGISTER_EVENTFD, &event, 1));
	ASSERT_EQ(-1, syscall(__NR_io_uring_register, fd, 0x777, 9L, 8));
	FIND(io_uring_register);
	EXPECT_NUM(io_uring_register, res, 0);
	EXPECT_NUM(io_uring_register, fd, fd);
	EXPECT_NUM(io_uring_register, opcode, io_uring_register_opcodes_IORING_REGISTER_EVENTFD);
	EXPECT_NUM(io_uring_register, arg, (long)&event);
	EXPECT_NUM(io_uring_register, nr_args, 1);
	FIND_BY(io_uring_register, getpid(), 1);
	EXPECT_EQ(true, record_num(self->ev, IX(io_uring_register, res)) < 0);
	EXPECT_NUM(io_uring_register, opcode, 0x777);
	EXPECT_NUM(io_uring_register, arg, 9);
	EXPECT_NUM(io_uring_register, nr_args, 8);
}
