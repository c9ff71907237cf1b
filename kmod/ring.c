// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Memory of rings and its mapping into readers (doc/ring-protocol.md).  Writing into a ring is in
 * ring.h.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/topology.h>
#include <linux/vmalloc.h>

#include "compat/compat.h"
#include "ring.h"
#include "wakeup.h"

#define RING_GFP (GFP_KERNEL | __GFP_ZERO | __GFP_RETRY_MAYFAIL | __GFP_NOWARN)
#define RESERVE_SHIFT 3 /* an eighth of the ring is for VITAL events */

static void free_pages_of(struct falco_ring *ring, unsigned long n)
{
	while (n--)
		__free_page(ring->pages[n]);
	kvfree(ring->pages);
	ring->pages = NULL;
}

/* The same pages twice in a row; the second half of `pages` only serves the mappings. */
static int alloc_data(struct falco_ring *ring, unsigned long n)
{
	unsigned long i;

	/* Do not even try when it cannot succeed: other allocations would fail meanwhile. */
	if (n > max(si_mem_available(), 0L))
		return -ENOMEM;
	ring->pages = kvmalloc_array(2 * n, sizeof(*ring->pages), GFP_KERNEL);
	if (!ring->pages)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		struct page *page = alloc_pages_node(cpu_to_node(ring->cpu), RING_GFP, 0);

		if (!page)
			goto err_pages;
		ring->pages[i] = ring->pages[n + i] = page;
	}
	ring->data = vmap(ring->pages, 2 * n, VM_MAP, PAGE_KERNEL);
	if (ring->data)
		return 0;
err_pages:
	free_pages_of(ring, i);
	return -ENOMEM;
}

int falco_ring_alloc(struct falco_ring *ring, size_t size)
{
	ring->page = (void *)get_zeroed_page(GFP_KERNEL);
	ring->scratch = (void *)get_zeroed_page(GFP_KERNEL);
	if (!ring->page || !ring->scratch)
		goto err_small;
	if (alloc_data(ring, size >> PAGE_SHIFT))
		goto err_small;
	ring->mask = size - 1;
	ring->reserve = size >> RESERVE_SHIFT;
	falco_wakeup_init_ring(ring);
	return 0;

err_small:
	free_page((unsigned long)ring->scratch);
	free_page((unsigned long)ring->page);
	ring->page = NULL;
	ring->scratch = NULL;
	return -ENOMEM;
}

void falco_ring_free(struct falco_ring *ring)
{
	if (!ring->data)
		return;
	vunmap(ring->data);
	free_pages_of(ring, falco_ring_bytes(ring) >> PAGE_SHIFT);
	free_page((unsigned long)ring->scratch);
	free_page((unsigned long)ring->page);
}

void falco_ring_reset(struct falco_ring *ring)
{
	memset(&ring->own, 0, sizeof(ring->own));
	memset(ring->page, 0, PAGE_SIZE);
	WRITE_ONCE(ring->wake_at, FALCO_WAKE_NEVER);
	WRITE_ONCE(ring->busy, false);
}

static int map_page(struct falco_ring *ring, struct vm_area_struct *vma)
{
	return vm_insert_page(vma, vma->vm_start, virt_to_page(ring->page));
}

/* Read-only; without VM_MAYWRITE mprotect() cannot change that. */
static int map_data(struct falco_ring *ring, struct vm_area_struct *vma)
{
	unsigned long n = 2 * falco_ring_bytes(ring) >> PAGE_SHIFT, i;
	int err = 0;

	if (vma->vm_flags & VM_WRITE)
		return -EIO;
	vm_flags_clear(vma, VM_MAYWRITE);
	for (i = 0; i < n && !err; i++)
		err = vm_insert_page(vma, vma->vm_start + (i << PAGE_SHIFT), ring->pages[i]);
	return err;
}

int falco_ring_map(struct falco_ring *ring, struct vm_area_struct *vma)
{
	unsigned long len = vma->vm_end - vma->vm_start;
	int err;

	if (vma->vm_pgoff)
		return -EIO;
	vm_flags_set(vma, VM_DONTEXPAND | VM_DONTDUMP);
	if (len <= PAGE_SIZE)
		err = map_page(ring, vma);
	else if (len == 2 * falco_ring_bytes(ring))
		err = map_data(ring, vma);
	else
		return -EIO;
	return err ? -EIO : 0;
}
