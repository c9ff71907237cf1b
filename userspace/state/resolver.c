// SPDX-License-Identifier: Apache-2.0
/* Names of addresses, looked up beside the line of events. */
#include "state/resolver.h"

#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { REFRESH_S = 60, KEEP_S = 10, ADDRESSES_MAX = 64 };

/* Kept until the end: tables refer to it, and rules ask about few names. */
struct name {
	struct name *next;
	size_t n;
	char text[];
};

struct entry {
	struct ip ip;
	const struct name *name;
};

/* Answers, by address; never changed once it is published. */
struct table {
	struct table *next; /* an older one */
	time_t retired;
	unsigned n;
	struct entry v[];
};

struct resolver {
	pthread_mutex_t lock; /* of everything but current */
	pthread_cond_t change;
	bool runs, stop; /* stop: nobody asks any more, and the thread cleans up */
	struct name *names;
	const struct name **wanted;
	unsigned n_wanted;
	unsigned version, settled; /* of wanted; the one last answered */
	struct table *current;	   /* read without the lock */
	struct table *old;
};

static time_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

struct resolver *resolver_new(void)
{
	struct resolver *r = calloc(1, sizeof(*r));
	pthread_condattr_t attr;

	if (!r)
		return NULL;
	pthread_mutex_init(&r->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&r->change, &attr);
	pthread_condattr_destroy(&attr);
	return r;
}

static void clean_up(struct resolver *r)
{
	struct table *t;
	struct name *n;

	free(r->current);
	while ((t = r->old)) {
		r->old = t->next;
		free(t);
	}
	while ((n = r->names)) {
		r->names = n->next;
		free(n);
	}
	free(r->wanted);
	pthread_cond_destroy(&r->change);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

/* ---- asking ---- */

static int by_address(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->ip.v != y->ip.v)
		return x->ip.v < y->ip.v ? -1 : 1;
	return memcmp(x->ip.b, y->ip.b, sizeof(x->ip.b));
}

/* Room for some more entries; t is as it was without memory. */
static bool make_room(struct table **t, unsigned more)
{
	unsigned n = *t ? (*t)->n : 0;
	struct table *fresh = realloc(*t, sizeof(*fresh) + (n + more) * sizeof(*fresh->v));

	if (!fresh)
		return false;
	if (!*t)
		*fresh = (struct table){ 0 };
	*t = fresh;
	return true;
}

static bool ip_of(const struct sockaddr *sa, struct ip *ip)
{
	*ip = (struct ip){ 0 };
	if (sa->sa_family == AF_INET) {
		ip->v = 4;
		memcpy(ip->b, &((const struct sockaddr_in *)sa)->sin_addr, 4);
	} else if (sa->sa_family == AF_INET6) {
		ip->v = 6;
		memcpy(ip->b, &((const struct sockaddr_in6 *)sa)->sin6_addr, 16);
	}
	return ip->v;
}

/* A server that does not answer takes nothing back: what was known of the name stays. */
static bool keep_known(struct table **t, const struct table *known, const struct name *name)
{
	unsigned n = known ? known->n : 0;

	for (unsigned i = 0; i < n; i++)
		if (known->v[i].name == name) {
			if (!make_room(t, 1))
				return false;
			(*t)->v[(*t)->n++] = known->v[i];
		}
	return true;
}

static bool ask(struct table **t, const struct table *known, const struct name *name)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM }, *list;
	unsigned left;

	if (getaddrinfo(name->text, NULL, &hints, &list))
		return keep_known(t, known, name);
	if (!make_room(t, ADDRESSES_MAX)) {
		freeaddrinfo(list);
		return false;
	}
	left = ADDRESSES_MAX;
	for (struct addrinfo *a = list; a && left; a = a->ai_next, left--) {
		struct entry *e = &(*t)->v[(*t)->n];

		if (ip_of(a->ai_addr, &e->ip)) {
			e->name = name;
			(*t)->n++;
		}
	}
	freeaddrinfo(list);
	return true;
}

/* A new table of all names, NULL without memory or answers; stops early when nobody wants it any more. */
static struct table *ask_all(struct resolver *r, const struct name *const *names, unsigned n)
{
	struct table *t = NULL;
	bool good = true;

