// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

/**
 * Why a key cannot be tried on the keyslots of its volume.
 *
 * @param reason in words
 * @param hint what would help
 */
public record Untriable(String reason, String hint) {}
