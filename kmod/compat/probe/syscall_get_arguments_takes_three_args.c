// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* v5.1 b35f549df1d7: syscalls: Remove start and number from syscall_get_arguments() args */
#include <linux/sched.h>
#include <asm/syscall.h>
void probe(struct pt_regs *regs, unsigned long *args);
void probe(struct pt_regs *regs, unsigned long *args)
{
	syscall_get_arguments(current, regs, args);
}
