// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.golden;

import java.util.List;
import java.util.Optional;
import org.tpmkeyring.protocol.api.DoorInfo;
import org.tpmkeyring.protocol.api.DoorState;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.protocol.api.PcrChange;
import org.tpmkeyring.protocol.api.ProtectorInfo;
import org.tpmkeyring.protocol.api.ProtectorType;
import org.tpmkeyring.protocol.api.VaultDoor;
import org.tpmkeyring.protocol.api.VaultInfo;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.protocol.value.When;

/** The keys, vaults and PCRs of a made-up machine. */
final class World {
    static final long MADE = 1_795_420_800L;
    static final ProtectorInfo TPM =
            new ProtectorInfo("tpm2-1", ProtectorType.TPM2, Optional.of("7+15:sha256"), MADE, false);
    static final ProtectorInfo TPM_ALONE =
            new ProtectorInfo("tpm2-1", ProtectorType.TPM2, Optional.of("7:sha256"), MADE, false);
    static final DoorInfo OPEN = new DoorInfo(DoorState.OPEN, Optional.of(15), Optional.empty());
    static final DoorInfo CLOSED = new DoorInfo(DoorState.CLOSED, Optional.of(15), Optional.of(MADE));
    static final ProtectorInfo RECOVERY =
            new ProtectorInfo("recovery-1", ProtectorType.RECOVERY, Optional.empty(), MADE, false);
    static final String FSCRYPT_ID = "69b2f6edeee720cce0577937eb8a6751";

    private World() {}

    static KeyInfo home(KeyState state) {
        return new KeyInfo(
                "home",
                "default",
                0,
                TargetType.ECRYPTFS,
                state,
                List.of("d395309aaad4de06", "f92ba9e2d7ddb1a3"),
                state == KeyState.DELIVERED ? List.of(731_204_119L, 55_120_443L) : List.of(),
                Optional.empty(),
                Optional.empty(),
                32,
                MADE);
    }

    static KeyInfo photos(KeyState state) {
        return new KeyInfo(
                "photos",
                "default",
                0,
                TargetType.FSCRYPT,
                state,
                List.of(FSCRYPT_ID),
                List.of(),
                Optional.of("/srv"),
                Optional.empty(),
                64,
                MADE);
    }

    static KeyInfo backup(KeyState state) {
        return new KeyInfo(
                "backup",
                "nightly",
                1000,
                TargetType.USER,
                state,
                List.of("tpm-keyring:backup"),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                4096,
                MADE);
    }

    static VaultInfo vault(String name, When when, int keys, int delivered, ProtectorInfo... protectors) {
        return new VaultInfo(
                name,
                "0f3a91c27bd44e5c8d1e6f7a8b9c0d1e",
                0,
                when,
                keys,
                delivered,
                List.of(protectors),
                true,
                Optional.empty(),
                when == When.BOOT ? VaultDoor.OPEN : VaultDoor.NONE);
    }

    /** A vault for boot behind the closed door. */
    static VaultInfo shut(VaultInfo vault) {
        return new VaultInfo(
                vault.name(),
                vault.id(),
                vault.owner(),
                vault.when(),
                vault.keys(),
                vault.delivered(),
                vault.protectors(),
                vault.verified(),
                vault.damage(),
                VaultDoor.SHUT);
    }

    static VaultInfo defaultVault() {
        return vault("default", When.BOOT, 2, 2, TPM, RECOVERY);
    }

    static VaultInfo damagedVault() {
        return new VaultInfo(
                "e7c1a2b3c4d5e6f708192a3b4c5d6e7f",
                "e7c1a2b3c4d5e6f708192a3b4c5d6e7f",
                0,
                When.MANUAL,
                0,
                0,
                List.of(),
                false,
                Optional.of("its checksum does not match"),
                VaultDoor.NONE);
    }

    static KeyOutcome outcome(KeyInfo key, KeyResult result, String place) {
        return new KeyOutcome(
                key.name(),
                key.target(),
                result,
                key.identifiers(),
                key.serials(),
                place,
                Optional.empty(),
                Optional.empty());
    }

    static KeyOutcome trouble(KeyInfo key, KeyResult result, String reason, String hint) {
        return new KeyOutcome(
                key.name(),
                key.target(),
                result,
                key.identifiers(),
                List.of(),
                "",
                Optional.of(reason),
                Optional.of(hint));
    }

    static VaultOutcome opened(String vault, Optional<String> protector, KeyOutcome... keys) {
        return new VaultOutcome(
                vault, 0, protector, List.of(keys), Optional.empty(), Optional.empty(), Optional.empty());
    }

    static VaultOutcome refused(String vault, String error, String reason, String hint) {
        return new VaultOutcome(
                vault, 0, Optional.empty(), List.of(), Optional.of(error), Optional.of(reason), Optional.of(hint));
    }

    static PcrChange pcr(int index, String sealed, String current, String measures) {
        return new PcrChange(index, "sha256", sealed, current, sealed.equals(current), false, measures);
    }
}
