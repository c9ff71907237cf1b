// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* If this does not compile, no result is valid: stop the build. */
#include <linux/module.h>
int probe(void);
int probe(void)
{
	return THIS_MODULE != NULL;
}
