// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* If this compiles, errors go unnoticed: stop the build. */
#include <linux/module.h>
int probe(void);
int probe(void)
{
	return no_such_kernel_function();
}
