// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.daemon;

import java.nio.file.Path;
import java.time.InstantSource;
import org.tpmkeyring.boot.KernelCommandLine;
import org.tpmkeyring.daemon.binding.ProcessCalls;
import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.kernel.keyctl.FscryptIoctl;
import org.tpmkeyring.kernel.keyctl.KeyctlUserKeyrings;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.service.Handlers;
import org.tpmkeyring.service.KeyringService;
import org.tpmkeyring.service.ServiceSettings;
import org.tpmkeyring.service.Unattended;
import org.tpmkeyring.store.DirectoryVaultStore;
import org.tpmkeyring.store.StoreException;
import org.tpmkeyring.target.Targets;
import org.tpmkeyring.tpm.esys.EsysTpm;
import org.tpmkeyring.vault.VaultRepository;

/** Puts the adapters behind their ports: the one place that knows both. */
final class Wiring {
    private Wiring() {}

    /**
     * Opens the state directory first: when another daemon has it, nothing else is touched. The TPM is not asked
     * before somebody needs it, so that a machine without one can still tell so.
     *
     * @throws KeyringException when the state directory or a library cannot be used
     */
    static Handlers open(Configuration configuration, Lifecycle lifecycle) {
        Path state = configuration.stateDirectory();
        VaultRepository repository = new VaultRepository(lifecycle.keep(store(state)));
        EsysTpm tpm = lifecycle.keep(new EsysTpm(configuration.tpm2Device()));
        lifecycle.watch("TPM thread", tpm);
        lifecycle.describe(() -> StatusLine.of(tpm.snapshot()));
        ServiceSettings settings = new ServiceSettings(
                Version.text(), state, configuration.defaultPcrs(), configuration.maxVaultsPerUser());
        try {
            KeyctlUserKeyrings keyrings = lifecycle.keep(new KeyctlUserKeyrings());
            lifecycle.watch("keyring thread", keyrings);
            Targets targets = Targets.all(keyrings, new FscryptIoctl());
            Unattended unattended = new Unattended(KernelCommandLine.ofThisMachine());
            return new KeyringService(repository, tpm, targets, keyrings, settings, InstantSource.system(), unattended)
                    .handlers();
        } catch (KernelException e) {
            throw KeyringException.of(ErrorKind.NOT_SUPPORTED)
                    .with("what", "the kernel keyring")
                    .with("reason", e.getMessage())
                    .with("hint", "apt install libkeyutils1")
                    .causedBy(e)
                    .build();
        }
    }

    private static DirectoryVaultStore store(Path state) {
        try {
            return DirectoryVaultStore.open(state, Integer.toUnsignedLong(ProcessCalls.geteuid()));
        } catch (StoreException.Unsafe e) {
            throw KeyringException.of(ErrorKind.VAULT_UNSAFE_FILE)
                    .with("path", e.path())
                    .with("reason", e.getMessage())
                    .causedBy(e)
                    .build();
        } catch (StoreException.InUse e) {
            throw KeyringException.of(ErrorKind.EXISTS)
                    .with("what", "a keyringd that uses")
                    .with("name", state)
                    .with("hint", "tpm-keyring status")
                    .causedBy(e)
                    .build();
        } catch (StoreException e) {
            throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                    .with("argument", "state directory " + state)
                    .with("reason", e.getMessage())
                    .with("hint", "ls -ld " + state)
                    .causedBy(e)
                    .build();
        }
    }
}
