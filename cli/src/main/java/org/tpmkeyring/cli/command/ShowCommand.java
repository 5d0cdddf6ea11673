// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import org.tpmkeyring.cli.dialogue.Dialogue;
import org.tpmkeyring.cli.dialogue.PrintedSecret;
import org.tpmkeyring.cli.dialogue.RecoveryKeyAnswer;
import org.tpmkeyring.cli.option.KeyNameConverter;
import org.tpmkeyring.cli.option.OwnerOption;
import org.tpmkeyring.cli.option.UnlockOptions;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.output.SafeText;
import org.tpmkeyring.cli.output.Style;
import org.tpmkeyring.cli.output.Times;
import org.tpmkeyring.cli.output.Words;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.ShowKey;
import org.tpmkeyring.protocol.api.ShowSecret;
import org.tpmkeyring.protocol.api.Volume;
import org.tpmkeyring.protocol.value.KeyName;
import org.tpmkeyring.protocol.value.TargetType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tpm-keyring show}. */
@Command(
        name = "show",
        header = "Tell all about a key.",
        description = "Everything but its secret. The passphrase of an ecryptfs, luks or authtok key, and of a zfs key"
                + " that can be typed, is printed with --secret, while its vault is unlocked; keyringd logs who asked.",
        footer = {"", "Examples:", "  tpm-keyring show home", "  tpm-keyring show home --secret"})
public final class ShowCommand extends DaemonCommand {
    @Parameters(paramLabel = "NAME", converter = KeyNameConverter.class, description = "Name of the key.")
    KeyName name;

    @Option(
            names = "--secret",
            order = 1,
            description = "Print the passphrase and nothing else. For ecryptfs, luks, authtok and zfs.")
    boolean secret;

    @Mixin
    UnlockOptions unlockKey;

    @Mixin
    OwnerOption owner;

    @Override
    public Integer call() {
        Output output = output();
        if (secret) {
            return showSecret(output);
        }
        ShowKey.Reply reply = client().call(ShowKey.METHOD, new ShowKey.Request(owner.owner(), name.text()));
        if (!output.json(reply)) {
            tell(output, reply);
        }
        return DONE;
    }

    private int showSecret(Output output) {
        if (output.wantsJson()) {
            throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                    .with("argument", "--secret")
                    .with("reason", "a secret never goes into JSON, leave --json out")
                    .build();
        }
        try (RecoveryKeyAnswer known = recoveryKey(this::vault, unlockKey)) {
            ShowSecret.Reply reply = client().call(
                            ShowSecret.METHOD,
                            new ShowSecret.Request(owner.owner(), name.text()),
                            known.into(new Dialogue())
                                    .onOffer(Dialogue.PASSPHRASE, new PrintedSecret(host().onDemand()::output)));
            if (output.verbose()) {
                output.note("passphrase of key '" + SafeText.of(reply.key().name()) + "'");
            }
        }
        return DONE;
    }

    private String vault() {
        ShowKey.Request about = new ShowKey.Request(owner.owner(), name.text());
        return client().call(ShowKey.METHOD, about).vault().name();
    }

    private void tell(Output output, ShowKey.Reply reply) {
        KeyInfo key = reply.key();
        Style style = output.style();
        line(output, "Key", style.heading(SafeText.of(key.name())));
        line(output, "Target", Words.of(key.target()));
        line(output, "State", StatePaint.of(style, Words.of(key.state())));
        for (String identifier : key.identifiers()) {
            line(output, "Identifier", SafeText.of(identifier));
        }
        for (long serial : key.serials()) {
            line(output, "Serial", serial + "  (keyctl describe " + serial + ")");
        }
        key.mount().ifPresent(dir -> line(output, "Mount point", SafeText.of(dir)));
        key.opens().ifPresent(volume -> opens(output, volume));
        if (key.target() == TargetType.DM_CRYPT) {
            line(
                    output,
                    "In its table",
                    ":" + key.sizeBytes() + ":logon:" + SafeText.of(Words.list(key.identifiers())));
        }
        line(output, "Size", Words.count(key.sizeBytes(), "byte"));
        line(output, "Made", Times.of(key.created()));
        line(output, "Owner", ownerText(key.owner()));
        line(
                output,
                "Vault",
                SafeText.of(reply.vault().name()) + "  (" + Words.state(reply.vault()) + ", "
                        + AddReport.occasion(reply.vault()) + ")");
        line(output, "Opened by", SafeText.of(Words.protectors(reply.vault())));
    }

    private static void opens(Output output, Volume volume) {
        volume.device().ifPresent(text -> line(output, "Opens", SafeText.of(text)));
        volume.uuid().ifPresent(text -> line(output, "UUID", SafeText.of(text)));
        volume.identity().ifPresent(text -> line(output, "Identity", SafeText.of(text)));
    }

    private String ownerText(long uid) {
        String who = new UserNames(host().root()).of(uid);
        return who.equals(Long.toString(uid)) ? "uid " + uid : who + "  (uid " + uid + ")";
    }

    private static void line(Output output, String name, String value) {
        output.line(name + ":" + " ".repeat(13 - name.length()) + value);
    }
}
