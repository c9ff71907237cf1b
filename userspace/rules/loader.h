/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules files, one after the other, into rules.
 *
 * In: names and contents.  Out: struct rules and, per file, what there is to say about it.  A bad file changes nothing:
 * the loader stays as it was before it.
 *
 *	struct rules_loader *l = rules_loader_new(NULL);
 *	for each file: good = rules_loader_file(l, path, content, n, &res), load_result_text(&out, &res, true);
 *	good = rules_loader_finish(l, &select, &rules);
 *	rules_loader_free(l);		// rules live on until rules_free()
 */
#ifndef RULES_LOADER_H
#define RULES_LOADER_H

#include "base/diag.h"
#include "base/reason.h"
#include "rules/rule.h"

#define RULES_ENGINE_VERSION "0.63.0"

struct rules_options {
	/* Event sources rules may name; NULL = { "syscall" }.  n_sources counts them. */
	const char *const *sources;
	unsigned n_sources;
	/*
	 * Output formats: false, a reason (in the arena) and the offset of the culprit if one does not compile.  NULL
	 * accepts all.
	 */
	bool (*check_output)(void *arg, struct arena *a, struct str source, struct str format,
			     struct reason *why, unsigned *at);
	void *arg;
};

struct load_result {
	struct str name; /* in the diags' arena */
	struct diags diags;
	struct str *schema; /* what a schema for rules files refuses, likewise */
	unsigned n_schema;
};

struct rules_loader;

struct rules_loader *rules_loader_new(const struct rules_options *opt);
void rules_loader_free(struct rules_loader *l);
/* True if the file is good, maybe with warnings.  res must be freed in any case. */
bool rules_loader_file(struct rules_loader *l, const char *path, const char *content, size_t n,
		       struct load_result *res);
/* Reads the file itself; an unreadable one is LOAD_ERR_FILE_READ. */
bool rules_loader_path(struct rules_loader *l, const char *path, struct load_result *res);

/*
 * A plugin that some file requires is not there, or too old: the message; STR_NONE when all is well.  Also of a file that
 * was refused: that its fields are unknown is what comes of it.
 */
struct str rules_loader_unmet(const struct rules_loader *l);

/* One element of the configuration's `rules`: by name pattern ('*' matches anything) or by exact tag. */
struct rules_change {
	bool enable;
	bool by_tag;
	struct str pattern;
};

struct rules_select {
	enum priority min_priority; /* less important rules are never enabled */
	const struct rules_change *changes;
	unsigned n_changes;
};

/* All good files as rules; NULL selects as written, down to debug.  False only if nothing was loaded. */
bool rules_loader_finish(struct rules_loader *l, const struct rules_select *select,
			 struct rules **out);
void rules_free(struct rules *r);
/* The texts of the files are given back: from here on rules_locate() knows no place. */
void rules_forget_files(struct rules *r);
/* Applied by finish; also for rules that are there already. */
void rules_select(struct rules *r, const struct rules_select *select);

static inline bool load_result_ok(const struct load_result *res)
{
	return res->diags.n_errors == 0;
}

/* "NAME: Ok" and so on; verbose adds the block of every error and warning. */
void load_result_text(struct buf *out, const struct load_result *res, bool verbose);
/* One element of falco_load_results. */
void load_result_json(struct json *j, const struct load_result *res);
void load_result_free(struct load_result *res);

#endif
