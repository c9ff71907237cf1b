/* SPDX-License-Identifier: Apache-2.0 */
/* Handlers that create descriptors other than files and sockets, or duplicate or close any. */
#include <fcntl.h>
#include <stdio.h>

#include "state/handlers.h"
#include "state/path.h"

static uint16_t cloexec_of(uint64_t file_flags)
{
	return file_flags & file_flags_O_CLOEXEC ? FDF_CLOEXEC : 0;
}

static uint8_t newfd_type(uint16_t event)
{
	switch (event_descs[event].traits & NEWFD_MASK) {
	case NEWFD_eventfd:
		return FD_EVENTFD;
	case NEWFD_signalfd:
		return FD_SIGNALFD;
	case NEWFD_timerfd:
		return FD_TIMERFD;
	case NEWFD_inotify:
		return FD_INOTIFY;
	case NEWFD_epoll:
		return FD_EPOLL;
	case NEWFD_bpf:
		return FD_BPF;
	case NEWFD_userfaultfd:
		return FD_USERFAULTFD;
	case NEWFD_io_uring:
		return FD_IO_URING;
	}
	return FD_UNKNOWN;
}

void state_on_newfd(struct state *s, struct event *ev)
{
	struct fd fd = { .num = ev->result, .type = newfd_type(ev->type) };
	int flags = ev_role(ev, ROLE_FLAGS);

	(void)s;
	if (!ev_ok(ev))
		return;
	if (flags >= 0)
		fd.open_flags = (uint32_t)ev_u64(ev, (unsigned)flags, 0);
	if (ev->type == EV_epoll_create1)
		fd.flags = fd.open_flags & epoll_create1_flags_EPOLL_CLOEXEC ? FDF_CLOEXEC : 0;
	else if (ev->type != EV_io_uring_setup)
		fd.flags = cloexec_of(fd.open_flags);
	ev_new_fd(ev, &fd);
}

void state_on_pipe(struct state *s, struct event *ev)
{
	uint64_t flags = ev->type == EV_pipe2 ? ev_u64(ev, IX(pipe2, flags), 0) : 0;
	struct fd fd = { .type = FD_FIFO, .open_flags = (uint32_t)flags, .flags = cloexec_of(flags) };

	_Static_assert(IX(pipe, ino) == IX(pipe2, ino), "same parameter index in both");
	(void)s;
	if (!ev_ok(ev))
		return;
	fd.ino = ev_u64(ev, IX(pipe, ino), 0);
	fd.num = ev_s64(ev, IX(pipe, fd1), -1);
	if (fd.num >= 0)
		ev_new_fd(ev, &fd);
	fd.num = ev_s64(ev, IX(pipe, fd2), -1);
	if (fd.num >= 0)
		ev_new_fd(ev, &fd);
}

/* Stores a copy of from with number num; the copy becomes the event's descriptor. */
static void fd_copy(struct event *ev, const struct fd *from, int64_t num, uint16_t cloexec)
{
	struct fd fd = *from;

	fd.num = num;
	fd.flags = (fd.flags & ~FDF_CLOEXEC) | cloexec;
	ev_new_fd(ev, &fd);
	ev->fd_name_changed = false;
}

void state_on_dup(struct state *s, struct event *ev)
{
	uint64_t flags = ev->type == EV_dup3 ? ev_u64(ev, IX(dup3, flags), 0) : 0;

	(void)s;
	if (!ev_ok(ev) || !ev->fd)
		return;
	if (ev->result != ev->fd_num)
		fd_copy(ev, ev->fd, ev->result, cloexec_of(flags));
	if (ev->result == 0)
		ev->thread->flags |= THREAD_PIPE_DST;
	else if (ev->result == 1)
		ev->thread->flags |= THREAD_PIPE_SRC;
}

void state_on_fcntl(struct state *s, struct event *ev)
{
	struct fd *fd = ev->fd;

	(void)s;
	if (!ev_ok(ev) || !fd)
		return;
	switch (ev_u64(ev, IX(fcntl, cmd), 0)) {
	case fcntl_commands_F_DUPFD:
		fd_copy(ev, fd, ev->result, 0);
		break;
	case fcntl_commands_F_DUPFD_CLOEXEC:
		fd_copy(ev, fd, ev->result, FDF_CLOEXEC);
		break;
	case fcntl_commands_F_SETFD:
		fd = fd_table_get_writable(ev_fds(ev), ev->fd_num);
		if (!fd)
			break;
		fd->flags = (fd->flags & ~FDF_CLOEXEC) |
			    (ev_u64(ev, IX(fcntl, arg), 0) & FD_CLOEXEC ? FDF_CLOEXEC : 0);
		ev->fd = fd;
		break;
	}
}

void state_on_close(struct state *s, struct event *ev)
{
	if (!ev_ok(ev) || !ev->fd)
		return;
	s->has_deferred_work = true;
	s->deferred.fd_owner = thread_main(ev->thread);
	s->deferred.fd_num = ev->fd_num;
}

void state_on_close_range(struct state *s, struct event *ev)
{
	int64_t first = ev_s64(ev, IX(close_range, first), 0),
		last = ev_s64(ev, IX(close_range, last), 0);

	(void)s;
	if (!ev_ok(ev) || !ev_fds(ev))
		return;
	if (ev_u64(ev, IX(close_range, flags), 0) & close_range_flags_CLOSE_RANGE_CLOEXEC)
		fd_table_set_flags(ev_fds(ev), first, last, FDF_CLOEXEC);
	else
		fd_table_remove_range(ev_fds(ev), first, last, 0);
}

void state_on_pidfd_open(struct state *s, struct event *ev)
{
	char name[PATH_LIMIT];
	struct fd fd = { .num = ev->result, .type = FD_PIDFD, .flags = FDF_CLOEXEC };
	int n;

	if (!ev_ok(ev))
		return;
	fd.pid = ev_s64(ev, IX(pidfd_open, pid), 0);
	fd.open_flags = (uint32_t)ev_u64(ev, IX(pidfd_open, flags), 0);
	n = snprintf(name, sizeof(name), "%s/proc/%lld", s->opt.host_root, (long long)fd.pid);
	fd.name = n < (int)sizeof(name) ? str_of(name) : STR_LIT("");
	ev_new_fd(ev, &fd);
}

void state_on_pidfd_getfd(struct state *s, struct event *ev)
{
	struct fd *pidfd = fd_table_get(ev_fds(ev), ev_s64(ev, IX(pidfd_getfd, pid_fd), -1));
	struct thread *target = pidfd && pidfd->type == FD_PIDFD
					? thread_table_find(&s->threads, pidfd->pid)
					: NULL;
	struct fd *fd = target ? fd_table_get(thread_main(target)->fds,
					      ev_s64(ev, IX(pidfd_getfd, target_fd), -1))
			       : NULL;

	if (!ev_ok(ev))
		return;
	if (fd)
		fd_copy(ev, fd, ev->result, FDF_CLOEXEC);
}
