// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.Optional;

/**
 * A protector as it is listed.
 *
 * @param id short id, unique in its vault, such as {@code tpm2-1}
 * @param type what it is
 * @param pcrs PCR selection in systemd's spelling; empty without TPM
 * @param created seconds since the epoch
 * @param pin whether the TPM wants a PIN
 */
public record ProtectorInfo(String id, ProtectorType type, Optional<String> pcrs, long created, boolean pin) {}
