/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loads rules files, one after the other.
 *
 * In: names and contents of files.  Out: struct rules and, per file, diagnostics.  A file with an
 * error has no effect on the rules.
 *
 *	struct rules_loader *l = rules_loader_new(NULL);
 *	for each file {
 *		good = rules_loader_file(l, path, content, n, &res);
 *		load_result_text(&out, &res, true);
 *		load_result_free(&res);
 *	}
 *	good = rules_loader_finish(l, &select, &rules);
 *	rules_loader_free(l);		// rules are valid until rules_free()
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
	struct str *schema; /* violations of the schema of rules files, in the diags' arena */
	unsigned n_schema;
};

struct rules_loader;

/* opt is copied and may be NULL. */
struct rules_loader *rules_loader_new(const struct rules_options *opt);
/* l may be NULL.  Finished rules stay valid. */
void rules_loader_free(struct rules_loader *l);
/*
 * True if the file has no error; res may have warnings, and must be freed in both cases.  content
 * is copied.
 */
bool rules_loader_file(struct rules_loader *l, const char *path, const char *content, size_t n,
		       struct load_result *res);
/* The same for the file at path; a file that cannot be read is LOAD_ERR_FILE_READ. */
bool rules_loader_path(struct rules_loader *l, const char *path, struct load_result *res);

/*
 * The message about the first plugin that a file requires and that does not exist or is too old;
 * STR_NONE if there is none.  Files with errors are included, because a missing plugin causes
 * unknown fields.
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
	enum priority min_priority; /* rules with a lower priority are never enabled */
	const struct rules_change *changes;
	unsigned n_changes;
};

/*
 * Writes the rules of all files without errors to *out.  select NULL: rules are enabled as written,
 * of all priorities.  False if no rules could be loaded.
 */
bool rules_loader_finish(struct rules_loader *l, const struct rules_select *select,
			 struct rules **out);
/* r may be NULL. */
void rules_free(struct rules *r);
/* Frees the contents of the files; afterwards rules_locate() finds no position. */
void rules_free_files(struct rules *r);
/* Enables and disables rules; rules_loader_finish() calls it with its select. */
void rules_select(struct rules *r, const struct rules_select *select);

static inline bool load_result_ok(const struct load_result *res)
{
	return res->diags.n_errors == 0;
}

/*
 * Appends "NAME: Ok" or "NAME: Invalid"; verbose: also the diag_text() of every error and warning.
 */
void load_result_text(struct buf *out, const struct load_result *res, bool verbose);
/* Writes one element of falco_load_results. */
void load_result_json(struct json *j, const struct load_result *res);
/* Also for a zeroed struct. */
void load_result_free(struct load_result *res);

#endif
