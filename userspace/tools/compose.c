// SPDX-License-Identifier: Apache-2.0
/* Builds event records from text. */
#include "tools/compose.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>

#include "event/flags.h"
#include "event/names.h"
#include "state/sockaddr.h"

enum { FDCWD = -100, WORD_MAX = 64, ERRORS_MAX = 600, SIGNALS_MAX = 65 };

/* ---- events by name ---- */

/*
 * The exit event (odd number) of that name, which has all parameters; the only event, if it is not
 * a pair.
 */
static unsigned event_of(struct str name)
{
	unsigned found = 0;

	for (unsigned i = 1; i < EVENT_NUMBERS; i++) {
		const struct event_info *info = &event_infos[i];

		if (!info->name || !str_is(name, info->name) ||
		    (info->flags & (OLD_VERSION | UNUSED)) || i == EV_generic)
			continue;
		if (!found || (i & 1))
			found = i;
	}
	return found;
}

static bool code_of(struct str name, uint16_t *code)
{
	for (unsigned i = 0; i < SYSCALL_CODES; i++) {
		if (syscall_name(i) && str_is(name, syscall_name(i))) {
			*code = (uint16_t)i;
			return true;
		}
	}
	return false;
}

bool compose_start(struct composed *r, struct str name)
{
	unsigned type = event_of(name);

	*r = (struct composed){ .type = (uint16_t)type };
	if (type)
		return true;
	r->type = EV_generic;
	if (!code_of(name, &r->code))
		return false;
	compose_default_num(r, "ID", r->code);
	return true;
}

void compose_free(struct composed *r)
{
	for (unsigned i = 0; i < MAX_PARAMS; i++)
		buf_free(&r->params[i]);
	buf_free(&r->bytes);
}

int compose_find(const struct composed *r, const char *name)
{
	const struct event_info *info = &event_infos[r->type];

	for (unsigned i = 0; i < info->n_params; i++) {
		if (!strcmp(info->params[i].name, name))
			return (int)i;
	}
	return -1;
}

/* ---- numbers ---- */

static bool number_plain(struct str s, int64_t *out)
{
	char text[WORD_MAX], *end;

	if (!s.n || s.n >= sizeof(text))
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = 0;
	errno = 0;
	*out = text[0] == '-' ? strtoll(text, &end, 0) : (int64_t)strtoull(text, &end, 0);
	return !*end && !errno;
}

static bool number_flag(const struct param_info *p, struct str word, int64_t *out)
{
	unsigned n = 0;
	const struct flag_name *names = flags_table((enum param_show)p->show, &n);

	for (unsigned i = 0; i < n; i++) {
		if (str_is(word, names[i].name)) {
			*out = names[i].value;
			return true;
		}
	}
	return false;
}

static bool number_special(const struct param_info *p, struct str word, int64_t *out)
{
	bool result = p->type == T_err || p->type == T_fd_new || p->type == T_fd || p->type == T_pid;

	if (p->type == T_dirfd && str_is(word, "AT_FDCWD")) {
		*out = FDCWD;
		return true;
	}
	for (unsigned i = 1; result && i < ERRORS_MAX; i++) {
		if (errno_name(i) && str_is(word, errno_name(i))) {
			*out = -(int64_t)i;
			return true;
		}
	}
	for (unsigned i = 1; p->type == T_sig && i < SIGNALS_MAX; i++) {
		if (signal_name(i) && str_is(word, signal_name(i))) {
			*out = i;
			return true;
		}
	}
	return false;
}

/* Parse "O_RDONLY|O_TRUNC", "0644", "-2", "ENOENT". */
static bool number_read(const struct param_info *p, struct str s, int64_t *out, struct str *bad)
{
	*out = 0;
	for (;;) {
		const char *bar = s.n ? memchr(s.p, '|', s.n) : NULL;
		struct str word = { s.p, bar ? (size_t)(bar - s.p) : s.n };
		int64_t v;

		if (!number_flag(p, word, &v) && !number_plain(word, &v) &&
		    !number_special(p, word, &v)) {
			*bad = word;
			return false;
		}
		*out |= v;
		if (!bar)
			return true;
		s = str_skip(s, word.n + 1);
	}
}

/* Records are in host byte order; all supported machines are little-endian. */
static void put_num(struct buf *b, int64_t v, unsigned size)
{
	buf_add(b, &v, size);
}

/* ---- addresses ---- */

