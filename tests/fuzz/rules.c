// SPDX-License-Identifier: Apache-2.0
/*
 * Fuzz target: rules files separated by "++++".  Each must load, or fail with an error and change
 * nothing; positions of loaded rules and reports must be available.
 */
#include <stdint.h>
#include <stdlib.h>

#include "rules/loader.h"
#include "rules/locate.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void locate(const struct rules *rules, const struct rule *rule, const struct node *n)
{
	struct rule_place place;

	if (rules_locate(rules, rule, n, n->at, &place) && (!place.line || !place.column))
		abort();
	for (unsigned i = 0; i < n->n_kids; i++)
		locate(rules, rule, n->kids[i]);
}

static bool load(struct rules_loader *l, struct str text)
{
	struct load_result res;
	struct buf b = { 0 };
	struct json j = json_to(&b);
	bool good = rules_loader_file(l, "f.yaml", text.p, text.n, &res);

	if (good != load_result_ok(&res))
		abort();
	load_result_text(&b, &res, true);
	load_result_text(&b, &res, false);
	load_result_json(&j, &res);
	buf_free(&b);
	load_result_free(&res);
	return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct rules_loader *l = rules_loader_new(NULL);
	struct str left = { (const char *)bytes, n };
	struct rules *rules;

	while (left.n) {
		const char *separator = memmem(left.p, left.n, "++++", 4);
		struct str text = { left.p, separator ? (size_t)(separator - left.p) : left.n };

		load(l, text);
		left = str_skip(left, text.n + 4);
	}
	/* The valid files must load together, whatever files failed between them. */
	if (!rules_loader_finish(l, NULL, &rules))
		abort();
	for (unsigned i = 0; i < rules->n; i++)
		locate(rules, rules->v[i], rules->v[i]->cond);
	rules_free(rules);
	rules_loader_free(l);
	return 0;
}
