// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.time.InstantSource;
import java.util.Optional;
import org.tpmkeyring.audit.AuditTrail;
import org.tpmkeyring.concurrent.Later;
import org.tpmkeyring.kernel.UserKeyrings;
import org.tpmkeyring.protocol.api.AddKey;
import org.tpmkeyring.protocol.api.AddProtector;
import org.tpmkeyring.protocol.api.ChangePassword;
import org.tpmkeyring.protocol.api.ChangeProtector;
import org.tpmkeyring.protocol.api.CheckDirectory;
import org.tpmkeyring.protocol.api.CheckVolume;
import org.tpmkeyring.protocol.api.CloseDoor;
import org.tpmkeyring.protocol.api.CloseSession;
import org.tpmkeyring.protocol.api.CreateVault;
import org.tpmkeyring.protocol.api.Diagnose;
import org.tpmkeyring.protocol.api.Explain;
import org.tpmkeyring.protocol.api.ImportEcryptfs;
import org.tpmkeyring.protocol.api.KeepPassword;
import org.tpmkeyring.protocol.api.ListKeys;
import org.tpmkeyring.protocol.api.ListVaults;
import org.tpmkeyring.protocol.api.Lock;
import org.tpmkeyring.protocol.api.OpenSession;
import org.tpmkeyring.protocol.api.Recover;
import org.tpmkeyring.protocol.api.ReleaseAuthtok;
import org.tpmkeyring.protocol.api.RemoveKey;
import org.tpmkeyring.protocol.api.RemoveProtector;
import org.tpmkeyring.protocol.api.RemoveVault;
import org.tpmkeyring.protocol.api.RenameVault;
import org.tpmkeyring.protocol.api.Reseal;
import org.tpmkeyring.protocol.api.RestoreVault;
import org.tpmkeyring.protocol.api.ShowKey;
import org.tpmkeyring.protocol.api.ShowSecret;
import org.tpmkeyring.protocol.api.Status;
import org.tpmkeyring.protocol.api.TpmInfo;
import org.tpmkeyring.protocol.api.TpmPcrs;
import org.tpmkeyring.protocol.api.TpmSelfTest;
import org.tpmkeyring.protocol.api.Unlock;
import org.tpmkeyring.session.Logins;
import org.tpmkeyring.session.SessionProcesses;
import org.tpmkeyring.store.RuntimeRecord;
import org.tpmkeyring.store.RuntimeRecords;
import org.tpmkeyring.target.Targets;
import org.tpmkeyring.tpm.Tpm;
import org.tpmkeyring.vault.VaultRepository;

/**
 * All use cases, wired to their ports. Safe for use from any thread. Closes none of the ports; closed before them.
 */
public final class KeyringService implements AutoCloseable {
    private final Tpm tpm;
    private final Targets targets;
    private final UserKeyrings keyrings;
    private final ServiceSettings settings;
    private final InstantSource clock;
    private final Unattended unattended;

    private final Vaults vaults;
    private final KeyStates states;
    private final Deliveries deliveries;
    private final Door door;
    private final VaultInfos infos;
    private final Keys keys;
    private final VaultOpener opener;
    private final Randomness randomness;
    private final ProtectorMaker protectors;
    private final VaultMaker maker;
    private final VaultUnlocker unlocker;
    private final Resealing resealing;
    private final LuksKeys luksKeys;
    private final CheckedVolumes checkedVolumes;
    private final Alarms alarms;
    private final LoginVaults loginVaults;
    private final KeptPasswords passwords;
    private final Leases leases;
    private final AfterLogout afterLogout;
    private final SessionTrail sessionTrail;

