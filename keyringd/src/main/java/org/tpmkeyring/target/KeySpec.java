// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import java.util.Optional;
import java.util.OptionalInt;
import org.tpmkeyring.protocol.api.Volume;
import org.tpmkeyring.protocol.value.KeyName;

/**
 * A key as a person ordered it.
 *
 * @param owner uid of the vault's owner
 * @param name key name
 * @param generate whether the daemon makes the secret
 * @param sizeBytes wished length of a made secret
 * @param description wished key description
 * @param format wished payload format (encrypted) or way in (fscrypt)
 * @param mount mount point, for fscrypt
 * @param directory directory to encrypt, for fscrypt
 * @param opens what it is to open, for luks, zfs and bcachefs
 */
public record KeySpec(
        long owner,
        KeyName name,
        boolean generate,
        OptionalInt sizeBytes,
        Optional<String> description,
        Optional<String> format,
        Optional<String> mount,
        Optional<String> directory,
        Optional<Volume> opens) {}
