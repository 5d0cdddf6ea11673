// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.output.SafeText;
import org.tpmkeyring.cli.output.Words;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.api.AddKey;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.protocol.api.VaultInfo;

/** Tells what {@code add} did. */
final class AddReport {
    private final Output output;
    private final String recoveryKeyFile;
    private final boolean noRecoveryKey;

    AddReport(Output output, String recoveryKeyFile, boolean noRecoveryKey) {
        this.output = output;
        this.recoveryKeyFile = recoveryKeyFile;
        this.noRecoveryKey = noRecoveryKey;
    }

    /** Exit status: 1 when the key is safe but did not reach its target. */
    int tell(AddKey.Reply reply) {
        boolean json = output.json(reply);
        if (!json) {
            if (reply.createdVault().isPresent()) {
                vault(reply.createdVault().get());
            }
            key(reply.key(), reply.delivery());
            if (reply.createdVault().isEmpty() && recoveryKeyFile != null) {
                output.note("vault '" + SafeText.of(reply.key().vault())
                        + "' was there already, so no recovery key was made and no file");
            }
        }
        if (reply.delivery().result() != KeyResult.FAILED) {
            return 0;
        }
        KeyOutcome failed = reply.delivery();
        output.failure(
                "key '" + SafeText.of(failed.name()) + "' is sealed, but could not be delivered"
                        + failed.reason().map(text -> ": " + SafeText.of(text)).orElse(""),
                SafeText.of(
                        failed.hint().orElse("tpm-keyring unlock " + reply.key().vault())));
        return ErrorKind.UNEXPECTED.exitCode();
    }

    private void vault(VaultInfo vault) {
        output.done("vault '" + SafeText.of(vault.name()) + "' made " + occasion(vault) + ", opened by "
                + SafeText.of(Words.protectors(vault)));
        recoveryNote(output, vault.name(), recoveryKeyFile, noRecoveryKey);
    }

    /** Says where the recovery key went, or that there is none. */
    static void recoveryNote(Output output, String vault, String recoveryKeyFile, boolean noRecoveryKey) {
        if (noRecoveryKey) {
            output.note("vault '" + SafeText.of(vault)
                    + "' has no recovery key: if the TPM ever refuses, its keys are lost");
            output.hint("tpm-keyring protector add recovery --vault " + SafeText.of(vault));
        } else if (recoveryKeyFile != null) {
            output.note("its recovery key is in " + SafeText.of(recoveryKeyFile) + ", move it off this machine");
        }
    }

    /** What a vault is for: when it is unlocked by itself. */
    static String occasion(VaultInfo vault) {
        return switch (vault.when()) {
            case BOOT -> "for boot";
            case LOGIN -> "for login";
            case MANUAL -> "for use by hand";
        };
    }

    private void key(KeyInfo key, KeyOutcome delivery) {
        String mount = key.mount().map(dir -> " on " + dir).orElse("");
        output.done("key '" + SafeText.of(key.name()) + "' (" + Words.of(key.target()) + ") added to vault '"
                + SafeText.of(key.vault()) + "'");
        if (!key.identifiers().isEmpty()) {
            output.done("  known to the kernel as " + SafeText.of(Words.list(key.identifiers()) + mount));
        }
        switch (delivery.result()) {
            case ABSENT -> {
                output.done("  not delivered, the vault is locked");
                output.hint(SafeText.of(delivery.hint().orElse("tpm-keyring unlock " + key.vault())));
            }
            case FAILED -> output.done("  sealed");
            default -> output.done("  " + OutcomeLines.word(delivery));
        }
    }
}
