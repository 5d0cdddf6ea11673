/* SPDX-License-Identifier: Apache-2.0 */
/* One call of the module by PAM: for whom, in which service, and how to speak of what happens. */
#ifndef VISIT_H
#define VISIT_H

#include <security/pam_modules.h>
#include <stdbool.h>
#include <sys/types.h>

#include "options.h"
#include "reply.h"
#include "wire.h"

struct visit {
    pam_handle_t *pamh;
    int flags;
    struct options options;
    const char *service; /* of PAM_SERVICE, made of letters, digits and ._@- */
    uid_t owner;         /* of PAM_USER */
};

/*
 * Whether there is anything to do here. Silently not where the process is not root, where the service is not
 * one of ours, or where root becomes somebody else.
 *
 * every_service: the list of services does not count
 */
bool visit_begin(struct visit *visit, pam_handle_t *pamh, int flags, int argc, const char **argv, bool every_service);

/* An item that is a text, null where it is not set. */
const char *visit_text(const struct visit *visit, int item);

/* One line of the log about what went wrong with the wire; null: there was no memory for it. */
void visit_log_trouble(const struct visit *visit, const struct wire *wire);

/*
 * One line of the log with the message and the hint of a reply, or the name of its error; the same to the
 * person, unless PAM_SILENT. Nothing where the reply has neither.
 */
void visit_tell_reply(const struct visit *visit, const struct reply *reply);

/* Message and hint (which may be empty) to the person, unless PAM_SILENT. */
void visit_tell(const struct visit *visit, const char *message, const char *hint);

/* A line of the log where the option debug asks for it. */
void visit_debug(const struct visit *visit, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
