// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.Locale;
import java.util.function.Predicate;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.value.TargetType;

/** Root's keys of LUKS volumes, by the name of the volume. */
final class LuksKeys {
    private static final long ROOT = 0;

    private final Keys keys;

    LuksKeys(Keys keys) {
        this.keys = keys;
    }

    /**
     * The key of a volume.
     *
     * @param preferred which one is meant where two vaults have a key of the name
     * @throws KeyringException BAD_NAME, NO_SUCH_KEY, BAD_ARGUMENT for a key that is for something else
     */
    Keys.Located require(String volume, Predicate<KeyRecord> preferred) {
        Keys.Located found = keys.require(ROOT, volume, preferred);
        TargetType target = found.record().target();
        if (target != TargetType.LUKS) {
            throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                    .with("argument", "key '" + volume + "'")
                    .with(
                            "reason",
                            "it is no key of a LUKS volume, its target is "
                                    + target.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .with("hint", "tpm-keyring show " + volume)
                    .build();
        }
        return found;
    }
}
