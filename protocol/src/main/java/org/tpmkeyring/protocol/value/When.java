// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.value;

/** On which occasion a vault is unlocked by itself. */
public enum When {
    BOOT,
    LOGIN,
    MANUAL
}
