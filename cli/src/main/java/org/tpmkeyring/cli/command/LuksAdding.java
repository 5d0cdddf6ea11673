// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.tpmkeyring.cli.client.DaemonClient;
import org.tpmkeyring.cli.dialogue.Question;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.output.SafeText;
import org.tpmkeyring.cli.program.Ended;
import org.tpmkeyring.cli.program.Programs;
import org.tpmkeyring.cli.volume.CrypttabPlan;
import org.tpmkeyring.cli.volume.Enrolment;
import org.tpmkeyring.cli.volume.LuksWork;
import org.tpmkeyring.cli.volume.Undo;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.AddKey;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.protocol.api.RemoveKey;
import org.tpmkeyring.protocol.api.ShowKey;
import org.tpmkeyring.protocol.api.Status;
import org.tpmkeyring.protocol.api.Volume;

/**
 * {@code tpm-keyring add --target luks}: header backup, key, keyslot, token, line in /etc/crypttab, in this order. Whatever
 * comes before the line leaves the volume opening as it did; what fails, or is interrupted, is taken back.
 */
final class LuksAdding {
    private static final Duration RELOADING = Duration.ofSeconds(30);

    private final AddCommand add;
    private final Output output;
    private final DaemonClient client;
    private final Programs programs;
    private final LuksWork work;
    private final Undo undo = new Undo();

    LuksAdding(AddCommand add) {
        LuksCommands.requireRoot(add.host(), "change LUKS volumes");
        this.add = add;
        this.output = add.output();
        this.client = add.client();
        this.programs = new Programs(add.host().environment());
        this.work = LuksCommands.work(add.host());
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
        return carryOut(enrolment, crypttab);
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
        return plan.kind() != CrypttabPlan.Kind.ADJUST
                || add.sure.yes()
                || Question.yes(
                        add.host().terminal(),
                        "/etc/crypttab has a line about this volume:\n  "
                                + SafeText.of(plan.before().line())
                                + "\nIt is to become:\n  "
                                + SafeText.of(plan.wanted().line()),
                        "change it",
                        "tpm-keyring add " + name() + " --target luks --yes");
    }

    private int carryOut(Enrolment enrolment, Optional<CrypttabPlan> crypttab) {
        Thread atEnd = new Thread(undo::run, "undo");
        Runtime.getRuntime().addShutdownHook(atEnd);
        try {
            AddKey.Reply reply = addKey(enrolment);
            enrolment.makeKeyslot(work, add.volume.existingKeyFile(), undo);
            crypttab.ifPresent(this::writeLine);
            undo.forget();
            tell(reply, enrolment, crypttab);
            return DaemonCommand.DONE;
        } catch (KeyringException e) {
            takeBack();
            throw e;
        } finally {
            Runtime.getRuntime().removeShutdownHook(atEnd);
        }
    }

    private AddKey.Reply addKey(Enrolment enrolment) {
        Volume opens = new Volume(
                Optional.of(enrolment.named()),
                Optional.of(enrolment.header().uuid()),
                Optional.of(enrolment.header().identity()));
        AddKey.Reply reply = add.add(Optional.of(opens));
        RemoveKey.Request removal = new RemoveKey.Request(add.owner.owner(), name());
        undo.plan("tpm-keyring remove " + name(), () -> takeBack(removal));
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

    private void takeBack(RemoveKey.Request removal) {
        RemoveKey.Reply reply = client.call(RemoveKey.METHOD, removal);
        assert reply.removal().name().equals(name());
    }

    private void writeLine(CrypttabPlan plan) {
        switch (plan.kind()) {
            case KEEP -> {
                return;
            }
            case ADD ->
                undo.plan(
                        "edit " + work.crypttab().path(), () -> work.crypttab().change(table -> table.without(name())));
            case ADJUST ->
                undo.plan(
                        "edit " + work.crypttab().path(),
                        () -> work.crypttab().change(table -> table.with(plan.before())));
        }
        work.crypttab().change(table -> table.with(plan.wanted()));
    }

    private void takeBack() {
        List<String> left = undo.run();
        if (left.isEmpty()) {
            output.note("what had been done is taken back: volume, keys and /etc/crypttab are as they were");
            return;
        }
        output.note("not everything could be taken back, type this yourself:");
        left.forEach(command -> output.note("  " + SafeText.of(command)));
    }

    private void tell(AddKey.Reply reply, Enrolment enrolment, Optional<CrypttabPlan> crypttab) {
        int status = add.report().tell(reply);
        assert status == DaemonCommand.DONE;
        if (output.wantsJson()) {
            return;
        }
        String token = enrolment.token() < 0 ? "" : ", and token " + enrolment.token();
        output.done("volume '" + name() + "' at " + SafeText.of(enrolment.named()) + " is opened by it: keyslot "
                + enrolment.slot() + token);
        crypttab.ifPresent(plan ->
                output.done("/etc/crypttab: " + SafeText.of(plan.wanted().line())));
        if (crypttab.isPresent()) {
            reload();
        }
        output.hint("tpm-keyring volume check " + name());
    }

    /** systemd makes its units of /etc/crypttab when it starts and when it is told to. */
    private void reload() {
        if (!Files.isDirectory(add.host().root().resolve("run/systemd/system"))) {
            return;
        }
        if (!programs.ask(List.of("systemctl", "daemon-reload"), RELOADING)
                .map(Ended::succeeded)
                .orElse(false)) {
            output.hint("systemctl daemon-reload");
        }
    }
}
