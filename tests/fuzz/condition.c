// SPDX-License-Identifier: Apache-2.0
/*
 * Fuzz target: a valid condition must parse to the same tree after printing, and its checks must
 * terminate.
 */
#include <stdint.h>
#include <stdlib.h>

#include "filter/check.h"
#include "filter/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static bool has_macro(const struct node *n)
{
	bool found = n->kind == NODE_MACRO;

	for (unsigned i = 0; !found && i < n->n_kids; i++)
		found = has_macro(n->kids[i]);
	return found;
}

static void check(struct arena *a, struct node *n)
{
	uint64_t events[EVENT_WORDS], calls[SYSCALL_WORDS];
	struct check_result res;
	struct parse_error err;
	struct buf b = { 0 };
	struct node *reparsed;

	ast_print(&b, n);
	reparsed = parse_condition(a, buf_view(&b), 10 * PARSE_MAX_DEPTH, &err);
	if (!reparsed || !ast_equal(n, reparsed))
		abort();
	buf_free(&b);
	if (has_macro(n))
		return;
	evttypes_of(n, events);
	evttypes_syscalls_of(n, calls);
	if (!check_condition(a, n, &res) && (!res.error.message.n || !res.error.node))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct arena a = { 0 };
	struct parse_error err;
	struct node *tree =
		parse_condition(&a, (struct str){ (const char *)bytes, n }, PARSE_MAX_DEPTH, &err);

	if (tree)
		check(&a, tree);
	else if (!err.message.n || err.at > n)
		abort();
	arena_free(&a);
	return 0;
}
