// SPDX-License-Identifier: Apache-2.0
/* Hostile conditions: an accepted one must parse again after printing, and checking it must end. */
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

static void use(struct arena *a, struct node *n)
{
	uint64_t events[EVENT_WORDS], calls[SYSCALL_WORDS];
	struct check_result res;
	struct parse_error err;
	struct buf b = { 0 };
	struct node *again;

	ast_print(&b, n);
	again = parse_condition(a, buf_view(&b), 10 * PARSE_MAX_DEPTH, &err);
	if (!again || !ast_equal(n, again))
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
		use(&a, tree);
	else if (!err.message.n || err.at > n)
		abort();
	arena_free(&a);
	return 0;
}
