// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.Optional;
import java.util.stream.Stream;
import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.kernel.UserKeyrings;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.target.Targets;

/**
 * Keys for whoever opens root's LUKS volumes at boot. A key is handed out from root's keyring; a boot vault is
 * unlocked for that, any other has to be unlocked already. No key leaves for a volume that nobody looked at.
 */
public final class VolumeKeys {
    private static final long ROOT = 0;

    private final LuksKeys keys;
    private final Targets targets;
    private final CheckedVolumes checked;
    private final VaultUnlocker unlocker;
    private final UserKeyrings keyrings;
    private final Unattended unattended;

    VolumeKeys(
            LuksKeys keys,
            Targets targets,
            CheckedVolumes checked,
            VaultUnlocker unlocker,
            UserKeyrings keyrings,
            Unattended unattended) {
        this.keys = keys;
        this.targets = targets;
        this.checked = checked;
        this.unlocker = unlocker;
        this.keyrings = keyrings;
        this.unattended = unattended;
    }

    /**
     * The key of a volume.
     *
     * @param volume name of the volume and of its key
     * @return the caller owns it
     * @throws KeyringException NO_SUCH_KEY, RESCUE_MODE, VOLUME_UNCHECKED, WAS_LOCKED, whatever keeps the vault shut
     */
    public SecretBuffer take(String volume) {
        Keys.Located found = keys.require(volume, checked::holds);
        unattended.require(() -> Stream.of(found.vault().vault()), ROOT);
        if (!checked.holds(found.record())) {
            throw KeyringException.of(ErrorKind.VOLUME_UNCHECKED)
                    .with("volume", volume)
                    .with("seconds", CheckedVolumes.HOLDS.toSeconds())
                    .build();
        }
        Optional<SecretBuffer> there = read(found.record());
        return there.isPresent() ? there.get() : unlocked(found);
    }

    private SecretBuffer unlocked(Keys.Located found) {
        if (found.vault().vault().when() != When.BOOT) {
            throw wasLocked(found);
        }
        Optional<String> failure = unlocker.unlock(found.vault()).keys().stream()
                .filter(key -> key.name().equals(found.record().name().text()))
                .findFirst()
                .flatMap(KeyOutcome::reason);
        return read(found.record())
                .orElseThrow(() -> failure.isEmpty() ? wasLocked(found) : undelivered(found.record(), failure.get()));
    }

    private Optional<SecretBuffer> read(KeyRecord key) {
        try {
            String description = targets.of(key.target()).identifiers(key).get(0);
            return keyrings.read(ROOT, KernelKeyType.USER, description);
        } catch (KernelException e) {
            throw undelivered(key, e.call() + ": " + e.getMessage());
        }
    }

    private static KeyringException wasLocked(Keys.Located found) {
        return KeyringException.of(ErrorKind.WAS_LOCKED)
                .with("vault", found.vault().vault().name())
                .build();
    }

    private static KeyringException undelivered(KeyRecord key, String reason) {
        return KeyringException.of(ErrorKind.UNEXPECTED)
                .with("detail", "key '" + key.name() + "' does not reach root's keyring, " + reason)
                .build();
    }
}
