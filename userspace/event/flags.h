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

/* The rows of a table of flags.def, *n of them; NULL: show is no such table. */
const struct flag_name *flags_table(enum param_show show, unsigned *n);
/*
 * The names of value, joined with '|' in table order, in out[size], truncated.  For a bit set, bits
 * of a name that was added are removed before the next is compared, and a name of value 0 is for
 * the value 0 alone; single: every name that equals value.  Empty: no name matches.
 */
struct str flags_text(enum param_show show, bool single, uint64_t value, char *out, size_t size);

/* Whether values of a type have one name instead of a bit set. */
static inline bool type_is_single(uint8_t type)
{
	return type == T_enum8 || type == T_enum16 || type == T_enum32;
}

/*
 * The type of the bytes after the index byte of a T_dyn parameter that is shown by a table of
 * dynamic.def; NULL: index is not in the table.
 */
const struct param_info *flags_dynamic(enum param_show show, unsigned index);

#endif
