/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One connection to the daemon's socket under one deadline for everything: connecting, waiting for a free
 * place, sending, receiving. It lives in memory of its own that is locked, kept out of core dumps and wiped
 * at the end, since a frame that is received may be a password.
 */
#ifndef WIRE_H
#define WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Longest reply without its NUL, bytes. */
#define WIRE_MESSAGE_BYTES 16384
/* Longest frame that is sent, bytes: Limits.SECRET_BYTES of the Java side. */
#define WIRE_FRAME_BYTES 32767

struct wire {
    int fd;              /* -1 when there is no connection */
    int64_t deadline_ms; /* on CLOCK_MONOTONIC */
    size_t taken;        /* bytes at the beginning of room that were handed out */
    size_t filled;       /* bytes of room that were received, the former among them */
    const char *trouble; /* what went wrong, in words; null while nothing has */
    int error;           /* the errno of it, 0 where there is none */
    char room[WIRE_MESSAGE_BYTES + 1];
};

/* A wire without a connection, or null when there is no memory. To be ended with wire_free, which takes null, too. */
struct wire *wire_new(int timeout_ms);
void wire_free(struct wire *wire);

/* Notes what went wrong, unless something did before. Always false, for "return wire_fail(...)". */
bool wire_fail(struct wire *wire, const char *trouble, int error);

/* Connects, and makes sure that the other end is root before a byte is sent. */
bool wire_connect(struct wire *wire, const char *path);
void wire_disconnect(struct wire *wire);

/* Waits, but not beyond the deadline. */
bool wire_pause(struct wire *wire, int milliseconds);

/* Sends text and the NUL at its end. */
bool wire_send_message(struct wire *wire, const char *text);

/* Sends a frame: 32-bit big-endian length, then the bytes from where they are. */
bool wire_send_frame(struct wire *wire, const char *bytes, size_t length);

/* The next message without its NUL, valid and writable up to the next call here. */
bool wire_receive_message(struct wire *wire, char **text, size_t *length);

/* The next frame, of 1 to most bytes without a NUL among them, with a NUL behind; valid up to the next call here. */
bool wire_receive_frame(struct wire *wire, size_t most, char **bytes);

#endif
