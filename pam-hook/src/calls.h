/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The five calls of org.tpmkeyring that this module makes. Each of them is true when the daemon has answered
 * in full, with an error or without; then the reply is filled, and valid as long as the wire. When it is
 * false, wire->trouble tells why. Passwords go out from where they are.
 */
#ifndef CALLS_H
#define CALLS_H

#include <stdbool.h>
#include <sys/types.h>

#include "reply.h"
#include "wire.h"

/* login: logind's name for the session, or null */
bool call_open_session(struct wire *wire, const char *path, uid_t owner, const char *service, const char *login,
                       struct reply *reply);

/* lease: what open_session was given, or null for those of this process */
bool call_close_session(struct wire *wire, const char *path, uid_t owner, const char *lease, struct reply *reply);

bool call_keep_password(struct wire *wire, const char *path, uid_t owner, const char *password, struct reply *reply);

/* old_password: null where there is none */
bool call_change_password(struct wire *wire, const char *path, uid_t owner, const char *old_password,
                          const char *new_password, struct reply *reply);

/* What is done with a secret while it is there. False when it could not be. */
typedef bool secret_taker(void *context, const char *secret);

/* Reply flag "released" tells whether there was one; the taker has been called then. */
bool call_release_authtok(struct wire *wire, const char *path, uid_t owner, secret_taker *taker, void *context,
                          struct reply *reply);

#endif
