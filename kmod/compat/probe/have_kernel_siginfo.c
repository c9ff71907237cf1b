// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* v4.20 ae7795bc6187: signal: Distinguish between kernel_siginfo and siginfo */
#include <linux/sched/signal.h>
int probe(struct kernel_siginfo *info);
int probe(struct kernel_siginfo *info)
{
	return info->si_signo;
}
