// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Waits for the device node of a TPM that the firmware or the kernel tells of and that has no node yet: early in
 * boot its driver may still be loading. Where nothing is told of, or the machine has been up for a while, there is
 * no waiting. Belongs to one thread.
 */
final class Arrival {
    private static final Pattern DEVICE = Pattern.compile("device:(?<path>/[^,]+)");
    private static final List<String> PROMISES = List.of("sys/firmware/acpi/tables/TPM2", "sys/class/tpm/tpm0");
    private static final Duration EARLY = Duration.ofMinutes(2);
    private static final Duration LONGEST = Duration.ofSeconds(15);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    private final Optional<Path> node;
    private final Path root;
    private final Duration longest;

    /** On the clock of {@link System#nanoTime()}; set by the first wait, and never again. */
    private Optional<Long> endNanos = Optional.empty();

    /**
     * @param nameConf TCTI string; only a device is waited for
     */
    Arrival(String nameConf) {
        this(nameConf, Path.of("/"), LONGEST);
    }

    /**
     * @param root directory taken for {@code /}
     * @param longest of all waits together
     */
    Arrival(String nameConf, Path root, Duration longest) {
        Matcher device = DEVICE.matcher(nameConf);
        this.node =
                device.matches() ? Optional.of(root.resolve(device.group("path").substring(1))) : Optional.empty();
        this.root = root;
        this.longest = longest;
    }

    /** Returns when the node is there, or when there is no use in waiting any longer. */
    void await() {
        if (node.isEmpty() || !isDue(node.get())) {
            return;
        }
        long end = endNanos.orElseGet(this::begin);
        while (!Files.exists(node.get()) && end - System.nanoTime() > 0) {
            Pause.sleep(BETWEEN_LOOKS);
        }
    }

    private boolean isDue(Path device) {
        return !Files.exists(device)
                && PROMISES.stream().anyMatch(promise -> Files.exists(root.resolve(promise)))
                && uptime().compareTo(EARLY) < 0;
    }

    private long begin() {
        System.getLogger(Arrival.class.getName())
                .log(
                        System.Logger.Level.INFO,
                        "there is a TPM, but no {0} yet, waiting up to {1} s for it",
                        node.get(),
                        longest.toSeconds());
        long end = System.nanoTime() + longest.toNanos();
        endNanos = Optional.of(end);
        return end;
    }

    /** proc(5), /proc/uptime: seconds since boot come first. */
    private Duration uptime() {
        try {
            String text = Files.readString(root.resolve("proc/uptime"), StandardCharsets.US_ASCII);
            return Duration.ofSeconds(Long.parseLong(text.split("[. ]", 2)[0]));
        } catch (IOException | NumberFormatException e) {
            return EARLY;
        }
    }
}
