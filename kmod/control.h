/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Ioctls of the device: doc/ioctls.md. */
#ifndef FALCO_CONTROL_H
#define FALCO_CONTROL_H

struct falco_ring;

/*
 * Executes one ioctl on the descriptor of a ring; takes falco_mutex for commands that change
 * settings.  Process context, may sleep.  Returns the ioctl's result or -errno; -ENOTTY: unknown
 * command.
 */
long falco_control(struct falco_ring *ring, unsigned int cmd, unsigned long arg);

#endif
