/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Maps each macro of the collect column to a struct case_source initializer. A macro that is
 * missing here is a compile error: add how its parameter is derived from the arguments, and the
 * classes of these.
 */
#define SOURCE(kind, ...)		{ kind, __VA_ARGS__ }

#define RET			SOURCE(K_RET, -1, -1)
#define RET32			SOURCE(K_RET32, -1, -1)
#define CONST(value)		SOURCE(K_CONST, -1, -1, value)
#define SYSCALL_CODE		SOURCE(K_CODE, -1, -1)
#define SYSCALL_NR		SOURCE(K_NATIVE, -1, -1)
#define ARG(n)			SOURCE(K_ARG, n, -1)
#define ARG_PAIR(high, low)	SOURCE(K_PAIR, high, low)
#define POS(n)			SOURCE(K_POS, n, -1)
#define POS_PARTS(n)		SOURCE(K_POS, n, -1)
#define LONG(n)			SOURCE(K_LONG, n, -1)
#define INT(n)			SOURCE(K_INT, n, -1)
#define UINT(n)			SOURCE(K_ARG, n, -1)
#define FD(n)			SOURCE(K_INT, n, -1, 0, C_FD)
#define AT_FD(n)		SOURCE(K_INT, n, -1, 0, C_FD)
#define ID(n)			SOURCE(K_ID, n, -1, 0, C_ID)
#define SIG(n)			SOURCE(K_ARG, n, -1)
#define FLAG(table, n)		SOURCE(K_FLAG, n, -1, FLAGS_##table, C_FLAG)
#define DEVICE(n)		SOURCE(K_ARG, n, -1)
#define MOUNT_FLAGS(n)		SOURCE(K_ARG, n, -1)
#define SEMCTL_VAL(n)		SOURCE(K_INT, n, -1)
#define OPEN_FLAGS(n)		SOURCE(K_OPEN_FLAGS, n, -1, 0, C_OPEN_FLAGS)
#define OPENED_FLAGS(n)		SOURCE(K_OPEN_FLAGS, n, -1, 0, C_OPEN_FLAGS)
#define OPEN_MODE(flags, mode)	SOURCE(K_MODE, mode, -1, 0, C_MODE)
#define CREAT_MODE(mode)	SOURCE(K_MODE, mode, -1, 0, C_MODE)
#define CLONE_FLAGS(n)		SOURCE(K_CLONE_FLAGS, n, -1, 0, C_CLONE_FLAGS)
#define CLONE3_FLAGS(p)		SOURCE(K_CLONE3_FLAGS, p, -1, 0, C_CLONE_ARGS)

#define STR(n)			SOURCE(K_STR, n, -1, 0, C_STRING)
#define EXEC_FILENAME(n)	SOURCE(K_STR, n, -1, 0, C_STRING)
#define STR_IF_OK(n)		SOURCE(K_PATH_OUT, n, -1, 0, C_PATH_OUT)
#define USER_BYTES(p, n)	SOURCE(K_BYTES, p, n, 0, C_BYTES, C_LENGTH)
#define READ_BUF(p)		SOURCE(K_READ, p, (p) + 1, 0, C_BYTES, C_LENGTH)
#define WRITE_BUF(p, n)		SOURCE(K_WRITE, p, n, 0, C_BYTES, C_LENGTH)
#define USER_FD(p, n)		SOURCE(K_NOT_CREATED, p, -1, -1, C_FDS)
#define PIPE_INO(p)		SOURCE(K_NOT_CREATED, p, -1, 0, C_FDS)
#define SOCKETPAIR_SELF(p)	SOURCE(K_NOT_CREATED, p, -1, 0, C_FDS)
#define SOCKETPAIR_PEER(p)	SOURCE(K_NOT_CREATED, p, -1, 0, C_FDS)
#define OPENED(fact)		SOURCE(K_NOT_CREATED, -1, -1, 0)
#define CREATED_LAYER		SOURCE(K_NOT_CREATED, -1, -1, 0)
#define OPENED_PATH		SOURCE(K_NOTHING, -1, -1)
#define USER_U32(p)		SOURCE(K_ID_OUT, p, -1, 0, C_ID_OUT)
#define USER_OFFSET(p)		SOURCE(K_OFFSET, p, -1, 0, C_OFFSET)
#define USER_TIMESPEC(p)	SOURCE(K_TIMESPEC, p, -1, 0, C_TIMESPEC)
#define USER_SIGSET(p)		SOURCE(K_U32, p, -1, 0, C_SIGSET)
#define POLLFDS(p, n)		SOURCE(K_POLLFDS, p, n, 0, C_POLLFDS, C_LENGTH)
#define HOW_FLAGS(p)		SOURCE(K_HOW_FLAGS, p, -1, 0, C_HOW)
#define HOW_FLAGS_OPENED(p)	SOURCE(K_HOW_FLAGS, p, -1, 0, C_HOW)
#define HOW_MODE(p)		SOURCE(K_HOW_MODE, p, -1, 0, C_HOW)
#define HOW_RESOLVE(p)		SOURCE(K_HOW_RESOLVE, p, -1, 0, C_HOW)

