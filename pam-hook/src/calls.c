/* SPDX-License-Identifier: Apache-2.0 */
#include "calls.h"

#include <inttypes.h>
#include <security/_pam_types.h>
#include <stdio.h>
#include <string.h>

#include "services.h"

#define INTERFACE "org.tpmkeyring."

enum { REQUEST_BYTES = 512, NO_PLACE_PAUSE_MS = 20, MOST_MEMBER_BYTES = 64 };

static bool not_understood(struct wire *wire)
{
    return wire_fail(wire, "the daemon's reply is not understood", 0);
}

static bool receive_reply(struct wire *wire, struct reply *reply)
{
    char *text;
    size_t length;
    if (!wire_receive_message(wire, &text, &length))
        return false;
    return reply_read(text, length, reply) || not_understood(wire);
}

/* Sends a call and receives its first reply. Where the daemon has no place for another connection, tries again. */
static bool ask(struct wire *wire, const char *path, const char *request, struct reply *reply)
{
    for (;;) {
        if (!wire_connect(wire, path))
            return false;
        /* who is turned away before he spoke finds the refusal waiting, so that sending may fail */
        (void)wire_send_message(wire, request);
        if (!receive_reply(wire, reply))
            return false;
        wire->trouble = NULL;
        if (reply->error == NULL || strcmp(reply->error, INTERFACE "TooManyConnections") != 0)
            return true;
        wire_disconnect(wire);
        if (!wire_pause(wire, NO_PLACE_PAUSE_MS))
            return false;
    }
}

/* A member whose value is a plain word, or nothing where there is no such word. */
static void put_word(char *to, size_t room, const char *name, const char *word)
{
    to[0] = '\0';
    size_t length = word == NULL ? 0 : strspn(word, SERVICE_NAME_CHARACTERS);
    if (length > 0 && length <= MOST_MEMBER_BYTES && word[length] == '\0')
        (void)snprintf(to, room, ",\"%s\":\"%s\"", name, word);
}

static bool is_step(const struct reply *reply)
{
    return reply->error == NULL && reply->continues;
}

/* The last reply is not followed by anything. */
static bool ended(struct wire *wire, const struct reply *reply)
{
    return !is_step(reply) || not_understood(wire);
}

bool call_open_session(struct wire *wire, const char *path, uid_t owner, const char *service, const char *login,
                       struct reply *reply)
{
    char request[REQUEST_BYTES];
    char service_member[2 * MOST_MEMBER_BYTES];
    char login_member[2 * MOST_MEMBER_BYTES];
    put_word(service_member, sizeof service_member, "service", service);
    put_word(login_member, sizeof login_member, "login", login);
    (void)snprintf(request, sizeof request,
                   "{\"method\":\"" INTERFACE "OpenSession\",\"parameters\":{\"owner\":%ju%s%s}}", (uintmax_t)owner,
                   service_member, login_member);
    if (!ask(wire, path, request, reply) || !ended(wire, reply))
        return false;
    return reply->error != NULL || reply->texts[REPLY_LEASE] != NULL || not_understood(wire);
}

bool call_close_session(struct wire *wire, const char *path, uid_t owner, const char *lease, struct reply *reply)
{
    char request[REQUEST_BYTES];
    char lease_member[2 * MOST_MEMBER_BYTES];
    put_word(lease_member, sizeof lease_member, "lease", lease);
    (void)snprintf(request, sizeof request,
                   "{\"method\":\"" INTERFACE "CloseSession\",\"parameters\":{\"owner\":%ju%s}}", (uintmax_t)owner,
                   lease_member);
    return ask(wire, path, request, reply) && ended(wire, reply);
}

/* A call that may be followed by frames. */
static bool ask_upgraded(struct wire *wire, const char *path, const char *method, uid_t owner, struct reply *reply)
{
    char request[REQUEST_BYTES];
    (void)snprintf(request, sizeof request,
                   "{\"method\":\"" INTERFACE "%s\",\"parameters\":{\"owner\":%ju},\"upgrade\":true}", method,
                   (uintmax_t)owner);
    return ask(wire, path, request, reply);
}

/* Answers a step that wants a secret, which has to be the one that we are about to send, and receives the next. */
static bool give(struct wire *wire, const char *label, const char *secret, struct reply *reply)
{
    const char *want = reply->texts[REPLY_WANT];
    if (want == NULL || strcmp(want, label) != 0)
        return wire_fail(wire, "the daemon wants something else than the password: it was not sent", 0);
    size_t length = secret == NULL ? 0 : strlen(secret);
    if (reply->numbers[REPLY_MAX_BYTES] < 0 || length > (uint64_t)reply->numbers[REPLY_MAX_BYTES])
        return wire_fail(wire, "the password is longer than the daemon takes: it was not sent", 0);
    return wire_send_frame(wire, secret, length) && receive_reply(wire, reply);
}

bool call_keep_password(struct wire *wire, const char *path, uid_t owner, const char *password, struct reply *reply)
{
    if (!ask_upgraded(wire, path, "KeepPassword", owner, reply))
        return false;
    if (is_step(reply) && !give(wire, "password", password, reply))
        return false;
    return ended(wire, reply);
}

bool call_change_password(struct wire *wire, const char *path, uid_t owner, const char *old_password,
                          const char *new_password, struct reply *reply)
{
    if (!ask_upgraded(wire, path, "ChangePassword", owner, reply))
        return false;
    if (is_step(reply) && !give(wire, "old-password", old_password, reply))
        return false;
    if (is_step(reply) && !give(wire, "new-password", new_password, reply))
        return false;
    return ended(wire, reply);
}

bool call_release_authtok(struct wire *wire, const char *path, uid_t owner, secret_taker *taker, void *context,
                          struct reply *reply)
{
    if (!ask_upgraded(wire, path, "ReleaseAuthtok", owner, reply))
        return false;
    if (!is_step(reply))
        return ended(wire, reply);
    const char *offer = reply->texts[REPLY_OFFER];
    if (offer == NULL || strcmp(offer, "authtok") != 0)
        return not_understood(wire);
    char *secret;
    if (!wire_receive_frame(wire, PAM_MAX_RESP_SIZE - 1, &secret))
        return false;
    if (!taker(context, secret))
        return wire_fail(wire, "the password cannot be handed on", 0);
    return wire_send_frame(wire, NULL, 0) && receive_reply(wire, reply) && ended(wire, reply);
}
