// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.util.List;
import java.util.Optional;
import org.tpmkeyring.cli.dialogue.RecoveryKeyAnswer;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.output.SafeText;
import org.tpmkeyring.cli.program.Programs;
import org.tpmkeyring.cli.volume.Crypttab;
import org.tpmkeyring.cli.volume.CrypttabFile;
import org.tpmkeyring.cli.volume.FormerLine;
import org.tpmkeyring.cli.volume.LuksWork;
import org.tpmkeyring.cli.volume.Withdrawal;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.protocol.api.Recover;
import org.tpmkeyring.protocol.api.Unlock;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.protocol.api.Volume;

/**
 * What the removal of a luks key means for its volume: keyslot and token go and the line in /etc/crypttab turns back,
 * after the key. A key that may be all that opens a volume is refused, unless the person gives the volume up.
 */
final class LuksRemoving {
    private static final Volume UNKNOWN = new Volume(Optional.empty(), Optional.empty(), Optional.empty());

    private final DaemonCommand command;
    private final KeyInfo key;
    private final Output output;
    private final Optional<Withdrawal> withdrawal;

    private LuksRemoving(DaemonCommand command, KeyInfo key, Optional<Withdrawal> withdrawal) {
        this.command = command;
        this.key = key;
        this.output = command.output();
        this.withdrawal = withdrawal;
    }

    /**
     * Looks at the volume while the key is still there, which alone tells for sure which keyslot is its own.
     *
     * @param recovery opens the vault where the TPM does not
     * @param leaveVolume whether the volume is not to be looked at
     * @throws KeyringException LAST_KEYSLOT, KEYSLOT_UNKNOWN
     */
    static LuksRemoving prepare(DaemonCommand command, KeyInfo key, RecoveryKeyAnswer recovery, boolean leaveVolume) {
        if (leaveVolume) {
            return new LuksRemoving(command, key, Optional.empty());
        }
        LuksWork work = LuksCommands.work(command.host());
        Optional<String> untriable = key.serials().isEmpty() ? deliver(command, key, recovery) : Optional.empty();
        Withdrawal found = Withdrawal.of(work, key.name(), key.opens().orElse(UNKNOWN), untriable);
        return new LuksRemoving(command, key, Optional.of(found));
    }

    /** Why the key is not in root's keyring; empty when it is. */
    private static Optional<String> deliver(DaemonCommand command, KeyInfo key, RecoveryKeyAnswer recovery) {
        try {
            Unlock.Request request =
                    new Unlock.Request(Optional.of(key.owner()), List.of(key.vault()), false, Optional.empty());
            return missing(
                    command.client().call(Unlock.METHOD, request).vaults().get(0), key);
        } catch (KeyringException shut) {
            if (shut.kind() == ErrorKind.DAEMON_UNREACHABLE || !recovery.possible()) {
                return Optional.of(shut.sentence());
            }
            return recover(command, key, recovery, shut);
        }
    }

    private static Optional<String> recover(
            DaemonCommand command, KeyInfo key, RecoveryKeyAnswer recovery, KeyringException shut) {
        Recover.Request request =
                new Recover.Request(Optional.of(key.owner()), key.vault(), false, Optional.empty(), false);
        VaultOutcome outcome;
        try {
            outcome = command.call(Recover.METHOD, request, recovery).outcome();
        } catch (KeyringException e) {
            if (e.kind() == ErrorKind.NO_SUCH_PROTECTOR) {
                return Optional.of(shut.sentence());
            }
            throw e;
        }
        Output output = command.output();
        output.note(
                "vault '" + SafeText.of(key.vault()) + "' is open now, so that the key could be tried on its volume");
        output.hint(
                shut.kind() == ErrorKind.DOOR_CLOSED
                        ? "tpm-keyring close"
                        : "tpm-keyring lock " + SafeText.of(key.vault()));
        return missing(outcome, key);
    }

    private static Optional<String> missing(VaultOutcome vault, KeyInfo key) {
        return vault.keys().stream()
                .filter(outcome -> outcome.name().equals(key.name()) && outcome.result() == KeyResult.FAILED)
                .findFirst()
                .flatMap(KeyOutcome::reason);
    }

    /** What a person is told before it is done. */
    String consequence() {
        String name = SafeText.of(key.name());
        if (withdrawal.isEmpty()) {
            return "The secret of key '" + name
                    + "' is destroyed and lost for its volume, which is left as it is: who has"
                    + " no other passphrase never opens it again.";
        }
        String slots = withdrawal
                .filter(found -> !found.slots().isEmpty())
                .map(found -> "keyslot " + found.slots().first() + " of " + found.device() + " and ")
                .orElse("");
        return "The secret of key '" + name + "' is destroyed, " + slots
                + "its token go with it, and its line in /etc/crypttab turns back to what it was.";
    }

    /** Exit status: 1 when the key is gone but something of the volume is left. */
    int carryOut() {
        int status = withdrawal.map(this::clearVolume).orElseGet(this::leaveVolume);
        turnLineBack();
        return status;
    }

    private int leaveVolume() {
        output.note("volume '" + SafeText.of(key.name()) + "' is left as it is, with a keyslot for a key that is lost");
        return DaemonCommand.DONE;
    }

    private int clearVolume(Withdrawal found) {
        try {
            found.carryOut(LuksCommands.work(command.host()).cryptsetup());
            if (found.slots().isEmpty()) {
                output.note("the key opened no keyslot of " + found.device() + "; see cryptsetup luksDump "
                        + found.device());
            }
            found.slots().forEach(slot -> say("keyslot " + slot + " of " + found.device() + " is gone"));
            return DaemonCommand.DONE;
        } catch (KeyringException e) {
            output.failure(e.sentence(), SafeText.of("cryptsetup luksDump " + found.device()));
            return ErrorKind.UNEXPECTED.exitCode();
        }
    }

    private void turnLineBack() {
        CrypttabFile crypttab = new CrypttabFile(command.host().root());
        FormerLine former = new FormerLine(command.host().root(), key.name());
        Crypttab table = crypttab.read();
        String keySocket = LuksCommands.keySocket(command.client().socket());
        if (table.find(key.name())
                .filter(entry -> entry.keyFile().equals(keySocket))
                .isPresent()) {
            String line = table.line(key.name()).orElseThrow();
            String back = former.instead(line, keySocket);
            crypttab.change(now -> now.replaced(line, back));
            say(
                    back.isEmpty()
                            ? "/etc/crypttab: the line about volume '" + key.name() + "' is gone"
                            : "/etc/crypttab: " + back);
            LuksCommands.reload(command.host(), new Programs(command.host().environment()), output);
        }
        former.forget();
    }

    private void say(String line) {
        if (!output.wantsJson()) {
            output.done(SafeText.of(line));
        }
    }
}
