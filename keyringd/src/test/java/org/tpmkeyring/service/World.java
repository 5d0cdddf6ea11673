// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.tpmkeyring.audit.AuditEvent;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.AddKey;
import org.tpmkeyring.protocol.api.ListKeys;
import org.tpmkeyring.protocol.api.ListVaults;
import org.tpmkeyring.protocol.api.Method;
import org.tpmkeyring.protocol.api.Request;
import org.tpmkeyring.protocol.api.VaultInfo;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.store.DirectoryVaultStore;
import org.tpmkeyring.store.RuntimeRecord;
import org.tpmkeyring.store.RuntimeRecordFile;
import org.tpmkeyring.store.StoreException;
import org.tpmkeyring.target.Targets;
import org.tpmkeyring.testing.FakeTpm;
import org.tpmkeyring.testing.InMemoryFscrypt;
import org.tpmkeyring.testing.InMemoryKeyrings;
import org.tpmkeyring.testing.InMemoryVolumes;
import org.tpmkeyring.vault.VaultRepository;

/** All use cases over a TPM, a kernel and a directory that a test can do things to. */
final class World implements AutoCloseable {
    static final int MAX_VAULTS = 3;
    static final Duration LOGIN_PASSWORD = Duration.ofMinutes(2);
    static final Instant NOW = Instant.ofEpochSecond(1_800_000_000L);

    final FakeTpm tpm = new FakeTpm();
    final GatedTpm gatedTpm = new GatedTpm(tpm);
    final InMemoryKeyrings keyrings = new InMemoryKeyrings();
    final InMemoryFscrypt fscrypt = new InMemoryFscrypt();
    final InMemoryVolumes volumes = new InMemoryVolumes();

    final FakeSessions sessions = new FakeSessions();

    /** Alarms. */
    final List<AuditEvent> told = new CopyOnWriteArrayList<>();

    /** Word on the kernel command line that asks for a shell. */
    Optional<String> rescue = Optional.empty();

    private static final int OWN_PID = 4711;

    private final Path state;
    private DirectoryVaultStore store;
    private VaultRepository repository;
    private KeyringService service;
    private Handlers handlers;
    private Optional<Integer> doorPcr = Optional.of(15);
    private String bootId = "boot-1";
    private Instant now = NOW;

    World(Path parent) {
        state = parent.resolve("state");
        start();
    }

    private void start() {
        try {
            store = DirectoryVaultStore.open(state, ownUid());
        } catch (StoreException e) {
            throw new IllegalStateException(e);
        }
        repository = new VaultRepository(store);
        ServiceSettings settings = new ServiceSettings(
                "0.1.0", state, PcrSelection.parse("7"), doorPcr, bootId, MAX_VAULTS, LOGIN_PASSWORD);
        Targets targets = Targets.all(keyrings, fscrypt, volumes);
        Unattended unattended = new Unattended(() -> rescue);
        service = new KeyringService(
                repository,
                gatedTpm,
                targets,
                keyrings,
                this::record,
                settings,
                InstantSource.fixed(now),
                unattended,
                told::add,
                sessions.ports());
        handlers = service.handlers();
        service.takeUpSessions();
    }

    /** What the key socket of this daemon gives out. */
    VolumeKeys volumeKeys() {
        return service.volumeKeys();
    }

    /** What a login unlocks vaults with. */
    VaultUnlocker unlocker() {
        return service.unlocker();
    }

    /** A new daemon over the same files, TPM and kernel. */
    void restart() {
        service.close();
        store.close();
        start();
    }

