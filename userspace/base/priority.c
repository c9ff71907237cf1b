// SPDX-License-Identifier: Apache-2.0
/* Priorities of rules and alerts. */
#include "base/priority.h"

#include <strings.h>

const char *priority_name(enum priority p)
{
	static const char *const names[] = { "Emergency", "Alert",  "Critical",	     "Error",
					     "Warning",	  "Notice", "Informational", "Debug" };

	return names[p];
}

static bool is_word(struct str s, const char *word)
{
	return s.n == strlen(word) && !strncasecmp(s.p, word, s.n);
}

bool priority_parse(struct str s, enum priority *out)
{
	for (int p = PRIO_EMERGENCY; p <= PRIO_DEBUG; p++) {
		if (is_word(s, priority_name((enum priority)p))) {
			*out = (enum priority)p;
			return true;
		}
	}
	*out = PRIO_INFORMATIONAL;
	return is_word(s, "info");
}
