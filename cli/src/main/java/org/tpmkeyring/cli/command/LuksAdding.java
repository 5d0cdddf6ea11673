// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.tpmkeyring.cli.client.DaemonClient;
import org.tpmkeyring.cli.dialogue.Question;
import org.tpmkeyring.cli.dialogue.RecoveryKeyAnswer;
import org.tpmkeyring.cli.option.YesOption;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.output.SafeText;
import org.tpmkeyring.cli.output.Words;
import org.tpmkeyring.cli.program.Programs;
import org.tpmkeyring.cli.volume.Cryptsetup;
import org.tpmkeyring.cli.volume.CrypttabPlan;
import org.tpmkeyring.cli.volume.Enrolment;
import org.tpmkeyring.cli.volume.LuksWork;
import org.tpmkeyring.cli.volume.Undo;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.AddKey;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.protocol.api.RemoveKey;
import org.tpmkeyring.protocol.api.RemoveVault;
import org.tpmkeyring.protocol.api.ShowKey;
import org.tpmkeyring.protocol.api.Status;
import org.tpmkeyring.protocol.api.Volume;

/**
 * {@code tpm-keyring add --target luks}: header backup, key, keyslot, token, line in /etc/crypttab, in this order. Whatever
 * comes before the line leaves the volume opening as it did; what fails, or is interrupted, is taken back.
 */
final class LuksAdding {
    private final AddCommand add;
    private final Output output;
    private final DaemonClient client;
    private final Programs programs;
    private final LuksWork work;
    private final TakingBack takingBack;

    LuksAdding(AddCommand add) {
        LuksCommands.requireRoot(add.host(), "change LUKS volumes");
        this.add = add;
        this.output = add.output();
        this.client = add.client();
        this.programs = new Programs(add.host().environment());
        this.work = LuksCommands.work(add.host(), programs);
        this.takingBack = new TakingBack(output, programs, name());
        programs.require("keyctl", "keyutils");
    }

    int run() {
        Status.Reply status = client.call(Status.METHOD, new Status.Request(Optional.empty()));
        Enrolment enrolment =
                Enrolment.of(work, name(), add.volume.device().orElseThrow(), Path.of(status.stateDirectory()));
        Optional<CrypttabPlan> crypttab = add.volume.noCrypttab()
                ? Optional.empty()
                : Optional.of(CrypttabPlan.of(work, enrolment, LuksCommands.keySocket(client.socket())));
        requireFree();
        if (crypttab.isPresent() && !isSure(crypttab.get())) {
            output.note("nothing was changed");
            return ErrorKind.UNEXPECTED.exitCode();
        }
        Path backup = enrolment.backUp(work, add.volume.headerBackup(), Instant.now());
        output.note("the header of " + enrolment.named() + " is copied to " + SafeText.of(backup.toString())
                + "; keep that file on another machine, who has it and a passphrase opens the volume");
        return carryOut(enrolment, backup, crypttab);
    }

    private String name() {
        return add.name.text();
    }

    /** Before a header is copied for nothing. */
    private void requireFree() {
        try {
            ShowKey.Reply there = client.call(ShowKey.METHOD, new ShowKey.Request(add.owner.owner(), name()));
            throw KeyringException.of(ErrorKind.EXISTS)
                    .with("what", "key")
                    .with("name", there.key().name())
                    .build();
        } catch (KeyringException e) {
            if (e.kind() != ErrorKind.NO_SUCH_KEY) {
                throw e;
            }
        }
    }

    private boolean isSure(CrypttabPlan plan) {
        if (plan.kind() != CrypttabPlan.Kind.ADJUST) {
            return true;
        }
        String dropped = plan.dropped().isEmpty()
                ? ""
                : "\nWithout " + SafeText.of(Words.list(plan.dropped()))
                        + ": with that systemd would not take the key as it is.";
        String line = "the line about volume '" + name() + "' in /etc/crypttab";
        String change = "/etc/crypttab has a line about this volume:\n  " + SafeText.of(plan.before())
                + "\nIt is to become:\n  " + SafeText.of(plan.line()) + dropped;
        if (add.sure.yes() || !add.canAsk()) {
            output.note(change);
        }
        return add.sure.yes() || Question.yes(add.host().terminal(), change, "change " + line, YesOption.SAME_COMMAND);
    }

