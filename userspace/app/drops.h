/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events the driver could not deliver: compared once per second of event time, reported as syscall_event_drops says.
 */
#ifndef APP_DROPS_H
#define APP_DROPS_H

#include <stdbool.h>

#include "config/config.h"
#include "source/source.h"

enum drops_action { DROPS_LOG = 1, DROPS_ALERT = 2, DROPS_EXIT = 4 };

struct drops {
	unsigned actions; /* enum drops_action */
	double threshold, rate, burst, tokens;
	bool simulate;
	uint64_t next_ts, refill_ts;
	struct source_stats last;
	uint64_t n_detected, n_acted;
};

void drops_init(struct drops *d, const struct config *c);
/* Another configuration; what was counted stays. */
void drops_set(struct drops *d, const struct config *c);
/* Actions to take now, 0 for none; *lost is then what this period lost. */
unsigned drops_check(struct drops *d, struct source *src, uint64_t ts, struct source_stats *lost);
/* Fields of the alert as message_internal() wants them. */
struct message_field;
unsigned drops_fields(const struct source_stats *lost, struct arena *a, struct message_field **out);

#endif
