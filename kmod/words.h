/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The words of the capture column of schema/events.def: where a parameter comes from.
 *
 * A word is an expression over the struct capture *c of the filler it stands in; EVENT_ID is that filler's event, a
 * constant.  Its type decides how it is recorded: a number, struct ustr, struct uspan, struct span, or struct laid for
 * what the word has already put at c->at.
 */
#ifndef FALCO_WORDS_H
#define FALCO_WORDS_H

#include <linux/capability.h>

#include "capture.h"
#include "convert.h"

/* Registers: any C type that the wire type of the parameter takes. */
#define RET		c->ret
#define RET32		(int)c->ret
#define ARG(n)		c->args[n]
#define ARG_PAIR(high, low)	((u64)(u32)c->args[high] << 32 | (u32)c->args[low])
/* An offset: a 32-bit task needs two registers for it.  One argument or, POS_PARTS, two of its own. */
#define POS(n)		POS_AT(compat_pair_at(n), n)
#define POS_PARTS(n)	POS_AT(n, n)
#define POS_AT(pair, n)	(c->compat && compat_syscall_is_ia32() ? ARG_PAIR((pair) + 1, pair) : c->args[n])
#define LONG(n)		(c->compat ? (int)c->args[n] : (long)c->args[n])	/* signed */
#define INT(n)		(int)c->args[n]
#define UINT(n)		(u32)c->args[n]
#define ID(n)		capture_id(c, n)
#define FD(n)		(int)c->args[n]
#define AT_FD(n)	(int)c->args[n]
#define SIG(n)		(u8)c->args[n]
#define FLAG(table, n)	conv_##table(c->args[n])
#define DEVICE(n)	(u32)c->args[n]
#define MOUNT_FLAGS(n)	capture_mount_flags(c->args[n])
#define CONST(value)	(value)
#define NOTHING		(struct laid){ 0 }
#define SEMCTL_VAL(n)	((int)c->args[2] == SETVAL ? (int)c->args[n] : 0)

/* What dispatch knows. */
#define SYSCALL_CODE	c->code
#define SYSCALL_NR	c->nr
#define SAMPLING_RATIO	c->number
#define HOTPLUG_CPU	c->number
#define SWITCH_NEXT	c->next->pid
#define FAULT_ADDR	c->page_fault.address
#define FAULT_IP	c->page_fault.ip
#define FAULT_ERROR	conv_pf_flags(c->page_fault.error)
#define SIGNAL_NR	(u8)c->sig
#define SIGNAL_SENDER	capture_signal_sender(c)

/* User memory. */
#define STR(n)		(struct ustr){ user_ptr(c->args[n]) }
#define STR_IF_OK(n)	(struct ustr){ c->ret >= 0 ? user_ptr(c->args[n]) : NULL }
#define USER_BYTES(p, n)	(struct uspan){ user_ptr(c->args[p]), min_t(unsigned long, c->args[n], U32_MAX) }
#define READ_BUF(p)	PAYLOAD(p, c->ret > 0 ? c->ret : 0)
#define WRITE_BUF(p, n)	PAYLOAD(p, c->ret > 0 ? c->ret : c->args[n])
#define PAYLOAD(p, n)	(struct uspan){ user_ptr(c->args[p]), min_t(unsigned long, n, PARAM_MAX), .snap = true }
#define USER_FD(p, n)	capture_fds(c, p)[n]
#define USER_U32(p)	capture_user_id(c, p)
#define USER_OFFSET(p)	capture_offset(c, p)
#define USER_TIMESPEC(p)	capture_timespec(c, p)
#define USER_SIGSET(p)	capture_u32(c, p)
#define POLLFDS(p, n)	capture_pollfds(c, p, n)

