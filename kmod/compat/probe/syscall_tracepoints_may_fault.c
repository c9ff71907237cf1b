// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* v6.13: tracing: Allow system call tracepoints to handle page faults */
#include <linux/tracepoint-defs.h>
bool probe(const struct tracepoint_ext *ext);
bool probe(const struct tracepoint_ext *ext)
{
	return ext->faultable;
}
