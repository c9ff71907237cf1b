// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * One straight-line function per event, written by the preprocessor from schema/events.def.
 *
 * In: struct event_ctx, set up by dispatch.c.  Out: the record's parameters, in their order.
 *
 * Events that an older reader knows with fewer parameters have another one, out of
 * schema/older.def; which of the two is settled at load.  What io_uring does has its own, out of
 * schema/uring.def.
 *
 * `make fillers.i` shows them.  A parameter P(name, type, show, collect) becomes rec_<type>(c,
 * <collect>): the types are in record.h, the capture words in collect_macros.h.
 */
#include <linux/cache.h>
#include <linux/cred.h>
#include <linux/fcntl.h>
#include <linux/init.h>
#include <linux/minmax.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/sem.h>
#include <linux/socket.h>
#include <linux/string.h>
#include <linux/uidgid.h>

#include "event_ctx.h"
#include "compat/compat.h"
#include "record.h"
#include "uapi/ring.h"
#include "uapi/version.h"
#include "user.h"
#include "collect_macros.h"

#define EVENT(id, sym, row, ...) \
	struct ix_##sym {        \
		__VA_ARGS__      \
	};
#define P(name, type, show, collect) char name;
#include "schema/older.def"
#include "schema/uring.def"
#undef P
#undef EVENT

#define EVENT(id, sym, row, ...) FIXED_BYTES_##sym = 0 __VA_ARGS__,
#define P(name, type, show, collect) +SIZE_##type
enum {
#include "schema/events.def"
#include "schema/older.def"
#include "schema/uring.def"
};
#undef P
#undef EVENT

/* Of parameters of fixed size; 0 for the others. */
#define EVENT(id, sym, row, ...) static const u16 lengths_##sym[NPARAMS(sym)] = { __VA_ARGS__ };
#define P(name, type, show, collect) SIZE_##type,
#include "schema/events.def"
#include "schema/older.def"
#include "schema/uring.def"
#undef P
#undef EVENT

#define EVENT(id, sym, row, ...)                                                           \
	static void fill_##sym(struct event_ctx *ctx)                                      \
	{                                                                                  \
		const enum event_id EVENT_ID __maybe_unused = (enum event_id)(id);         \
		struct record_writer w =                                                   \
			record_begin(ctx, lengths_##sym, NPARAMS(sym), FIXED_BYTES_##sym); \
                                                                                           \
		__VA_ARGS__                                                                \
		ctx->at = w.at;                                                            \
		collect_end(ctx);                                                          \
	}
#define P(name, type, show, collect) rec_##type(ctx, &w, collect);
#include "schema/events.def"
#include "schema/older.def"
#include "schema/uring.def"
#undef P
#undef EVENT

#define EVENT(id, sym, row, ...) [id] = { fill_##sym, SIZE_OF(sym), NPARAMS(sym) },
#define P(...)
#define SIZE_OF(sym) \
	(sizeof(struct falco_event_header) + NPARAMS(sym) * sizeof(u16) + FIXED_BYTES_##sym)
struct filler falco_fillers[EVENT_NUMBERS] __ro_after_init = {
#include "schema/events.def"
};

static const struct filler older[EVENT_NUMBERS] __initconst = {
#include "schema/older.def"
};
#undef EVENT

#define EVENT(id, sym, row, ...)                                                            \
	case id: {                                                                          \
		static const struct filler it = { fill_##sym, SIZE_OF(sym), NPARAMS(sym) }; \
                                                                                            \
		return &it;                                                                 \
	}
const struct filler *falco_filler_uring(u16 event)
{
	switch (event) {
#include "schema/uring.def"
	}
	return NULL;
}

void __init falco_fillers_init(u64 schema)
{
	int i;

	for (i = 0; i < EVENT_NUMBERS && schema <= FALCO_VERSION_CODE(4, 1, 0); i++)
		if (older[i].fill)
			falco_fillers[i] = older[i];
}