/* capture_file.c: open files. */
#define OPENED(fact)	capture_opened(c)->fact
#define OPENED_FLAGS(n)	(conv_open_flags(c->args[n]) | capture_open_result(c))
#define OPENED_PATH	capture_opened_path(c)
#define OPEN_FLAGS(n)	conv_open_flags(c->args[n])
#define OPEN_MODE(flags, mode)	capture_open_mode(c->args[flags], c->args[mode])
#define CREAT_MODE(mode)	capture_open_mode(O_CREAT, c->args[mode])
#define CREATED_LAYER	capture_created_layer(c)
#define HOW_FLAGS(p)	capture_how_flags(c, p)
#define HOW_FLAGS_OPENED(p)	(capture_how_opened(c, p) | capture_open_result(c))
#define HOW_MODE(p)	(capture_how(c, p), capture_open_mode(c->how.flags, c->how.mode))
#define HOW_RESOLVE(p)	(capture_how(c, p), conv_openat2_resolve(c->how.resolve))
#define PIPE_INO(p)	capture_pipe_ino(c, p)
#define FILE_FLAGS	capture_file_flags(c)

/* capture_task.c: tasks. */
#define TASK(member)	c->task->member
#define TASK_PTID	capture_parent(c)
#define TASK_FDLIMIT	task_rlimit(c->task, RLIMIT_NOFILE)
#define TASK_VM(fact)	capture_memory(c)->fact
#define TASK_COMM	(struct span){ c->task->comm, strnlen(c->task->comm, TASK_COMM_LEN - 1) + 1 }
#define TASK_CGROUPS	capture_cgroups(c)
#define TASK_EUID	__kuid_val(capture_cred(c)->euid)
#define TASK_EGID	__kgid_val(capture_cred(c)->egid)
#define TASK_CAPS(set)	capture_caps(&capture_cred(c)->set)
#define TASK_VTID	capture_vnr(task_pid(c->task), task_pid(c->task))
#define TASK_VPID	capture_vnr(task_tgid(c->task), task_pid(c->task))
#define TASK_VPGID	capture_vnr(task_pgrp(c->task), task_pid(c->task))
#define TASK_PGID	capture_nr(task_pgrp(c->task))
#define TASK_TTY	capture_tty(c)
#define TASK_LOGINUID	capture_loginuid(c)
#define PIDNS_START	capture_pidns_start(c)
#define CLONE_FLAGS(n)	capture_clone_flags(c, conv_clone_flags(c->args[n]))
#define CLONE3_FLAGS(p)	capture_clone_flags(c, conv_clone_flags(capture_clone3_flags(c, p)))
#define FORK_FLAGS	capture_clone_flags(c, 0)
#define EXIT_STATUS	c->task->exit_code
#define EXIT_RET	(c->task->exit_code >> 8 & 0xff)
#define EXIT_SIG	capture_exit_signal(c)
#define EXIT_CORE	(u8)!!(c->task->exit_code & 0x80)
#define EXIT_REAPER	capture_reaper(c)

/* capture_exec.c: images. */
#define TASK_EXE	capture_exe(c, EVENT_ID)
#define TASK_ARGS	(struct laid){ c->args_len }
#define TASK_ENV	capture_env(c, EVENT_ID)
#define EXE(fact)	capture_image(c)->fact
#define EXE_PATH	capture_exe_path(c)
#define EXEC_FILENAME(p)	capture_exec_filename(c, p)

/* capture_sock.c: sockets. */
#define SOCKADDR(p, n)	capture_sockaddr(c, user_ptr(c->args[p]), c->args[n])
#define SOCKADDR_BOUND(fd, p, n)	capture_bound(c, c->args[fd], user_ptr(c->args[p]), c->args[n])
#define SOCKADDR_CONNECTED(fd, p, n)	capture_connected(c, c->args[fd], user_ptr(c->args[p]), c->args[n])
#define TUPLE_CONNECT(fd, p, n)	capture_tuple_connect(c, c->args[fd], user_ptr(c->args[p]), c->args[n])
#define TUPLE_OUT(fd)	capture_tuple(c, c->args[fd], OUTBOUND, NULL, 0)
#define TUPLE_OUT_ADDR(fd, p, n)	capture_tuple(c, c->args[fd], OUTBOUND, user_ptr(c->args[p]), c->args[n])
#define TUPLE_IN(fd)	capture_tuple(c, c->args[fd], INBOUND, NULL, 0)
#define TUPLE_IN_ADDR(fd, p, n)							\
	capture_tuple(c, c->args[fd], INBOUND, user_ptr(c->args[p]), capture_u32(c, n))
