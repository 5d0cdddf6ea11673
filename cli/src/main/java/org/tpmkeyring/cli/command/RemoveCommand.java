// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.util.List;
import java.util.Optional;
import org.tpmkeyring.cli.dialogue.Question;
import org.tpmkeyring.cli.dialogue.RecoveryKeyAnswer;
import org.tpmkeyring.cli.option.KeyNameConverter;
import org.tpmkeyring.cli.option.LeaveVolumeOption;
import org.tpmkeyring.cli.option.OwnerOption;
import org.tpmkeyring.cli.option.UnlockKeyOption;
import org.tpmkeyring.cli.option.YesOption;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.RemoveKey;
import org.tpmkeyring.protocol.api.ShowKey;
import org.tpmkeyring.protocol.value.KeyName;
import org.tpmkeyring.protocol.value.TargetType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tpm-keyring remove}. */
@Command(
        name = "remove",
        header = "Take a key from the kernel and from its vault, for good.",
        description = "There is no way back: what is encrypted under the key cannot be read any more, unless the"
                + " secret is kept elsewhere. To take a key away for now, use 'tpm-keyring lock'. With a luks key its keyslot"
                + " and its token go, and its line in /etc/crypttab turns back to what it was. One that may be all that opens"
                + " its volume is refused.",
        footer = {"", "Example:", "  tpm-keyring remove photos"})
public final class RemoveCommand extends DaemonCommand {
    @Parameters(paramLabel = "NAME", converter = KeyNameConverter.class, description = "Name of the key.")
    KeyName name;

    @Mixin
    YesOption sure;

    @Mixin
    UnlockKeyOption unlockKey;

    @Mixin
    LeaveVolumeOption leaveVolume;

    @Mixin
    OwnerOption owner;

    @Override
    public Integer call() {
        try (RecoveryKeyAnswer recovery = recoveryKey(this::vault, unlockKey)) {
            return remove(recovery);
        }
    }

    private int remove(RecoveryKeyAnswer recovery) {
        Output output = output();
        boolean answered = sure.yes() || host().terminal().interactive();
        Optional<LuksRemoving> volume = answered
                ? luksKey().map(key -> LuksRemoving.prepare(this, key, recovery, leaveVolume.leave()))
                : Optional.empty();
        if (answered && leaveVolume.leave() && volume.isEmpty()) {
            throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                    .with("argument", "--leave-volume")
                    .with("reason", "'" + name + "' is no key of a LUKS volume")
                    .with("hint", "tpm-keyring show " + name)
                    .build();
        }
        String consequence = volume.map(LuksRemoving::consequence)
                .orElse("Its secret is destroyed. What is encrypted under it cannot be read any more.");
        if (!sure.yes()
                && !Question.yes(
                        host().terminal(),
                        consequence,
                        "remove key '" + name + "'",
                        "tpm-keyring remove " + name + " --yes")) {
            output.note("key '" + name + "' is left as it is");
            return ErrorKind.UNEXPECTED.exitCode();
        }
        RemoveKey.Reply reply = call(RemoveKey.METHOD, new RemoveKey.Request(owner.owner(), name.text()), recovery);
        if (!output.json(reply)) {
            output.done("key '" + name + "' removed");
        }
        int status = new OutcomeLines(output).keys(List.of(reply.removal())).exitStatus();
        int left = volume.map(LuksRemoving::carryOut).orElse(DONE);
        return status == DONE ? left : status;
    }

    /** Root's key of this name, where it is one of a LUKS volume. */
    private Optional<KeyInfo> luksKey() {
        if (host().onDemand().uid() != 0
                || owner.owner().filter(uid -> uid != 0).isPresent()) {
            return Optional.empty();
        }
        KeyInfo key = client().call(ShowKey.METHOD, new ShowKey.Request(owner.owner(), name.text()))
                .key();
        return Optional.of(key).filter(found -> found.target() == TargetType.LUKS);
    }

    private String vault() {
        ShowKey.Request about = new ShowKey.Request(owner.owner(), name.text());
        return client().call(ShowKey.METHOD, about).vault().name();
    }
}
