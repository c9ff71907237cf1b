/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Background resolution of host names.
 *
 * The thread publishes immutable tables by an atomic store (release); dns_lookup() reads the
 * current one without a lock (acquire).  A replaced table is freed KEEP_S seconds later, far longer
 * than a lookup takes.
 */
#include "state/dns.h"

#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ADDRESSES_MAX: of one name. */
enum { REFRESH_S = 60, KEEP_S = 10, ADDRESSES_MAX = 64 };

/* Freed with struct dns: tables point to it, and rules have few names. */
struct name {
	struct name *next;
	size_t n;
	char text[];
};

struct entry {
	struct ip ip;
	const struct name *name;
};

/* Names by address, sorted; immutable once published. */
struct table {
	struct table *next; /* of the list of replaced tables */
	time_t replaced;    /* seconds, CLOCK_MONOTONIC */
	unsigned n;
	struct entry v[];
};

struct dns {
	pthread_mutex_t lock; /* protects everything but current */
	pthread_cond_t changed;
	bool running;
	bool stop; /* dns_free() was called; a running thread frees the structure */
	struct name *names;
	const struct name **set; /* names to resolve */
	unsigned n_set;
	unsigned version, settled; /* of set: the current and the last one resolved */
	struct table *current;	   /* atomic; written by the thread; NULL: no addresses */
	struct table *replaced;	   /* freed after KEEP_S */
};

static time_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

struct dns *dns_new(void)
{
	struct dns *d = calloc(1, sizeof(*d));
	pthread_condattr_t attr;

	if (!d)
		return NULL;
	pthread_mutex_init(&d->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&d->changed, &attr);
	pthread_condattr_destroy(&attr);
	return d;
}

static void dns_destroy(struct dns *d)
{
	struct table *t;
	struct name *n;

	free(d->current);
	while ((t = d->replaced)) {
		d->replaced = t->next;
		free(t);
	}
	while ((n = d->names)) {
		d->names = n->next;
		free(n);
	}
	free(d->set);
	pthread_cond_destroy(&d->changed);
	pthread_mutex_destroy(&d->lock);
	free(d);
}

/* ---- resolution, in the thread ---- */

static int compare_addresses(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->ip.v != y->ip.v)
		return x->ip.v < y->ip.v ? -1 : 1;
	return memcmp(x->ip.b, y->ip.b, sizeof(x->ip.b));
}

/* Makes space for more entries; false, with *t unchanged: out of memory. */
static bool table_reserve(struct table **t, unsigned more)
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

/* Copies the addresses of name from the current table, after a lookup that failed. */
static bool copy_addresses(struct table **t, const struct table *current, const struct name *name)
{
	unsigned n = current ? current->n : 0;

	for (unsigned i = 0; i < n; i++)
		if (current->v[i].name == name) {
			if (!table_reserve(t, 1))
				return false;
			(*t)->v[(*t)->n++] = current->v[i];
		}
	return true;
}