#define TUPLE_ACCEPTED	capture_tuple(c, c->ret, INBOUND, NULL, 0)
#define ACCEPT_QUEUE(fd, fact)	capture_queue(c, fd)->fact
#define SOCKETPAIR_SELF(p)	capture_socketpair(c, p, false)
#define SOCKETPAIR_PEER(p)	capture_socketpair(c, p, true)
#define SOCKET(fact)	capture_socket(c)->fact
#define FILE_QUEUE(fact)	capture_file_queue(c)->fact
#define FILE_TUPLE	capture_file_tuple(c)
#define FILE_PEER	capture_file_peer(c)

/* capture_iov.c: scattered payload and messages. */
#define IOV_IN_SIZE(p, n)	capture_iov_size(c, c->args[p], c->args[n], c->ret)
#define IOV_IN_DATA(p, n)	capture_iov_data(c, c->args[p], c->args[n], c->ret)
#define IOV_OUT_SIZE(p, n)	capture_iov_size(c, c->args[p], c->args[n], S64_MAX)
#define IOV_OUT_DATA(p, n)	capture_iov_data(c, c->args[p], c->args[n], S64_MAX)
#define IOV_LOCAL_DATA(p, n)	IOV_IN_DATA(p, n)
#define MSG_OUT_SIZE(p)	capture_msg_size(c, p, S64_MAX)
#define MSG_OUT_DATA(p)	capture_msg_data(c, p, S64_MAX)
#define MSG_OUT_TUPLE(fd, p)	capture_msg_tuple(c, p, c->args[fd], OUTBOUND)
#define MSG_IN_SIZE(p)	capture_msg_size(c, p, c->ret)
#define MSG_IN_DATA(p)	capture_msg_data(c, p, c->ret)
#define MSG_IN_TUPLE(fd, p)	capture_msg_tuple(c, p, c->args[fd], INBOUND)
#define MSG_CONTROL(p)	capture_msg_control(c, p)
#define MMSG_RES	capture_mmsg_res(c)
#define MMSG_OUT_SIZE	capture_msg_size(c, 1, c->ret < 0 ? c->ret : S64_MAX)
#define MMSG_OUT_DATA	capture_msg_data(c, 1, c->ret < 0 ? c->ret : S64_MAX)
#define MMSG_OUT_TUPLE(fd)	MSG_OUT_TUPLE(fd, 1)
#define MMSG_IN_SIZE	capture_msg_size(c, 1, capture_mmsg_res(c))
#define MMSG_IN_DATA	capture_msg_data(c, 1, capture_mmsg_res(c))
#define MMSG_IN_TUPLE(fd)	MSG_IN_TUPLE(fd, 1)
#define MMSG_CONTROL	MSG_CONTROL(1)

/* capture_misc.c: structures of single calls. */
#define OPTLEN(n)	(u32)c->args[n]
#define USER_OPTLEN(p)	capture_u32(c, p)
#define SOCKOPT_NAME(level, name)						\
	((int)c->args[level] == SOL_SOCKET ? conv_sockopt_optname(c->args[name]) : 0)
