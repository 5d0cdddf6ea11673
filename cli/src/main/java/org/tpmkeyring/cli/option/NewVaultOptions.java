// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.option;

import java.util.Optional;
import org.tpmkeyring.protocol.value.When;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a vault that is made by a command is like. */
public final class NewVaultOptions {
    @Option(
            names = "--when",
            paramLabel = "boot|login|manual",
            converter = WhenChoices.class,
            completionCandidates = WhenChoices.class,
            order = 39,
            description = "When the new vault is unlocked by itself. Default: boot for root, login for others."
                    + " Only root makes vaults for boot.")
    When when;

    @Mixin
    PolicyOptions policy;

    @Mixin
    PinOption pin;

    @Mixin
    NewPasswordOption newPassword;

    @Option(
            names = "--reopenable",
            order = 41,
            description = "Let the TPM open a vault for boot at any time. Otherwise it is shut when the boot is over,"
                    + " see 'tpm-keyring close'.")
    boolean reopenable;

    @Mixin
    RecoveryKeyOptions recoveryKey;

    public Optional<When> when() {
        return Optional.ofNullable(when);
    }

    public PolicyOptions policy() {
        return policy;
    }

    public boolean pin() {
        return pin.pin();
    }

    /** Where a new PIN comes from. */
    public NewPasswordOption newPassword() {
        return newPassword;
    }

    public boolean reopenable() {
        return reopenable;
    }

    public boolean noRecoveryKey() {
        return recoveryKey.none();
    }

    /** Where the recovery key goes instead of the terminal; null where nowhere else. */
    public String recoveryKeyFile() {
        return recoveryKey.file();
    }
}
