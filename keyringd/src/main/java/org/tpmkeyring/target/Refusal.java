// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import java.util.Locale;
import java.util.Optional;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.value.TargetType;

/** What targets say no to, in one form. */
final class Refusal {
    private Refusal() {}

    /** The target as a person types it, such as {@code ecryptfs}. */
    static String word(TargetType type) {
        return type.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static KeyringException size(KeySpec spec, TargetType type, int sizeBytes, String reason) {
        return KeyringException.of(ErrorKind.BAD_SIZE)
                .with("target", word(type))
                .with("size", sizeBytes)
                .with("name", spec.name())
                .with("reason", reason)
                .build();
    }

    /** Size of a secret or of a wish outside a range. */
    static void requireSize(KeySpec spec, TargetType type, int sizeBytes, int least, int most) {
        if (sizeBytes < least || sizeBytes > most) {
            throw size(spec, type, sizeBytes, "it has " + least + " to " + most);
        }
    }

    static KeyringException argument(String option, String reason) {
        return KeyringException.of(ErrorKind.BAD_ARGUMENT)
                .with("argument", option)
                .with("reason", reason)
                .with("command", "add")
                .build();
    }

    /** An option that this target has no use for. */
    static void requireAbsent(Optional<String> value, String option, TargetType type) {
        if (value.isPresent()) {
            throw argument(option, "it has no meaning for a key of target " + word(type));
        }
    }

    /** A target whose consumer looks for its keys in root's keyring alone. */
    static void requireRoot(KeySpec spec, TargetType type) {
        if (spec.owner() != 0) {
            throw notSupported(type, "its keys are root's, and uid " + spec.owner() + " is not root");
        }
    }

    static KeyringException notSupported(TargetType type, String reason) {
        return KeyringException.of(ErrorKind.NOT_SUPPORTED)
                .with("what", "target " + word(type))
                .with("reason", reason)
                .build();
    }
}
