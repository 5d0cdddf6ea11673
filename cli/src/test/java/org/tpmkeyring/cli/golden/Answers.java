// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.golden;

import static org.tpmkeyring.cli.golden.World.FSCRYPT_ID;
import static org.tpmkeyring.cli.golden.World.backup;
import static org.tpmkeyring.cli.golden.World.home;
import static org.tpmkeyring.cli.golden.World.opened;
import static org.tpmkeyring.cli.golden.World.outcome;
import static org.tpmkeyring.cli.golden.World.photos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tpmkeyring.cli.testing.FakeDaemon.Exchange;
import org.tpmkeyring.protocol.api.*;
import org.tpmkeyring.protocol.api.CloseDoor;
import org.tpmkeyring.protocol.api.ShutVault;
import org.tpmkeyring.protocol.api.VaultDoor;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.protocol.wire.MalformedMessageException;

/** What a healthy keyringd answers in the made-up {@link World}, by simple method name. */
final class Answers {
    private static final String USER_KEYRING = "user keyring of uid 0";

    private final Map<String, Answer> byMethod = new HashMap<>();

    /** One answer. */
    @FunctionalInterface
    interface Answer {
        Record to(Map<String, Object> request, Exchange exchange) throws IOException, MalformedMessageException;
    }

    Answers() {
        keys();
        unlocking();
        vaults();
        tpm();
    }

    Answers set(String method, Answer answer) {
        byMethod.put(method, answer);
        return this;
    }

    Answer of(String method) {
        return byMethod.get(method);
    }

