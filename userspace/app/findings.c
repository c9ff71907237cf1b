// SPDX-License-Identifier: Apache-2.0
#include "app/findings.h"

#include "base/vec.h"

void findings_free(struct findings *f)
{
	buf_free(&f->text);
	vec_free(f);
}

void findings_clear(struct findings *f)
{
	buf_clear(&f->text);
	f->n = f->told = 0;
	f->fault = (struct fault){ 0 };
}

void findings_add(struct findings *f, uint64_t num, const struct rule *rule, struct str line)
{
	vec_push(f, (struct alert){ num, rule, f->text.n, line.n });
	buf_str(&f->text, line);
}

const struct alert *findings_next(struct findings *v, unsigned n, uint64_t num, struct str *line)
{
	struct findings *first = NULL;
	const struct alert *a;

	for (struct findings *f = v; f < v + n; f++)
		if (f->told < f->n && f->v[f->told].num < num &&
		    (!first || f->v[f->told].num < first->v[first->told].num))
			first = f;
	if (!first)
		return NULL;
	a = &first->v[first->told++];
	*line = (struct str){ first->text.p + a->at, a->n };
	return a;
}

struct fault findings_fault(const struct findings *v, unsigned n)
{
	struct fault first = { 0 };

	for (const struct findings *f = v; f < v + n; f++)
		if (f->fault.num && (!first.num || f->fault.num < first.num))
			first = f->fault;
	return first;
}
