/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of the capture column as what they say about arguments: struct case_word initialisers. A word that is missing
 * here does not compile: say how its parameter comes from the arguments, and what these are.
 */
#define WORD(kind, ...)		{ kind, __VA_ARGS__ }

#define RET			WORD(K_RET, -1, -1)
#define RET32			WORD(K_RET32, -1, -1)
#define CONST(value)		WORD(K_CONST, -1, -1, value)
#define SYSCALL_CODE		WORD(K_CODE, -1, -1)
#define SYSCALL_NR		WORD(K_NATIVE, -1, -1)
#define ARG(n)			WORD(K_ARG, n, -1)
#define ARG_PAIR(high, low)	WORD(K_PAIR, high, low)
#define POS(n)			WORD(K_POS, n, -1)
#define POS_PARTS(n)		WORD(K_POS, n, -1)
#define LONG(n)			WORD(K_LONG, n, -1)
#define INT(n)			WORD(K_INT, n, -1)
#define UINT(n)			WORD(K_ARG, n, -1)
#define FD(n)			WORD(K_INT, n, -1, 0, C_FD)
#define AT_FD(n)		WORD(K_INT, n, -1, 0, C_FD)
#define ID(n)			WORD(K_ID, n, -1, 0, C_ID)
#define SIG(n)			WORD(K_ARG, n, -1)
#define FLAG(table, n)		WORD(K_FLAG, n, -1, GIVEN_##table, C_FLAG)
#define DEVICE(n)		WORD(K_ARG, n, -1)
#define MOUNT_FLAGS(n)		WORD(K_ARG, n, -1)
#define SEMCTL_VAL(n)		WORD(K_INT, n, -1)
#define OPEN_FLAGS(n)		WORD(K_OPEN_FLAGS, n, -1, 0, C_OPEN_FLAGS)
#define OPENED_FLAGS(n)		WORD(K_OPEN_FLAGS, n, -1, 0, C_OPEN_FLAGS)
#define OPEN_MODE(flags, mode)	WORD(K_MODE, mode, -1, 0, C_MODE)
#define CREAT_MODE(mode)	WORD(K_MODE, mode, -1, 0, C_MODE)
#define CLONE_FLAGS(n)		WORD(K_CLONE_FLAGS, n, -1, 0, C_CLONE_FLAGS)
#define CLONE3_FLAGS(p)		WORD(K_CLONE3_FLAGS, p, -1, 0, C_CLONE_ARGS)

#define STR(n)			WORD(K_STR, n, -1, 0, C_STRING)
#define EXEC_FILENAME(n)	WORD(K_STR, n, -1, 0, C_STRING)
#define STR_IF_OK(n)		WORD(K_PATH_OUT, n, -1, 0, C_PATH_OUT)
#define USER_BYTES(p, n)	WORD(K_BYTES, p, n, 0, C_BYTES, C_LENGTH)
#define READ_BUF(p)		WORD(K_READ, p, (p) + 1, 0, C_BYTES, C_LENGTH)
#define WRITE_BUF(p, n)		WORD(K_WRITE, p, n, 0, C_BYTES, C_LENGTH)
#define USER_FD(p, n)		WORD(K_NOT_MADE, p, -1, -1, C_FDS)
#define PIPE_INO(p)		WORD(K_NOT_MADE, p, -1, 0, C_FDS)
#define SOCKETPAIR_SELF(p)	WORD(K_NOT_MADE, p, -1, 0, C_FDS)
#define SOCKETPAIR_PEER(p)	WORD(K_NOT_MADE, p, -1, 0, C_FDS)
#define OPENED(fact)		WORD(K_NOT_MADE, -1, -1, 0)
#define CREATED_LAYER		WORD(K_NOT_MADE, -1, -1, 0)
#define OPENED_PATH		WORD(K_NOTHING, -1, -1)
#define USER_U32(p)		WORD(K_ID_OUT, p, -1, 0, C_ID_OUT)
#define USER_OFFSET(p)		WORD(K_OFFSET, p, -1, 0, C_OFFSET)
#define USER_TIMESPEC(p)	WORD(K_TIMESPEC, p, -1, 0, C_TIMESPEC)
#define USER_SIGSET(p)		WORD(K_U32, p, -1, 0, C_SIGSET)
#define POLLFDS(p, n)		WORD(K_POLLFDS, p, n, 0, C_POLLFDS, C_LENGTH)
#define HOW_FLAGS(p)		WORD(K_HOW_FLAGS, p, -1, 0, C_HOW)
#define HOW_FLAGS_OPENED(p)	WORD(K_HOW_FLAGS, p, -1, 0, C_HOW)
#define HOW_MODE(p)		WORD(K_HOW_MODE, p, -1, 0, C_HOW)
#define HOW_RESOLVE(p)		WORD(K_HOW_RESOLVE, p, -1, 0, C_HOW)