    /** The recovery key of every made-up vault. */
    static byte[] recoveryKey() {
        byte[] key = new byte[32];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) (i * 7 + 1);
        }
        return key;
    }

    private void keys() {
        set("ListKeys", (request, exchange) -> {
            boolean all = Boolean.TRUE.equals(request.get("all"));
            return new ListKeys.Reply(
                    all
                            ? List.of(home(KeyState.DELIVERED), photos(KeyState.DELIVERED), backup(KeyState.LOCKED))
                            : List.of(home(KeyState.DELIVERED), photos(KeyState.DELIVERED)));
        });
        set("ShowKey", (request, exchange) -> new ShowKey.Reply(home(KeyState.DELIVERED), World.defaultVault()));
        set("ShowSecret", (request, exchange) -> {
            exchange.offer("passphrase", "correct horse".getBytes(StandardCharsets.US_ASCII));
            return new ShowSecret.Reply(home(KeyState.DELIVERED));
        });
        set("AddKey", Answers::add);
        set(
                "RemoveKey",
                (request, exchange) ->
                        new RemoveKey.Reply(outcome(home(KeyState.LOCKED), KeyResult.REMOVED, USER_KEYRING)));
    }

    private static Record add(Map<String, Object> request, Exchange exchange)
            throws IOException, MalformedMessageException {
        if ("authtok".equals(request.get("target"))) {
            return addedForLogin((String) request.get("name"), exchange);
        }
        boolean isNew = "fresh".equals(request.get("vault"));
        if (isNew && !Boolean.TRUE.equals(request.get("noRecovery"))) {
            exchange.offer("recovery-key", recoveryKey());
        }
        if (!Boolean.TRUE.equals(request.get("generate"))) {
            exchange.want("key", 64);
        }
        boolean fscrypt = "fscrypt".equals(request.get("target"));
        KeyInfo key = new KeyInfo(
                (String) request.get("name"),
                isNew ? "fresh" : "default",
                0,
                fscrypt ? TargetType.FSCRYPT : TargetType.ECRYPTFS,
                KeyState.DELIVERED,
                fscrypt ? List.of(FSCRYPT_ID) : List.of("d395309aaad4de06", "f92ba9e2d7ddb1a3"),
                List.of(),
                fscrypt ? Optional.of("/srv") : Optional.empty(),
                Optional.empty(),
                64,
                World.MADE);
        return new AddKey.Reply(
                key,
                isNew
                        ? Optional.of(World.vault("fresh", When.BOOT, 1, 1, World.TPM, World.RECOVERY))
                        : Optional.empty(),
                outcome(key, KeyResult.DELIVERED, fscrypt ? "the file system at /srv" : USER_KEYRING));
    }

    private static Record addedForLogin(String name, Exchange exchange) throws IOException, MalformedMessageException {
        exchange.want("key", 512);
        KeyInfo key = new KeyInfo(
                name,
                "login",
                0,
                TargetType.AUTHTOK,
                KeyState.AT_LOGIN,
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                11,
                World.MADE);
        return new AddKey.Reply(key, Optional.empty(), outcome(key, KeyResult.IN_PLACE, "logins of uid 0"));
    }

    private void unlocking() {
        set(
                "Unlock",
                (request, exchange) -> new Unlock.Reply(List.of(opened(
                        "default",
                        Optional.of("tpm2-1"),
                        outcome(home(KeyState.DELIVERED), KeyResult.DELIVERED, USER_KEYRING),
                        outcome(photos(KeyState.DELIVERED), KeyResult.IN_PLACE, "the file system at /srv")))));
        set(
                "Lock",
                (request, exchange) -> new Lock.Reply(List.of(opened(
                        "default",
                        Optional.empty(),
                        outcome(home(KeyState.LOCKED), KeyResult.REMOVED, USER_KEYRING),
                        outcome(photos(KeyState.LOCKED), KeyResult.ABSENT, "")))));
        set("Recover", (request, exchange) -> {
            exchange.want("recovery-key", 32);
            boolean reseal = Boolean.TRUE.equals(request.get("reseal"));
            return new Recover.Reply(
                    opened(
                            (String) request.get("vault"),
                            Optional.of("recovery-1"),
                            outcome(home(KeyState.DELIVERED), KeyResult.DELIVERED, USER_KEYRING)),
                    reseal ? List.of(World.TPM) : List.of(),
                    List.of());
        });
        set("Reseal", (request, exchange) -> new Reseal.Reply(List.of(World.TPM), List.of()));
        set(
                "Explain",
                (request, exchange) -> new Explain.Reply(
                        World.defaultVault(),
                        true,
                        "vault 'default' opens: its PCRs are as they were when it was sealed",
                        List.of(World.pcr(7, "ab".repeat(32), "ab".repeat(32), "Secure Boot state and keys")),
                        List.of()));
    }

    private void vaults() {
        set("CreateVault", (request, exchange) -> {
            if (!Boolean.TRUE.equals(request.get("noRecovery"))) {
                exchange.offer("recovery-key", recoveryKey());
            }
            return new CreateVault.Reply(
                    World.vault((String) request.get("vault"), When.MANUAL, 0, 0, World.TPM_ALONE, World.RECOVERY));
        });
        set(
                "ListVaults",
                (request, exchange) -> new ListVaults.Reply(
                        List.of(World.defaultVault(), World.vault("archive", When.MANUAL, 3, 0, World.TPM_ALONE))));
        set(
                "RemoveVault",
                (request, exchange) -> new RemoveVault.Reply(
                        List.of(outcome(home(KeyState.LOCKED), KeyResult.REMOVED, USER_KEYRING))));
        set(
                "RenameVault",
                (request, exchange) -> new RenameVault.Reply(
                        World.vault((String) request.get("newName"), When.BOOT, 2, 2, World.TPM, World.RECOVERY)));
        set("RestoreVault", (request, exchange) -> new RestoreVault.Reply(World.defaultVault(), 41));
        set("AddProtector", (request, exchange) -> {
            boolean recovery = "recovery".equals(request.get("type"));
            if (recovery) {
                exchange.offer("recovery-key", recoveryKey());
            }
            return new AddProtector.Reply(recovery ? World.RECOVERY : World.TPM);
        });
        set(
                "RemoveProtector",
                (request, exchange) -> new RemoveProtector.Reply(World.vault("default", When.BOOT, 2, 2, World.TPM)));
    }

    private void tpm() {
        set(
                "CloseDoor",
                (request, exchange) -> new CloseDoor.Reply(
                        World.CLOSED,
                        true,
                        List.of(
                                new ShutVault("default", 0, VaultDoor.SHUT, 2, 2, List.of(), Optional.empty()),
                                new ShutVault("spare", 0, VaultDoor.REOPENABLE, 1, 1, List.of(), Optional.empty()))));
        set(
                "Status",
                (request, exchange) -> new Status.Reply(
                        "0.1.0",
                        11_520,
                        "device:/dev/tpmrm0",
                        false,
                        TpmState.READY,
                        "IFX, firmware 7.85",
                        "/var/lib/tpm-keyring",
                        World.OPEN,
                        List.of(World.defaultVault()),
                        List.of(),
                        List.of(),
                        List.of()));
        set(
                "TpmInfo",
                (request, exchange) -> new TpmInfo.Reply(
                        "device:/dev/tpmrm0",
                        false,
                        List.of(
                                new Property("Identity", "Manufacturer", "IFX (Infineon)"),
                                new Property("Identity", "Firmware version", "7.85.4555.0"),
                                new Property("Identity", "Specification", "TPM 2.0, revision 1.38"),
                                new Property("Lockout", "Failed authorisations", "0 of 32"))));
        set("TpmSelfTest", (request, exchange) -> new TpmSelfTest.Reply(true, 0, "all tests passed", ""));
        set(
                "TpmPcrs",
                (request, exchange) -> new TpmPcrs.Reply(List.of(
                        new PcrBankInfo("sha1", List.of()),
                        new PcrBankInfo(
                                "sha256",
                                List.of(
                                        new PcrValue(7, "ab".repeat(32), "Secure Boot state and keys"),
                                        new PcrValue(14, "00".repeat(32), "shim's machine owner keys"),
                                        new PcrValue(17, "ff".repeat(32), "dynamic launch"))))));
        set(
                "Diagnose",
                (request, exchange) -> new Diagnose.Reply(
                        List.of(new Check("tpm", Check.Verdict.OK, "the TPM answers", Optional.empty()))));
    }
}
