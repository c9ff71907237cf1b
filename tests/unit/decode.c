/* SPDX-License-Identifier: Apache-2.0 */
/* Decoding records: parameters by number and name, other schema versions, corrupt records. */
#include "test.h"

#include <sys/mman.h>
#include <unistd.h>

#include "record.h"

static struct record r;
static struct event ev;

static enum event_error decode(void)
{
	return event_decode(&ev, r.bytes, r.len);
}

static void make_openat(void)
{
	schema_init();
	record_start(&r, EV_openat, 42);
	NUM(&r, openat, fd, -2);
	NUM(&r, openat, dirfd, -100);
	TEXT(&r, openat, name, "/etc/shadow");
	NUM(&r, openat, flags, 0x80000001);
	NUM(&r, openat, dev, 0xfffffffe);
	NUM(&r, openat, ino, 77);
	record_write(&r);
}

TEST(a_record_becomes_an_event)
{
	make_openat();
	EXPECT_INT(decode(), EVENT_OK);
	EXPECT_INT(ev.tid, 42);
	EXPECT_INT(ev.ts, r.ts);
	EXPECT_INT(ev.type, EV_openat);
	EXPECT_INT(ev.n_params, 7);
	EXPECT_INT(ev_s64(&ev, IX(openat, fd), 9), -2);
	EXPECT_INT(ev_s64(&ev, IX(openat, dirfd), 9), -100);
	EXPECT_STR(ev_text(&ev, IX(openat, name)), "/etc/shadow");
	EXPECT_INT(ev_u64(&ev, IX(openat, flags), 9), 0x80000001);
	EXPECT_INT(ev_s64(&ev, IX(openat, dev), 9), 0xfffffffe);
	EXPECT_INT(ev_u64(&ev, IX(openat, ino), 9), 77);
	EXPECT_INT(ev_u64(&ev, 7, 9), 9);
	EXPECT_INT(ev_u64(&ev, IX(openat, name), 9), 9);
	EXPECT(ev_bytes(&ev, 7).p == NULL);
}

TEST(older_drivers_send_fewer_parameters)
{
	make_openat();
	r.n_params = 4;
	record_write(&r);
	EXPECT_INT(decode(), EVENT_OK);
	EXPECT_INT(ev.n_params, 4);
	EXPECT_INT(ev_u64(&ev, IX(openat, ino), 5), 5);
	EXPECT_STR(ev_text(&ev, IX(openat, name)), "/etc/shadow");
}

TEST(newer_drivers_send_more_parameters)
{
	uint32_t n = 3;
	uint16_t lens[3] = { 8, 8, 5 };

	schema_init();
	record_start(&r, EV_close, 1);
	NUM(&r, close, fd, 4);
	record_write(&r);
	memmove(r.bytes + EVENT_HEADER + 6, r.bytes + EVENT_HEADER + 4, 16);
	memcpy(r.bytes + EVENT_HEADER, lens, 6);
	memcpy(r.bytes + 22, &n, 4);
	r.len += 2 + 5;
	memcpy(r.bytes + 16, &r.len, 4);
	EXPECT_INT(decode(), EVENT_OK);
	EXPECT_INT(ev.n_params, 2);
	EXPECT_INT(ev_s64(&ev, IX(close, fd), 0), 4);
}

TEST(large_payloads_have_wide_lengths)
{
	static char big[60000];

	schema_init();
	memset(big, 'x', sizeof(big) - 1);
	record_start(&r, EV_container, -1);
	record_bytes(&r, 0, big, sizeof(big));
	record_write(&r);
	EXPECT_INT(decode(), EVENT_OK);
	EXPECT_INT(ev_text(&ev, 0).n, sizeof(big) - 1);
}

