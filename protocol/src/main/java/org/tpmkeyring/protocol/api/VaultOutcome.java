// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.List;
import java.util.Optional;

/**
 * What became of one vault in an unlock or lock.
 *
 * @param vault vault name
 * @param owner uid
 * @param protector id of the protector that opened it; empty when nothing had to be opened
 * @param keys one outcome a key
 * @param error wire name of the refusal when the vault as a whole could not be opened; empty otherwise
 * @param reason its sentence
 * @param hint its hint
 */
public record VaultOutcome(
        String vault,
        long owner,
        Optional<String> protector,
        List<KeyOutcome> keys,
        Optional<String> error,
        Optional<String> reason,
        Optional<String> hint) {}
