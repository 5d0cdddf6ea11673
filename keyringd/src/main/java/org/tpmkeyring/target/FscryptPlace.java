// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.value.Bytes;

/**
 * Where an fscrypt key belongs, as its record keeps it.
 *
 * @param mount mount point, or a directory of the file system
 * @param directory to be encrypted under the key
 * @param identifier of the key
 * @param provisioning whether a provisioning key goes into the owner's keyring, too
 */
record FscryptPlace(Path mount, Optional<Path> directory, Bytes identifier, boolean provisioning) {
    private static final int EINVAL = 22;

    static final String MOUNT = "mount";
    static final String DIRECTORY = "directory";
    static final String IDENTIFIER = "identifier";
    static final String WAY = "way";
    static final String BY_IOCTL = "ioctl";
    static final String BY_PROVISIONING = "provisioning";

    /**
     * @throws KernelException EINVAL for a path that the locale of this process cannot say, as one of another
     *     run could
     */
    static FscryptPlace of(KeyRecord key) throws KernelException {
        try {
            return new FscryptPlace(
                    Path.of(Attributes.require(key, MOUNT)),
                    key.attribute(DIRECTORY).map(Path::of),
                    Bytes.ofHex(Attributes.require(key, IDENTIFIER)),
                    isProvisioned(key));
        } catch (InvalidPathException e) {
            throw new KernelException(
                    "open", EINVAL, "keyringd runs in a locale without the characters of " + e.getInput());
        }
    }

    static boolean isProvisioned(KeyRecord key) {
        return Attributes.require(key, WAY).equals(BY_PROVISIONING);
    }

    /** Description of the provisioning key. */
    String description() {
        return "fscrypt:" + identifier.hex();
    }

    /** Checks a path that a person gave. */
    static Path path(String option, String text) {
        try {
            Path path = Path.of(text);
            if (!path.isAbsolute() || !path.normalize().toString().equals(text)) {
                throw Refusal.argument(option, "it wants an absolute path without '.', '..' or double slashes");
            }
            if (text.chars().anyMatch(Character::isISOControl)) {
                throw Refusal.argument(option, "a path with control characters is not taken");
            }
            return path;
        } catch (InvalidPathException e) {
            throw Refusal.argument(option, "it is not a path in the character set that keyringd runs in");
        }
    }
}
