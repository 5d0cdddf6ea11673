// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.value;

import org.tpmkeyring.protocol.KeyringException;

/**
 * The name of a key, by the rule of {@link NameRule}.
 *
 * @param text 1 to 64 ASCII characters
 */
public record KeyName(String text) {
    /**
     * @throws KeyringException of kind BAD_NAME when the rule is broken
     */
    public KeyName {
        NameRule.check("key", text);
    }

    @Override
    public String toString() {
        return text;
    }
}
