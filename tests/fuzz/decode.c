/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hostile records, one after the other, through the decoder and the state: make fuzz-decode.
 *
 * Thread ids and descriptor numbers are folded into a small range, so that events find threads and descriptors of earlier ones.
 */
#include <stdlib.h>

#include "event/event.h"
#include "state/state.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void look(const struct event *ev)
{
	volatile uint64_t sink = 0;

	for (unsigned i = 0; i < ev->n_params; i++) {
		struct str s = ev_bytes(ev, i);

		for (size_t k = 0; k < s.n; k++)
			sink += (uint8_t)s.p[k];
		sink += ev_u64(ev, i, 0);
	}
	if (ev->thread && ev->thread->image->cmdline.n)
		sink += (uint8_t)ev->thread->image->cmdline.p[0];
	if (ev->fd && ev->fd->name.n)
		sink += (uint8_t)ev->fd->name.p[ev->fd->name.n - 1];
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct state_options opt = { .thread_limit = 64, .fd_limit = 16 };
	struct state *s = state_new(&opt);

	schema_init();
	state_seed_end(s);
	while (n >= EVENT_HEADER) {
		struct event ev;
		enum event_error e;
		uint32_t len;
		uint8_t *rec;

		memcpy(&len, bytes + 16, 4);
		if (len < EVENT_HEADER || len > n)
			len = (uint32_t)n;
		rec = malloc(len);
		memcpy(rec, bytes, len);
		memcpy(rec + 16, &len, 4);
		memset(rec + 9, 0, 7);
		rec[8] &= 15;
		memset(&ev, 0, sizeof(ev));
		e = event_decode(&ev, rec, len);
		if (e == EVENT_OK) {
			state_process(s, &ev);
			look(&ev);
		}
		/* What state keeps is its own: the record may go. */
		free(rec);
		bytes += len;
		n -= len;
	}
	state_free(s);
	return 0;
}
