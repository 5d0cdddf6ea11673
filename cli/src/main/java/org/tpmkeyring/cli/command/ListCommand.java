// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.util.List;
import java.util.Optional;
import org.tpmkeyring.cli.option.OwnerOption;
import org.tpmkeyring.cli.option.VaultNameConverter;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.output.Table;
import org.tpmkeyring.cli.output.Words;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.ListKeys;
import org.tpmkeyring.protocol.api.ListVaults;
import org.tpmkeyring.protocol.api.VaultDoor;
import org.tpmkeyring.protocol.api.VaultInfo;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.VaultName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tpm-keyring list}. */
@Command(
        name = "list",
        header = "List keys and whether the kernel has them.",
        description = {
            "Asks the kernel each time, so a key that was revoked or replaced by hand shows as such.",
            "",
            "States: delivered (usable now), locked (not in the kernel), shut (locked"
                    + " until the next boot, see 'tpm-keyring close'), partial, revoked, expired,"
                    + " replaced (something else has its description), unknown (its file system is not mounted)."
        },
        footer = {"", "Examples:", "  tpm-keyring list", "  tpm-keyring list --json=short | jq -r '.keys[].name'"})
public final class ListCommand extends DaemonCommand {
    @Option(
            names = "--vault",
            paramLabel = "VAULT",
            converter = VaultNameConverter.class,
            order = 1,
            description = "Only the keys of this vault.")
    VaultName vault;

    @Option(
            names = {"-a", "--all"},
            order = 2,
            description = "The keys of all users. Root only.")
    boolean all;

    @Mixin
    OwnerOption owner;

    @Override
    public Integer call() {
        Output output = output();
        ListKeys.Reply reply = client().call(
                        ListKeys.METHOD,
                        new ListKeys.Request(
                                owner.owner(), all, Optional.ofNullable(vault == null ? null : vault.text())));
        if (output.json(reply)) {
            return DONE;
        }
        List<VaultInfo> vaults = client().call(ListVaults.METHOD, new ListVaults.Request(owner.owner(), all))
                .vaults();
        boolean damaged = tellDamage(output, vaults);
        if (reply.keys().isEmpty() && damaged) {
            return DONE;
        }
        if (reply.keys().isEmpty()) {
            output.note(vault == null ? "no keys yet" : "no keys in vault '" + vault + "'");
            output.hint("tpm-keyring add NAME --target ecryptfs --generate");
            return DONE;
        }
        output.table(all ? withOwners(reply.keys(), vaults) : table(reply.keys(), vaults));
        return DONE;
    }

    /** The keys of a damaged vault cannot be listed: that is no reason to believe that there are none. */
    private static boolean tellDamage(Output output, List<VaultInfo> vaults) {
        boolean damaged = false;
        for (VaultInfo info : vaults) {
            if (info.damage().isPresent()) {
                output.note("keys are missing here: " + info.damage().get());
                damaged = true;
            }
        }
        if (damaged) {
            output.hint("tpm-keyring vault list");
        }
        return damaged;
    }

    private Table table(List<KeyInfo> keys, List<VaultInfo> vaults) {
        Table table = new Table("NAME", "VAULT", "TARGET", "STATE", "IDENTIFIER").painting(3, this::painted);
        for (KeyInfo key : keys) {
            table.row(key.name(), key.vault(), Words.of(key.target()), state(key, vaults), where(key));
        }
        return table;
    }

    private Table withOwners(List<KeyInfo> keys, List<VaultInfo> vaults) {
        UserNames names = new UserNames(host().root());
        Table table = new Table("OWNER", "NAME", "VAULT", "TARGET", "STATE", "IDENTIFIER").painting(4, this::painted);
        for (KeyInfo key : keys) {
            table.row(
                    names.of(key.owner()),
                    key.name(),
                    key.vault(),
                    Words.of(key.target()),
                    state(key, vaults),
                    where(key));
        }
        return table;
    }

    /** A key that is locked because the boot is over is told apart from one that an unlock brings back. */
    private static String state(KeyInfo key, List<VaultInfo> vaults) {
        boolean shut = false;
        for (VaultInfo vault : vaults) {
            shut |= vault.owner() == key.owner() && vault.name().equals(key.vault()) && vault.door() == VaultDoor.SHUT;
        }
        return shut && key.state() == KeyState.LOCKED ? "shut" : Words.of(key.state());
    }

    private static String where(KeyInfo key) {
        String identifiers = Words.list(key.identifiers());
        return key.mount().isPresent() ? identifiers + " on " + key.mount().get() : identifiers;
    }

    private String painted(String state) {
        return StatePaint.of(output().style(), state);
    }
}
