/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Maps each macro of the schema's collect column to the arguments that it reads: ARG_IS(argument
 * number, enum arg_kind).
 * The includer defines ARG_IS. A macro without a row here is a compile error: add a row with the
 * kinds of its arguments.
 */
#define STR(n)			ARG_IS(n, ARG_STRING)
#define STR_IF_OK(n)		ARG_IS(n, ARG_BUFFER)
#define ARG(n)			ARG_IS(n, ARG_NUMBER)
#define ARG_PAIR(high, low)	ARG_IS(high, ARG_NUMBER) ARG_IS(low, ARG_NUMBER)
#define POS(n)			ARG_IS(n, ARG_NUMBER)
#define POS_PARTS(n)		ARG_IS(n, ARG_NUMBER)
#define LONG(n)			ARG_IS(n, ARG_NUMBER)
#define INT(n)			ARG_IS(n, ARG_NUMBER)
#define UINT(n)			ARG_IS(n, ARG_NUMBER)
#define FD(n)			ARG_IS(n, ARG_FD)
#define AT_FD(n)		ARG_IS(n, ARG_AT_FD)
#define ID(n)			ARG_IS(n, ARG_NUMBER)
#define SIG(n)			ARG_IS(n, ARG_SIGNAL)
#define FLAG(table, n)		ARG_IS(n, ARG_FLAGS)
#define DEVICE(n)		ARG_IS(n, ARG_NUMBER)
#define MOUNT_FLAGS(n)		ARG_IS(n, ARG_FLAGS)
#define SEMCTL_VAL(n)		ARG_IS(n, ARG_NUMBER)

#define USER_BYTES(p, n)	ARG_IS(p, ARG_BUFFER) ARG_IS(n, ARG_LENGTH)
#define READ_BUF(p)		ARG_IS(p, ARG_BUFFER) ARG_IS(p + 1, ARG_LENGTH)
#define WRITE_BUF(p, n)		ARG_IS(p, ARG_BUFFER) ARG_IS(n, ARG_LENGTH)
#define USER_FD(p, n)		ARG_IS(p, ARG_BUFFER)
#define USER_U32(p)		ARG_IS(p, ARG_BUFFER)
#define USER_OFFSET(p)		ARG_IS(p, ARG_BUFFER)
#define USER_TIMESPEC(p)	ARG_IS(p, ARG_BUFFER)
#define USER_SIGSET(p)		ARG_IS(p, ARG_BUFFER)
#define POLLFDS(p, n)		ARG_IS(p, ARG_POLLFDS) ARG_IS(n, ARG_COUNT)

#define OPENED_FLAGS(n)		ARG_IS(n, ARG_FLAGS)
#define OPEN_FLAGS(n)		ARG_IS(n, ARG_FLAGS)
#define OPEN_MODE(flags, mode)	ARG_IS(mode, ARG_NUMBER)
#define CREAT_MODE(mode)	ARG_IS(mode, ARG_NUMBER)
#define HOW_FLAGS(p)		ARG_IS(p, ARG_BUFFER)
#define HOW_FLAGS_OPENED(p)	ARG_IS(p, ARG_BUFFER) ARG_IS(p + 1, ARG_STRUCT_SIZE)
#define HOW_MODE(p)		ARG_IS(p, ARG_BUFFER)
#define HOW_RESOLVE(p)		ARG_IS(p, ARG_BUFFER)
#define PIPE_INO(p)		ARG_IS(p, ARG_BUFFER)

#define CLONE_FLAGS(n)		ARG_IS(n, ARG_FLAGS)
#define CLONE3_FLAGS(p)		ARG_IS(p, ARG_BUFFER) ARG_IS(p + 1, ARG_STRUCT_SIZE)
#define EXEC_FILENAME(p)	ARG_IS(p, ARG_STRING)

#define SOCKADDR(p, n)		ARG_IS(p, ARG_SOCKADDR) ARG_IS(n, ARG_SOCKADDR_LENGTH)
#define SOCKADDR_BOUND(fd, p, n)	ARG_IS(fd, ARG_SOCKET) ARG_IS(p, ARG_SOCKADDR) ARG_IS(n, ARG_SOCKADDR_LENGTH)
#define SOCKADDR_CONNECTED(fd, p, n)	ARG_IS(fd, ARG_SOCKET) ARG_IS(p, ARG_SOCKADDR) ARG_IS(n, ARG_SOCKADDR_LENGTH)
#define TUPLE_CONNECT(fd, p, n)	ARG_IS(fd, ARG_SOCKET) ARG_IS(p, ARG_SOCKADDR) ARG_IS(n, ARG_SOCKADDR_LENGTH)
#define TUPLE_OUT(fd)		ARG_IS(fd, ARG_SOCKET)
#define TUPLE_OUT_ADDR(fd, p, n) ARG_IS(fd, ARG_SOCKET) ARG_IS(p, ARG_SOCKADDR) ARG_IS(n, ARG_SOCKADDR_LENGTH)
#define TUPLE_IN(fd)		ARG_IS(fd, ARG_SOCKET)
#define TUPLE_IN_ADDR(fd, p, n)	ARG_IS(fd, ARG_SOCKET) ARG_IS(p, ARG_SOCKADDR) ARG_IS(n, ARG_BUFFER)
#define ACCEPT_QUEUE(fd, fact)	ARG_IS(fd, ARG_SOCKET)
#define SOCKETPAIR_SELF(p)	ARG_IS(p, ARG_BUFFER)
#define SOCKETPAIR_PEER(p)	ARG_IS(p, ARG_BUFFER)

