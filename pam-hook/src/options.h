/* SPDX-License-Identifier: Apache-2.0 */
/* The words that stand behind the module's name in a PAM configuration. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>

struct options {
    const char *socket;   /* path */
    int timeout_ms;       /* 0: the default of the phase */
    const char *services; /* the list that was given, or null: see services.h */
    bool debug;
    bool authtok;
    const char *bad; /* the first word that is left out because it is not understood, or null */
};

/* Points into argv. */
struct options options_read(int argc, const char **argv);

#endif