#define SOCKADDR(p, n)			SOURCE(K_ADDRESS, p, n, 0, C_ADDRESS, C_LENGTH)
#define SOCKADDR_BOUND(fd, p, n)	SOURCE(K_ADDRESS, p, n, 0, C_ADDRESS, C_LENGTH)
#define SOCKADDR_CONNECTED(fd, p, n)	SOURCE(K_ADDRESS, p, n, 0, C_ADDRESS, C_LENGTH)
#define TUPLE_CONNECT(fd, p, n)		SOURCE(K_NOTHING, p, n, 0, C_ADDRESS, C_LENGTH)
#define TUPLE_OUT(fd)			SOURCE(K_NOTHING, -1, -1)
#define TUPLE_OUT_ADDR(fd, p, n)	SOURCE(K_NOTHING, p, n, 0, C_ADDRESS, C_LENGTH)
#define TUPLE_IN(fd)			SOURCE(K_NOTHING, -1, -1)
#define TUPLE_IN_ADDR(fd, p, n)		SOURCE(K_NOTHING, p, n, 0, C_OUT, C_U32)
#define TUPLE_ACCEPTED			SOURCE(K_NOTHING, -1, -1)
#define ACCEPT_QUEUE(fd, fact)		SOURCE(K_ZERO, fd, -1, 0, C_FD)

#define IOV_IN_SIZE(p, n)	SOURCE(K_IOV_IN_SIZE, p, n, 0, C_IOV, C_LENGTH)
#define IOV_IN_DATA(p, n)	SOURCE(K_IOV_IN_DATA, p, n, 0, C_IOV, C_LENGTH)
#define IOV_OUT_SIZE(p, n)	SOURCE(K_IOV_OUT_SIZE, p, n, 0, C_IOV, C_LENGTH)
#define IOV_OUT_DATA(p, n)	SOURCE(K_IOV_OUT_DATA, p, n, 0, C_IOV, C_LENGTH)
#define IOV_LOCAL_DATA(p, n)	SOURCE(K_NOTHING, p, n, 0, C_IOV, C_LENGTH)
#define MSG_OUT_SIZE(p)		SOURCE(K_IOV_OUT_SIZE, p, -1, 0, C_MESSAGE)
#define MSG_OUT_DATA(p)		SOURCE(K_IOV_OUT_DATA, p, -1, 0, C_MESSAGE)
#define MSG_OUT_TUPLE(fd, p)	SOURCE(K_NOTHING, p, -1, 0, C_MESSAGE)
#define MSG_IN_SIZE(p)		SOURCE(K_ZERO, p, -1, 0, C_MESSAGE)
#define MSG_IN_DATA(p)		SOURCE(K_NOTHING, p, -1, 0, C_MESSAGE)
#define MSG_IN_TUPLE(fd, p)	SOURCE(K_NOTHING, p, -1, 0, C_MESSAGE)
#define MSG_CONTROL(p)		SOURCE(K_NOTHING, p, -1, 0, C_MESSAGE)
#define MMSG_RES		SOURCE(K_RET, -1, -1)
#define MMSG_OUT_SIZE		SOURCE(K_ZERO, 1, 2, 0, C_MESSAGES, C_LENGTH)
#define MMSG_OUT_DATA		SOURCE(K_NOTHING, 1, 2, 0, C_MESSAGES, C_LENGTH)
#define MMSG_OUT_TUPLE(fd)	SOURCE(K_NOTHING, 1, 2, 0, C_MESSAGES, C_LENGTH)
#define MMSG_IN_SIZE		SOURCE(K_ZERO, 1, 2, 0, C_MESSAGES, C_LENGTH)
#define MMSG_IN_DATA		SOURCE(K_NOTHING, 1, 2, 0, C_MESSAGES, C_LENGTH)
#define MMSG_IN_TUPLE(fd)	SOURCE(K_NOTHING, 1, 2, 0, C_MESSAGES, C_LENGTH)
#define MMSG_CONTROL		SOURCE(K_NOTHING, 1, 2, 0, C_MESSAGES, C_LENGTH)

