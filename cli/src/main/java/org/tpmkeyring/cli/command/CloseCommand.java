// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.tpmkeyring.cli.client.MissingMount;
import org.tpmkeyring.cli.client.ServiceUnits;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.output.SafeText;
import org.tpmkeyring.cli.output.Times;
import org.tpmkeyring.cli.output.Words;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.CloseDoor;
import org.tpmkeyring.protocol.api.DoorInfo;
import org.tpmkeyring.protocol.api.ShutVault;
import picocli.CommandLine.Command;

/** {@code tpm-keyring close}. */
@Command(
        name = "close",
        header = "End the boot phase: shut the vaults for boot until the next one.",
        description = {
            "Extends the door, a PCR that these vaults are sealed to, so that the TPM opens them again at the next boot"
                    + " only. Keys that are in the kernel stay there; those that nobody needs any more leave root's"
                    + " keyring. Vaults made with --reopenable and vaults for login are not affected. Without a vault"
                    + " that depends on it the door is left open.",
            "",
            "tpm-keyring-close.service does this at every boot. Root only."
        },
        footer = {"", "Example:", "  tpm-keyring close"})
public final class CloseCommand extends DaemonCommand {
    /** Longest time for an answer while what the vaults are on is not mounted. */
    private static final Duration WHILE_MOUNTING = Duration.ofSeconds(20);

    /** The unit tries a few times by itself, after which systemd does not start it for five minutes. */
    private static final String AND_CLOSE =
            " && systemctl reset-failed tpm-keyring-close && systemctl restart tpm-keyring-close";

    @Override
    public Integer call() {
        Output output = output();
        CloseDoor.Reply reply = close();
        boolean json = output.json(reply);
        if (!json) {
            output.done(door(reply));
        }
        OutcomeLines lines = new OutcomeLines(output);
        for (ShutVault vault : reply.vaults()) {
            if (!json) {
                vault(output, vault);
            }
            lines.keys(vault.taken());
        }
        return lines.exitStatus();
    }

    /**
     * A daemon whose vaults are not mounted has systemd mount them first. That may fail, or take for ever, and an
     * emergency shell waits meanwhile: hence not for long.
     */
    private CloseDoor.Reply close() {
        Duration limit = missingMount().isEmpty() ? host().answerLimit() : WHILE_MOUNTING;
        try {
            return client(limit).call(CloseDoor.METHOD, new CloseDoor.Request());
        } catch (KeyringException e) {
            if (e.kind().exitCode() != ErrorKind.DAEMON_UNREACHABLE.exitCode()) {
                throw e;
            }
            throw missingMount().map(point -> withoutVaults(point, e)).orElse(e);
        }
    }

    private Optional<String> missingMount() {
        Path root = host().root();
        return new ServiceUnits(root).starts(client().socket()) ? MissingMount.ofVaults(root) : Optional.empty();
    }

    private KeyringException withoutVaults(String point, KeyringException cause) {
        return KeyringException.of(ErrorKind.DAEMON_UNREACHABLE)
                .with("socket", client().socket())
                .with(
                        "reason",
                        "the vaults are on " + point + ", which is not mounted, and it cannot start before that; the"
                                + " door stays open")
                .with("hint", "mount " + point + AND_CLOSE)
                .causedBy(cause)
                .build();
    }

    private static String door(CloseDoor.Reply reply) {
        DoorInfo door = reply.door();
        String pcr = door.pcr().map(number -> "PCR " + number).orElse("");
        if (reply.extended()) {
            return "the door is closed: " + pcr + " was extended";
        }
        return switch (door.state()) {
            case OFF -> "there is no door: keyringd.conf has DoorPCR=off";
            case CLOSED ->
                "the door (" + pcr + ") was closed already"
                        + door.since()
                                .map(seconds -> ", on " + Times.of(seconds))
                                .orElse("");
            default -> "the door (" + pcr + ") is left open: no vault for boot depends on it";
        };
    }

    private static void vault(Output output, ShutVault vault) {
        String name =
                "vault '" + SafeText.of(vault.vault()) + "'" + (vault.owner() == 0 ? "" : " of uid " + vault.owner());
        String keys = vault.inPlace() + " of " + Words.count(vault.keys(), "key") + " in place";
        switch (vault.door()) {
            case SHUT -> tell(output, vault.hint().isPresent(), name + ": shut until the next boot, " + keys);
            case REOPENABLE -> output.done(name + ": reopenable, not affected, " + keys);
            default -> output.done(name + ": not affected, " + keys);
        }
        vault.hint().map(SafeText::of).ifPresent(output::hint);
    }

    /** What a hint follows goes where the hint goes: of the unit's two streams only one is on the console. */
    private static void tell(Output output, boolean hintFollows, String text) {
        if (hintFollows) {
            output.note(text);
        } else {
            output.done(text);
        }
    }
}
