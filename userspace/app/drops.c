// SPDX-License-Identifier: Apache-2.0
/* Compares counters of lost events, limits the actions, and lists the counters for the alert. */
#include "app/drops.h"

#include "base/macros.h"
#include "output/message.h"

void drops_init(struct drops *d, const struct config *c)
{
	*d = (struct drops){ .tokens = (double)c->drop_max_burst };
	drops_set(d, c);
}

void drops_set(struct drops *d, const struct config *c)
{
	d->threshold = c->drop_threshold;
	d->rate = c->drop_rate;
	d->burst = (double)c->drop_max_burst;
	d->simulate = c->simulate_drops;
	d->actions = 0;
	for (unsigned i = 0; i < c->drop_actions.n; i++) {
		struct str word = c->drop_actions.v[i];

		d->actions |= str_is(word, "log")     ? DROPS_LOG
			      : str_is(word, "alert") ? DROPS_ALERT
			      : str_is(word, "exit")  ? DROPS_EXIT
						      : 0;
	}
}

/* Token bucket: takes one token; `rate` tokens are added per second of event time. */
static bool take_token(struct drops *d, uint64_t ts)
{
	if (d->refill_ts && ts > d->refill_ts)
		d->tokens += d->rate * (double)(ts - d->refill_ts) / NSEC_PER_SEC;
	if (d->tokens > d->burst)
		d->tokens = d->burst;
	d->refill_ts = ts;
	if (d->tokens < 1)
		return false;
	d->tokens--;
	return true;
}

/* from -= what, counter by counter. */
static void subtract(struct source_stats *from, const struct source_stats *what)
{
	uint64_t *to = (uint64_t *)from;
	const uint64_t *by = (const uint64_t *)what;

	_Static_assert(sizeof(*from) % sizeof(uint64_t) == 0,
		       "struct source_stats has other members than uint64_t counters");
	for (unsigned i = 0; i < sizeof(*from) / sizeof(uint64_t); i++)
		to[i] -= by[i];
}

unsigned drops_check(struct drops *d, struct source *src, uint64_t ts, struct source_stats *lost)
{
	struct source_stats now;

	if (ts < d->next_ts)
		return 0;
	memset(&now, 0, sizeof(now));
	src->ops->stats(src, &now);
	*lost = now;
	subtract(lost, &d->last);
	d->last = now;
	if (!d->next_ts) {
		d->next_ts = ts + NSEC_PER_SEC;
		return 0;
	}
	d->next_ts = ts + NSEC_PER_SEC;
	if (d->simulate) {
		lost->n_drops++;
		lost->n_evts++;
	}
	if (!lost->n_drops || (double)lost->n_drops <= d->threshold * (double)lost->n_evts)
		return 0;
	d->n_detected++;
	if (!d->actions || !take_token(d, ts))
		return 0;
	d->n_acted++;
	return d->actions;
}

unsigned drops_fields(const struct source_stats *lost, struct arena *a, struct message_field **out)
{
	const struct {
		const char *key;
		uint64_t v;
	} rows[] = {
		{ "ebpf_enabled", 0 },
		{ "n_drops", lost->n_drops },
		{ "n_drops_buffer_clone_fork_exit", lost->n_drops_clone_fork_exit },
		{ "n_drops_buffer_close_exit", lost->n_drops_close_exit },
		{ "n_drops_buffer_connect_enter", lost->n_drops_connect_enter },
		{ "n_drops_buffer_connect_exit", lost->n_drops_connect_exit },
		{ "n_drops_buffer_dir_file_exit", lost->n_drops_dir_file_exit },
		{ "n_drops_buffer_execve_exit", lost->n_drops_execve_exit },
		{ "n_drops_buffer_open_enter", lost->n_drops_open_enter },
		{ "n_drops_buffer_open_exit", lost->n_drops_open_exit },
		{ "n_drops_buffer_other_interest_exit", lost->n_drops_other_interest_exit },
		{ "n_drops_buffer_proc_exit", lost->n_drops_proc_exit },
		{ "n_drops_buffer_total", lost->n_drops_buffer },
		{ "n_drops_bug", 0 },
		{ "n_drops_page_faults", lost->n_drops_pf },
		{ "n_drops_scratch_map", 0 },
		{ "n_evts", lost->n_evts },
	};
	enum { N = ARRAY_SIZE(rows) };
	struct message_field *fields = arena_array(a, struct message_field, N);

	for (unsigned i = 0; i < N; i++) {
		fields[i].key = rows[i].key;
		fields[i].json = arena_printf(a, "\"%llu\"", (unsigned long long)rows[i].v);
	}
	*out = fields;
	return N;
}
