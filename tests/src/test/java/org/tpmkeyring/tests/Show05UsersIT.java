// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.ListKeys;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.testing.Requires;

/** Two users and root side by side. */
class Show05UsersIT {
    private static final long ANNA = 4711;
    private static final long BERT = 4712;

    private Machine machine;

    @BeforeEach
    void start() throws IOException {
        Requires.root();
        Requires.command("keyctl");
        machine = Machine.start();
    }

    @AfterEach
    void stop() throws IOException {
        for (long uid : List.of(ANNA, BERT)) {
            machine.as(uid).run("lock", "--all");
            new KernelKeys(uid).keyctl("clear", "@u");
        }
        machine.close();
    }

    private static String secretOf(long uid) {
        return "the secret of " + uid;
    }

    private String keyOf(long uid) {
        return machine.unique("key-of-" + uid);
    }

    private void addKey(long uid) throws IOException {
        machine.as(uid)
                .command("add", keyOf(uid), "--target=user", "--key-file=-", "--no-recovery-key")
                .input(secretOf(uid))
                .run()
                .ok();
    }

    @Test
    void eachReadsHisOwnKeyAndNobodyElses() throws IOException {
        List<Long> all = List.of(0L, ANNA, BERT);
        for (long uid : all) {
            addKey(uid);
        }
        for (long uid : all) {
            KernelKeys mine = new KernelKeys(uid);
            assertThat(mine.keyctl("pipe", "%user:" + keyOf(uid)).ok().text()).isEqualTo(secretOf(uid));
            for (long other : all) {
                if (other != uid) {
                    assertThat(mine.find("user", keyOf(other))).isEmpty();
                    Long serial = machine.as(other).key(keyOf(other)).serials().get(0);
                    Outcome bySerial = mine.keyctl("pipe", serial.toString());
                    assertThat(bySerial.status())
                            .as("uid %d reads a key of %d", uid, other)
                            .isNotZero();
                    assertThat(bySerial.output()).isEmpty();
                }
            }
        }
    }

    @Test
    void aUserIsToldOfHisOwnKeysOnly() throws IOException {
        addKey(ANNA);
        addKey(BERT);

        assertThat(machine.as(ANNA).json(ListKeys.Reply.class, "list").keys())
                .extracting(KeyInfo::name)
                .containsExactly(keyOf(ANNA));
        assertThat(machine.as(ANNA).run("list", "--user=" + BERT).status()).isEqualTo(3);
        assertThat(machine.as(ANNA).run("list", "--all").status()).isEqualTo(3);
        assertThat(machine.as(ANNA).run("unlock", "--user=0").status()).isEqualTo(3);
        assertThat(machine.cli().json(ListKeys.Reply.class, "list", "--all").keys())
                .extracting(KeyInfo::owner)
                .contains(ANNA, BERT);
    }

    @Test
    void aUserWithHisKeyQuotaFullStillGetsHisKeys() throws IOException {
        addKey(ANNA);
        machine.as(ANNA).run("lock").ok();
        Outcome full = new KernelKeys(ANNA)
                .keyctlShell("for i in $(seq 400); do keyctl add user full-$i x @u || exit 0; done; exit 1");
        assertThat(full.errors()).contains("quota");

        machine.as(ANNA).run("unlock").ok();

        assertThat(machine.as(ANNA).key(keyOf(ANNA)).state()).isEqualTo(KeyState.DELIVERED);
        assertThat(new KernelKeys(ANNA)
                        .keyctl("pipe", "%user:" + keyOf(ANNA))
                        .ok()
                        .text())
                .isEqualTo(secretOf(ANNA));
    }

    @Test
    void noThreadOfTheDaemonEverHasAnotherRealEffectiveOrSavedUid() throws IOException {
        addKey(ANNA);
        addKey(BERT);
        Set<String> seen = new ConcurrentSkipListSet<>();
        Set<String> fileSystemUids = new ConcurrentSkipListSet<>();
        CompletableFuture<Void> work = CompletableFuture.runAsync(() -> lockAndUnlockManyTimes());
        while (!work.isDone()) {
            watchThreads(seen, fileSystemUids);
        }
        work.join();

        assertThat(seen).containsExactly("0 0 0");
        assertThat(fileSystemUids).contains("0");
    }

    private void lockAndUnlockManyTimes() {
        try {
            for (int i = 0; i < 8; i++) {
                for (long uid : List.of(ANNA, BERT)) {
                    machine.as(uid).run("lock").ok();
                    machine.as(uid).run("unlock").ok();
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void watchThreads(Set<String> seen, Set<String> fileSystemUids) throws IOException {
        try (Stream<Path> threads =
                Files.list(Path.of("/proc", Long.toString(machine.daemon().pid()), "task"))) {
            for (Path thread : threads.toList()) {
                String[] uids = uidLine(thread);
                if (uids.length == 5) {
                    seen.add(uids[1] + " " + uids[2] + " " + uids[3]);
                    fileSystemUids.add(uids[4]);
                }
            }
        }
    }

    private static String[] uidLine(Path thread) throws IOException {
        try {
            String status = Files.readString(thread.resolve("status"), StandardCharsets.US_ASCII);
            return status.lines()
                    .filter(line -> line.startsWith("Uid:"))
                    .findFirst()
                    .orElse("")
                    .split("\\s+");
        } catch (NoSuchFileException e) {
            return new String[0];
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("No such process")) {
                return new String[0];
            }
            throw e;
        }
    }
}
