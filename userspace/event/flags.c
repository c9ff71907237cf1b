/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables of flags.def and dynamic.def.
 *
 * In: values of parameters.  Out: their names.
 */
#include "event/flags.h"

#define F(table, name, value) { #name, value },
#define NAMED(table, name, shown, value) { shown, value },
#define FLAGS(table, format, ...) static const struct flag_name names_##table[] = { __VA_ARGS__ };
#include "base/macros.h"
#include "schema/flags.def"
#undef FLAGS
#undef NAMED
#undef F

struct flag_table {
	const struct flag_name *names;
	unsigned n;
};

static const struct flag_table tables[SHOW_COUNT] = {
#define F(...)
#define NAMED(...)
#define FLAGS(table, format, ...) [SHOW_##table] = { names_##table, ARRAY_SIZE(names_##table) },
#include "schema/flags.def"
#undef FLAGS
#undef NAMED
#undef F
};

const struct flag_name *flags_table(enum param_show show, unsigned *n)
{
	if ((unsigned)show >= SHOW_COUNT)
		return NULL;
	*n = tables[show].n;
	return tables[show].names;
}

static size_t text_append(char *out, size_t at, size_t size, const char *name)
{
	size_t n = strlen(name);

	if (at && at < size)
		out[at++] = '|';
	if (n > size - at)
		n = size - at;
	memcpy(out + at, name, n);
	return at + n;
}

struct str flags_text(enum param_show show, bool single, uint64_t value, char *out, size_t size)
{
	uint64_t left = value;
	size_t at = 0;
	unsigned n = 0;
	const struct flag_name *names = flags_table(show, &n);

	for (unsigned i = 0; i < n; i++) {
		uint64_t bits = names[i].value;
		bool hit = single || bits == 0 ? value == bits : (left & bits) == bits;

		if (!hit)
			continue;
		at = text_append(out, at, size, names[i].name);
		if (!single)
			left &= ~bits;
	}
	return (struct str){ out, at };
}

#define D(table, index, type, show) \
	[index] = { #type, T_##type, SIZE_##type, SHOW_##show, SIGN_##type },
#define DYNAMIC(table, ...) static const struct param_info dynamic_##table[] = { __VA_ARGS__ };
#include "schema/dynamic.def"
#undef DYNAMIC
#undef D

const struct param_info *flags_dynamic(enum param_show show, unsigned index)
{
	switch (show) {
#define D(...)
#define DYNAMIC(table, ...) \
	case SHOW_##table:  \
		return index < ARRAY_SIZE(dynamic_##table) ? &dynamic_##table[index] : NULL;
#include "schema/dynamic.def"
#undef DYNAMIC
#undef D
	default:
		return NULL;
	}
}
