/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules ready to evaluate: loaded, compiled, with their output templates.  One ruleset is in use at
 * a time; a reload creates another.
 */
#ifndef APP_RULESET_H
#define APP_RULESET_H

#include "app/tally.h"
#include "config/config.h"
#include "output/message.h"
#include "rules/match.h"
#include "rules/rule.h"

struct ruleset {
	struct arena arena; /* of forms, and of the error texts of the matcher */
	struct rules *rules;
	struct matcher *matcher;
	const uint16_t *classes;    /* the matcher's, by event number: 0 = no rule can match */
	struct message_form *forms; /* by index of the rule */
	unsigned *tally_rows;	    /* by index of the rule */
};

struct ruleset_input {
	const struct config *config;
	const char *const *paths; /* -r, instead of rules_files; n_paths = 0 for none */
	unsigned n_paths;
	const char *print; /* -p, NULL for none */
	const struct message_options *message;
	uint16_t generation; /* different for each load */
	bool keep_files;     /* keep the text of the files, for rules_locate() */
};

/*
 * Append the files to load to out, in order; their names are in the arena.  False, with the reason
 * in errors, if an entry of -r does not exist or no file is found.
 */
bool ruleset_files(struct arena *a, const struct ruleset_input *in, struct str_list *out,
		   struct buf *errors);

/* The check_output of struct rules_options (rules/loader.h): whether format is a valid template. */
bool ruleset_check_output(void *arg, struct arena *a, struct str source, struct str format,
			  struct reason *why, unsigned *at);

/*
 * Load and compile.  NULL on any error, with the reasons in errors; warnings are appended to
 * remarks, one per line.  Each rule gets a row in tally.  The ruleset does not
 * borrow from in.
 */
struct ruleset *ruleset_load(const struct ruleset_input *in, struct tally *tally,
			     struct buf *errors, struct buf *remarks);
/*
 * Compile loaded rules.  Takes ownership of them even when it fails: NULL with errors.  They get no
 * row in a tally.
 */
struct ruleset *ruleset_of(struct rules *rules, const struct ruleset_input *in, struct buf *errors);
/*
 * Host names that enabled rules compare with fd.*ip.name.  The list is in the arena, its texts
 * belong to rs.
 */
struct str_list ruleset_hosts(struct arena *a, const struct ruleset *rs);
/* Number of enabled rules. */
unsigned ruleset_enabled(const struct ruleset *rs);
/* NULL is allowed. */
void ruleset_free(struct ruleset *rs);

#endif
