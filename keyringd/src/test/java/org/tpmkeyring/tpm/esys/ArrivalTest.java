// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
final class ArrivalTest {
    private static final String TCTI = "device:/dev/tpmrm0";
    private static final Duration LONGEST = Duration.ofMillis(600);

    @TempDir
    Path root;

    @BeforeEach
    void boot() throws IOException {
        Files.createDirectories(root.resolve("dev"));
        write("proc/uptime", "9.87 12.34\n");
    }

    private void write(String name, String text) throws IOException {
        Files.createDirectories(root.resolve(name).getParent());
        Files.writeString(root.resolve(name), text);
    }

    private Duration wait(Arrival arrival) {
        long start = System.nanoTime();
        arrival.await();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private Duration waitOnce(String tcti) {
        return wait(new Arrival(tcti, root, LONGEST));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sys/firmware/acpi/tables/TPM2", "sys/class/tpm/tpm0"})
    void aPromisedTpmIsWaitedForButNotForLongAndNotTwice(String promise) throws IOException {
        write(promise, "");
        Arrival arrival = new Arrival(TCTI, root, LONGEST);
        assertThat(wait(arrival)).isBetween(LONGEST, Duration.ofSeconds(5));
        assertThat(wait(arrival)).isLessThan(LONGEST);
    }

    @Test
    void theWaitEndsWhenTheNodeComesUp() throws IOException {
        write("sys/firmware/acpi/tables/TPM2", "");
        Thread udev = new Thread(() -> {
            try {
                Pause.sleep(Duration.ofMillis(200));
                write("dev/tpmrm0", "");
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        udev.start();
        assertThat(wait(new Arrival(TCTI, root, Duration.ofSeconds(20))))
                .isBetween(Duration.ofMillis(150), Duration.ofSeconds(10));
    }

    @Test
    void withoutAPromiseNobodyWaits() {
        assertThat(waitOnce(TCTI)).isLessThan(LONGEST);
    }

    @Test
    void aNodeThatIsThereIsNotWaitedFor() throws IOException {
        write("sys/firmware/acpi/tables/TPM2", "");
        write("dev/tpmrm0", "");
        assertThat(waitOnce(TCTI)).isLessThan(LONGEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"120.00 1.00", "4711.00 1.00", "", "x"})
    void aMachineThatIsUpForLongHasAllItWillHave(String uptime) throws IOException {
        write("sys/firmware/acpi/tables/TPM2", "");
        write("proc/uptime", uptime);
        assertThat(waitOnce(TCTI)).isLessThan(LONGEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"swtpm:path=/run/swtpm", "tabrmd", "device:tpmrm0"})
    void onlyADeviceIsWaitedFor(String tcti) throws IOException {
        write("sys/firmware/acpi/tables/TPM2", "");
        assertThat(waitOnce(tcti)).isLessThan(LONGEST);
    }
}
