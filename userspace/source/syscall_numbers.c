// SPDX-License-Identifier: Apache-2.0
/* Native system call numbers, from the headers this program is built with. */
#include "source/syscall_numbers.h"

#include <asm/unistd.h>
#include <stdint.h>

#include "schema/schema.h"
#include "source/syscall_numbers_recent.h"
#include "nr_missing.h" /* from schema/syscalls.def: -1 for numbers that the headers lack */

static const int16_t native[SYSCALL_CODES] = {
	[0 ... SYSCALL_CODES - 1] = -1,
#define SYSCALL(code, name, event) [code] = __NR_##name,
#define PSEUDO(code, name, tp)
#include "schema/syscalls.def"
#undef PSEUDO
#undef SYSCALL
};

int syscall_native_number(unsigned code)
{
	return code < SYSCALL_CODES ? native[code] : -1;
}