#define SOCKADDR(p, n)			WORD(K_ADDRESS, p, n, 0, C_ADDRESS, C_LENGTH)
#define SOCKADDR_BOUND(fd, p, n)	WORD(K_ADDRESS, p, n, 0, C_ADDRESS, C_LENGTH)
#define SOCKADDR_CONNECTED(fd, p, n)	WORD(K_ADDRESS, p, n, 0, C_ADDRESS, C_LENGTH)
#define TUPLE_CONNECT(fd, p, n)		WORD(K_NOTHING, p, n, 0, C_ADDRESS, C_LENGTH)
#define TUPLE_OUT(fd)			WORD(K_NOTHING, -1, -1)
#define TUPLE_OUT_ADDR(fd, p, n)	WORD(K_NOTHING, p, n, 0, C_ADDRESS, C_LENGTH)
#define TUPLE_IN(fd)			WORD(K_NOTHING, -1, -1)
#define TUPLE_IN_ADDR(fd, p, n)		WORD(K_NOTHING, p, n, 0, C_OUT, C_U32)
#define TUPLE_ACCEPTED			WORD(K_NOTHING, -1, -1)
#define ACCEPT_QUEUE(fd, fact)		WORD(K_ZERO, fd, -1, 0, C_FD)

#define IOV_IN_SIZE(p, n)	WORD(K_IOV_IN_SIZE, p, n, 0, C_IOV, C_LENGTH)
#define IOV_IN_DATA(p, n)	WORD(K_IOV_IN_DATA, p, n, 0, C_IOV, C_LENGTH)
#define IOV_OUT_SIZE(p, n)	WORD(K_IOV_OUT_SIZE, p, n, 0, C_IOV, C_LENGTH)
#define IOV_OUT_DATA(p, n)	WORD(K_IOV_OUT_DATA, p, n, 0, C_IOV, C_LENGTH)
#define IOV_LOCAL_DATA(p, n)	WORD(K_NOTHING, p, n, 0, C_IOV, C_LENGTH)
#define MSG_OUT_SIZE(p)		WORD(K_IOV_OUT_SIZE, p, -1, 0, C_MESSAGE)
#define MSG_OUT_DATA(p)		WORD(K_IOV_OUT_DATA, p, -1, 0, C_MESSAGE)
#define MSG_OUT_TUPLE(fd, p)	WORD(K_NOTHING, p, -1, 0, C_MESSAGE)
#define MSG_IN_SIZE(p)		WORD(K_ZERO, p, -1, 0, C_MESSAGE)
#define MSG_IN_DATA(p)		WORD(K_NOTHING, p, -1, 0, C_MESSAGE)
#define MSG_IN_TUPLE(fd, p)	WORD(K_NOTHING, p, -1, 0, C_MESSAGE)
#define MSG_CONTROL(p)		WORD(K_NOTHING, p, -1, 0, C_MESSAGE)
#define MMSG_RES		WORD(K_RET, -1, -1)
#define MMSG_OUT_SIZE		WORD(K_ZERO, 1, 2, 0, C_MESSAGES, C_LENGTH)
#define MMSG_OUT_DATA		WORD(K_NOTHING, 1, 2, 0, C_MESSAGES, C_LENGTH)
#define MMSG_OUT_TUPLE(fd)	WORD(K_NOTHING, 1, 2, 0, C_MESSAGES, C_LENGTH)
#define MMSG_IN_SIZE		WORD(K_ZERO, 1, 2, 0, C_MESSAGES, C_LENGTH)
#define MMSG_IN_DATA		WORD(K_NOTHING, 1, 2, 0, C_MESSAGES, C_LENGTH)
#define MMSG_IN_TUPLE(fd)	WORD(K_NOTHING, 1, 2, 0, C_MESSAGES, C_LENGTH)
#define MMSG_CONTROL		WORD(K_NOTHING, 1, 2, 0, C_MESSAGES, C_LENGTH)

