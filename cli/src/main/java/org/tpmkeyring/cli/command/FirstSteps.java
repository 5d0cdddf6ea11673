// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.util.Optional;
import org.tpmkeyring.cli.client.DaemonClient;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.output.SafeText;
import org.tpmkeyring.cli.output.Words;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.ListVaults;
import org.tpmkeyring.protocol.api.VaultInfo;

/** Tells somebody who typed no command how things are and what to type next. */
final class FirstSteps {
    private FirstSteps() {}

    static void tell(Output output, DaemonClient client) {
        try {
            vaults(output, client.call(ListVaults.METHOD, new ListVaults.Request(Optional.empty(), false)));
        } catch (KeyringException e) {
            output.line("tpm-keyring keeps keys of encrypted file systems sealed to this machine's TPM.");
            output.line(e.sentence() + ".");
            output.line("");
            output.line("Try this first:    " + e.hint());
            output.line("What is wrong:     tpm-keyring doctor");
        }
        output.line("All commands:      tpm-keyring --help, or man tpm-keyring");
    }

    private static void vaults(Output output, ListVaults.Reply reply) {
        int keys = 0;
        int delivered = 0;
        boolean damaged = false;
        for (VaultInfo vault : reply.vaults()) {
            keys += vault.keys();
            delivered += vault.delivered();
            damaged |= vault.damage().isPresent();
        }
        if (keys == 0) {
            output.line("tpm-keyring keeps keys of encrypted file systems sealed to this machine's TPM.");
            output.line("keyringd is running, and you have no keys yet.");
            output.line("");
            output.line("Make the first:    tpm-keyring add home --target ecryptfs --generate");
            output.line("How things are:    tpm-keyring status");
        } else {
            output.line("You have " + Words.count(keys, "key") + " in "
                    + Words.count(reply.vaults().size(), "vault") + "; the kernel has " + delivered + " of " + keys
                    + " now.");
            output.line("");
            output.line("See them:          tpm-keyring list");
            if (delivered < keys) {
                output.line("Unlock them:       tpm-keyring unlock" + whichOnes(reply));
            }
        }
        if (damaged) {
            output.line("A vault is damaged: tpm-keyring status");
        }
    }

    private static String whichOnes(ListVaults.Reply reply) {
        if (reply.vaults().size() > 1) {
            return " --all";
        }
        String only = reply.vaults().get(0).name();
        return DaemonCommand.DEFAULT_VAULT.equals(only) ? "" : " " + SafeText.of(only);
    }
}
