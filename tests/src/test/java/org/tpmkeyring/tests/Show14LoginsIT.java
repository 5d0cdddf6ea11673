// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.tpmkeyring.testing.Requires;
import org.tpmkeyring.testing.TpmRelay;

/** A hundred PAM applications that log twenty users in at the same moment, with the real module and daemon. */
@Timeout(300)
final class Show14LoginsIT {
    private static final int USERS = 20;
    private static final int LOGINS = 100;
    private static final int FIRST_UID = 4801;
    private static final int FLOODER = 4799;

    /** TPM2_Unseal (TPM 2.0 Library, part 2, 6.5.2). */
    private static final int TPM2_CC_UNSEAL = 0x15E;

    private Machine machine;
    private TpmRelay relay;

    @BeforeEach
    void start() throws IOException {
        Requires.root();
        for (String command : List.of("gcc", "keyctl", "python3", "setpriv")) {
            Requires.command(command);
        }
        machine = Machine.withoutDaemon();
        relay = TpmRelay.before(machine.tpm());
        machine.startDaemon(relay.tcti());
        for (int user = 0; user < USERS; user++) {
            String owner = "--user=" + (FIRST_UID + user);
            machine.cli()
                    .command("add", key(), owner, "--target=user", "--key-file=-", "--no-recovery-key")
                    .input("secret of " + user)
                    .run()
                    .ok();
            machine.cli().run("lock", owner).ok();
        }
        prepare();
        relay.forget();
    }

    private String key() {
        return machine.unique("home");
    }

    /** Users and a PAM service that are there for the processes of this test alone. */
    private void prepare() throws IOException {
        Path services = Files.createDirectory(machine.file("services"));
        Path module = Dist.root().resolve("lib/security/pam_tpm_keyring.so");
        Files.writeString(
                services.resolve("sshd"),
                "session optional " + module + " socket=" + machine.socket() + " timeout=10s debug\n");
        Files.writeString(
                machine.file("passwd"),
                IntStream.range(0, USERS)
                                .mapToObj(user -> "user-" + (user + 1) + ":x:" + (FIRST_UID + user)
                                        + ":100::/nonexistent:/usr/sbin/nologin")
                                .collect(Collectors.joining("\n"))
                        + "\n");
        Files.writeString(machine.file("group"), "users:x:100:\n");
        Program.of(
                        "gcc",
                        "-O2",
                        "-o",
                        machine.file("logins").toString(),
                        Dist.clone("tests/clients/logins.c").toString(),
                        "-lpam")
                .run()
                .ok();
    }

    @AfterEach
    void stop() throws IOException {
        for (int user = 0; user < USERS; user++) {
            new KernelKeys(FIRST_UID + user).keyctl("clear", "@u");
        }
        machine.close();
        relay.close();
    }

    /** Milliseconds of each login, ascending. */
    private List<Double> logIn() throws IOException {
        Outcome logins = Program.of(
                        machine.file("logins").toString(),
                        machine.file("services").toString(),
                        "sshd",
                        "" + USERS,
                        "" + LOGINS)
                .env("LD_PRELOAD", nssWrapper())
                .env("NSS_WRAPPER_PASSWD", machine.file("passwd").toString())
                .env("NSS_WRAPPER_GROUP", machine.file("group").toString())
                .run()
                .ok();
        List<String[]> lines =
                logins.text().lines().map(line -> line.split(" ")).toList();
        assertThat(lines).hasSize(LOGINS).allMatch(line -> line[1].equals("0"));
        return lines.stream().map(line -> Double.parseDouble(line[0])).sorted().toList();
    }

    private static String nssWrapper() throws IOException {
        try (Stream<Path> directories = Files.list(Path.of("/usr/lib"))) {
            return directories
                    .map(directory -> directory.resolve("libnss_wrapper.so"))
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow()
                    .toString();
        }
    }

    private void assertOneUnsealForEachVault() throws IOException {
        assertThat(relay.exchanges())
                .filteredOn(exchange -> exchange.commandCode() == TPM2_CC_UNSEAL)
                .hasSize(USERS);
        assertThat(machine.daemon().log().lines().filter(line -> line.contains("login of uid")))
                .hasSize(LOGINS);
    }

    private static void report(TestInfo test, List<Double> times) {
        System.out.printf(
                Locale.ROOT,
                "%s: %d logins of %d users at once, pam_open_session p50 %.1f ms, p99 %.1f ms, longest %.1f ms%n",
                test.getDisplayName(),
                LOGINS,
                USERS,
                times.get(LOGINS / 2),
                times.get(LOGINS * 99 / 100),
                times.get(LOGINS - 1));
    }

    @Test
    void aHundredLoginsAtOnceCostOneUnsealForEachVault(TestInfo test) throws IOException {
        report(test, logIn());
        assertOneUnsealForEachVault();
    }

    @Test
    void noLoginStarvesWhileAnotherUserFloodsTheSocket(TestInfo test) throws Exception {
        Path script = Files.copy(Dist.clone("tests/clients/flood.py"), Path.of("/tmp", machine.unique("flood")));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rw-r--r--"));
        Process flood = new ProcessBuilder(
                        "setpriv",
                        "--reuid=" + FLOODER,
                        "--regid=" + FLOODER,
                        "--clear-groups",
                        "/usr/bin/env",
                        "-i",
                        "PATH=/usr/bin:/bin",
                        "python3",
                        script.toString(),
                        machine.socket().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader said = flood.inputReader(StandardCharsets.UTF_8)) {
            assertThat(said.readLine()).contains("TooManyConnections");
            report(test, logIn());
            assertThat(flood.isAlive()).isTrue();
            assertOneUnsealForEachVault();
        } finally {
            flood.destroyForcibly();
            Files.delete(script);
        }
    }
}
