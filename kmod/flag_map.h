/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * map_<table>(): flags and enumerations from this kernel's values to wire values, one function per
 * table of schema/flag_map.def.  Pure functions; bits and values without a wire value are dropped.
 */
#ifndef FALCO_FLAG_MAP_H
#define FALCO_FLAG_MAP_H

#include <linux/types.h>

#define FLAG_MAP(name, type, ...) type map_##name(u32 v);
#include "schema/flag_map.def"
#undef FLAG_MAP

#endif
