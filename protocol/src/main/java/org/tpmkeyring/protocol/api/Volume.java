// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.Optional;

/**
 * What a key opens.
 *
 * @param device for luks the block device, as crypttab(5) names it, such as {@code UUID=...}; for zfs the dataset
 * @param uuid of the LUKS header or the bcachefs file system
 * @param identity for luks: SHA-256 over what of the LUKS header stays the same when keyslots change, hex
 */
public record Volume(Optional<String> device, Optional<String> uuid, Optional<String> identity) {}