#define SOCKOPT(level, name, p, len)	capture_sockopt(c, c->args[level], c->args[name], c->args[p], len)
#define RLIMIT_IN(p, which)	capture_rlimit(c, p, RLIMIT_##which)
#define RLIMIT_OUT(p, which)	(c->ret ? -1 : capture_rlimit(c, p, RLIMIT_##which))
#define SEM_OP(n, field)	SEM_OP_##field(&capture_semops(c)[n])
#define SEM_OP_num(op)	(op)->sem_num
#define SEM_OP_op(op)	(op)->sem_op
#define SEM_OP_flg(op)	conv_semop_flags((op)->sem_flg)
#define KEYCTL(n)	capture_keyctl(c, n)
#define PTRACE_ADDR(n)	capture_number(c, 0, c->ret < 0 ? 0 : c->args[n])
#define PTRACE_DATA(request, n)	capture_ptrace_data(c, c->args[request], c->args[n])
#define PRCTL_STR(option, p)	capture_prctl_str(c, c->args[option], c->args[p])
#define PRCTL_INT(option, n)	capture_prctl_int(c, c->args[option], c->args[n])
#define URING(p, field)	(capture_uring(c, p), c->uring.field)
#define URING_FLAGS(p)	conv_io_uring_setup_flags(URING(p, flags))
#define URING_FEATURES(p)	conv_io_uring_setup_feats(URING(p, features))
#define QUOTA(field)	(capture_quota(c), c->quota.field)
#define QUOTA_FILE(p)	capture_quota_file(c, p)
#define QUOTA_FMT_OUT(p)	capture_quota_fmt_out(c, p)
#define QUOTA_ID(n)	capture_quota_id(c, n)
#define QUOTA_FMT(n)	capture_quota_fmt(c, n)
#define FSCONFIG_STR(cmd, p)	capture_fsconfig_str(c, c->args[cmd], c->args[p])
#define FSCONFIG_BYTES(cmd, p, n)	capture_fsconfig_bytes(c, c->args[cmd], c->args[p], c->args[n])

enum { RLIMIT_cur, RLIMIT_max };
enum direction { INBOUND, OUTBOUND };

struct ports {
	u16 local, remote;
};

/* capture_file.c */
struct file *capture_file(struct capture *c, int fd);	/* borrowed until the record ends */
void capture_put_files(struct capture *c);
u32 capture_layer(const struct file *file);
const struct file_facts *capture_find_opened(struct capture *c);
u32 capture_open_mode(u32 flags, u32 mode);
struct laid capture_opened_path(struct capture *c);
struct laid capture_prepared_path(struct capture *c);
struct laid capture_path(struct capture *c, const struct path *path);
u16 capture_created_layer(struct capture *c);
u32 capture_open_result(struct capture *c);
bool capture_how(struct capture *c, int arg);
u32 capture_how_flags(struct capture *c, int arg);
u32 capture_how_opened(struct capture *c, int arg);
u64 capture_pipe_ino(struct capture *c, int arg);
u32 capture_file_flags(struct capture *c);

/* The last thing a filler does. */
static inline void capture_end(struct capture *c)
{
	if (c->known & (KNOWN_FILE | KNOWN_IMAGE))
		capture_put_files(c);
}

static inline const struct file_facts *capture_opened(struct capture *c)
{
	return c->known & KNOWN_OPENED ? &c->opened : capture_find_opened(c);
}

/* capture_task.c */
struct pid;
const struct memory_facts *capture_find_memory(struct capture *c);
s64 capture_parent(const struct capture *c);
const struct cred *capture_cred(const struct capture *c);
u64 capture_caps(const kernel_cap_t *set);
struct laid capture_cgroups(struct capture *c);
u32 capture_tty(const struct capture *c);
u32 capture_loginuid(const struct capture *c);
s64 capture_nr(const struct pid *pid);
s64 capture_vnr(const struct pid *pid, const struct pid *of);
u64 capture_pidns_start(const struct capture *c);
u32 capture_clone_flags(const struct capture *c, u32 flags);
u64 capture_clone3_flags(const struct capture *c, int arg);
u8 capture_exit_signal(const struct capture *c);
s64 capture_reaper(const struct capture *c);
s64 capture_signal_sender(const struct capture *c);

static inline const struct memory_facts *capture_memory(struct capture *c)
{
	return c->known & KNOWN_MEMORY ? &c->memory : capture_find_memory(c);
}

