/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The macros of the collect column of schema/events.def: where a parameter comes from.
 *
 * A macro is an expression over the `struct event_ctx *ctx` of its filler; EVENT_ID is the filler's
 * event, a constant.  Its type decides how it is recorded: a number, struct ustr, struct uspan,
 * struct span, or struct written for bytes that the macro has written at ctx->at already.
 *
 * n: number of the argument, from 0.  p: number of an argument that is a pointer.
 */
#ifndef FALCO_COLLECT_MACROS_H
#define FALCO_COLLECT_MACROS_H

#include <linux/capability.h>

#include "event_ctx.h"
#include "flag_map.h"

/* Arguments and result, as a C type of the size of the parameter. */
#define RET		ctx->ret
#define RET32		(int)ctx->ret
#define ARG(n)		ctx->args[n]
#define ARG_PAIR(high, low)	((u64)(u32)ctx->args[high] << 32 | (u32)ctx->args[low])
/*
 * An offset: 32-bit tasks pass it in two registers, on ARM an even and an odd one.  POS_PARTS: any
 * two (preadv).
 */
#define POS(n)		POS_AT(compat_pair_at(n), n)
#define POS_PARTS(n)	POS_AT(n, n)
#define POS_AT(pair, n)	(ctx->compat && compat_syscall_is_ia32() ? ARG_PAIR((pair) + 1, pair) : ctx->args[n])
#define LONG(n)		(ctx->compat ? (int)ctx->args[n] : (long)ctx->args[n])	/* signed */
#define INT(n)		(int)ctx->args[n]
#define UINT(n)		(u32)ctx->args[n]
#define ID(n)		collect_id(ctx, n)
#define FD(n)		(int)ctx->args[n]
#define AT_FD(n)	(int)ctx->args[n]
#define SIG(n)		(u8)ctx->args[n]
#define FLAG(table, n)	map_##table(ctx->args[n])
#define DEVICE(n)	(u32)ctx->args[n]
#define MOUNT_FLAGS(n)	collect_mount_flags(ctx->args[n])
#define CONST(value)	(value)
#define NOTHING		(struct written){ 0 }
#define SEMCTL_VAL(n)	((int)ctx->args[2] == SETVAL ? (int)ctx->args[n] : 0)

/* Set by dispatch.c, sampling.c and hotplug.c. */
#define SYSCALL_CODE	ctx->code
#define SYSCALL_NR	ctx->nr
#define SAMPLING_RATIO	ctx->number
#define HOTPLUG_CPU	ctx->number
#define SWITCH_NEXT	ctx->next->pid
#define FAULT_ADDR	ctx->page_fault.address
#define FAULT_IP	ctx->page_fault.ip
#define FAULT_ERROR	map_pf_flags(ctx->page_fault.error)
#define SIGNAL_NR	(u8)ctx->sig
#define SIGNAL_SENDER	collect_signal_sender(ctx)

/* User memory. */
#define STR(n)		(struct ustr){ user_ptr(ctx->args[n]) }
#define STR_IF_OK(n)	(struct ustr){ ctx->ret >= 0 ? user_ptr(ctx->args[n]) : NULL }
#define USER_BYTES(p, n)	(struct uspan){ user_ptr(ctx->args[p]), min_t(unsigned long, ctx->args[n], U32_MAX) }
#define READ_BUF(p)	PAYLOAD(p, ctx->ret > 0 ? ctx->ret : 0)
#define WRITE_BUF(p, n)	PAYLOAD(p, ctx->ret > 0 ? ctx->ret : ctx->args[n])
#define PAYLOAD(p, n)	(struct uspan){ user_ptr(ctx->args[p]), min_t(unsigned long, n, PARAM_MAX), .snap = true }
#define USER_FD(p, n)	collect_fds(ctx, p)[n]
#define USER_U32(p)	collect_user_id(ctx, p)
#define USER_OFFSET(p)	collect_offset(ctx, p)
#define USER_TIMESPEC(p)	collect_timespec(ctx, p)
#define USER_SIGSET(p)	collect_u32(ctx, p)
#define POLLFDS(p, n)	collect_pollfds(ctx, p, n)