    /**
     * @param repository vault files
     * @param tpm the machine's
     * @param targets kernel consumers
     * @param keyrings asked for the kernel's key types and for keys of volumes; deliveries go through the targets
     * @param records what is remembered until the next boot: the door, checks of volumes, alarms
     * @param settings from the configuration
     * @param clock for creation times and uptime
     * @param unattended whether the boot may unlock by itself
     * @param trail where alarms are told
     * @param sessions what keeps login vaults unlocked
     */
    public KeyringService(
            VaultRepository repository,
            Tpm tpm,
            Targets targets,
            UserKeyrings keyrings,
            RuntimeRecords records,
            ServiceSettings settings,
            InstantSource clock,
            Unattended unattended,
            AuditTrail trail,
            Sessions sessions) {
        this.tpm = tpm;
        this.targets = targets;
        this.keyrings = keyrings;
        this.settings = settings;
        this.clock = clock;
        this.unattended = unattended;
        vaults = new Vaults(repository);
        states = new KeyStates(targets);
        deliveries = new Deliveries(targets, states);
        door = door(records.named("door"));
        infos = new VaultInfos(vaults, states, door);
        keys = new Keys(vaults, targets);
        opener = new VaultOpener(vaults, tpm, door);
        randomness = new Randomness(tpm);
        protectors = new ProtectorMaker(tpm, door, randomness, clock);
        maker = new VaultMaker(vaults, protectors, door.rule(), randomness, settings, clock);
        unlocker = new VaultUnlocker(vaults, opener, deliveries, door);
        resealing = new Resealing(vaults, protectors, door.rule(), settings);
        luksKeys = new LuksKeys(keys);
        checkedVolumes = new CheckedVolumes(System::nanoTime, list(records, "checks"));
        alarms = new Alarms(clock, trail, list(records, "alarms"));
        loginVaults = new LoginVaults(vaults, unlocker, deliveries, states);
        passwords = new KeptPasswords(settings.loginPassword(), sessions.later());
        leases =
                new Leases(sessions.processes(), sessions.logins(), list(records, "sessions"), clock, sessions.later());
        sessionTrail = sessions.trail();
        afterLogout = new AfterLogout(leases, loginVaults, sessionTrail, sessions.later());
    }

    /**
     * What sessions need.
     *
     * @param processes that opened them
     * @param logins what systemd-logind knows
     * @param later for what is done after a while
     * @param trail where it is told what logins and logouts did
     */
    public record Sessions(SessionProcesses processes, Logins logins, Later later, SessionTrail trail) {}

    /** Goes on with the sessions that the daemon before knew; those that ended meanwhile are ended now. */
    public void takeUpSessions() {
        leases.begin(afterLogout::ended);
    }

    /** Forgets what is kept for a while. */
    @Override
    public void close() {
        passwords.close();
    }

    private RuntimeList list(RuntimeRecords records, String name) {
        return new RuntimeList(records.named(name), settings.bootId());
    }

    private Door door(RuntimeRecord record) {
        Optional<DoorRecords> records = settings.doorPcr()
                .map(pcr -> new DoorRecords(
                        record, settings.bootId(), tpm.snapshot().device(), pcr));
        return new Door(new DoorRule(settings.doorPcr()), records, vaults, tpm, clock);
    }

    /** A handler for each of {@link org.tpmkeyring.protocol.api.Methods#ALL}. */
    public Handlers handlers() {
        Handlers handlers = new Handlers();
        addKeyCases(handlers);
        addVaultCases(handlers);
        addProtectorCases(handlers);
        addMachineCases(handlers);
        addSessionCases(handlers);
        return handlers;
    }

    private void addSessionCases(Handlers handlers) {
        handlers.add(OpenSession.METHOD, new OpenSessionCase(leases, loginVaults, passwords, afterLogout, sessionTrail))
                .add(CloseSession.METHOD, new CloseSessionCase(leases))
                .add(KeepPassword.METHOD, new KeepPasswordCase(loginVaults, passwords));
    }

    /** Keys for those who open LUKS volumes. */
    public VolumeKeys volumeKeys() {
        return new VolumeKeys(luksKeys, targets, checkedVolumes, unlocker, keyrings, unattended);
    }

