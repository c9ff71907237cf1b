// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* v6.3 f122a08b197d: capability: just use a 'u64' instead of a 'u32[2]' array */
#include <linux/capability.h>
unsigned long long probe(const kernel_cap_t *set);
unsigned long long probe(const kernel_cap_t *set)
{
	return set->val;
}
