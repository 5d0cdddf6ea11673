// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.testing.Requires;

/** The daemon's memory, searched for a key that went through it. */
class Show08MemoryIT {
    private static final int CYCLES = 10;

    private Machine machine;
    private String name;
    private final byte[] marker = new byte[32];

    @BeforeEach
    void start() throws IOException {
        Requires.root();
        machine = Machine.start();
        name = machine.unique("marked");
        new SecureRandom().nextBytes(marker);
        machine.cli().makeVault(machine.file("recovery")).ok();
        machine.cli().add(name, marker, "--target=user").ok();
    }

    @AfterEach
    void stop() throws IOException {
        machine.close();
    }

    /** The marker in the forms in which it could have been left behind. */
    private static Map<String, byte[]> forms(byte[] secret) {
        Map<String, byte[]> forms = new LinkedHashMap<>();
        forms.put("raw", secret);
        forms.put("first half", Arrays.copyOf(secret, secret.length / 2));
        forms.put("second half", Arrays.copyOfRange(secret, secret.length / 2, secret.length));
        forms.put("hex", ascii(HexFormat.of().formatHex(secret)));
        forms.put("upper-case hex", ascii(HexFormat.of().withUpperCase().formatHex(secret)));
        forms.put("base64", ascii(Base64.getEncoder().withoutPadding().encodeToString(secret)));
        forms.put("hex as UTF-16", HexFormat.of().formatHex(secret).getBytes(StandardCharsets.UTF_16LE));
        return forms;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private void lockAndUnlock() throws IOException {
        for (int i = 0; i < CYCLES; i++) {
            machine.cli().run("lock").ok();
            machine.cli().run("unlock").ok();
        }
    }

    private void assertNowhere(byte[] secret, String what) throws IOException {
        ProcessMemory memory = new ProcessMemory(machine.daemon().pid());
        memory.find(forms(secret))
                .forEach((form, places) ->
                        assertThat(places).as("%s, %s", what, form).isEmpty());
    }

    @Test
    void theSearchFindsWhatIsThere() throws IOException {
        byte[] known = ascii(machine.state().toString());
        assertThat(new ProcessMemory(machine.daemon().pid()).find(known)).isNotEmpty();
    }

    @Test
    void noCopyOfTheKeyIsLeftAfterTenUnlocks() throws IOException {
        lockAndUnlock();
        assertNowhere(marker, "the key");
    }

    @Test
    void noCopyOfTheKekIsLeftAfterTenUnlocks() throws IOException {
        byte[] kek = new VaultFiles(machine).kek();
        lockAndUnlock();
        assertNowhere(kek, "the KEK");
    }

    @Test
    void noCopyOfTheRecoveryKeyIsLeftAfterARecovery() throws IOException {
        byte[] recoveryKey = ascii(Files.readString(machine.file("recovery")).strip());
        machine.cli()
                .run("recover", "--recovery-key-file=" + machine.file("recovery"))
                .ok();
        ProcessMemory memory = new ProcessMemory(machine.daemon().pid());
        assertThat(memory.find(recoveryKey)).isEmpty();
        assertThat(memory.find(Arrays.copyOf(recoveryKey, recoveryKey.length / 2)))
                .isEmpty();
    }

    @Test
    void duringAnUnlockTheOnlyCopyIsInALockedPage() throws IOException, InterruptedException {
        machine.cli().run("lock").ok();
        Process unlock;
        try (Tracer tracer = Tracer.attach(
                machine.daemon(),
                machine.file("trace"),
                "-e",
                "trace=add_key",
                "-e",
                "inject=add_key:signal=STOP:when=1")) {
            unlock = new ProcessBuilder(
                            Dist.program("tpm-keyring").toString(), "--socket=" + machine.socket(), "unlock")
                    .redirectErrorStream(true)
                    .redirectOutput(machine.file("unlock").toFile())
                    .start();
            tracer.awaitRecord("stopped by SIGSTOP");
            assertOnlyCopyIsLocked();
        }
        Program.of("kill", "-CONT", Long.toString(machine.daemon().pid())).run().ok();
        assertThat(unlock.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(unlock.exitValue())
                .as(Files.readString(machine.file("unlock")))
                .isZero();
        assertNowhere(marker, "the key");
    }

    private void assertOnlyCopyIsLocked() throws IOException {
        ProcessMemory memory = new ProcessMemory(machine.daemon().pid());
        List<String> asItIs = List.of("raw", "first half", "second half");
        memory.find(forms(marker)).forEach((form, places) -> {
            assertThat(places).as(form).hasSize(asItIs.contains(form) ? 1 : 0);
            assertThat(places).allMatch(ProcessMemory.Place::isLockedAndUndumpable);
        });
    }

    @Test
    void nothingOfItIsInTheLog() throws IOException {
        lockAndUnlock();
        String log = machine.daemon().log();
        assertThat(log).isNotEmpty();
        for (Map.Entry<String, byte[]> form : forms(marker).entrySet()) {
            assertThat(log).doesNotContain(new String(form.getValue(), StandardCharsets.ISO_8859_1));
        }
    }

    @Test
    void theProcessLeavesNoCoreAndCannotBeAttachedToByItsOwnUser() throws IOException {
        String pid = Long.toString(machine.daemon().pid());
        assertThat(Files.getAttribute(Path.of("/proc", pid, "environ"), "unix:uid"))
                .isEqualTo(0);
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Outcome dump = Program.of(
                        jcmd, pid, "GC.heap_dump", machine.file("heap").toString())
                .run();
        assertThat(dump.status()).isNotZero();
        assertThat(machine.file("heap")).doesNotExist();
    }
}
