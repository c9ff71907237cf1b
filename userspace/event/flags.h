/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of the wire values of flag tables, and the types of dynamic parameters.
 */
#ifndef EVENT_FLAGS_H
#define EVENT_FLAGS_H

#include "event/event.h"

struct flag_name {
	const char *name;
	uint32_t value;
};

/* The rows of a table of flags.def, *n of them; NULL: show is not a table of flags.def. */
const struct flag_name *flags_table(enum param_show show, unsigned *n);
/*
 * Writes the names of value to out[size], joined with '|' in table order, truncated; empty if no
 * name matches.  single: all names whose value equals value.  Otherwise value is a set of bits: the
 * bits of a name are removed before the next name is compared, and a name of value 0 is used for
 * the value 0 only.
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
