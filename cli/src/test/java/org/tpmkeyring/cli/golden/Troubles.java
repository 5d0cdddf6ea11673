// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.golden;

import static org.tpmkeyring.cli.golden.World.home;
import static org.tpmkeyring.cli.golden.World.opened;
import static org.tpmkeyring.cli.golden.World.outcome;
import static org.tpmkeyring.cli.golden.World.photos;
import static org.tpmkeyring.cli.golden.World.trouble;

import java.util.List;
import java.util.Optional;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.*;
import org.tpmkeyring.protocol.api.CloseDoor;
import org.tpmkeyring.protocol.api.DoorInfo;
import org.tpmkeyring.protocol.api.DoorState;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.SessionInfo;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.When;

/** Answers on a machine where a good deal went wrong, and on one where nothing was done yet. */
final class Troubles {
    private static final String PCR_STATE = "org.tpmkeyring.UnexpectedPCRState";

    private Troubles() {}

    static Answers empty() {
        return new Answers()
                .set("ListKeys", (request, exchange) -> new ListKeys.Reply(List.of()))
                .set("ListVaults", (request, exchange) -> new ListVaults.Reply(List.of()))
                .set("Unlock", (request, exchange) -> new Unlock.Reply(List.of()))
                .set("Lock", (request, exchange) -> new Lock.Reply(List.of()))
                .set(
                        "Status",
                        (request, exchange) -> new Status.Reply(
                                "0.1.0",
                                42,
                                "device:/dev/tpmrm0",
                                false,
                                TpmState.UNTRIED,
                                "",
                                "/var/lib/tpm-keyring",
                                World.OPEN,
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of()))
                .set("CloseDoor", (request, exchange) -> new CloseDoor.Reply(World.OPEN, false, List.of()));
    }

    static Answers broken() {
        Answers answers = new Answers();
        answers.set(
                "ListKeys",
                (request, exchange) ->
                        new ListKeys.Reply(List.of(home(KeyState.REVOKED), photos(KeyState.UNKNOWN), hostile())));
        answers.set(
                "ListVaults",
                (request, exchange) -> new ListVaults.Reply(
                        List.of(World.vault("default", When.BOOT, 2, 1, World.TPM), World.damagedVault())));
        answers.set(
                "Status",
                (request, exchange) -> new Status.Reply(
                        "0.1.0",
                        700_000,
                        "swtpm:path=/tmp/s",
                        true,
                        TpmState.LOCKOUT,
                        "IBM, firmware 8217.4131",
                        "/var/lib/tpm-keyring",
                        new DoorInfo(DoorState.INTERRUPTED, Optional.of(15), Optional.of(World.MADE)),
                        List.of(
                                World.vault("default", When.BOOT, 2, 1, World.TPM),
                                World.vault("paper", When.MANUAL, 1, 0, World.RECOVERY),
                                World.damagedVault()),
                        List.of(),
                        List.of(
                                new SessionInfo(0, 812, "sshd", Optional.of("3"), World.MADE),
                                new SessionInfo(0, 840, "sshd", Optional.of("5"), World.MADE),
                                new SessionInfo(1000, 900, "gdm-password", Optional.empty(), World.MADE)),
                        List.of(busyAfterLogout())));
        answers.set(
                "Unlock",
                (request, exchange) -> new Unlock.Reply(List.of(
                        opened(
                                "default",
                                Optional.of("tpm2-1"),
                                outcome(home(KeyState.DELIVERED), KeyResult.DELIVERED, "user keyring of uid 0")),
                        World.refused(
                                "archive",
                                PCR_STATE,
                                "vault 'archive' stays locked: PCR 7 changed",
                                "tpm-keyring explain archive"),
                        opened(
                                "nightly",
                                Optional.of("tpm2-1"),
                                trouble(
                                        photos(KeyState.LOCKED),
                                        KeyResult.FAILED,
                                        "nothing is mounted at /srv",
                                        "mount /srv && tpm-keyring unlock nightly")))));
        answers.set(
                "Lock",
                (request, exchange) -> new Lock.Reply(List.of(opened(
                        "default",
                        Optional.empty(),
                        outcome(home(KeyState.LOCKED), KeyResult.REMOVED, "user keyring of uid 0"),
                        trouble(
                                photos(KeyState.DELIVERED),
                                KeyResult.BUSY,
                                "files on /srv are open: pid 4711 (vim)",
                                "lsof +D /srv")))));
        return tpm(answers);
    }

    private static Answers tpm(Answers answers) {
        return answers.set(
                        "Explain",
                        (request, exchange) -> new Explain.Reply(
                                World.defaultVault(),
                                false,
                                "vault 'default' stays locked: PCR 7 changed since it was sealed",
                                List.of(
                                        World.pcr(4, "ab".repeat(32), "ab".repeat(32), "boot loader and kernel"),
                                        World.pcr(7, "ab".repeat(32), "cd".repeat(32), "Secure Boot state and keys")),
                                List.of("tpm-keyring recover default --reseal")))
                .set(
                        "TpmInfo",
                        (request, exchange) -> new TpmInfo.Reply(
                                "swtpm:path=/tmp/s", true, List.of(new Property("Identity", "Manufacturer", "IBM"))))
                .set(
                        "TpmSelfTest",
                        (request, exchange) ->
                                new TpmSelfTest.Reply(false, 0x101, "TPM_RC_FAILURE: the RNG is stuck", "00ff"))
                .set("Reseal", (request, exchange) -> {
                    if (exchange.want("recovery-key", 32).length == 0) {
                        throw KeyringException.of(ErrorKind.UNEXPECTED_PCR_STATE)
                                .with("vault", "default")
                                .with("changed", "PCR 7 of sha256 changed since it was sealed")
                                .with("hint", "the same command with --unlock-key-file FILE")
                                .build();
                    }
                    return new Reseal.Reply(List.of(World.TPM), List.of());
                })
                .set(
                        "AddKey",
                        (request, exchange) -> new AddKey.Reply(
                                home(KeyState.LOCKED),
                                Optional.empty(),
                                trouble(
                                        home(KeyState.LOCKED),
                                        KeyResult.FAILED,
                                        "the key quota of root is full",
                                        "tpm-keyring doctor")));
    }

    /** A key whose description tries to colour root's terminal. */
    private static KeyInfo hostile() {
        KeyInfo key = World.backup(KeyState.REPLACED);
        return new KeyInfo(
                key.name(),
                key.vault(),
                key.owner(),
                key.target(),
                key.state(),
                List.of("\u001b[2Jfoo\nbar"),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                1,
                key.created());
    }

    private static VaultOutcome busyAfterLogout() {
        return opened(
                "photos",
                Optional.empty(),
                World.trouble(
                        photos(KeyState.PARTIAL),
                        KeyResult.BUSY,
                        "files are still open: less (pid 4711): /srv/photos/letter",
                        "tpm-keyring lock photos"));
    }
}
