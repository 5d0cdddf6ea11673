// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The fourth field of a line in /etc/crypttab, as src/cryptsetup/cryptsetup.c of systemd reads it: options between
 * commas, where a backslash takes a comma its meaning.
 *
 * @param text of the field
 */
record CrypttabOptions(String text) {
    private static final Pattern COMMA = Pattern.compile("(?<!\\\\),");

    /**
     * With these the key file is no key: it is read as a blob for another TPM protector, security token or smart card,
     * from another place (a socket has none) or by another program, or it is deleted, or is tried on one keyslot alone.
     * {@code tpm2-measure-pcr=} is among them, too: it extends PCR 15, the door, after the first volume.
     */
    private static final List<String> FOREIGN_KEY = List.of(
            "tpm2-",
            "fido2-",
            "pkcs11-",
            "keyfile-offset=",
            "keyfile-size=",
            "keyfile-erase",
            "keyscript=",
            "key-slot=",
            "keyslot=");

    /** With these the volume is none of LUKS with its header on the device. */
    private static final Pattern FOREIGN_VOLUME =
            Pattern.compile("plain|swap|tmp(=.*)?|tcrypt.*|veracrypt.*|bitlk|header=.*");

    private List<String> words() {
        return COMMA.splitAsStream(text).filter(word -> !word.isEmpty()).toList();
    }

    /** Options that would make something else of a key of keyringd. */
    List<String> dropped() {
        return words().stream()
                .filter(word -> FOREIGN_KEY.stream().anyMatch(word::startsWith))
                .toList();
    }

    /** The field without them. */
    String kept() {
        List<String> dropped = dropped();
        return dropped.isEmpty()
                ? text
                : String.join(
                        ",",
                        words().stream().filter(word -> !dropped.contains(word)).toList());
    }

    /** An option that says that the volume is none that a keyslot could be added to. */
    Optional<String> foreign() {
        return words().stream()
                .filter(word -> FOREIGN_VOLUME.matcher(word).matches())
                .findFirst();
    }
}
