/* SPDX-License-Identifier: Apache-2.0 */
/* For libFuzzer: whatever arrives, the reader stays in its text, and what it hands out are texts inside of it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text, const char *begin, size_t size)
{
    if (text != NULL && (text < begin || text + strlen(text) > begin + size))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reply reply;
    char *text = malloc(size + 1);
    if (text == NULL)
        return 0;
    memcpy(text, data, size);
    /* what a message is made of never has a NUL in it, and the reader has to refuse one all the same */
    if (reply_read(text, size, &reply)) {
        if (memchr(data, 0, size) != NULL)
            abort();
        check_text(reply.error, text, size);
        for (int i = 0; i < REPLY_TEXTS; i++)
            check_text(reply.texts[i], text, size);
    }
    free(text);
    return 0;
}