/* collect_file.c: open files. */
#define OPENED(fact)	collect_opened(ctx)->fact
#define OPENED_FLAGS(n)	(map_open_flags(ctx->args[n]) | collect_open_result(ctx))
#define OPENED_PATH	collect_opened_path(ctx)
#define OPEN_FLAGS(n)	map_open_flags(ctx->args[n])
#define OPEN_MODE(flags, mode)	collect_open_mode(ctx->args[flags], ctx->args[mode])
#define CREAT_MODE(mode)	collect_open_mode(O_CREAT, ctx->args[mode])
#define CREATED_LAYER	collect_created_layer(ctx)
#define HOW_FLAGS(p)	collect_how_flags(ctx, p)
#define HOW_FLAGS_OPENED(p)	(collect_how_opened(ctx, p) | collect_open_result(ctx))
#define HOW_MODE(p)	(collect_how(ctx, p), collect_open_mode(ctx->how.flags, ctx->how.mode))
#define HOW_RESOLVE(p)	(collect_how(ctx, p), map_openat2_resolve(ctx->how.resolve))
#define PIPE_INO(p)	collect_pipe_ino(ctx, p)
#define FILE_FLAGS	collect_file_flags(ctx)

/* collect_task.c: tasks. */
#define TASK(member)	ctx->task->member
#define TASK_PTID	collect_parent(ctx)
#define TASK_FDLIMIT	task_rlimit(ctx->task, RLIMIT_NOFILE)
#define TASK_VM(fact)	collect_memory(ctx)->fact
#define TASK_COMM	(struct span){ ctx->task->comm, strnlen(ctx->task->comm, TASK_COMM_LEN - 1) + 1 }
#define TASK_CGROUPS	collect_cgroups(ctx)
#define TASK_EUID	__kuid_val(collect_cred(ctx)->euid)
#define TASK_EGID	__kgid_val(collect_cred(ctx)->egid)
#define TASK_CAPS(set)	collect_caps(&collect_cred(ctx)->set)
#define TASK_VTID	collect_vnr(task_pid(ctx->task), task_pid(ctx->task))
#define TASK_VPID	collect_vnr(task_tgid(ctx->task), task_pid(ctx->task))
#define TASK_VPGID	collect_vnr(task_pgrp(ctx->task), task_pid(ctx->task))
#define TASK_PGID	collect_nr(task_pgrp(ctx->task))
#define TASK_TTY	collect_tty(ctx)
#define TASK_LOGINUID	collect_loginuid(ctx)
#define PIDNS_START	collect_pidns_start(ctx)
#define CLONE_FLAGS(n)	collect_clone_flags(ctx, map_clone_flags(ctx->args[n]))
#define CLONE3_FLAGS(p)	collect_clone_flags(ctx, map_clone_flags(collect_clone3_flags(ctx, p)))
#define FORK_FLAGS	collect_clone_flags(ctx, 0)
#define EXIT_STATUS	ctx->task->exit_code
#define EXIT_RET	(ctx->task->exit_code >> 8 & 0xff)
#define EXIT_SIG	collect_exit_signal(ctx)
#define EXIT_CORE	(u8)!!(ctx->task->exit_code & 0x80)
#define EXIT_REAPER	collect_reaper(ctx)

/* collect_exec.c: executables. */
#define TASK_EXE	collect_exe(ctx, EVENT_ID)
#define TASK_ARGS	(struct written){ ctx->args_len }
#define TASK_ENV	collect_env(ctx, EVENT_ID)
#define EXE(fact)	collect_image(ctx)->fact
#define EXE_PATH	collect_exe_path(ctx)
#define EXEC_FILENAME(p)	collect_exec_filename(ctx, p)

/* collect_sock.c: sockets. */
#define SOCKADDR(p, n)	collect_sockaddr(ctx, user_ptr(ctx->args[p]), ctx->args[n])
#define SOCKADDR_BOUND(fd, p, n)	collect_bound(ctx, ctx->args[fd], user_ptr(ctx->args[p]), ctx->args[n])
#define SOCKADDR_CONNECTED(fd, p, n)	collect_connected(ctx, ctx->args[fd], user_ptr(ctx->args[p]), ctx->args[n])
#define TUPLE_CONNECT(fd, p, n)	collect_tuple_connect(ctx, ctx->args[fd], user_ptr(ctx->args[p]), ctx->args[n])
#define TUPLE_OUT(fd)	collect_tuple(ctx, ctx->args[fd], OUTBOUND, NULL, 0)
#define TUPLE_OUT_ADDR(fd, p, n)	collect_tuple(ctx, ctx->args[fd], OUTBOUND, user_ptr(ctx->args[p]), ctx->args[n])
#define TUPLE_IN(fd)	collect_tuple(ctx, ctx->args[fd], INBOUND, NULL, 0)
#define TUPLE_IN_ADDR(fd, p, n)							\
	collect_tuple(ctx, ctx->args[fd], INBOUND, user_ptr(ctx->args[p]), collect_u32(ctx, n))