    private int carryOut(Enrolment enrolment, Path backup, Optional<CrypttabPlan> crypttab) {
        try (RecoveryKeyAnswer known = add.recoveryKey()) {
            AddKey.Reply reply = takingBack.unless(undo -> {
                undo.plan("rm -f " + backup, () -> dropBackup(enrolment, backup));
                AddKey.Reply added = addKey(enrolment, undo, known);
                Cryptsetup backwards = LuksCommands.work(add.host()).cryptsetup();
                enrolment.makeKeyslot(work, add.volume.existingKeyFile(), undo, backwards);
                crypttab.ifPresent(plan -> plan.carryOut(work, undo));
                return added;
            });
            tell(reply, enrolment, crypttab);
            return DaemonCommand.DONE;
        }
    }

    /** It stays where it may be of use: where the header is another one now, if only by what was taken back. */
    private void dropBackup(Enrolment enrolment, Path backup) {
        output.note(
                enrolment.dropBackup(backup)
                        ? "the header was not changed, and its copy is deleted: " + SafeText.of(backup.toString())
                        : "the copy of the header stays, " + SafeText.of(backup.toString())
                                + ": the header is not the same any more; delete it once you have opened the volume");
    }

    private AddKey.Reply addKey(Enrolment enrolment, Undo undo, RecoveryKeyAnswer known) {
        Volume opens = new Volume(
                Optional.of(enrolment.named()),
                Optional.of(enrolment.header().uuid()),
                Optional.of(enrolment.header().identity()));
        AddKey.Reply reply = made(opens, known);
        undo.plan(takenBackBy(reply), () -> takeBack(reply, known));
        if (reply.delivery().result() == KeyResult.FAILED) {
            throw KeyringException.of(ErrorKind.UNEXPECTED)
                    .with(
                            "detail",
                            "the new key cannot be delivered: "
                                    + reply.delivery().reason().orElse(""))
                    .with("hint", reply.delivery().hint().orElse("tpm-keyring doctor"))
                    .build();
        }
        return reply;
    }

    private AddKey.Reply made(Volume opens, RecoveryKeyAnswer known) {
        try {
            return add.add(Optional.of(opens), known);
        } catch (KeyringException e) {
            if (DaemonCommand.mayBeDone(e)) {
                takingBack.keyIsUnknown();
            }
            throw e;
        }
    }

    private String takenBackBy(AddKey.Reply added) {
        return added.createdVault()
                .map(vault -> "tpm-keyring vault remove " + vault.name() + " --with-keys --leave-volume")
                .orElse("tpm-keyring remove " + name() + " --leave-volume");
    }

    /** A vault that was made for the key goes with it; any other wants its recovery key once more where it is shut. */
    private void takeBack(AddKey.Reply added, RecoveryKeyAnswer known) {
        if (added.createdVault().isPresent()) {
            String made = added.createdVault().get().name();
            RemoveVault.Reply reply =
                    client.call(RemoveVault.METHOD, new RemoveVault.Request(add.owner.owner(), made, true));
            assert reply.keys().size() == 1;
            dropRecoveryKey(made);
            return;
        }
        RemoveKey.Reply reply = add.call(RemoveKey.METHOD, new RemoveKey.Request(add.owner.owner(), name()), known);
        assert reply.removal().name().equals(name());
    }

    /** It opened the vault that was made for the key and is gone. */
    private void dropRecoveryKey(String vault) {
        if (add.newVault.noRecoveryKey()) {
            return;
        }
        String file = add.newVault.recoveryKeyFile();
        String key = "the recovery key of vault '" + SafeText.of(vault) + "' opens nothing, that vault is gone again";
        if (file == null) {
            output.note(key + "; destroy what you noted of it");
            return;
        }
        try {
            Files.deleteIfExists(Path.of(file));
            output.note(key + "; " + SafeText.of(file) + " is deleted");
        } catch (IOException e) {
            output.note(key + "; " + SafeText.of(file) + " cannot be deleted, delete it yourself");
        }
    }

    private void tell(AddKey.Reply reply, Enrolment enrolment, Optional<CrypttabPlan> crypttab) {
        int status = add.report().tell(reply);
        assert status == DaemonCommand.DONE;
        if (!output.wantsJson()) {
            String token = enrolment.token() < 0 ? "" : ", and token " + enrolment.token();
            output.done("volume '" + name() + "' at " + SafeText.of(enrolment.named()) + " is opened by it: keyslot "
                    + enrolment.slot() + token);
            crypttab.ifPresent(plan -> output.done("/etc/crypttab: " + SafeText.of(plan.line())));
        }
        if (crypttab.isPresent()) {
            LuksCommands.reload(add.host(), programs, output);
        }
        if (!output.wantsJson()) {
            output.hint("tpm-keyring volume check " + name());
        }
    }
}