#define IOV_IN_SIZE(p, n)	ARG_IS(p, ARG_IOVEC) ARG_IS(n, ARG_COUNT)
#define IOV_IN_DATA(p, n)	ARG_IS(p, ARG_IOVEC) ARG_IS(n, ARG_COUNT)
#define IOV_OUT_SIZE(p, n)	ARG_IS(p, ARG_IOVEC) ARG_IS(n, ARG_COUNT)
#define IOV_OUT_DATA(p, n)	ARG_IS(p, ARG_IOVEC) ARG_IS(n, ARG_COUNT)
#define IOV_LOCAL_DATA(p, n)	ARG_IS(p, ARG_IOVEC) ARG_IS(n, ARG_COUNT)
#define MSG_OUT_SIZE(p)		ARG_IS(p, ARG_MSGHDR)
#define MSG_OUT_DATA(p)		ARG_IS(p, ARG_MSGHDR)
#define MSG_OUT_TUPLE(fd, p)	ARG_IS(fd, ARG_SOCKET) ARG_IS(p, ARG_MSGHDR)
#define MSG_IN_SIZE(p)		ARG_IS(p, ARG_MSGHDR)
#define MSG_IN_DATA(p)		ARG_IS(p, ARG_MSGHDR)
#define MSG_IN_TUPLE(fd, p)	ARG_IS(fd, ARG_SOCKET) ARG_IS(p, ARG_MSGHDR)
#define MSG_CONTROL(p)		ARG_IS(p, ARG_MSGHDR)
#define MMSG_OUT_TUPLE(fd)	ARG_IS(fd, ARG_SOCKET) ARG_IS(1, ARG_MSGHDR) ARG_IS(2, ARG_COUNT)
#define MMSG_IN_TUPLE(fd)	ARG_IS(fd, ARG_SOCKET) ARG_IS(1, ARG_MSGHDR) ARG_IS(2, ARG_COUNT)

#define OPTLEN(n)		ARG_IS(n, ARG_LENGTH)
#define USER_OPTLEN(p)		ARG_IS(p, ARG_BUFFER)
#define SOCKOPT_NAME(level, name)	ARG_IS(level, ARG_SMALL_NUMBER) ARG_IS(name, ARG_SMALL_NUMBER)
#define SOCKOPT(level, name, p, len)	ARG_IS(p, ARG_BUFFER)
#define RLIMIT_IN(p, which)	ARG_IS(p, ARG_BUFFER)
#define RLIMIT_OUT(p, which)	ARG_IS(p, ARG_BUFFER)
#define KEYCTL(n)		ARG_IS(n, ARG_UNKNOWN)
#define PTRACE_ADDR(n)		ARG_IS(n, ARG_UNKNOWN)
#define PTRACE_DATA(request, n)	ARG_IS(n, ARG_UNKNOWN)
#define PRCTL_STR(option, p)	ARG_IS(option, ARG_SMALL_NUMBER) ARG_IS(p, ARG_UNKNOWN)
#define PRCTL_INT(option, n)	ARG_IS(option, ARG_SMALL_NUMBER) ARG_IS(n, ARG_UNKNOWN)
#define URING(p, field)		ARG_IS(p, ARG_BUFFER)
#define URING_FLAGS(p)		ARG_IS(p, ARG_BUFFER)
#define URING_FEATURES(p)	ARG_IS(p, ARG_BUFFER)
#define QUOTA_FILE(p)		ARG_IS(p, ARG_STRING)
#define QUOTA_FMT_OUT(p)	ARG_IS(p, ARG_BUFFER)
#define QUOTA_ID(n)		ARG_IS(n, ARG_NUMBER)
#define QUOTA_FMT(n)		ARG_IS(n, ARG_NUMBER)
#define FSCONFIG_STR(cmd, p)	ARG_IS(p, ARG_STRING)
#define FSCONFIG_BYTES(cmd, p, n)	ARG_IS(p, ARG_BUFFER) ARG_IS(n, ARG_LENGTH)
#define SEM_OP(n, field)	ARG_IS(1, ARG_BUFFER) ARG_IS(2, ARG_COUNT)
#define QUOTA(field)		ARG_IS(3, ARG_BUFFER)

/* Macros that read no arguments. */
#define CONST(value)
#define NOTHING
#define RET
#define RET32
#define SYSCALL_CODE
#define SYSCALL_NR
#define SAMPLING_RATIO
#define HOTPLUG_CPU
#define SWITCH_NEXT
#define FAULT_ADDR
#define FAULT_IP
#define FAULT_ERROR
#define SIGNAL_NR
#define SIGNAL_SENDER
#define OPENED(fact)
#define OPENED_PATH
#define CREATED_LAYER
#define TASK(member)
#define TASK_PTID
#define TASK_FDLIMIT
#define TASK_VM(fact)
#define TASK_COMM
#define TASK_CGROUPS
#define TASK_EUID
#define TASK_EGID
#define TASK_CAPS(set)
#define TASK_VTID
#define TASK_VPID
#define TASK_VPGID
#define TASK_PGID
#define TASK_TTY
#define TASK_LOGINUID
#define PIDNS_START
#define FORK_FLAGS
#define EXIT_STATUS
#define EXIT_RET
#define EXIT_SIG
#define EXIT_CORE
#define EXIT_REAPER
#define TASK_EXE
#define TASK_ARGS
#define TASK_ENV
#define EXE(fact)
#define EXE_PATH
#define TUPLE_ACCEPTED
#define MMSG_RES
#define MMSG_OUT_SIZE
#define MMSG_OUT_DATA
#define MMSG_IN_SIZE
#define MMSG_IN_DATA
#define MMSG_CONTROL
