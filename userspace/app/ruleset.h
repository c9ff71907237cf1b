/* SPDX-License-Identifier: Apache-2.0 */
/* Rules ready to run: loaded, compiled, with everything each prints.  One is in use at a time; a reload makes another. */
#ifndef APP_RULESET_H
#define APP_RULESET_H

#include "app/tally.h"
#include "config/config.h"
#include "output/message.h"
#include "rules/match.h"
#include "rules/rule.h"

struct ruleset {
	struct arena arena; /* forms and the matcher's messages */
	struct rules *rules;
	struct matcher *matcher;
	const uint16_t *classes; /* the matcher's, of event numbers: 0 where it need not be asked */
	struct message_form *forms; /* by position in rules */
	unsigned *tally_rows;	    /* likewise */
};

struct ruleset_input {
	const struct config *config;
	const char *const *paths; /* -r: replaces rules_files; n = 0 for none */
	unsigned n_paths;
	const char *print; /* -p, NULL for none */
	const struct message_options *message;
	uint16_t generation; /* another one for each load */
	bool keep_files;     /* for rules_locate() */
};

/* Files to load, in order.  False when an entry of -r does not exist or nothing is left, with the reason in errors. */
bool ruleset_files(struct arena *a, const struct ruleset_input *in, struct str_list *out,
		   struct buf *errors);

/* For struct rules_options. */
bool ruleset_check_output(void *arg, struct arena *a, struct str source, struct str format,
			  struct reason *why, unsigned *at);

/* NULL when anything is wrong, with the reasons in errors; remarks are for the log. */
struct ruleset *ruleset_load(const struct ruleset_input *in, struct tally *tally,
			     struct buf *errors, struct buf *remarks);
/* Of rules that are loaded already, which it takes over even when it fails.  Not in anybody's tally. */
struct ruleset *ruleset_of(struct rules *rules, const struct ruleset_input *in, struct buf *errors);
/* Names of hosts that enabled rules compare addresses with, in the arena. */
struct str_list ruleset_hosts(struct arena *a, const struct ruleset *rs);
unsigned ruleset_enabled(const struct ruleset *rs);
void ruleset_free(struct ruleset *rs);

#endif