#define TUPLE_ACCEPTED	collect_tuple(ctx, ctx->ret, INBOUND, NULL, 0)
#define ACCEPT_QUEUE(fd, fact)	collect_queue(ctx, fd)->fact
#define SOCKETPAIR_SELF(p)	collect_socketpair(ctx, p, false)
#define SOCKETPAIR_PEER(p)	collect_socketpair(ctx, p, true)
#define SOCKET(fact)	collect_socket(ctx)->fact
#define FILE_QUEUE(fact)	collect_file_queue(ctx)->fact
#define FILE_TUPLE	collect_file_tuple(ctx)
#define FILE_PEER	collect_file_peer(ctx)

/* collect_iov.c: scattered payload and messages. */
#define IOV_IN_SIZE(p, n)	collect_iov_size(ctx, ctx->args[p], ctx->args[n], ctx->ret)
#define IOV_IN_DATA(p, n)	collect_iov_data(ctx, ctx->args[p], ctx->args[n], ctx->ret)
#define IOV_OUT_SIZE(p, n)	collect_iov_size(ctx, ctx->args[p], ctx->args[n], S64_MAX)
#define IOV_OUT_DATA(p, n)	collect_iov_data(ctx, ctx->args[p], ctx->args[n], S64_MAX)
#define IOV_LOCAL_DATA(p, n)	IOV_IN_DATA(p, n)
#define MSG_OUT_SIZE(p)	collect_msg_size(ctx, p, S64_MAX)
#define MSG_OUT_DATA(p)	collect_msg_data(ctx, p, S64_MAX)
#define MSG_OUT_TUPLE(fd, p)	collect_msg_tuple(ctx, p, ctx->args[fd], OUTBOUND)
#define MSG_IN_SIZE(p)	collect_msg_size(ctx, p, ctx->ret)
#define MSG_IN_DATA(p)	collect_msg_data(ctx, p, ctx->ret)
#define MSG_IN_TUPLE(fd, p)	collect_msg_tuple(ctx, p, ctx->args[fd], INBOUND)
#define MSG_CONTROL(p)	collect_msg_control(ctx, p)
#define MMSG_RES	collect_mmsg_res(ctx)
#define MMSG_OUT_SIZE	collect_msg_size(ctx, 1, ctx->ret < 0 ? ctx->ret : S64_MAX)
#define MMSG_OUT_DATA	collect_msg_data(ctx, 1, ctx->ret < 0 ? ctx->ret : S64_MAX)
#define MMSG_OUT_TUPLE(fd)	MSG_OUT_TUPLE(fd, 1)
#define MMSG_IN_SIZE	collect_msg_size(ctx, 1, collect_mmsg_res(ctx))
#define MMSG_IN_DATA	collect_msg_data(ctx, 1, collect_mmsg_res(ctx))
#define MMSG_IN_TUPLE(fd)	MSG_IN_TUPLE(fd, 1)
#define MMSG_CONTROL	MSG_CONTROL(1)

/* collect_misc.c: structures of single calls. */
#define OPTLEN(n)	(u32)ctx->args[n]
#define USER_OPTLEN(p)	collect_u32(ctx, p)
#define SOCKOPT_NAME(level, name)						\
	((int)ctx->args[level] == SOL_SOCKET ? map_sockopt_optname(ctx->args[name]) : 0)
