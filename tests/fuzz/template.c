// SPDX-License-Identifier: Apache-2.0
/*
 * Fuzz target: a valid output format can be formatted, an invalid one has an error with its
 * position.
 */
#include <stdint.h>
#include <stdlib.h>

#include "output/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void fill(const struct template *t)
{
	static struct state *state;
	struct event ev = {
		.type = EV_openat, .info = &event_infos[EV_openat], .tid = 1, .fd_num = -1
	};
	struct arena scratch = { 0 };
	struct extract x = { .ev = &ev, .scratch = &scratch, .printing = true };
	struct state_options opt = { 0 };
	struct buf out = { 0 };

	if (!state) {
		schema_init();
		state = state_new(&opt);
	}
	x.state = state;
	template_fill(t, &x, &out);
	buf_free(&out);
	arena_free(&scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct arena a = { 0 };
	struct reason why = { 0 };
	unsigned at = 0;
	struct template *t = template_new(&a, (struct str){ (const char *)bytes, n }, &why, &at);

	if (t)
		fill(t);
	else if (!why.text.n || at > n)
		abort();
	arena_free(&a);
	return 0;
}