#define SOCKOPT(level, name, p, len)	WORD(K_SOCKOPT, p, 4, 0, C_BYTES, SOCKOPT_##len)
#define SOCKOPT_OPTLEN(n)		C_LENGTH
#define SOCKOPT_USER_OPTLEN(n)		C_U32
#define SOCKOPT_NAME(level, name)	WORD(K_SOCKOPT_NAME, name, -1)
#define USER_OPTLEN(p)			WORD(K_U32, p, -1, 0, C_U32)
#define RLIMIT_IN(p, which)	WORD(K_RLIMIT_IN, p, -1, RLIM_##which, C_RLIMIT)
#define RLIMIT_OUT(p, which)	WORD(K_RLIMIT_OUT, p, -1, RLIM_##which, C_RLIMIT)
#define KEYCTL(n)		WORD(K_KEYCTL, (n) - 1, -1)
#define PTRACE_ADDR(n)		WORD(K_DYN_ZERO, n, -1)
#define PTRACE_DATA(request, n)	WORD(K_DYN_ZERO, n, -1)
#define PRCTL_STR(option, p)	WORD(K_PRCTL_STR, p, -1, 0, C_STRING)
#define PRCTL_INT(option, n)	WORD(K_CONST, -1, -1, 0)
#define URING(p, field)		WORD(K_URING, p, -1, offsetof(struct io_uring_params, field), C_URING)
#define URING_FLAGS(p)		WORD(K_CONST, p, -1, 0, C_URING)
#define URING_FEATURES(p)	WORD(K_CONST, p, -1, 0, C_URING)
#define SEM_OP(n, field)	WORD(K_ZERO, 1, 2, 0, C_SEMOPS, C_LENGTH)
#define QUOTA(field)		WORD(K_QUOTA, 3, -1, QUOTA_##field)
#define QUOTA_FILE(p)		WORD(K_QUOTA_FILE, p, -1)
#define QUOTA_FMT_OUT(p)	WORD(K_QUOTA_FMT_OUT, p, -1)
#define QUOTA_ID(n)		WORD(K_QUOTA_ID, n, -1)
#define QUOTA_FMT(n)		WORD(K_QUOTA_FMT, n, -1)
#define FSCONFIG_STR(cmd, p)	WORD(K_NOTHING, p, -1, 0, C_STRING)
#define FSCONFIG_BYTES(cmd, p, n)	WORD(K_NOTHING, p, -1, 0, C_STRING)
#define TASK_EXE		WORD(K_EXE, -1, -1)
#define TASK_ARGS		WORD(K_ARGS, -1, -1)
#define TASK_ENV		WORD(K_ENV, -1, -1)

/* Nothing of the arguments. */
#define UNTOLD			WORD(K_UNTOLD, -1, -1)
#define NOTHING			WORD(K_NOTHING, -1, -1)
#define FORK_FLAGS		WORD(K_CONST, -1, -1, 0)
#define SAMPLING_RATIO		UNTOLD
#define HOTPLUG_CPU		UNTOLD
#define SWITCH_NEXT		UNTOLD
#define FAULT_ADDR		UNTOLD
#define FAULT_IP		UNTOLD
#define FAULT_ERROR		UNTOLD
#define SIGNAL_NR		UNTOLD
#define SIGNAL_SENDER		UNTOLD
#define TASK(member)		UNTOLD
#define TASK_PTID		UNTOLD
#define TASK_FDLIMIT		UNTOLD
#define TASK_VM(fact)		UNTOLD
#define TASK_COMM		UNTOLD
#define TASK_CGROUPS		UNTOLD
#define TASK_EUID		UNTOLD
#define TASK_EGID		UNTOLD
#define TASK_CAPS(set)		UNTOLD
#define TASK_VTID		UNTOLD
#define TASK_VPID		UNTOLD
#define TASK_VPGID		UNTOLD
#define TASK_PGID		UNTOLD
#define TASK_TTY		UNTOLD
#define TASK_LOGINUID		UNTOLD
#define PIDNS_START		UNTOLD
#define EXIT_STATUS		UNTOLD
#define EXIT_RET		UNTOLD
#define EXIT_SIG		UNTOLD
#define EXIT_CORE		UNTOLD
#define EXIT_REAPER		UNTOLD
#define EXE(fact)		UNTOLD
#define EXE_PATH		UNTOLD

enum { RLIM_cur, RLIM_max };
enum {
	QUOTA_dqb_bhardlimit, QUOTA_dqb_bsoftlimit, QUOTA_dqb_curspace, QUOTA_dqb_ihardlimit, QUOTA_dqb_isoftlimit,
	QUOTA_dqb_btime, QUOTA_dqb_itime, QUOTA_dqi_bgrace, QUOTA_dqi_igrace, QUOTA_dqi_flags,
};
