/* SPDX-License-Identifier: Apache-2.0 */
/* Semantic versions, and their compatibility. */
#ifndef RULES_VERSION_H
#define RULES_VERSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct version {
	uint32_t major, minor, patch;
};

/* A number of up to nine digits at *i, which is moved past it. */
static inline bool version_number(struct str s, size_t *i, uint32_t *out)
{
	size_t start = *i;

	for (*out = 0; *i < s.n && *i - start < 9 && s.p[*i] >= '0' && s.p[*i] <= '9'; ++*i)
		*out = *out * 10 + (uint32_t)(s.p[*i] - '0');
	return *i > start;
}

/* "1.2.3", also followed by "-rc1" or "+build". */
static inline bool version_parse(struct str s, struct version *out)
{
	size_t i = 0;

	*out = (struct version){ 0 };
	if (!version_number(s, &i, &out->major) || i >= s.n || s.p[i++] != '.' ||
	    !version_number(s, &i, &out->minor) || i >= s.n || s.p[i++] != '.' ||
	    !version_number(s, &i, &out->patch))
		return false;
	return i >= s.n || s.p[i] == '-' || s.p[i] == '+';
}

/* The same major version, not older than wanted. */
static inline bool version_compatible(struct version have, struct version want)
{
	if (have.major != want.major || have.minor < want.minor)
		return false;
	return have.minor > want.minor || have.patch >= want.patch;
}

#endif
