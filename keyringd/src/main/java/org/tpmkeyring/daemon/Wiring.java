// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.daemon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.tpmkeyring.boot.KernelCommandLine;
import org.tpmkeyring.concurrent.Timer;
import org.tpmkeyring.daemon.binding.ProcessCalls;
import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.kernel.keyctl.FscryptIoctl;
import org.tpmkeyring.kernel.keyctl.KeyctlUserKeyrings;
import org.tpmkeyring.kernel.sysfs.SysfsVolumes;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.server.AuditLog;
import org.tpmkeyring.server.VolumeKeyServer;
import org.tpmkeyring.service.KeyringService;
import org.tpmkeyring.service.ServiceSettings;
import org.tpmkeyring.service.Unattended;
import org.tpmkeyring.session.linux.LogindRecords;
import org.tpmkeyring.session.linux.PidfdProcesses;
import org.tpmkeyring.store.DirectoryVaultStore;
import org.tpmkeyring.store.RuntimeRecordFile;
import org.tpmkeyring.store.RuntimeRecords;
import org.tpmkeyring.store.StoreException;
import org.tpmkeyring.systemd.DescriptorStore;
import org.tpmkeyring.systemd.JournalTrail;
import org.tpmkeyring.target.Targets;
import org.tpmkeyring.tpm.esys.EsysTpm;
import org.tpmkeyring.vault.VaultRepository;

/** Puts the adapters behind their ports: the one place that knows both. */
final class Wiring {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private Wiring() {}

    /**
     * Opens the state directory first: when another daemon has it, nothing else is touched. The TPM is not asked
     * before somebody needs it, so that a machine without one can still tell so.
     *
     * @param leased descriptors of processes that the daemon before held, by lease; taken over
     * @throws KeyringException when the state directory or a library cannot be used
     */
    static Daemon.Service open(Configuration configuration, Lifecycle lifecycle, Map<String, Integer> leased) {
        Path state = configuration.stateDirectory();
        VaultRepository repository = new VaultRepository(lifecycle.keep(store(state)));
        EsysTpm tpm = lifecycle.keep(new EsysTpm(configuration.tpm2Device()));
        lifecycle.watch("TPM thread", tpm);
        lifecycle.describe(() -> StatusLine.of(tpm.snapshot()));
        ServiceSettings settings = new ServiceSettings(
                Version.text(),
                state,
                configuration.defaultPcrs(),
                configuration.doorPcr(),
                bootId(),
                configuration.maxVaultsPerUser(),
                configuration.loginPassword());
        RuntimeRecords records = name -> RuntimeRecordFile.in(configuration.runtimeDirectory(), name, ownUid());
        try {
            KeyctlUserKeyrings keyrings = lifecycle.keep(new KeyctlUserKeyrings());
            lifecycle.watch("keyring thread", keyrings);
            Targets targets = Targets.all(keyrings, new FscryptIoctl(), new SysfsVolumes());
            Unattended unattended = new Unattended(KernelCommandLine.ofThisMachine());
            PidfdProcesses processes = lifecycle.keep(processes(leased));
            KeyringService service = lifecycle.keep(new KeyringService(
                    repository,
                    tpm,
                    targets,
                    keyrings,
                    records,
                    settings,
                    InstantSource.system(),
                    unattended,
                    JournalTrail.ofThisProcess(),
                    sessions(processes, lifecycle)));
            service.takeUpSessions();
            processes.releaseOthers();
            return new Daemon.Service(service.handlers(), volumeKeys(service));
        } catch (KernelException e) {
            throw KeyringException.of(ErrorKind.NOT_SUPPORTED)
                    .with("what", "the kernel keyring")
                    .with("reason", e.getMessage())
                    .with("hint", "apt install libkeyutils1")
                    .causedBy(e)
                    .build();
        }
    }

    private static PidfdProcesses processes(Map<String, Integer> leased) {
        DescriptorStore store = new DescriptorStore(ActivatedSockets.LEASE);
        return new PidfdProcesses(new PidfdProcesses.Keeper(store::keep, store::drop), leased);
    }

    private static KeyringService.Sessions sessions(PidfdProcesses processes, Lifecycle lifecycle) {
        return new KeyringService.Sessions(
                processes,
                LogindRecords.ofThisMachine(),
                lifecycle.keep(new Timer("sessions-later")),
                new AuditLog(JournalTrail.ofThisProcess()));
    }

    private static long ownUid() {
        return Integer.toUnsignedLong(ProcessCalls.geteuid());
    }

    private static String bootId() {
        try {
            return Files.readString(BOOT_ID, StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            throw KeyringException.of(ErrorKind.NOT_SUPPORTED)
                    .with("what", "a machine without " + BOOT_ID)
                    .with("reason", "this boot cannot be told from the next")
                    .with("hint", "mount -t proc proc /proc")
                    .causedBy(e)
                    .build();
        }
    }

    /** Volumes are root's, so a daemon of somebody else has no keys of any. */
    private static Optional<VolumeKeyServer.Source> volumeKeys(KeyringService service) {
        return ProcessCalls.geteuid() == 0 ? Optional.of(service.volumeKeys()::take) : Optional.empty();
    }

    private static DirectoryVaultStore store(Path state) {
        try {
            return DirectoryVaultStore.open(state, ownUid());
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
