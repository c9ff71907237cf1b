/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzz target: the input is a sequence of records, which are decoded and applied to a state.  Run:
 * make fuzz-decode.
 *
 * Thread ids are reduced to 0 to 15, so that events find threads of earlier events.
 */
#include <stdlib.h>

#include "event/event.h"
#include "state/state.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void read_params(const struct event *ev)
{
	volatile uint64_t sum = 0;

	for (unsigned i = 0; i < ev->n_params; i++) {
		struct str s = ev_bytes(ev, i);

		for (size_t k = 0; k < s.n; k++)
			sum += (uint8_t)s.p[k];
		sum += ev_u64(ev, i, 0);
	}
	if (ev->thread && ev->thread->image->cmdline.n)
		sum += (uint8_t)ev->thread->image->cmdline.p[0];
	if (ev->fd && ev->fd->name.n)
		sum += (uint8_t)ev->fd->name.p[ev->fd->name.n - 1];
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
			read_params(&ev);
		}
		/* The state has copies of all data that it keeps. */
		free(rec);
		bytes += len;
		n -= len;
	}
	state_free(s);
	return 0;
}