/* capture_exec.c */
struct laid capture_exe(struct capture *c, enum event_id event);
struct laid capture_env(struct capture *c, enum event_id event);
struct laid capture_exe_path(struct capture *c);
struct laid capture_exec_filename(struct capture *c, int arg);
const struct image_facts *capture_find_image(struct capture *c);

static inline const struct image_facts *capture_image(struct capture *c)
{
	return c->known & KNOWN_IMAGE ? &c->image : capture_find_image(c);
}

/* capture_sock.c */
struct laid capture_sockaddr(struct capture *c, const void __user *addr, u32 len);
struct laid capture_bound(struct capture *c, int fd, const void __user *addr, u32 len);
struct laid capture_connected(struct capture *c, int fd, const void __user *addr, u32 len);
struct laid capture_tuple(struct capture *c, int fd, enum direction direction, const void __user *addr, u32 len);
struct laid capture_tuple_connect(struct capture *c, int fd, const void __user *addr, u32 len);
bool capture_ports(struct capture *c, struct ports *ports);
typeof(((struct capture *)0)->queue) *capture_queue(struct capture *c, int arg);
u64 capture_socketpair(struct capture *c, int arg, bool peer);
typeof(((struct capture *)0)->socket) *capture_socket(struct capture *c);
typeof(((struct capture *)0)->queue) *capture_file_queue(struct capture *c);
struct laid capture_file_tuple(struct capture *c);
struct laid capture_file_peer(struct capture *c);

/* capture_iov.c */
struct laid capture_iov_data(struct capture *c, unsigned long array, unsigned long n, s64 limit);
u32 capture_iov_size(struct capture *c, unsigned long array, unsigned long n, s64 limit);
const struct message *capture_message(struct capture *c, int arg);
struct laid capture_msg_data(struct capture *c, int arg, s64 limit);
u32 capture_msg_size(struct capture *c, int arg, s64 limit);
struct laid capture_msg_tuple(struct capture *c, int arg, int fd, enum direction direction);
struct uspan capture_msg_control(struct capture *c, int arg);
s64 capture_mmsg_res(struct capture *c);

/* capture_misc.c */
const int *capture_fds(struct capture *c, int arg);
u32 capture_u32(const struct capture *c, int arg);
u32 capture_narrow_id(const struct capture *c, u32 id);
u32 capture_user_id(const struct capture *c, int arg);
u64 capture_offset(const struct capture *c, int arg);
u64 capture_timespec(const struct capture *c, int arg);
struct laid capture_pollfds(struct capture *c, int arg, int n_arg);
u32 capture_mount_flags(u32 flags);
struct laid capture_number(struct capture *c, u8 index, u64 number);
struct laid capture_sockopt(struct capture *c, int level, int name, unsigned long value, u32 len);
s64 capture_rlimit(const struct capture *c, int arg, int which);
struct laid capture_keyctl(struct capture *c, int n);
struct laid capture_ptrace_data(struct capture *c, u32 request, unsigned long data);
struct ustr capture_prctl_str(const struct capture *c, u32 option, unsigned long arg);
s64 capture_prctl_int(const struct capture *c, u32 option, unsigned long arg);
void capture_uring(struct capture *c, int arg);
void capture_quota(struct capture *c);
struct ustr capture_quota_file(const struct capture *c, int arg);
u8 capture_quota_fmt_out(const struct capture *c, int arg);
u32 capture_quota_id(const struct capture *c, int arg);
u8 capture_quota_fmt(const struct capture *c, int arg);
const struct sembuf *capture_semops(struct capture *c);
struct ustr capture_fsconfig_str(const struct capture *c, u32 cmd, unsigned long value);
struct uspan capture_fsconfig_bytes(const struct capture *c, u32 cmd, unsigned long value, u32 len);

/* A user or a group that the caller names. */
static inline u32 capture_id(const struct capture *c, int arg)
{
	return unlikely(c->compat) ? capture_narrow_id(c, c->args[arg]) : c->args[arg];
}

#endif
