/* SPDX-License-Identifier: Apache-2.0 */
/* Records of an older driver, read from a ring, are converted to events of the current schema. */
#include "test.h"

#include "record.h"
#include "ring_producer.h"
#include "source/kmod.h"
#include "uapi/ioctl.h"
#include "uapi/version.h"

#define LEGACY_EVENT(id, sym, name, ...) EV_##sym = id,
#define LEGACY_IGNORED LEGACY_EVENT
#define P(name, type)
enum {
#include "source/legacy_events.def"
};
#undef P
#undef LEGACY_IGNORED
#undef LEGACY_EVENT

enum { SIZE = 65536, TID = 77 };

static struct producer *w;
static struct ring ring;
static struct kmod k;
static struct event ev;
static uint64_t ts;

static void free_all(void)
{
	if (w) {
		merge_free(&k.merge);
		convert_free(k.convert);
		producer_free(w);
	}
	w = NULL;
	memset(&k, 0, sizeof(k));
}

static void reset(bool older)
{
	schema_init();
	free_all();
	w = producer_new(SIZE);
	ring_init(&ring, &w->page, w->data, SIZE, 3);
	k.convert = older ? convert_new() : NULL;
	merge_init(&k.merge, &ring, 1);
}

/* Writes a record with n parameters of the given sizes in bytes; each has the same value. */
static void write_record(uint16_t type, uint32_t n, const uint16_t *sizes, uint64_t value)
{
	uint8_t rec[512];
	struct falco_event_header h = {
		.ts = ++ts, .tid = TID, .len = EVENT_HEADER, .type = type, .nparams = n
	};

	for (uint32_t i = 0; i < n; i++) {
		memcpy(rec + EVENT_HEADER + 2 * i, &sizes[i], 2);
		h.len += 2;
	}
	for (uint32_t i = 0; i < n; h.len += sizes[i++])
		memcpy(rec + h.len, &value, sizes[i]);
	memcpy(rec, &h, sizeof(h));
	producer_write_bytes(w, rec, h.len);
}

static bool next_event(void)
{
	merge_refill(&k.merge, ts + 1000 * MERGE_SLACK);
	return kmod_next_event(&k, &ev);
}

TEST(an_exit_event_gets_parameters_of_its_enter_event)
{
	reset(true);
	write_record(EV_read_enter, 2, (uint16_t[]){ 8, 4 }, 9);
	write_record(EV_read, 2, (uint16_t[]){ 8, 2 }, 5);
	EXPECT(next_event());
	EXPECT_INT(ev.type, EV_read);
	EXPECT_INT(ev.cpu, 3);
	EXPECT_INT(ev.n_params, event_infos[EV_read].n_params);
	EXPECT_INT(ev_u64(&ev, IX(read, res), 0), 5);
	EXPECT_INT(ev_u64(&ev, IX(read, fd), 0), 9);
	EXPECT_INT(ev_u64(&ev, IX(read, size), 0), 9);
	EXPECT(!next_event());
	EXPECT_INT(k.n_unknown, 1);
	EXPECT_INT(k.n_corrupt, 0);
}

TEST(without_enter_event_parameters_are_empty_or_zero)
{
	reset(true);
	write_record(EV_openat, 5, (uint16_t[]){ 8, 8, 0, 4, 4 }, 4);
	EXPECT(next_event());
	EXPECT_INT(ev.n_params, event_infos[EV_openat].n_params);
	EXPECT_INT(ev_u64(&ev, IX(openat, fd), 0), 4);
	EXPECT_INT(ev_u64(&ev, IX(openat, ino), 0), 0);
	write_record(EV_read, 2, (uint16_t[]){ 8, 2 }, 5);
	EXPECT(next_event());
	EXPECT_INT(ev_u64(&ev, IX(read, fd), 1), 0);
}

TEST(corrupt_events_are_counted)
{
	reset(true);
	write_record(EV_openat, 1, (uint16_t[]){ 8 }, 4);
	write_record(EV_openat, 7, (uint16_t[]){ 8, 8, 0, 4, 4, 4, 8 }, 6);
	EXPECT(next_event());
	EXPECT_INT(ev_u64(&ev, IX(openat, fd), 0), 6);
	EXPECT_INT(k.n_corrupt, 1);
}

TEST(events_of_a_current_driver_are_not_converted)
{
	reset(false);
	write_record(EV_read, 2, (uint16_t[]){ 8, 2 }, 5);
	EXPECT(next_event());
	EXPECT_INT(ev.n_params, 2);
	write_record(EV_read_enter, 2, (uint16_t[]){ 8, 4 }, 9);
	EXPECT(!next_event());
	EXPECT_INT(k.n_unknown, 1);
}

TEST(describe_names_missing_features)
{
	char line[512];

	free_all();
	strcpy(k.device, "/dev/scap");
	strcpy(k.version, "9.1.0+driver");
	k.api = FALCO_VERSION_CODE(8, 0, 4);
	k.schema = FALCO_VERSION_CODE(4, 1, 0);
	EXPECT(source_kmod_describe(&k.src, line, sizeof(line)));
	EXPECT_TEXT(line, "/dev/scap: driver 9.1.0+driver, API 8.0.4, schema 4.1.0; not supported: "
			  "poll(), loss counters by event, exclusion of this process, "
			  "reserved ring space for process events, io_uring events");
	k.features = FALCO_FEATURE_POLL | FALCO_FEATURE_LOST | FALCO_FEATURE_EXCLUDE |
		     FALCO_FEATURE_RESERVE | FALCO_FEATURE_URING;
	EXPECT(!source_kmod_describe(&k.src, line, sizeof(line)));
	EXPECT_TEXT(line, "/dev/scap: driver 9.1.0+driver, API 8.0.4, schema 4.1.0");
	EXPECT(!source_kmod_describe(&k.src, line, 20));
	EXPECT_INT(strlen(line), 19);
}
