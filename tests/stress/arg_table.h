/* SPDX-License-Identifier: Apache-2.0 */
/* The traced surface: every system call of the schema, and what its row says about its arguments. */
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
	int nr; /* of a 64-bit caller; never -1 */
	const char *name;
	unsigned short event;  /* enum event_id of what it leaves */
	unsigned char kind[6]; /* enum use_kind of each argument */
};

/* Those that this machine's headers have a number for, without those a fuzzer must leave alone; returns how many. */
unsigned arg_table_calls(const struct call **calls);

#endif
