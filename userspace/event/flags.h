/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Wire values of flag tables -> the words users read; what a dynamic parameter's index byte stands
 * for.
 */
#ifndef EVENT_FLAGS_H
#define EVENT_FLAGS_H

#include "event/event.h"

struct flag_name {
	const char *name;
	uint32_t value;
};

/* The rows of a table of flags.def, *n of them; NULL when show is no such table. */
const struct flag_name *flags_table(enum param_show show, unsigned *n);
/*
 * The names of value joined with '|', in table order, into out (cut when it is too small).  Bit
 * sets: matched bits are taken away, a name of value 0 stands for the value 0 alone; single values:
 * every name that equals it.  Empty if nothing matches.
 */
struct str flags_text(enum param_show show, bool single, uint64_t value, char *out, size_t room);

static inline bool type_is_single(uint8_t type)
{
	return type == T_enum8 || type == T_enum16 || type == T_enum32;
}

/*
 * Index byte of a T_dyn parameter shown by a table of dynamic.def -> how the bytes behind it read;
 * NULL: not in it.
 */
const struct param_info *flags_dynamic(enum param_show show, unsigned index);

#endif
