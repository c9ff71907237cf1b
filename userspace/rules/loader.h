/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loads rules files, one after the other.
 *
 * In: names and contents.  Out: struct rules and, per file, diagnostics.  A file with an error
 * changes nothing: the loader stays as it was before.
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
	/* Event sources that rules may have; NULL: { "syscall" }. */
	const char *const *sources;
	unsigned n_sources;
	/*
	 * Checks an output format: false with *why (text in the arena) and the offset of the error
	 * if it does not compile.  NULL: all are accepted.
	 */
	bool (*check_output)(void *arg, struct arena *a, struct str source, struct str format,
			     struct reason *why, unsigned *at);
	void *arg;
};

struct load_result {
	struct str name; /* in the diags' arena */
	struct diags diags;
	struct str *schema; /* violations of the schema of rules files, likewise */
	unsigned n_schema;
};

struct rules_loader;

/* opt is copied and may be NULL. */
struct rules_loader *rules_loader_new(const struct rules_options *opt);
/* NULL is fine.  Rules that were finished live on. */
void rules_loader_free(struct rules_loader *l);
/*
 * True if the file has no error; res, which must be freed in any case, may have warnings.  content
 * is copied.
 */
bool rules_loader_file(struct rules_loader *l, const char *path, const char *content, size_t n,
		       struct load_result *res);
/* Reads the file itself; an unreadable one is LOAD_ERR_FILE_READ. */
bool rules_loader_path(struct rules_loader *l, const char *path, struct load_result *res);

/*
 * The message about a plugin that some file requires and that does not exist or is too old;
 * STR_NONE if there is none.  Files with errors count too, because unknown fields are a consequence
 * of the missing plugin.
 */
struct str rules_loader_unmet(const struct rules_loader *l);

/*
 * One element of the configuration's `rules`: by name pattern ('*' matches anything) or by exact
 * tag.
 */
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

/*
 * The rules of all files without errors; select NULL: as written, all priorities.  False if nothing
 * was loaded.
 */
bool rules_loader_finish(struct rules_loader *l, const struct rules_select *select,
			 struct rules **out);
/* NULL is fine. */
void rules_free(struct rules *r);
/* Frees the texts of the files: from then on rules_locate() finds no position. */
void rules_free_files(struct rules *r);
/* Enables and disables rules; rules_loader_finish() has done it for its select. */
void rules_select(struct rules *r, const struct rules_select *select);

static inline bool load_result_ok(const struct load_result *res)
{
	return res->diags.n_errors == 0;
}

/* "NAME: Ok" and so on; verbose adds the block of every error and warning. */
void load_result_text(struct buf *out, const struct load_result *res, bool verbose);
/* One element of falco_load_results. */
void load_result_json(struct json *j, const struct load_result *res);
/* Zeroed memory is fine. */
void load_result_free(struct load_result *res);

#endif