bool compose_ip(struct str s, struct ip *out)
{
	char text[INET6_ADDRSTRLEN];

	*out = (struct ip){ 0 };
	if (s.n >= 2 && s.p[0] == '[' && s.p[s.n - 1] == ']')
		s = (struct str){ s.p + 1, s.n - 2 };
	if (!s.n || s.n >= sizeof(text))
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = 0;
	out->v = inet_pton(AF_INET, text, out->b) == 1	  ? 4
		 : inet_pton(AF_INET6, text, out->b) == 1 ? 6
							  : 0;
	return out->v;
}

bool compose_sock_end(struct str s, struct endpoint *out)
{
	const char *colon = s.n ? memrchr(s.p, ':', s.n) : NULL;
	int64_t port;

	if (!colon || !compose_ip((struct str){ s.p, (size_t)(colon - s.p) }, &out->ip) ||
	    !number_plain(str_skip(s, (size_t)(colon - s.p) + 1), &port) || port < 0 || port > 65535)
		return false;
	out->port = (uint16_t)port;
	return true;
}

bool compose_tuple(struct str s, struct endpoint *source, struct endpoint *dest)
{
	const char *arrow = s.n ? memmem(s.p, s.n, "->", 2) : NULL;
	size_t n = arrow ? (size_t)(arrow - s.p) : 0;

	return arrow && compose_sock_end((struct str){ s.p, n }, source) &&
	       compose_sock_end(str_skip(s, n + 2), dest) && source->ip.v == dest->ip.v;
}

static void put_end(struct buf *b, const struct endpoint *e)
{
	buf_add(b, e->ip.b, e->ip.v == 4 ? 4 : 16);
	buf_add(b, &e->port, 2);
}

static bool put_sockaddr(struct buf *b, struct str s)
{
	struct endpoint e;

	if (s.n && s.p[0] == '/') {
		buf_char(b, WIRE_UNIX);
		buf_str(b, s);
		buf_char(b, 0);
		return true;
	}
	if (!compose_sock_end(s, &e))
		return false;
	buf_char(b, e.ip.v == 4 ? WIRE_INET : WIRE_INET6);
	put_end(b, &e);
	return true;
}

static bool put_tuple(struct buf *b, struct str s)
{
	struct endpoint source, dest;

	if (s.n && s.p[0] == '/') {
		buf_char(b, WIRE_UNIX);
		put_num(b, 0, 8);
		put_num(b, 0, 8);
		buf_str(b, s);
		buf_char(b, 0);
		return true;
	}
	if (!compose_tuple(s, &source, &dest))
		return false;
	buf_char(b, dest.ip.v == 4 ? WIRE_INET : WIRE_INET6);
	put_end(b, &source);
	put_end(b, &dest);
	return true;
}

/* ---- parameters ---- */

static bool is_text(uint8_t type)
{
	return type == T_str || type == T_path || type == T_relpath;
}

static bool is_list(uint8_t type)
{
	return type == T_strv || type == T_strarray;
}

static bool fail(struct arena *a, struct str *why, const struct param_info *p, const char *wanted,
		 struct str got)
{
	*why = arena_printf(a, "parameter '%s' takes %s, not '%.*s'", p->name, wanted,
			    STR_ARGS(got));
	return false;
}

/* "INDEX:NUMBER": the index of a form in schema/dynamic.def, and the value. */
static bool put_dynamic(struct buf *b, const struct param_info *p, struct str s)
{
	const char *colon = s.n ? memchr(s.p, ':', s.n) : NULL;
	const struct param_info *form;
	int64_t index, v;
	struct str bad;

	if (!colon || !number_plain((struct str){ s.p, (size_t)(colon - s.p) }, &index) ||
	    index < 0 || index > 255)
		return false;
	form = flags_dynamic((enum param_show)p->show, (unsigned)index);
	if (!form || !form->size ||
	    !number_read(form, str_skip(s, (size_t)(colon - s.p) + 1), &v, &bad))
		return false;
	buf_char(b, (char)index);
	put_num(b, v, form->size);
	return true;
}

static bool put_scalar(struct buf *b, const struct param_info *p, struct str s, struct arena *a,
		       struct str *why)
{
	struct str bad = s;
	struct ip ip;
	int64_t v;

