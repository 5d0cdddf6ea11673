// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.testing;

import java.util.List;
import java.util.Optional;
import org.tpmkeyring.protocol.api.DoorInfo;
import org.tpmkeyring.protocol.api.DoorState;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.protocol.api.Status;
import org.tpmkeyring.protocol.api.TpmState;
import org.tpmkeyring.protocol.api.VaultDoor;
import org.tpmkeyring.protocol.api.VaultInfo;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.protocol.api.Volume;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.protocol.value.When;

/** What a fake daemon answers about root's vault "default" for boot and a key or two in it. */
public final class Samples {
    private static final String VAULT = "default";

    private Samples() {}

    public static VaultInfo vault(VaultDoor door) {
        return new VaultInfo(
                VAULT,
                "0f3a91c27bd44e5c8d1e6f7a8b9c0d1e",
                0,
                When.BOOT,
                1,
                door == VaultDoor.SHUT ? 0 : 1,
                List.of(),
                true,
                Optional.empty(),
                door);
    }

    /** A daemon in order whose door is PCR 15. */
    public static Status.Reply status(DoorState door, VaultInfo... vaults) {
        return new Status.Reply(
                "0.1.0",
                1,
                "fake:",
                false,
                TpmState.READY,
                "",
                "/var/lib/tpm-keyring",
                new DoorInfo(door, Optional.of(15), Optional.empty()),
                List.of(vaults),
                List.of(),
                List.of(),
                List.of());
    }

    /** The key of a volume, in the kernel where it is delivered. */
    public static KeyInfo luksKey(String name, KeyState state, Optional<Volume> opens) {
        return new KeyInfo(
                name,
                VAULT,
                0,
                TargetType.LUKS,
                state,
                List.of("tpm-keyring:" + name),
                state == KeyState.DELIVERED ? List.of(7L) : List.of(),
                Optional.empty(),
                opens,
                64,
                0);
    }

    public static KeyOutcome outcome(String name, TargetType target, KeyResult result) {
        return outcome(name, target, result, Optional.empty(), Optional.empty());
    }

    public static KeyOutcome outcome(
            String name, TargetType target, KeyResult result, Optional<String> reason, Optional<String> hint) {
        List<Long> serials = result == KeyResult.DELIVERED ? List.of(7L) : List.of();
        return new KeyOutcome(name, target, result, List.of(), serials, "", reason, hint);
    }

    /** The vault opened with its recovery key. */
    public static VaultOutcome opened(List<KeyOutcome> keys) {
        return new VaultOutcome(
                VAULT, 0, Optional.of("recovery-1"), keys, Optional.empty(), Optional.empty(), Optional.empty());
    }
}
