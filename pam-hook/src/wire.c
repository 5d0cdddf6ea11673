/* SPDX-License-Identifier: Apache-2.0 */
#include "wire.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { FRAME_HEADER_BYTES = 4, BACKLOG_PAUSE_MS = 10 };

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct wire *wire_new(int timeout_ms)
{
    struct wire *wire =
        mmap(NULL, sizeof *wire, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (wire == MAP_FAILED)
        return NULL;
    /* where a limit forbids the lock, the few milliseconds in memory that may be swapped are borne */
    (void)mlock(wire, sizeof *wire);
    (void)madvise(wire, sizeof *wire, MADV_DONTDUMP);
    (void)madvise(wire, sizeof *wire, MADV_WIPEONFORK);
    wire->fd = -1;
    wire->deadline_ms = now_ms() + timeout_ms;
    return wire;
}

void wire_free(struct wire *wire)
{
    if (wire == NULL)
        return;
    wire_disconnect(wire);
    explicit_bzero(wire, sizeof *wire);
    munmap(wire, sizeof *wire);
}

bool wire_fail(struct wire *wire, const char *trouble, int error)
{
    if (wire->trouble == NULL) {
        wire->trouble = trouble;
        wire->error = error;
    }
    return false;
}

static int64_t remaining_ms(const struct wire *wire)
{
    return wire->deadline_ms - now_ms();
}

bool wire_pause(struct wire *wire, int milliseconds)
{
    int64_t left = remaining_ms(wire);
    if (left <= 0)
        return wire_fail(wire, "no place at the daemon became free in time", 0);
    (void)poll(NULL, 0, left < milliseconds ? (int)left : milliseconds);
    return true;
}

static bool wait_for(struct wire *wire, short events)
{
    for (;;) {
        int64_t left = remaining_ms(wire);
        if (left <= 0)
            return wire_fail(wire, "the daemon did not answer in time", 0);
        struct pollfd poller = {.fd = wire->fd, .events = events};
        int ready = poll(&poller, 1, (int)left);
        if (ready > 0)
            return true;
        if (ready < 0 && errno != EINTR)
            return wire_fail(wire, "waiting for the daemon failed", errno);
    }
}

/* Where the caller has closed its standard streams, none of the programs it starts may meet ours in their place. */
static int above_standard_streams(int fd)
{
    if (fd < 0 || fd > STDERR_FILENO)
        return fd;
    int higher = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    int error = errno;
    close(fd);
    errno = error;
    return higher;
}

static bool peer_is_root(struct wire *wire)
{
    struct ucred peer;
    socklen_t length = sizeof peer;
    if (getsockopt(wire->fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0 || length != sizeof peer)
        return wire_fail(wire, "who listens at the socket is not known", errno);
    if (peer.uid != 0)
        return wire_fail(wire, "who listens at the socket is not root: nothing was sent", 0);
    return true;
}

bool wire_connect(struct wire *wire, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(path);
    if (length >= sizeof address.sun_path)
        return wire_fail(wire, "the path of the socket is too long", 0);
    memcpy(address.sun_path, path, length);
    wire->fd = above_standard_streams(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (wire->fd < 0)
        return wire_fail(wire, "there is no socket to be had", errno);
    while (connect(wire->fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        /* many wait to be accepted */
        if (errno != EAGAIN && errno != EINTR)
            return wire_fail(wire, "the daemon cannot be reached", errno);
        if (!wire_pause(wire, BACKLOG_PAUSE_MS))
            return false;
    }
    return peer_is_root(wire);
}

void wire_disconnect(struct wire *wire)
{
    if (wire->fd >= 0)
        close(wire->fd);
    wire->fd = -1;
    explicit_bzero(wire->room, sizeof wire->room);
    wire->taken = 0;
    wire->filled = 0;
}

static bool send_all(struct wire *wire, struct iovec *parts, size_t count)
{
    while (count > 0) {
        if (parts->iov_len == 0) {
            parts++;
            count--;
            continue;
        }
        const struct msghdr message = {.msg_iov = parts, .msg_iovlen = count};
        ssize_t sent = sendmsg(wire->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0) {
            if (errno == EAGAIN ? !wait_for(wire, POLLOUT) : errno != EINTR)
                return wire_fail(wire, "the daemon closed the connection", errno);
            continue;
        }
        for (size_t rest = (size_t)sent; rest > 0;) {
            size_t part = rest < parts->iov_len ? rest : parts->iov_len;
            parts->iov_base = (char *)parts->iov_base + part;
            parts->iov_len -= part;
            rest -= part;
            if (parts->iov_len == 0) {
                parts++;
                count--;
            }
        }
    }
    return true;
}

/* An iovec wants its bytes writable, though sendmsg only reads them. */
static void *read_only(const void *bytes)
{
    union {
        const void *constant;
        void *plain;
    } both = {.constant = bytes};
    return both.plain;
}

bool wire_send_message(struct wire *wire, const char *text)
{
    struct iovec part = {.iov_base = read_only(text), .iov_len = strlen(text) + 1};
    return send_all(wire, &part, 1);
}

bool wire_send_frame(struct wire *wire, const char *bytes, size_t length)
{
    if (length > WIRE_FRAME_BYTES)
        return wire_fail(wire, "the password is too long", 0);
    unsigned char header[FRAME_HEADER_BYTES] = {0, 0, (unsigned char)(length >> 8), (unsigned char)length};
    struct iovec parts[] = {
        {.iov_base = header, .iov_len = sizeof header},
        {.iov_base = read_only(bytes), .iov_len = length},
    };
    return send_all(wire, parts, 2);
}

/* Drops what was handed out, so that what has not been is at the beginning of the room. */
static void drop_taken(struct wire *wire)
{
    size_t left = wire->filled - wire->taken;
    memmove(wire->room, wire->room + wire->taken, left);
    explicit_bzero(wire->room + left, wire->taken);
    wire->filled = left;
    wire->taken = 0;
}

static bool receive_more(struct wire *wire)
{
    if (wire->filled == sizeof wire->room)
        return wire_fail(wire, "the daemon's reply is too long", 0);
    for (;;) {
        ssize_t got = recv(wire->fd, wire->room + wire->filled, sizeof wire->room - wire->filled, MSG_DONTWAIT);
        if (got > 0) {
            wire->filled += (size_t)got;
            return true;
        }
        if (got == 0)
            return wire_fail(wire, "the daemon closed the connection", 0);
        if (errno == EAGAIN ? !wait_for(wire, POLLIN) : errno != EINTR)
            return wire_fail(wire, "the daemon closed the connection", errno);
    }
}

bool wire_receive_message(struct wire *wire, char **text, size_t *length)
{
    drop_taken(wire);
    char *end;
    for (size_t looked_at = 0; (end = memchr(wire->room + looked_at, 0, wire->filled - looked_at)) == NULL;) {
        looked_at = wire->filled;
        if (!receive_more(wire))
            return false;
    }
    *text = wire->room;
    *length = (size_t)(end - wire->room);
    wire->taken = *length + 1;
    return true;
}

static bool receive_at_least(struct wire *wire, size_t bytes)
{
    while (wire->filled < bytes)
        if (!receive_more(wire))
            return false;
    return true;
}

bool wire_receive_frame(struct wire *wire, size_t most, char **bytes)
{
    drop_taken(wire);
    if (!receive_at_least(wire, FRAME_HEADER_BYTES))
        return false;
    size_t length = 0;
    for (size_t i = 0; i < FRAME_HEADER_BYTES; i++)
        length = length << 8 | (unsigned char)wire->room[i];
    if (length == 0 || length > most)
        return wire_fail(wire, "the daemon offers a secret that cannot be a password", 0);
    if (!receive_at_least(wire, FRAME_HEADER_BYTES + length))
        return false;
    *bytes = wire->room + FRAME_HEADER_BYTES;
    /* the daemon says nothing more until the frame is acknowledged, so the byte behind it is free */
    if (wire->filled != FRAME_HEADER_BYTES + length || memchr(*bytes, 0, length) != NULL)
        return wire_fail(wire, "the daemon offers a secret that cannot be a password", 0);
    (*bytes)[length] = '\0';
    wire->taken = wire->filled;
    return true;
}
