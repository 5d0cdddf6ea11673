// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.ListKeys;
import org.tpmkeyring.protocol.api.ListVaults;
import org.tpmkeyring.protocol.api.VaultInfo;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.testing.Requires;

/**
 * The daemon is killed before every file operation of a change, the first, the second and so on until the change
 * gets through. Whatever it left, the next daemon has the old or the new state, and opens it.
 */
class Show07CrashIT {
    private static final String CONTENTS = "what must not be lost";

    /** System calls of the store. Each is counted for itself, thread by thread. */
    private static final List<String> CALLS = List.of("openat", "write", "fsync", "link", "rename", "unlink", "mkdir");

    private Machine machine;
    private int protectors = 2;
    private String kept;
    private String changing;

    /** A change to be interrupted. */
    private interface Change {
        Outcome run() throws IOException;
    }

    @BeforeEach
    void start() throws IOException {
        Requires.root();
        machine = Machine.start();
        kept = machine.unique("kept");
        changing = machine.unique("changing");
        machine.cli().makeVault(machine.file("recovery")).ok();
        machine.cli()
                .add(kept, CONTENTS.getBytes(StandardCharsets.UTF_8), "--target=user")
                .ok();
    }

    @AfterEach
    void stop() throws IOException {
        machine.close();
    }

    /** What the store touches: the JVM has files, and sockets, of its own. */
    private List<String> filesOfTheVault() throws IOException {
        String vault = new VaultFiles(machine).only().toString();
        return List.of(
                vault,
                vault + ".new",
                vault + ".previous",
                vault + ".previous.new",
                Path.of(vault).getParent().toString());
    }

    /** @return whether the daemon died of it */
    private boolean killedBefore(String call, int nth, Change change) throws IOException {
        List<String> options =
                new ArrayList<>(List.of("-e", "trace=" + call, "-e", "inject=" + call + ":signal=KILL:when=" + nth));
        for (String path : filesOfTheVault()) {
            options.addAll(List.of("-P", path));
        }
        Tracer tracer = Tracer.attach(machine.daemon(), machine.file("trace"), options.toArray(String[]::new));
        Outcome outcome;
        try {
            outcome = change.run();
        } finally {
            tracer.close();
        }
        if (outcome.status() == 0) {
            return false;
        }
        assertThat(machine.daemon().awaitEnd()).as("killed by a signal").isGreaterThan(128);
        machine.startDaemon();
        return true;
    }

    private Set<String> keys() throws IOException {
        return machine.cli().json(ListKeys.Reply.class, "list").keys().stream()
                .map(KeyInfo::name)
                .collect(Collectors.toSet());
    }

    private void assertWhole() throws IOException {
        machine.cli().run("lock").ok();
        machine.cli().run("unlock").ok();
        assertThat(machine.cli().json(ListKeys.Reply.class, "list").keys())
                .allMatch(key -> key.state() == KeyState.DELIVERED)
                .extracting(KeyInfo::name)
                .contains(kept);
        assertThat(new KernelKeys(0).keyctl("pipe", "%user:" + kept).ok().text())
                .isEqualTo(CONTENTS);
        List<VaultInfo> vaults =
                machine.cli().json(ListVaults.Reply.class, "vault", "list").vaults();
        assertThat(vaults).hasSize(1);
        assertThat(vaults.get(0).damage()).isEmpty();
        assertThat(vaults.get(0).protectors()).hasSize(protectors);
    }

    /** @return how many times the daemon was killed */
    private int interruptEverywhere(Change prepare, Change change) throws IOException {
        int deaths = 0;
        for (String call : CALLS) {
            boolean died = true;
            for (int nth = 1; died; nth++) {
                prepare.run();
                died = killedBefore(call, nth, change);
                deaths += died ? 1 : 0;
                assertWhole();
            }
        }
        return deaths;
    }

    private Outcome add() throws IOException {
        return machine.cli().run("add", changing, "--target=user", "--generate");
    }

    private Outcome remove() throws IOException {
        return machine.cli().run("remove", changing, "--yes");
    }

    private Outcome nothing() throws IOException {
        return machine.cli().run("status");
    }

    @Test
    void anAddIsDoneOrNot() throws IOException {
        int deaths = interruptEverywhere(() -> keys().contains(changing) ? remove().ok() : nothing(), this::add);

        assertThat(deaths).isGreaterThan(CALLS.size() - 1);
        assertThat(keys()).containsExactlyInAnyOrder(kept, changing);
    }

    @Test
    void aRemovalIsDoneOrNot() throws IOException {
        int deaths = interruptEverywhere(() -> keys().contains(changing) ? nothing() : add().ok(), this::remove);

        assertThat(deaths).isGreaterThan(CALLS.size() - 1);
        assertThat(keys()).containsExactly(kept);
    }

    private Path password(String text) throws IOException {
        return Files.writeString(machine.file("password-" + text), text);
    }

    private Outcome change(String opening, String fresh) throws IOException {
        return machine.cli().run("protector", "change", opening, "--new-password-file=" + password(fresh));
    }

    /** The old passphrase again, after a look at which one opens the vault: one of the two always does. */
    private Outcome oldPassphrase() throws IOException {
        Outcome old = change("--password-file=" + password("old"), "old");
        return old.status() == 0
                ? old
                : change("--password-file=" + password("new"), "old").ok();
    }

    @Test
    void aChangeOfAPasswordIsDoneOrNot() throws IOException {
        machine.cli()
                .run("protector", "add", "passphrase", "--new-password-file=" + password("old"))
                .ok();
        protectors = 3;
        int deaths =
                interruptEverywhere(this::oldPassphrase, () -> change("--password-file=" + password("old"), "new"));

        assertThat(deaths).isGreaterThan(CALLS.size() - 1);
        change("--password-file=" + password("new"), "new").ok();
    }

    @Test
    void aResealIsDoneOrNot() throws IOException {
        int deaths = interruptEverywhere(this::nothing, () -> machine.cli().run("reseal", "--tpm2-pcrs=7+14"));

        assertThat(deaths).isGreaterThan(CALLS.size() - 1);
    }
}
