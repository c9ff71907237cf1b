/* SPDX-License-Identifier: Apache-2.0 */
/* One of the threads that evaluate events, and what it shares with the others: for app/worker.c and app/workers.c alone. */
#ifndef APP_WORKER_H
#define APP_WORKER_H

#include <pthread.h>

#include "app/app.h"
#include "app/findings.h"
#include "app/loop.h"
#include "app/workers.h"
#include "source/batch.h"
#include "state/journal.h"
#include "state/shard.h"

enum { BATCHES = 8 }; /* under way at once */

/* What one worker told another about an event. */
struct message {
	struct message *next;
	unsigned from;
	uint64_t num;
	size_t n;
	char bytes[];
};

struct worker {
	struct workers *all;
	unsigned index;
	pthread_t thread;
	bool running;
	struct state *state;
	struct shard shard;
	struct arena scratch;
	struct buf line;
	bool failed; /* what comes behind a corrupt event is not for us */

	/* Under all->lock. */
	uint64_t taken;		       /* batches begun */
	uint64_t passed;	       /* events up to this number are done */
	struct message *first, **last; /* for it */
	bool waits;		       /* for a message */
	pthread_cond_t posted;
};

/* A batch's way through the workers. */
struct job {
	struct batch batch;
	struct findings *found; /* by worker */
	unsigned left;		/* workers not done with it */
};

struct workers {
	struct app *app;
	struct workers_options opt;
	struct journal *journal;
	struct batch_types types;
	struct loop loop; /* of whoever hands on alerts: `handing` */
	uint64_t num;	  /* events given so far */

	pthread_mutex_t lock; /* everything below */
	pthread_cond_t filled, freed;
	struct job jobs[BATCHES];
	uint64_t n_filled, n_done; /* batches so far */
	bool handing;		   /* somebody hands on alerts */
	struct fault fault;	   /* events end in front of it */
	bool stop;

	unsigned count;
	struct worker v[];
};

/* The thread: takes batches until all->stop. */
void *worker_run(void *arg);
/* To and from other workers: struct shard_ops. */
extern const struct shard_ops worker_messages;
/* Everybody is done with the batches that come next: their alerts leave, in order.  Called and left with the lock. */
void workers_hand_on(struct workers *w);

#endif
