/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader of replies. It knows the shape of a Varlink reply and the members that this module uses, and
 * nothing else of JSON is kept: no tree, no memory of its own. See docs/adr for why there is no library here.
 */
#ifndef REPLY_H
#define REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Deepest nesting of objects and arrays: Limits.NESTING of the Java side. */
#define REPLY_NESTING 8

enum reply_text { REPLY_MESSAGE, REPLY_HINT, REPLY_LEASE, REPLY_WANT, REPLY_OFFER, REPLY_TEXTS };
enum reply_number { REPLY_MAX_BYTES, REPLY_OPENED, REPLY_REFUSED, REPLY_CHANGED, REPLY_LEFT, REPLY_NUMBERS };
enum reply_flag { REPLY_KEPT, REPLY_RELEASED, REPLY_FLAGS };

/* Members of "parameters" that are absent, null or of another type than ours are null, -1 and false. */
struct reply {
    const char *error; /* its qualified name; null for success */
    bool continues;    /* a step: another message or a frame follows */
    const char *texts[REPLY_TEXTS];
    int64_t numbers[REPLY_NUMBERS];
    bool flags[REPLY_FLAGS];
};

/*
 * Reads one message. The texts are unescaped where they are: text is changed, and the reply points into it.
 * One byte behind text[length] must be there; it is made 0.
 *
 * False when it is no reply: not JSON in strict UTF-8, deeper than REPLY_NESTING, with numbers that are no
 * 64-bit integers, NUL characters or halves of surrogate pairs, with other members beside "error",
 * "parameters" and "continues", or with a member twice that we know.
 */
bool reply_read(char *text, size_t length, struct reply *reply);

#endif