	if (is_text(p->type)) {
		if (s.n && memchr(s.p, 0, s.n))
			return fail(a, why, p, "text without NUL", STR_LIT("\\0"));
		buf_str(b, s);
		buf_char(b, 0);
		return true;
	}
	switch (p->type) {
	case T_bytes:
		buf_str(b, s);
		return true;
	case T_strv:
	case T_strarray:
		return fail(a, why, p, "a list of texts", s);
	case T_sockaddr:
		return put_sockaddr(b, s) ||
		       fail(a, why, p, "an address (1.2.3.4:80, [::1]:80, /path)", s);
	case T_socktuple:
		return put_tuple(b, s) ||
		       fail(a, why, p, "a pair of addresses (1.2.3.4:5678->5.6.7.8:80, /path)", s);
	case T_ipv4:
	case T_ipv6:
		if (!compose_ip(s, &ip) || (ip.v == 4) != (p->type == T_ipv4))
			return fail(a, why, p, "an IP address", s);
		buf_add(b, ip.b, p->size);
		return true;
	case T_dyn:
		return put_dynamic(b, p, s) || fail(a, why, p, "INDEX:NUMBER", s);
	}
	if (!p->size || p->size > 8)
		return fail(a, why, p, "no value in a test file", s);
	if (!number_read(p, s, &v, &bad))
		return fail(a, why, p, "a number or the names of its flags", bad);
	put_num(b, v, p->size);
	return true;
}

bool compose_node(struct composed *r, unsigned i, const struct tree_node *value, struct arena *a,
		  struct str *why)
{
	const struct param_info *p = &event_infos[r->type].params[i];
	struct buf *b = &r->params[i];

	buf_clear(b);
	r->set[i] = true;
	if (value->kind == TREE_NULL)
		return !p->size || fail(a, why, p, "a value", STR_LIT("null"));
	if (value->kind == TREE_SCALAR)
		return put_scalar(b, p, value->text, a, why);
	if (value->kind != TREE_LIST || !is_list(p->type))
		return fail(a, why, p, is_list(p->type) ? "a list of texts" : "one value",
			    STR_LIT("a list or map"));
	for (unsigned k = 0; k < value->n; k++) {
		if (value->items[k]->kind != TREE_SCALAR ||
		    memchr(value->items[k]->text.p, 0, value->items[k]->text.n))
			return fail(a, why, p, "a list of texts", STR_LIT("something else"));
		buf_str(b, value->items[k]->text);
		buf_char(b, 0);
	}
	return true;
}

static struct buf *unset(struct composed *r, const char *name, int *i)
{
	*i = compose_find(r, name);
	if (*i < 0 || r->set[*i])
		return NULL;
	r->set[*i] = true;
	return &r->params[*i];
}

void compose_default_text(struct composed *r, const char *name, struct str text)
{
	int i;
	struct buf *b = unset(r, name, &i);

	if (!b || !text.p)
		return;
	buf_str(b, text);
	buf_char(b, 0);
}

void compose_default_list(struct composed *r, const char *name, struct str list)
{
	int i;
	struct buf *b = unset(r, name, &i);

	if (b)
		buf_str(b, list);
}

void compose_default_num(struct composed *r, const char *name, int64_t v)
{
	int i;
	struct buf *b = unset(r, name, &i);

	if (b)
		put_num(b, v, event_infos[r->type].params[i].size);
}

/* ---- the record ---- */

static void fill_rest(struct composed *r, unsigned i)
{
	static const uint8_t zero[16];
	const struct param_info *p = &event_infos[r->type].params[i];
	bool id = p->type == T_uid || p->type == T_gid;

	if (r->set[i])
		return;
	if (p->size <= 8 && p->size)
		put_num(&r->params[i],
			id		      ? -1
			: p->type == T_dirfd  ? FDCWD
			: p->type == T_fd_new ? 3
					      : 0,
			p->size);
	else
		buf_add(&r->params[i], zero, p->size);
}

bool compose_event(struct composed *r, uint64_t ts, int64_t tid, struct event *ev, const char **why)
{
	const struct event_info *info = &event_infos[r->type];
	unsigned width = info->flags & LARGE_PAYLOAD ? 4 : 2;
	uint32_t n = info->n_params, len = 0;

	buf_clear(&r->bytes);
	for (unsigned i = 0; i < n; i++) {
		fill_rest(r, i);
		if (width == 2 && r->params[i].n > UINT16_MAX) {
			*why = "a parameter is longer than 65535 bytes";
			return false;
		}
		len += (uint32_t)(width + r->params[i].n);
	}
	len += EVENT_HEADER;
	put_num(&r->bytes, (int64_t)ts, 8);
	put_num(&r->bytes, tid, 8);
	put_num(&r->bytes, len, 4);
	put_num(&r->bytes, r->type, 2);
	put_num(&r->bytes, n, 4);
	for (unsigned i = 0; i < n; i++)
		put_num(&r->bytes, (int64_t)r->params[i].n, width);
	for (unsigned i = 0; i < n; i++)
		buf_str(&r->bytes, buf_view(&r->params[i]));
	memset(ev, 0, sizeof(*ev));
	if (event_decode(ev, (const uint8_t *)r->bytes.p, r->bytes.n) == EVENT_OK)
		return true;
	*why = ev->fault;
	return false;
}