TEST(access_by_name_equals_access_by_number)
{
	make_openat();
	EXPECT_INT(decode(), EVENT_OK);
	EXPECT_INT(EV_U64(&ev, openat, dirfd, 9), -100);
	EXPECT_INT(EV_U64(&ev, openat, flags, 9), 0x80000001);
	EXPECT_INT(EV_U64(&ev, openat, ino, 9), 77);
	r.n_params = 4;
	record_write(&r);
	EXPECT_INT(decode(), EVENT_OK);
	EXPECT_INT(EV_U64(&ev, openat, flags, 9), 0x80000001);
	EXPECT_INT(EV_U64(&ev, openat, ino, 9), 9);
}

TEST(records_of_unknown_events_can_be_skipped)
{
	uint16_t type = 4; /* a legacy event */

	make_openat();
	memcpy(r.bytes + 20, &type, 2);
	EXPECT_INT(decode(), EVENT_UNKNOWN);
	EXPECT_INT(ev.len, r.len);
	type = 60000;
	memcpy(r.bytes + 20, &type, 2);
	EXPECT_INT(decode(), EVENT_UNKNOWN);
}

static void expect_corrupt(const char *want)
{
	EXPECT_INT(decode(), EVENT_CORRUPT);
	EXPECT_TEXT(ev.fault, want);
}

TEST(corrupt_records_are_rejected)
{
	uint32_t v;
	uint16_t n;

	make_openat();
	v = r.len + 1;
	memcpy(r.bytes + 16, &v, 4);
	expect_corrupt("record length");
	v = 25;
	memcpy(r.bytes + 16, &v, 4);
	expect_corrupt("record length");
	record_write(&r);
	v = 33;
	memcpy(r.bytes + 22, &v, 4);
	expect_corrupt("more than 32 parameters");
	v = 0xffffffff;
	memcpy(r.bytes + 22, &v, 4);
	expect_corrupt("more than 32 parameters");
	record_write(&r);
	n = 7;
	memcpy(r.bytes + EVENT_HEADER, &n, 2);
	expect_corrupt("fixed-size parameter of another size");
	record_write(&r);
	n = 0xffff;
	memcpy(r.bytes + EVENT_HEADER + 4, &n, 2);
	expect_corrupt("parameter beyond the record");
	record_write(&r);
	r.bytes[EVENT_HEADER + 14 + 16 + 11] = 'x';
	expect_corrupt("text without one NUL at its end");
	record_write(&r);
	r.len = EVENT_HEADER + 3;
	memcpy(r.bytes + 16, &r.len, 4);
	expect_corrupt("parameter lengths beyond the record");
}

TEST(truncated_records_are_rejected)
{
	make_openat();
	for (uint32_t n = 0; n < r.len; n++) {
		uint8_t *copy = malloc(n ? n : 1); /* exact: sanitizers see an overrun */

		memcpy(copy, r.bytes, n);
		EXPECT_INT(event_decode(&ev, copy, n), EVENT_CORRUPT);
		if (n >= 20) {
			memcpy(copy + 16, &n, 4);
			EXPECT_INT(event_decode(&ev, copy, n), EVENT_CORRUPT);
		}
		free(copy);
	}
}

/* Records of every event, complete and cut off, that end where readable memory ends. */
TEST(nothing_is_read_after_a_record)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint8_t *pages =
		mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	schema_init();
	EXPECT(pages != MAP_FAILED);
	EXPECT_INT(mprotect(pages + page, page, PROT_NONE), 0);
	for (unsigned type = 0; type < EVENT_NUMBERS; type++) {
		if (!event_infos[type].name)
			continue;
		record_start(&r, (uint16_t)type, 42);
		record_write(&r);
		EXPECT(r.len <= page);
		for (uint32_t len = 0; len <= r.len; len++) {
			uint8_t *rec = pages + page - len;

			memcpy(rec, r.bytes, len);
			if (len >= EVENT_HEADER)
				memcpy(rec + 16, &len, sizeof(len));
			event_decode(&ev, rec, len);
		}
		EXPECT_INT(ev.len, r.len);
	}
	munmap(pages, 2 * page);
}
