/* SPDX-License-Identifier: Apache-2.0 */
/* All system calls of the schema, and what kind of value each argument is. */
#ifndef ARG_TABLE_H
#define ARG_TABLE_H

enum use_kind {
	USE_NONE,
	USE_ANY,
	USE_NUMBER,
	USE_SMALL,
	USE_FLAGS,
	USE_SIGNAL,
	USE_FD,
	USE_AT_FD,
	USE_SOCKET,
	USE_LENGTH,
	USE_COUNT,
	USE_STRUCT_SIZE,
	USE_BUFFER,
	USE_STRING,
	USE_ADDRESS,
	USE_ADDRESS_LENGTH,
	USE_IOV,
	USE_MESSAGE,
	USE_POLLFDS,
};

struct use {
	signed char arg;
	unsigned char kind;
};

struct call {
	int nr; /* number of 64-bit callers; never -1 */
	const char *name;
	unsigned short event;  /* enum event_id of its exit event */
	unsigned char kind[6]; /* enum use_kind of each argument */
};

/*
 * The calls that the headers of this machine have a number for, except those a fuzzer must not
 * make. Returns how many.
 */
unsigned arg_table_calls(const struct call **calls);

#endif