#define SOCKOPT(level, name, p, len)	collect_sockopt(ctx, ctx->args[level], ctx->args[name], ctx->args[p], len)
#define RLIMIT_IN(p, which)	collect_rlimit(ctx, p, RLIMIT_##which)
#define RLIMIT_OUT(p, which)	(ctx->ret ? -1 : collect_rlimit(ctx, p, RLIMIT_##which))
#define SEM_OP(n, field)	SEM_OP_##field(&collect_semops(ctx)[n])
#define SEM_OP_num(op)	(op)->sem_num
#define SEM_OP_op(op)	(op)->sem_op
#define SEM_OP_flg(op)	map_semop_flags((op)->sem_flg)
#define KEYCTL(n)	collect_keyctl(ctx, n)
#define PTRACE_ADDR(n)	collect_number(ctx, 0, ctx->ret < 0 ? 0 : ctx->args[n])
#define PTRACE_DATA(request, n)	collect_ptrace_data(ctx, ctx->args[request], ctx->args[n])
#define PRCTL_STR(option, p)	collect_prctl_str(ctx, ctx->args[option], ctx->args[p])
#define PRCTL_INT(option, n)	collect_prctl_int(ctx, ctx->args[option], ctx->args[n])
#define URING(p, field)	(collect_uring(ctx, p), ctx->uring.field)
#define URING_FLAGS(p)	map_io_uring_setup_flags(URING(p, flags))
#define URING_FEATURES(p)	map_io_uring_setup_feats(URING(p, features))
#define QUOTA(field)	(collect_quota(ctx), ctx->quota.field)
#define QUOTA_FILE(p)	collect_quota_file(ctx, p)
#define QUOTA_FMT_OUT(p)	collect_quota_fmt_out(ctx, p)
#define QUOTA_ID(n)	collect_quota_id(ctx, n)
#define QUOTA_FMT(n)	collect_quota_fmt(ctx, n)
#define FSCONFIG_STR(cmd, p)	collect_fsconfig_str(ctx, ctx->args[cmd], ctx->args[p])
#define FSCONFIG_BYTES(cmd, p, n)	collect_fsconfig_bytes(ctx, ctx->args[cmd], ctx->args[p], ctx->args[n])

enum { RLIMIT_cur, RLIMIT_max };
enum direction { INBOUND, OUTBOUND };

struct ports {
	u16 local, remote;
};

/*
 * The functions behind the macros.  Probe context, as described at fill_fn.  They return the value
 * of the parameter; struct written: it is at ctx->at.  Memory that cannot be read gives 0, -1 for
 * ids and descriptors, or length 0.  collect_find_*() fill the member of ctx that the inline
 * function of the same name caches.
 */

/* collect_file.c */
struct file *collect_file(struct event_ctx *ctx, int fd);	/* borrowed until the record ends */
void collect_put_files(struct event_ctx *ctx);
u32 collect_layer(const struct file *file);
const struct file_facts *collect_find_opened(struct event_ctx *ctx);
u32 collect_open_mode(u32 flags, u32 mode);
struct written collect_opened_path(struct event_ctx *ctx);
struct written collect_prepared_path(struct event_ctx *ctx);
struct written collect_path(struct event_ctx *ctx, const struct path *path);
u16 collect_created_layer(struct event_ctx *ctx);
u32 collect_open_result(struct event_ctx *ctx);
bool collect_how(struct event_ctx *ctx, int arg);
u32 collect_how_flags(struct event_ctx *ctx, int arg);
u32 collect_how_opened(struct event_ctx *ctx, int arg);
u64 collect_pipe_ino(struct event_ctx *ctx, int arg);
u32 collect_file_flags(struct event_ctx *ctx);

/* Releases what the record holds; the last call of a filler. */
static inline void collect_end(struct event_ctx *ctx)
{
	if (ctx->known & (KNOWN_FILE | KNOWN_IMAGE))
		collect_put_files(ctx);
}

static inline const struct file_facts *collect_opened(struct event_ctx *ctx)
{
	return ctx->known & KNOWN_OPENED ? &ctx->opened : collect_find_opened(ctx);
}

/* collect_task.c */
struct pid;
const struct memory_facts *collect_find_memory(struct event_ctx *ctx);
s64 collect_parent(const struct event_ctx *ctx);
const struct cred *collect_cred(const struct event_ctx *ctx);
u64 collect_caps(const kernel_cap_t *set);
struct written collect_cgroups(struct event_ctx *ctx);
u32 collect_tty(const struct event_ctx *ctx);
u32 collect_loginuid(const struct event_ctx *ctx);
s64 collect_nr(const struct pid *pid);
s64 collect_vnr(const struct pid *pid, const struct pid *of);
u64 collect_pidns_start(const struct event_ctx *ctx);
u32 collect_clone_flags(const struct event_ctx *ctx, u32 flags);
u64 collect_clone3_flags(const struct event_ctx *ctx, int arg);
u8 collect_exit_signal(const struct event_ctx *ctx);
s64 collect_reaper(const struct event_ctx *ctx);
s64 collect_signal_sender(const struct event_ctx *ctx);

static inline const struct memory_facts *collect_memory(struct event_ctx *ctx)
{
	return ctx->known & KNOWN_MEMORY ? &ctx->memory : collect_find_memory(ctx);
}

