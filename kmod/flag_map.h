/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Flags and enumerations: this kernel's values to wire values.  One function per table of schema/flag_map.def. */
#ifndef FALCO_CONVERT_H
#define FALCO_CONVERT_H

#include <linux/types.h>

#define CONVERT(name, type, ...) type map_##name(u32 v);
#include "schema/flag_map.def"
#undef CONVERT

#endif