#define SOCKOPT(level, name, p, len)	SOURCE(K_SOCKOPT, p, 4, 0, C_BYTES, SOCKOPT_##len)
#define SOCKOPT_OPTLEN(n)		C_LENGTH
#define SOCKOPT_USER_OPTLEN(n)		C_U32
#define SOCKOPT_NAME(level, name)	SOURCE(K_SOCKOPT_NAME, name, -1)
#define USER_OPTLEN(p)			SOURCE(K_U32, p, -1, 0, C_U32)
#define RLIMIT_IN(p, which)	SOURCE(K_RLIMIT_IN, p, -1, RLIM_##which, C_RLIMIT)
#define RLIMIT_OUT(p, which)	SOURCE(K_RLIMIT_OUT, p, -1, RLIM_##which, C_RLIMIT)
#define KEYCTL(n)		SOURCE(K_KEYCTL, (n) - 1, -1)
#define PTRACE_ADDR(n)		SOURCE(K_DYN_ZERO, n, -1)
#define PTRACE_DATA(request, n)	SOURCE(K_DYN_ZERO, n, -1)
#define PRCTL_STR(option, p)	SOURCE(K_PRCTL_STR, p, -1, 0, C_STRING)
#define PRCTL_INT(option, n)	SOURCE(K_CONST, -1, -1, 0)
#define URING(p, field)		SOURCE(K_URING, p, -1, offsetof(struct io_uring_params, field), C_URING)
#define URING_FLAGS(p)		SOURCE(K_CONST, p, -1, 0, C_URING)
#define URING_FEATURES(p)	SOURCE(K_CONST, p, -1, 0, C_URING)
#define SEM_OP(n, field)	SOURCE(K_ZERO, 1, 2, 0, C_SEMOPS, C_LENGTH)
#define QUOTA(field)		SOURCE(K_QUOTA, 3, -1, QUOTA_##field)
#define QUOTA_FILE(p)		SOURCE(K_QUOTA_FILE, p, -1)
#define QUOTA_FMT_OUT(p)	SOURCE(K_QUOTA_FMT_OUT, p, -1)
#define QUOTA_ID(n)		SOURCE(K_QUOTA_ID, n, -1)
#define QUOTA_FMT(n)		SOURCE(K_QUOTA_FMT, n, -1)
#define FSCONFIG_STR(cmd, p)	SOURCE(K_NOTHING, p, -1, 0, C_STRING)
#define FSCONFIG_BYTES(cmd, p, n)	SOURCE(K_NOTHING, p, -1, 0, C_STRING)
#define TASK_EXE		SOURCE(K_EXE, -1, -1)
#define TASK_ARGS		SOURCE(K_ARGS, -1, -1)
#define TASK_ENV		SOURCE(K_ENV, -1, -1)

/* Not derived from arguments. */
#define UNCHECKED			SOURCE(K_UNCHECKED, -1, -1)
#define NOTHING			SOURCE(K_NOTHING, -1, -1)
#define FORK_FLAGS		SOURCE(K_CONST, -1, -1, 0)
#define SAMPLING_RATIO		UNCHECKED
#define HOTPLUG_CPU		UNCHECKED
#define SWITCH_NEXT		UNCHECKED
#define FAULT_ADDR		UNCHECKED
#define FAULT_IP		UNCHECKED
#define FAULT_ERROR		UNCHECKED
#define SIGNAL_NR		UNCHECKED
#define SIGNAL_SENDER		UNCHECKED
#define TASK(member)		UNCHECKED
#define TASK_PTID		UNCHECKED
#define TASK_FDLIMIT		UNCHECKED
#define TASK_VM(fact)		UNCHECKED
#define TASK_COMM		UNCHECKED
#define TASK_CGROUPS		UNCHECKED
#define TASK_EUID		UNCHECKED
#define TASK_EGID		UNCHECKED
#define TASK_CAPS(set)		UNCHECKED
#define TASK_VTID		UNCHECKED
#define TASK_VPID		UNCHECKED
#define TASK_VPGID		UNCHECKED
#define TASK_PGID		UNCHECKED
#define TASK_TTY		UNCHECKED
#define TASK_LOGINUID		UNCHECKED
#define PIDNS_START		UNCHECKED
#define EXIT_STATUS		UNCHECKED
#define EXIT_RET		UNCHECKED
#define EXIT_SIG		UNCHECKED
#define EXIT_CORE		UNCHECKED
#define EXIT_REAPER		UNCHECKED
#define EXE(fact)		UNCHECKED
#define EXE_PATH		UNCHECKED

enum { RLIM_cur, RLIM_max };
enum {
	QUOTA_dqb_bhardlimit, QUOTA_dqb_bsoftlimit, QUOTA_dqb_curspace, QUOTA_dqb_ihardlimit, QUOTA_dqb_isoftlimit,
	QUOTA_dqb_btime, QUOTA_dqb_itime, QUOTA_dqi_bgrace, QUOTA_dqi_igrace, QUOTA_dqi_flags,
};