/* collect_exec.c */
struct written collect_exe(struct event_ctx *ctx, enum event_id event);
struct written collect_env(struct event_ctx *ctx, enum event_id event);
struct written collect_exe_path(struct event_ctx *ctx);
struct written collect_exec_filename(struct event_ctx *ctx, int arg);
const struct image_facts *collect_find_image(struct event_ctx *ctx);

static inline const struct image_facts *collect_image(struct event_ctx *ctx)
{
	return ctx->known & KNOWN_IMAGE ? &ctx->image : collect_find_image(ctx);
}

/* collect_sock.c */
struct written collect_sockaddr(struct event_ctx *ctx, const void __user *addr, u32 len);
struct written collect_bound(struct event_ctx *ctx, int fd, const void __user *addr, u32 len);
struct written collect_connected(struct event_ctx *ctx, int fd, const void __user *addr, u32 len);
struct written collect_tuple(struct event_ctx *ctx, int fd, enum direction direction, const void __user *addr, u32 len);
struct written collect_tuple_connect(struct event_ctx *ctx, int fd, const void __user *addr, u32 len);
bool collect_ports(struct event_ctx *ctx, struct ports *ports);
typeof(((struct event_ctx *)0)->queue) *collect_queue(struct event_ctx *ctx, int arg);
u64 collect_socketpair(struct event_ctx *ctx, int arg, bool peer);
typeof(((struct event_ctx *)0)->socket) *collect_socket(struct event_ctx *ctx);
typeof(((struct event_ctx *)0)->queue) *collect_file_queue(struct event_ctx *ctx);
struct written collect_file_tuple(struct event_ctx *ctx);
struct written collect_file_peer(struct event_ctx *ctx);

/* collect_iov.c */
struct written collect_iov_data(struct event_ctx *ctx, unsigned long array, unsigned long n, s64 limit);
u32 collect_iov_size(struct event_ctx *ctx, unsigned long array, unsigned long n, s64 limit);
const struct message *collect_message(struct event_ctx *ctx, int arg);
struct written collect_msg_data(struct event_ctx *ctx, int arg, s64 limit);
u32 collect_msg_size(struct event_ctx *ctx, int arg, s64 limit);
struct written collect_msg_tuple(struct event_ctx *ctx, int arg, int fd, enum direction direction);
struct uspan collect_msg_control(struct event_ctx *ctx, int arg);
s64 collect_mmsg_res(struct event_ctx *ctx);

/* collect_misc.c */
const int *collect_fds(struct event_ctx *ctx, int arg);
u32 collect_u32(const struct event_ctx *ctx, int arg);
u32 collect_narrow_id(const struct event_ctx *ctx, u32 id);
u32 collect_user_id(const struct event_ctx *ctx, int arg);
u64 collect_offset(const struct event_ctx *ctx, int arg);
u64 collect_timespec(const struct event_ctx *ctx, int arg);
struct written collect_pollfds(struct event_ctx *ctx, int arg, int n_arg);
u32 collect_mount_flags(u32 flags);
struct written collect_number(struct event_ctx *ctx, u8 index, u64 number);
struct written collect_sockopt(struct event_ctx *ctx, int level, int name, unsigned long value, u32 len);
s64 collect_rlimit(const struct event_ctx *ctx, int arg, int which);
struct written collect_keyctl(struct event_ctx *ctx, int n);
struct written collect_ptrace_data(struct event_ctx *ctx, u32 request, unsigned long data);
struct ustr collect_prctl_str(const struct event_ctx *ctx, u32 option, unsigned long arg);
s64 collect_prctl_int(const struct event_ctx *ctx, u32 option, unsigned long arg);
void collect_uring(struct event_ctx *ctx, int arg);
void collect_quota(struct event_ctx *ctx);
struct ustr collect_quota_file(const struct event_ctx *ctx, int arg);
u8 collect_quota_fmt_out(const struct event_ctx *ctx, int arg);
u32 collect_quota_id(const struct event_ctx *ctx, int arg);
u8 collect_quota_fmt(const struct event_ctx *ctx, int arg);
const struct sembuf *collect_semops(struct event_ctx *ctx);
struct ustr collect_fsconfig_str(const struct event_ctx *ctx, u32 cmd, unsigned long value);
struct uspan collect_fsconfig_bytes(const struct event_ctx *ctx, u32 cmd, unsigned long value, u32 len);

/* A user or a group that the caller names. */
static inline u32 collect_id(const struct event_ctx *ctx, int arg)
{
	return unlikely(ctx->compat) ? collect_narrow_id(ctx, ctx->args[arg]) : ctx->args[arg];
}

#endif
