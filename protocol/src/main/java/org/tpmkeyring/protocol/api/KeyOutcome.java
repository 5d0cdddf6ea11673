// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.List;
import java.util.Optional;
import org.tpmkeyring.protocol.value.TargetType;

/**
 * What became of one key in an unlock or lock.
 *
 * @param name key name
 * @param target kernel consumer
 * @param result what happened
 * @param identifiers as in {@link KeyInfo}
 * @param serials kernel key serials where a keyring was the target
 * @param place where it went, in words, such as {@code user keyring of uid 1000}
 * @param reason why it failed, stays busy or went again at once, one sentence; empty otherwise
 * @param hint next command to type after that; empty otherwise
 */
public record KeyOutcome(
        String name,
        TargetType target,
        KeyResult result,
        List<String> identifiers,
        List<Long> serials,
        String place,
        Optional<String> reason,
        Optional<String> hint) {}
