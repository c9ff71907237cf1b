/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each word of the collect column says about the arguments of its system call: USE(argument,
 * kind).
 * Included where USE is defined. A word that is missing here does not compile: add it with the
 * kinds of its arguments.
 */
#define STR(n)			USE(n, USE_STRING)
#define STR_IF_OK(n)		USE(n, USE_BUFFER)
#define ARG(n)			USE(n, USE_NUMBER)
#define ARG_PAIR(high, low)	USE(high, USE_NUMBER) USE(low, USE_NUMBER)
#define POS(n)			USE(n, USE_NUMBER)
#define POS_PARTS(n)		USE(n, USE_NUMBER)
#define LONG(n)			USE(n, USE_NUMBER)
#define INT(n)			USE(n, USE_NUMBER)
#define UINT(n)			USE(n, USE_NUMBER)
#define FD(n)			USE(n, USE_FD)
#define AT_FD(n)		USE(n, USE_AT_FD)
#define ID(n)			USE(n, USE_NUMBER)
#define SIG(n)			USE(n, USE_SIGNAL)
#define FLAG(table, n)		USE(n, USE_FLAGS)
#define DEVICE(n)		USE(n, USE_NUMBER)
#define MOUNT_FLAGS(n)		USE(n, USE_FLAGS)
#define SEMCTL_VAL(n)		USE(n, USE_NUMBER)

#define USER_BYTES(p, n)	USE(p, USE_BUFFER) USE(n, USE_LENGTH)
#define READ_BUF(p)		USE(p, USE_BUFFER) USE(p + 1, USE_LENGTH)
#define WRITE_BUF(p, n)		USE(p, USE_BUFFER) USE(n, USE_LENGTH)
#define USER_FD(p, n)		USE(p, USE_BUFFER)
#define USER_U32(p)		USE(p, USE_BUFFER)
#define USER_OFFSET(p)		USE(p, USE_BUFFER)
#define USER_TIMESPEC(p)	USE(p, USE_BUFFER)
#define USER_SIGSET(p)		USE(p, USE_BUFFER)
#define POLLFDS(p, n)		USE(p, USE_POLLFDS) USE(n, USE_COUNT)

#define OPENED_FLAGS(n)		USE(n, USE_FLAGS)
#define OPEN_FLAGS(n)		USE(n, USE_FLAGS)
#define OPEN_MODE(flags, mode)	USE(mode, USE_NUMBER)
#define CREAT_MODE(mode)	USE(mode, USE_NUMBER)
#define HOW_FLAGS(p)		USE(p, USE_BUFFER)
#define HOW_FLAGS_OPENED(p)	USE(p, USE_BUFFER) USE(p + 1, USE_STRUCT_SIZE)
#define HOW_MODE(p)		USE(p, USE_BUFFER)
#define HOW_RESOLVE(p)		USE(p, USE_BUFFER)
#define PIPE_INO(p)		USE(p, USE_BUFFER)

#define CLONE_FLAGS(n)		USE(n, USE_FLAGS)
#define CLONE3_FLAGS(p)		USE(p, USE_BUFFER) USE(p + 1, USE_STRUCT_SIZE)
#define EXEC_FILENAME(p)	USE(p, USE_STRING)

#define SOCKADDR(p, n)		USE(p, USE_ADDRESS) USE(n, USE_ADDRESS_LENGTH)
#define SOCKADDR_BOUND(fd, p, n)	USE(fd, USE_SOCKET) USE(p, USE_ADDRESS) USE(n, USE_ADDRESS_LENGTH)
#define SOCKADDR_CONNECTED(fd, p, n)	USE(fd, USE_SOCKET) USE(p, USE_ADDRESS) USE(n, USE_ADDRESS_LENGTH)
#define TUPLE_CONNECT(fd, p, n)	USE(fd, USE_SOCKET) USE(p, USE_ADDRESS) USE(n, USE_ADDRESS_LENGTH)
#define TUPLE_OUT(fd)		USE(fd, USE_SOCKET)
#define TUPLE_OUT_ADDR(fd, p, n) USE(fd, USE_SOCKET) USE(p, USE_ADDRESS) USE(n, USE_ADDRESS_LENGTH)
#define TUPLE_IN(fd)		USE(fd, USE_SOCKET)
#define TUPLE_IN_ADDR(fd, p, n)	USE(fd, USE_SOCKET) USE(p, USE_ADDRESS) USE(n, USE_BUFFER)
#define ACCEPT_QUEUE(fd, fact)	USE(fd, USE_SOCKET)
#define SOCKETPAIR_SELF(p)	USE(p, USE_BUFFER)
#define SOCKETPAIR_PEER(p)	USE(p, USE_BUFFER)

