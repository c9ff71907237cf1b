/* SPDX-License-Identifier: Apache-2.0 */
/* The system calls of the schema, and the kind of each of their arguments. */
#ifndef ARG_TABLE_H
#define ARG_TABLE_H

enum arg_kind {
	ARG_UNUSED,  /* not in the schema */
	ARG_UNKNOWN, /* its type depends on other arguments */
	ARG_NUMBER,
	ARG_SMALL_NUMBER,
	ARG_FLAGS,
	ARG_SIGNAL,
	ARG_FD,
	ARG_AT_FD,
	ARG_SOCKET,
	ARG_LENGTH,
	ARG_COUNT,
	ARG_STRUCT_SIZE,
	ARG_BUFFER,
	ARG_STRING,
	ARG_SOCKADDR,
	ARG_SOCKADDR_LENGTH,
	ARG_IOVEC,
	ARG_MSGHDR,
	ARG_POLLFDS,
};

/* One argument that the schema describes. */
struct arg_use {
	signed char arg;    /* from 0; -1 ends the list */
	unsigned char kind; /* enum arg_kind */
};

struct call {
	int nr; /* system call number of 64-bit callers; never negative */
	const char *name;
	unsigned short event;  /* enum event_id of its exit event */
	unsigned char kind[6]; /* enum arg_kind of each argument */
};

/*
 * Sets *calls to a static table of the calls that have a number on this architecture, without those
 * that the fuzzer must not make. Returns the number of calls.
 */
unsigned arg_table_calls(const struct call **calls);

#endif