    /** A new daemon after a reboot that measured the same: the runtime directory is empty. */
    void reboot() {
        try {
            for (String record : List.of("door", "checks", "alarms", "sessions")) {
                Files.deleteIfExists(runtimeDirectory().resolve(record));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        keyrings.close();
        tpm.reboot();
        tpm.measureFirmware();
        bootId += "'";
        restart();
    }

    /** A new daemon with another setting of the door. */
    void restartWithDoor(Optional<Integer> pcr) {
        doorPcr = pcr;
        restart();
    }

    /** A new daemon on a machine whose clock says this. */
    void restartAt(Instant instant) {
        now = instant;
        restart();
    }

    /** What is remembered until the next boot. */
    RuntimeRecord record(String name) {
        return RuntimeRecordFile.in(runtimeDirectory(), name, ownUid());
    }

    /** Where the records are. */
    Path runtimeDirectory() {
        return state.resolveSibling("run");
    }

    /** The state directory. */
    Path state() {
        return state;
    }

    /** The vault files themselves, for what only somebody with write access to them could do. */
    VaultRepository repository() {
        return repository;
    }

    /** The file of a vault of root. */
    Path file(String vault) {
        VaultInfo info = vault(vault);
        return state.resolve("vaults/" + info.owner() + "/" + info.id() + ".vault");
    }

    /** Adds generated keys as root, showing recovery keys to nobody in particular. */
    void add(String... names) {
        for (String name : names) {
            add(Orders.key(name));
        }
    }

    /** Adds a key as root; the person who sees the recovery key of a new vault. */
    ScriptedDialogue add(Orders.NewKey order) {
        ScriptedDialogue person = new ScriptedDialogue();
        Object added = call(AddKey.METHOD, order.request(), person);
        assertThat(added).isNotNull();
        return person;
    }

    /** The states of root's keys by name, from the kernel. */
    Map<String, KeyState> states() {
        Map<String, KeyState> states = new TreeMap<>();
        call(ListKeys.METHOD, Orders.listKeys()).keys().forEach(key -> states.put(key.name(), key.state()));
        return states;
    }

    /** Root's vault of this name, as listed. */
    VaultInfo vault(String name) {
        return call(ListVaults.METHOD, Orders.listVaults()).vaults().stream()
                .filter(vault -> vault.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Breaks the file of a vault of root. */
    void damage(String vault) {
        try {
            Files.write(file(vault), new byte[] {'x'}, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Calls as root. */
    <Q extends Request, R extends Record> R call(Method<Q, R> method, Q request) {
        return call(method, request, new ScriptedDialogue());
    }

    /** Calls as root. */
    <Q extends Request, R extends Record> R call(Method<Q, R> method, Q request, SecretDialogue secrets) {
        return callAs(0, method, request, secrets);
    }

    /** Calls as a user, with the owner settled as authorisation does it. */
    <Q extends Request, R extends Record> R callAs(long uid, Method<Q, R> method, Q request, SecretDialogue secrets) {
        return callAs(uid, OWN_PID, method, request, secrets);
    }

    /** Calls as a process of root, such as one that logs people in. */
    <Q extends Request, R extends Record> R callFrom(int process, Method<Q, R> method, Q request) {
        return callAs(0, process, method, request, new ScriptedDialogue());
    }

    private <Q extends Request, R extends Record> R callAs(
            long uid, int process, Method<Q, R> method, Q request, SecretDialogue secrets) {
        Call<Q> call = new Call<>(uid, process, request.owner().orElse(uid), request, secrets);
        Handlers.Entry<?, ?> entry = handlers.find(method.qualifiedName()).orElseThrow();
        return method.reply().cast(run(entry, call));
    }

    @SuppressWarnings("unchecked")
    private static <Q extends Request> Record run(Handlers.Entry<?, ?> entry, Call<Q> call) {
        return ((Handler<Q, ?>) entry.handler()).handle(call);
    }

    /** Whether the method has a handler. */
    boolean answers(Method<?, ?> method) {
        return handlers.find(method.qualifiedName()).isPresent();
    }

    /** The refusal that a call ends with. */
    static KeyringException refusal(ThrowingCallable call) {
        KeyringException refusal = catchThrowableOfType(KeyringException.class, call);
        if (refusal == null) {
            throw new AssertionError("the call was not refused");
        }
        return refusal;
    }

    /** Every file of the state directory and its bytes, hex. */
    Map<String, String> files() {
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> files = Files.walk(state.resolve("vaults"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                found.put(state.relativize(file).toString(), HexFormat.of().formatHex(Files.readAllBytes(file)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private long ownUid() {
        try {
            return Integer.toUnsignedLong((int) Files.getAttribute(state.getParent(), "unix:uid"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        service.close();
        store.close();
        keyrings.close();
        tpm.clear();
    }
}
