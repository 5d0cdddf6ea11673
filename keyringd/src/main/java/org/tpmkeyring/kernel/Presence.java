// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel;

import java.util.Optional;
import org.tpmkeyring.protocol.value.KeyState;

/**
 * What a keyring has under a type and description.
 *
 * @param state LOCKED for nothing, DELIVERED, REVOKED, EXPIRED, or REPLACED for a key that is not ours
 * @param serial of what was found; empty when the kernel does not tell
 */
public record Presence(KeyState state, Optional<KeySerial> serial) {}
