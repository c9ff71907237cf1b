// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* v6.3 bc292ab00f6c: mm: introduce vma->vm_flags wrapper functions */
#include <linux/mm.h>
void probe(struct vm_area_struct *v);
void probe(struct vm_area_struct *v)
{
	vm_flags_set(v, VM_DONTEXPAND);
}
