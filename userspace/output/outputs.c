// SPDX-License-Identifier: Apache-2.0
/* The queue of lines, and the output thread. */
#include "output/outputs.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "base/log.h"
#include "output/channel.h"

enum {
	/* Limit of text in the queue; alerts beyond it are dropped and counted. */
	QUEUE_BYTES = 64 << 20,
};

/* Two rows of channels.def with the same name are an error here. */
enum {
#define CHANNEL(name, enabled) KIND_##name,
#include "output/channels.def"
#undef CHANNEL
	N_KINDS,
};

#define CHANNEL(name, enabled)                                                         \
	_Static_assert(_Generic(((struct config *)0)->enabled, bool : 1, default : 0), \
		       "channels.def, row " #name ": " #enabled                        \
		       " is not a BOOL row of config/options.def");
#include "output/channels.def"
#undef CHANNEL

static const struct channel_kind {
	const struct channel_ops *ops;
	size_t enabled; /* offset of a bool in struct config */
} kinds[N_KINDS] = {
#define CHANNEL(name, enabled) { &channel_##name, offsetof(struct config, enabled) },
#include "output/channels.def"
#undef CHANNEL
};

struct item {
	struct item *next;
	enum priority priority;
	bool reopen;
	size_t n;
	char text[];
};

struct outputs {
	struct channel channels[N_KINDS];
	unsigned n_channels;
	pthread_t thread;

	pthread_mutex_t lock; /* protects everything below */
	pthread_cond_t filled;
	struct item *first, **last;
	size_t bytes;
	uint64_t dropped;
	bool stop;
};

static void deliver(struct outputs *o, const struct item *item)
{
	for (unsigned i = 0; i < o->n_channels; i++) {
		struct channel *ch = &o->channels[i];

		if (!item->reopen)
			ch->ops->write(ch, item->priority, (struct str){ item->text, item->n });
		else if (ch->ops->reopen)
			ch->ops->reopen(ch);
	}
}

static void *output_thread(void *arg)
{
	struct outputs *o = arg;

	pthread_mutex_lock(&o->lock);
	for (;;) {
		struct item *item = o->first;

		if (!item && o->stop)
			break;
		if (!item) {
			pthread_cond_wait(&o->filled, &o->lock);
			continue;
		}
		o->first = item->next;
		if (!o->first)
			o->last = &o->first;
		o->bytes -= item->n;
		pthread_mutex_unlock(&o->lock);
		deliver(o, item);
		free(item);
		pthread_mutex_lock(&o->lock);
	}
	pthread_mutex_unlock(&o->lock);
	return NULL;
}

/* The thread blocks all signals: the event loop handles them. */
static int start_thread(struct outputs *o)
{
	sigset_t all, old;
	int err;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(&o->thread, NULL, output_thread, o);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return err;
}

static bool is_enabled(const struct channel_kind *kind, const struct config *c)
{
	return *(const bool *)((const char *)c + kind->enabled);
}

bool outputs_any_enabled(const struct config *c)
{
	for (unsigned i = 0; i < N_KINDS; i++) {
		if (is_enabled(&kinds[i], c))
			return true;
	}
	return false;
}

struct outputs *outputs_new(const struct config *c)
{
	struct outputs *o = calloc(1, sizeof(*o));

	if (!o)
		return NULL;
	for (unsigned i = 0; i < N_KINDS; i++) {
		if (is_enabled(&kinds[i], c))
			o->channels[o->n_channels++] =
				(struct channel){ .ops = kinds[i].ops, .config = c };
	}
	o->last = &o->first;
	pthread_mutex_init(&o->lock, NULL);
	pthread_cond_init(&o->filled, NULL);
	if (o->n_channels && !start_thread(o))
		return o;
	free(o);
	return NULL;
}

static void push(struct outputs *o, struct item *item)
{
	bool full, first_loss;

	pthread_mutex_lock(&o->lock);
	full = o->bytes + item->n > QUEUE_BYTES;
	first_loss = full && !o->dropped;
	if (full) {
		o->dropped++;
	} else {
		*o->last = item;
		o->last = &item->next;
		o->bytes += item->n;
		pthread_cond_signal(&o->filled);
	}
	pthread_mutex_unlock(&o->lock);
	if (full)
		free(item);
	if (first_loss)
		log_printf(LOG_ERR,
			   "outputs queue full: an output is too slow, alerts are being lost");
}

static struct item *item_new(size_t n)
{
	struct item *item = malloc(sizeof(*item) + n);

	if (item)
		*item = (struct item){ .n = n };
	return item;
}

void outputs_emit(struct outputs *o, enum priority priority, struct str line)
{
	struct item *item = item_new(line.n);

	if (!item) {
		pthread_mutex_lock(&o->lock);
		o->dropped++;
		pthread_mutex_unlock(&o->lock);
		return;
	}
	item->priority = priority;
	memcpy(item->text, line.p, line.n);
	push(o, item);
}

void outputs_reopen(struct outputs *o)
{
	struct item *item = item_new(0);

	if (!item)
		return;
	item->reopen = true;
	push(o, item);
}

uint64_t outputs_dropped(struct outputs *o)
{
	uint64_t n;

	pthread_mutex_lock(&o->lock);
	n = o->dropped;
	pthread_mutex_unlock(&o->lock);
	return n;
}

void outputs_free(struct outputs *o)
{
	if (!o)
		return;
	pthread_mutex_lock(&o->lock);
	o->stop = true;
	pthread_cond_signal(&o->filled);
	pthread_mutex_unlock(&o->lock);
	pthread_join(o->thread, NULL);
	for (unsigned i = 0; i < o->n_channels; i++) {
		if (o->channels[i].ops->close)
			o->channels[i].ops->close(&o->channels[i]);
	}
	pthread_cond_destroy(&o->filled);
	pthread_mutex_destroy(&o->lock);
	free(o);
}