/* Appends the addresses of one name; false: out of memory. */
static bool resolve_name(struct table **t, const struct table *current, const struct name *name)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM }, *list;
	unsigned left;

	if (getaddrinfo(name->text, NULL, &hints, &list))
		return copy_addresses(t, current, name);
	if (!table_reserve(t, ADDRESSES_MAX)) {
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

/* A new table of all names; NULL without memory or addresses.  Incomplete if d is being freed. */
static struct table *resolve_all(struct dns *d, const struct name *const *names, unsigned n)
{
	struct table *t = NULL;
	bool good = true;

	for (unsigned i = 0; i < n && good && !__atomic_load_n(&d->stop, __ATOMIC_RELAXED); i++)
		good = resolve_name(&t, d->current, names[i]);
	if (t)
		qsort(t->v, t->n, sizeof(*t->v), compare_addresses);
	return t;
}

/* Replaces the current table, and frees those replaced long ago. */
static void publish(struct dns *d, struct table *fresh)
{
	struct table *before = d->current, **at = &d->replaced, *t;

	__atomic_store_n(&d->current, fresh, __ATOMIC_RELEASE);
	while ((t = *at)) {
		if (t->replaced + KEEP_S >= now()) {
			at = &t->next;
			continue;
		}
		*at = t->next;
		free(t);
	}
	if (before) {
		before->replaced = now();
		before->next = d->replaced;
		d->replaced = before;
	}
}

static void *dns_thread(void *arg)
{
	struct dns *d = arg;

	pthread_mutex_lock(&d->lock);
	while (!d->stop) {
		struct timespec refresh = { .tv_sec = now() + REFRESH_S };
		unsigned version = d->version, n = d->n_set;
		const struct name **names = calloc(n + 1, sizeof(*names));
		struct table *fresh;

		if (names)
			memcpy(names, d->set, n * sizeof(*names));
		pthread_mutex_unlock(&d->lock);
		fresh = resolve_all(d, names, names ? n : 0);
		free(names);
		pthread_mutex_lock(&d->lock);
		publish(d, fresh);
		d->settled = version;
		while (!d->stop && d->version == version &&
		       !pthread_cond_timedwait(&d->changed, &d->lock, &refresh))
			;
	}
	pthread_mutex_unlock(&d->lock);
	dns_destroy(d);
	return NULL;
}

/* ---- interface ---- */

/* The name with this text, created if needed; NULL: out of memory. */
static const struct name *name_get(struct dns *d, struct str text)
{
	struct name *n;

	for (n = d->names; n; n = n->next)
		if (n->n == text.n && !memcmp(n->text, text.p, text.n))
			return n;
	n = malloc(sizeof(*n) + text.n + 1);
	if (!n)
		return NULL;
	n->next = d->names;
	n->n = text.n;
	memcpy(n->text, text.p, text.n);
	n->text[text.n] = 0;
	return d->names = n;
}

static bool start_thread(struct dns *d)
{
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	d->running = !pthread_create(&thread, &attr, dns_thread, d);
	pthread_attr_destroy(&attr);
	return d->running;
}

bool dns_set_names(struct dns *d, const struct str *names, unsigned n)
{
	const struct name **set = calloc(n + 1, sizeof(*set));
	bool good = set;

	pthread_mutex_lock(&d->lock);
	for (unsigned i = 0; good && i < n; i++)
		good = (set[i] = name_get(d, names[i]));
	if (good) {
		free(d->set);
		d->set = set;
		d->n_set = n;
		d->version++;
		pthread_cond_signal(&d->changed);
	} else {
		free(set);
	}
	if (good && n && !d->running)
		good = start_thread(d);
	pthread_mutex_unlock(&d->lock);
	return good;
}

unsigned dns_lookup(struct dns *d, struct ip ip, struct str *out, unsigned max)
{
	const struct table *t = __atomic_load_n(&d->current, __ATOMIC_ACQUIRE);
	struct entry key = { .ip = ip };
	unsigned low = 0, high = t ? t->n : 0, n = 0;

	while (low < high) {
		unsigned middle = low + (high - low) / 2;

		if (compare_addresses(&t->v[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; t && low < t->n && n < max && !compare_addresses(&t->v[low], &key); low++)
		out[n++] = (struct str){ t->v[low].name->text, t->v[low].name->n };
	return n;
}

bool dns_is_settled(struct dns *d)
{
	bool settled;

	pthread_mutex_lock(&d->lock);
	settled = d->settled == d->version;
	pthread_mutex_unlock(&d->lock);
	return settled;
}

void dns_free(struct dns *d)
{
	if (!d)
		return;
	pthread_mutex_lock(&d->lock);
	__atomic_store_n(&d->stop, true, __ATOMIC_RELAXED);
	if (d->running) {
		pthread_cond_signal(&d->changed);
		pthread_mutex_unlock(&d->lock);
		return;
	}
	pthread_mutex_unlock(&d->lock);
	dns_destroy(d);
}