	for (unsigned i = 0; i < n && good && !__atomic_load_n(&r->stop, __ATOMIC_RELAXED); i++)
		good = ask(&t, r->current, names[i]);
	if (t)
		qsort(t->v, t->n, sizeof(*t->v), by_address);
	return t;
}

/* The table readers may still look at goes only some seconds after it was replaced. */
static void publish(struct resolver *r, struct table *fresh)
{
	struct table *before = r->current, **at = &r->old, *t;

	__atomic_store_n(&r->current, fresh, __ATOMIC_RELEASE);
	while ((t = *at)) {
		if (t->retired + KEEP_S >= now()) {
			at = &t->next;
			continue;
		}
		*at = t->next;
		free(t);
	}
	if (before) {
		before->retired = now();
		before->next = r->old;
		r->old = before;
	}
}

static void *run(void *arg)
{
	struct resolver *r = arg;

	pthread_mutex_lock(&r->lock);
	while (!r->stop) {
		struct timespec again = { .tv_sec = now() + REFRESH_S };
		unsigned version = r->version, n = r->n_wanted;
		const struct name **names = calloc(n + 1, sizeof(*names));
		struct table *fresh;

		if (names)
			memcpy(names, r->wanted, n * sizeof(*names));
		pthread_mutex_unlock(&r->lock);
		fresh = ask_all(r, names, names ? n : 0);
		free(names);
		pthread_mutex_lock(&r->lock);
		publish(r, fresh);
		r->settled = version;
		while (!r->stop && r->version == version &&
		       !pthread_cond_timedwait(&r->change, &r->lock, &again))
			;
	}
	pthread_mutex_unlock(&r->lock);
	clean_up(r);
	return NULL;
}

/* ---- what others see ---- */

static const struct name *name_of(struct resolver *r, struct str text)
{
	struct name *n;

	for (n = r->names; n; n = n->next)
		if (n->n == text.n && !memcmp(n->text, text.p, text.n))
			return n;
	n = malloc(sizeof(*n) + text.n + 1);
	if (!n)
		return NULL;
	n->next = r->names;
	n->n = text.n;
	memcpy(n->text, text.p, text.n);
	n->text[text.n] = 0;
	return r->names = n;
}

static bool start(struct resolver *r)
{
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	r->runs = !pthread_create(&thread, &attr, run, r);
	pthread_attr_destroy(&attr);
	return r->runs;
}

bool resolver_want(struct resolver *r, const struct str *names, unsigned n)
{
	const struct name **wanted = calloc(n + 1, sizeof(*wanted));
	bool good = wanted;

	pthread_mutex_lock(&r->lock);
	for (unsigned i = 0; good && i < n; i++)
		good = (wanted[i] = name_of(r, names[i]));
	if (good) {
		free(r->wanted);
		r->wanted = wanted;
		r->n_wanted = n;
		r->version++;
		pthread_cond_signal(&r->change);
	} else {
		free(wanted);
	}
	if (good && n && !r->runs)
		good = start(r);
	pthread_mutex_unlock(&r->lock);
	return good;
}

unsigned resolver_names(struct resolver *r, struct ip ip, struct str *out, unsigned max)
{
	const struct table *t = __atomic_load_n(&r->current, __ATOMIC_ACQUIRE);
	struct entry key = { .ip = ip };
	unsigned low = 0, high = t ? t->n : 0, n = 0;

	while (low < high) {
		unsigned middle = low + (high - low) / 2;

		if (by_address(&t->v[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; t && low < t->n && n < max && !by_address(&t->v[low], &key); low++)
		out[n++] = (struct str){ t->v[low].name->text, t->v[low].name->n };
	return n;
}

bool resolver_settled(struct resolver *r)
{
	bool settled;

	pthread_mutex_lock(&r->lock);
	settled = r->settled == r->version;
	pthread_mutex_unlock(&r->lock);
	return settled;
}

void resolver_free(struct resolver *r)
{
	if (!r)
		return;
	pthread_mutex_lock(&r->lock);
	__atomic_store_n(&r->stop, true, __ATOMIC_RELAXED);
	if (r->runs) {
		pthread_cond_signal(&r->change);
		pthread_mutex_unlock(&r->lock);
		return;
	}
	pthread_mutex_unlock(&r->lock);
	clean_up(r);
}
