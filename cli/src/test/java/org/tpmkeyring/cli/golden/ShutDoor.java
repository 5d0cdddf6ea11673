// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.golden;

import static org.tpmkeyring.cli.golden.World.home;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tpmkeyring.cli.testing.FakeDaemon.Exchange;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.CloseDoor;
import org.tpmkeyring.protocol.api.Explain;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.ListKeys;
import org.tpmkeyring.protocol.api.ListVaults;
import org.tpmkeyring.protocol.api.PcrChange;
import org.tpmkeyring.protocol.api.ShowKey;
import org.tpmkeyring.protocol.api.ShutVault;
import org.tpmkeyring.protocol.api.Status;
import org.tpmkeyring.protocol.api.TpmState;
import org.tpmkeyring.protocol.api.VaultDoor;
import org.tpmkeyring.protocol.api.VaultInfo;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.protocol.wire.MalformedMessageException;

/** A machine after the end of its boot, with two vaults for boot, one of which was not unlocked in time. */
final class ShutDoor {
    private static final VaultInfo LEFT = World.shut(World.vault("left", When.BOOT, 1, 0, World.TPM, World.RECOVERY));
    private static final List<VaultInfo> VAULTS = List.of(World.shut(World.defaultVault()), LEFT);

    private ShutDoor() {}

    static Answers answers() {
        Answers home = new Answers();
        Answers answers = new Answers();
        for (String method :
                List.of("AddKey", "RemoveKey", "RenameVault", "AddProtector", "RemoveProtector", "Reseal")) {
            Answers.Answer after = home.of(method);
            answers.set(method, (request, exchange) -> {
                requireRecoveryKey(request, exchange);
                return after.to(request, exchange);
            });
        }
        return answers.set("ListVaults", (request, exchange) -> new ListVaults.Reply(VAULTS))
                .set("ListKeys", (request, exchange) -> new ListKeys.Reply(List.of(home(KeyState.DELIVERED), disk())))
                .set("ShowKey", (request, exchange) -> new ShowKey.Reply(disk(), LEFT))
                .set("Unlock", (request, exchange) -> {
                    throw closed("left");
                })
                .set(
                        "Status",
                        (request, exchange) -> new Status.Reply(
                                "0.1.0",
                                4200,
                                "device:/dev/tpmrm0",
                                false,
                                TpmState.READY,
                                "IFX, firmware 7.85",
                                "/var/lib/tpm-keyring",
                                World.CLOSED,
                                VAULTS,
                                List.of(),
                                List.of(),
                                List.of()))
                .set(
                        "CloseDoor",
                        (request, exchange) -> new CloseDoor.Reply(
                                World.CLOSED,
                                false,
                                List.of(
                                        new ShutVault("default", 0, VaultDoor.SHUT, 2, 2, List.of(), Optional.empty()),
                                        new ShutVault(
                                                "left",
                                                1000,
                                                VaultDoor.SHUT,
                                                0,
                                                1,
                                                List.of(),
                                                Optional.of("tpm-keyring recover left --user 1000")))))
                .set("Explain", (request, exchange) -> explanation());
    }

    private static Explain.Reply explanation() {
        return new Explain.Reply(
                LEFT,
                false,
                "the door was closed at 2026-11-23 08:00: PCR 15 was extended, and vault 'left' opens again at the"
                        + " next boot",
                List.of(
                        World.pcr(7, "ab".repeat(32), "ab".repeat(32), "Secure Boot state and keys"),
                        new PcrChange(
                                15,
                                "sha256",
                                "00".repeat(32),
                                "cd".repeat(32),
                                false,
                                true,
                                "the door: extended at the end of boot")),
                List.of("tpm-keyring recover left", "systemctl reboot"));
    }

    private static void requireRecoveryKey(Map<String, Object> request, Exchange exchange)
            throws IOException, MalformedMessageException {
        if (exchange.want("recovery-key", 32).length == 0) {
            String vault = String.valueOf(request.getOrDefault("vault", "left"));
            throw closed(vault).with("hint", "the same command with --unlock-key-file FILE");
        }
    }

    private static KeyringException closed(String vault) {
        return KeyringException.of(ErrorKind.DOOR_CLOSED).with("vault", vault).build();
    }

    private static KeyInfo disk() {
        return new KeyInfo(
                "disk",
                "left",
                0,
                TargetType.USER,
                KeyState.LOCKED,
                List.of("tpm-keyring:disk"),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                32,
                World.MADE);
    }
}
