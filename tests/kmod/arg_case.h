/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Test cases of system call arguments, derived from the schema: the class of each argument, memory
 * with every kind of defect for pointer arguments, and the expected record.
 *
 *	schema/events.def -> arg_roles.c (class of each argument)
 *			  -> arg_memory.c (its value and memory)
 *			  -> arg_expected.c (the record)
 *
 * A macro of the collect column that arg_collect.h does not define is a compile error, so every
 * argument has test cases.
 */
#ifndef KMOD_CASE_H
#define KMOD_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The defect of the memory that one argument points to. */
enum case_defect {
	CASE_VALID,
	CASE_NULL,
	CASE_FIRST_PAGE,
	CASE_UNMAPPED,
	CASE_NO_ACCESS,
	CASE_KERNEL,
	CASE_NOT_CANONICAL, /* 64-bit callers only */
	CASE_ADDRESS_END,   /* the last bytes of the address space */
	CASE_PAGE_END,	    /* ends at the end of the last mapped page */
	CASE_TRUNCATED,	    /* its last byte is in an unmapped page */
	CASE_EMPTY,
	CASE_LONG,
	CASE_INNER_NULL,
	CASE_INNER_UNMAPPED, /* contains a pointer to unmapped memory */
	CASE_PAGED_OUT,	     /* mapped, but without page table entries */
	CASE_DEFECTS
};

/*
 * The class of an argument; from C_STRING on, a pointer. _OUT: memory that the kernel writes.
 * C_VALUE: the value in struct case_role. C_ZERO_FD: a descriptor of /dev/zero.
 */
enum case_class {
	C_NUMBER,
	C_ID,
	C_FD,
	C_FLAG,
	C_OPEN_FLAGS,
	C_MODE,
	C_CLONE_FLAGS,
	C_VALUE,
	C_ZERO_FD,
	C_LENGTH,
	C_STRING,
	C_BYTES,
	C_PATH_OUT,
	C_FDS,
	C_ID_OUT,
	C_OUT,
	C_OFFSET,
	C_TIMESPEC,
	C_SIGSET,
	C_POLLFDS,
	C_HOW,
	C_CLONE_ARGS,
	C_ADDRESS,
	C_U32,
	C_IOV,
	C_MESSAGE,
	C_MESSAGES,
	C_SEMOPS,
	C_RLIMIT,
	C_DQBLK,
	C_DQINFO,
	C_URING,
	C_ARGV,
};

/* How the expected value of a parameter is derived from arguments: see arg_expected.c. */
enum case_source_kind {
	K_UNCHECKED,
	K_RET,
	K_RET32,
	K_CONST,
	K_ARG,
	K_PAIR,
	K_POS,
	K_LONG,
	K_INT,
	K_ID,
	K_FLAG,
	K_OPEN_FLAGS,
	K_MODE,
	K_CLONE_FLAGS,
	K_CLONE3_FLAGS,
	K_CODE,
	K_NATIVE,
	K_STR,
	K_PATH_OUT,
	K_BYTES,
	K_READ,
	K_WRITE,
	K_NOT_CREATED,
	K_ID_OUT,
	K_OFFSET,
	K_TIMESPEC,
	K_U32,
	K_POLLFDS,
	K_HOW_FLAGS,
	K_HOW_MODE,
	K_HOW_RESOLVE,
	K_ADDRESS,
	K_NOTHING,
	K_ZERO,
	K_IOV_OUT_SIZE,
	K_IOV_OUT_DATA,
	K_IOV_IN_SIZE,
	K_IOV_IN_DATA,
	K_SOCKOPT,
	K_SOCKOPT_NAME,
	K_RLIMIT_IN,
	K_RLIMIT_OUT,
	K_KEYCTL,
	K_DYN_ZERO,
	K_PRCTL_STR,
	K_URING,
	K_QUOTA,
	K_QUOTA_FILE,
	K_QUOTA_FMT_OUT,
	K_QUOTA_ID,
	K_QUOTA_FMT,
	K_EXE,
	K_ARGS,
	K_ENV,
};

/*
 * One macro of the collect column, as the source of a parameter: argument `arg`, which is of class
 * `class`, and argument `other`, which is of class other_class; -1: none.
 */
struct case_source {
	uint8_t kind;
	int8_t arg, other;
	int16_t value;
	uint8_t class, other_class;
};

struct case_param {
	const char *name;
	uint8_t type;
	struct case_source source;
};

struct case_event {
	const char *name;
	unsigned n;
	const struct case_param *params;
};

enum case_sampling { CASE_SAMPLED, CASE_NEVER_DROPPED, CASE_ALWAYS_DROPPED };

struct case_call {
	const char *name;
	int native, ia32;	     /* -1: does not exist */
	int bit;		     /* native number whose mask bit enables the call; -1: none */
	uint16_t code, event, enter; /* enter 0: no enter event */
	uint8_t sampling;	     /* enum case_sampling */
};

struct case_role {
	uint8_t class;
	int8_t of;  /* C_LENGTH, C_U32: the argument whose length it is; -1: none */
	long value; /* C_VALUE: the value; C_FLAG: the table of flags */
};

/* The memory that an argument points to. */
struct case_memory {
	unsigned long address;
	uint8_t *bytes;	      /* copy of the contents, including bytes that are not readable */
	uint32_t n, readable; /* size in bytes; the first `readable` bytes can be read */
	uint32_t count;	      /* the length argument of the call: bytes or elements */
	uint32_t total;	      /* bytes of all elements that the contents point to */
	uint8_t inner;	      /* enum case_defect of the first of these elements */
};

/* One case: a call, and the defect of one of its arguments. */
struct case_row {
	const struct case_call *call;
	unsigned variant;
	int defect_arg; /* argument with the defect; -1: none */
	enum case_defect defect;
	bool ia32;
	struct case_role role[6];
	struct case_memory memory[6];
	unsigned long arg[6];
	long ret;
};

/* ---- arg_roles.c ---- */

/* All calls; those that only 32-bit callers have come last. */
unsigned case_calls(const struct case_call **calls);
const struct case_event *case_event(uint16_t id);
/* Number of variants in which the call is made: its arguments have different roles in each. */
unsigned case_variants(const struct case_call *call);
void case_roles(const struct case_call *call, unsigned variant, struct case_role role[6]);
/* The value that is passed for flags of this table, and its expected value in the record. */
long case_flag_native(int table);
uint64_t case_flag_wire(int table, unsigned long native);
/* The reason why the call is not made, or NULL. */
const char *case_excluded(const struct case_call *call, bool ia32);

/* ---- arg_memory.c ---- */

/* Whether an argument of this class can have the defect. */
bool case_applies(enum case_defect defect, enum case_class class, bool ia32);
/* Sets the arguments and allocates their memory. zero_fd: an open /dev/zero. */
void case_set_arguments(struct case_row *row, int zero_fd);

enum { CASE_ELEMENT = 100, CASE_FIRST_ELEMENT = 40 }; /* bytes of an iovec element */
uint8_t case_pattern(unsigned i);		      /* byte i of every payload */
extern const char *const case_strings[3];	      /* strings of argv */

/* ---- arg_expected.c ---- */

enum { CASE_ANY = -1, CASE_BYTES = 8192 };
/*
 * Stores the expected bytes of parameter i in out[CASE_BYTES]. Returns their number, or CASE_ANY if
 * they cannot be derived from the arguments. paged_in: the module could read memory that was paged
 * out.
 */
int case_expected(const struct case_row *row, uint16_t event, unsigned i, bool paged_in,
		  uint8_t *out);

#endif