#define IOV_IN_SIZE(p, n)	USE(p, USE_IOV) USE(n, USE_COUNT)
#define IOV_IN_DATA(p, n)	USE(p, USE_IOV) USE(n, USE_COUNT)
#define IOV_OUT_SIZE(p, n)	USE(p, USE_IOV) USE(n, USE_COUNT)
#define IOV_OUT_DATA(p, n)	USE(p, USE_IOV) USE(n, USE_COUNT)
#define IOV_LOCAL_DATA(p, n)	USE(p, USE_IOV) USE(n, USE_COUNT)
#define MSG_OUT_SIZE(p)		USE(p, USE_MESSAGE)
#define MSG_OUT_DATA(p)		USE(p, USE_MESSAGE)
#define MSG_OUT_TUPLE(fd, p)	USE(fd, USE_SOCKET) USE(p, USE_MESSAGE)
#define MSG_IN_SIZE(p)		USE(p, USE_MESSAGE)
#define MSG_IN_DATA(p)		USE(p, USE_MESSAGE)
#define MSG_IN_TUPLE(fd, p)	USE(fd, USE_SOCKET) USE(p, USE_MESSAGE)
#define MSG_CONTROL(p)		USE(p, USE_MESSAGE)
#define MMSG_OUT_TUPLE(fd)	USE(fd, USE_SOCKET) USE(1, USE_MESSAGE) USE(2, USE_COUNT)
#define MMSG_IN_TUPLE(fd)	USE(fd, USE_SOCKET) USE(1, USE_MESSAGE) USE(2, USE_COUNT)

#define OPTLEN(n)		USE(n, USE_LENGTH)
#define USER_OPTLEN(p)		USE(p, USE_BUFFER)
#define SOCKOPT_NAME(level, name)	USE(level, USE_SMALL) USE(name, USE_SMALL)
#define SOCKOPT(level, name, p, len)	USE(p, USE_BUFFER)
#define RLIMIT_IN(p, which)	USE(p, USE_BUFFER)
#define RLIMIT_OUT(p, which)	USE(p, USE_BUFFER)
#define KEYCTL(n)		USE(n, USE_ANY)
#define PTRACE_ADDR(n)		USE(n, USE_ANY)
#define PTRACE_DATA(request, n)	USE(n, USE_ANY)
#define PRCTL_STR(option, p)	USE(option, USE_SMALL) USE(p, USE_ANY)
#define PRCTL_INT(option, n)	USE(option, USE_SMALL) USE(n, USE_ANY)
#define URING(p, field)		USE(p, USE_BUFFER)
#define URING_FLAGS(p)		USE(p, USE_BUFFER)
#define URING_FEATURES(p)	USE(p, USE_BUFFER)
#define QUOTA_FILE(p)		USE(p, USE_STRING)
#define QUOTA_FMT_OUT(p)	USE(p, USE_BUFFER)
#define QUOTA_ID(n)		USE(n, USE_NUMBER)
#define QUOTA_FMT(n)		USE(n, USE_NUMBER)
#define FSCONFIG_STR(cmd, p)	USE(p, USE_STRING)
#define FSCONFIG_BYTES(cmd, p, n)	USE(p, USE_BUFFER) USE(n, USE_LENGTH)
#define SEM_OP(n, field)	USE(1, USE_BUFFER) USE(2, USE_COUNT)
#define QUOTA(field)		USE(3, USE_BUFFER)

/* Not taken from arguments. */
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
