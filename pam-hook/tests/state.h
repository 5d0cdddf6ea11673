/* SPDX-License-Identifier: Apache-2.0 */
/* Everything of a process that a PAM module might change and must not. */
#ifndef STATE_H
#define STATE_H

/* A line for each field, NAME=VALUE, always in the same order. To be freed. */
char *state_take(void);

/* Prints "changed<TAB>NAME<TAB>BEFORE<TAB>AFTER" for each line that differs. */
void state_compare(const char *before, const char *after);

#endif