    /** Unlocks vaults, with a password where one is at hand. */
    VaultUnlocker unlocker() {
        return unlocker;
    }

    private void addKeyCases(Handlers handlers) {
        KeyAdding adding = new KeyAdding(
                vaults, keys, new VaultPolicyCheck(door.rule()), opener, maker, states, deliveries, infos, clock);
        handlers.add(ListKeys.METHOD, new ListKeysCase(vaults, states))
                .add(ShowKey.METHOD, new ShowKeyCase(keys, states, infos))
                .add(ShowSecret.METHOD, new ShowSecretCase(keys, targets, states, opener))
                .add(AddKey.METHOD, new AddKeyCase(targets, randomness, adding))
                .add(ImportEcryptfs.METHOD, new ImportEcryptfsCase(vaults, keys, targets, adding))
                .add(ReleaseAuthtok.METHOD, new ReleaseAuthtokCase(keys, opener))
                .add(RemoveKey.METHOD, new RemoveKeyCase(vaults, keys, opener, deliveries))
                .add(Unlock.METHOD, new UnlockCase(vaults, unlocker, unattended))
                .add(Lock.METHOD, new LockCase(vaults, deliveries))
                .add(CheckDirectory.METHOD, new CheckDirectoryCase(keys, targets, alarms));
    }

    private void addVaultCases(Handlers handlers) {
        handlers.add(CreateVault.METHOD, new CreateVaultCase(maker, infos))
                .add(ListVaults.METHOD, new ListVaultsCase(vaults, infos))
                .add(RemoveVault.METHOD, new RemoveVaultCase(vaults, deliveries))
                .add(RenameVault.METHOD, new RenameVaultCase(vaults, opener, infos))
                .add(RestoreVault.METHOD, new RestoreVaultCase(vaults, opener, infos))
                .add(Explain.METHOD, new ExplainCase(vaults, infos, tpm, door));
    }

    private void addProtectorCases(Handlers handlers) {
        Replacing replacing = new Replacing(vaults, protectors);
        handlers.add(AddProtector.METHOD, new AddProtectorCase(vaults, opener, protectors, door.rule(), settings))
                .add(ChangeProtector.METHOD, new ChangeProtectorCase(vaults, opener, replacing))
                .add(ChangePassword.METHOD, new ChangePasswordCase(vaults, opener, replacing, passwords))
                .add(RemoveProtector.METHOD, new RemoveProtectorCase(vaults, opener, infos))
                .add(Recover.METHOD, new RecoverCase(vaults, opener, unlocker, resealing))
                .add(Reseal.METHOD, new ResealCase(vaults, opener, resealing));
    }

    private void addMachineCases(Handlers handlers) {
        TpmChecks tpmChecks = new TpmChecks(tpm, settings);
        StateDirectoryChecks directoryChecks = new StateDirectoryChecks(settings.stateDirectory());
        VaultChecks vaultChecks = new VaultChecks(vaults, tpm, door, clock);
        KernelChecks kernelChecks = new KernelChecks(keyrings);
        handlers.add(
                        Status.METHOD,
                        new StatusCase(
                                vaults,
                                infos,
                                tpm,
                                door,
                                settings,
                                clock,
                                alarms,
                                new SessionInfos(leases, afterLogout)))
                .add(CloseDoor.METHOD, new CloseDoorCase(vaults, door, deliveries, states))
                .add(CheckVolume.METHOD, new CheckVolumeCase(luksKeys, states, checkedVolumes, alarms))
                .add(TpmInfo.METHOD, new TpmInfoCase(tpm))
                .add(TpmSelfTest.METHOD, new TpmSelfTestCase(tpm))
                .add(TpmPcrs.METHOD, new TpmPcrsCase(tpm))
                .add(Diagnose.METHOD, new DiagnoseCase(vaults, tpmChecks, directoryChecks, vaultChecks, kernelChecks));
    }
}
