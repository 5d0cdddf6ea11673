// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.doctor;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tpmkeyring.cli.program.Ended;
import org.tpmkeyring.cli.program.Programs;
import org.tpmkeyring.protocol.api.DoorState;
import org.tpmkeyring.protocol.api.ProtectorInfo;
import org.tpmkeyring.protocol.api.Status;
import org.tpmkeyring.protocol.api.VaultDoor;
import org.tpmkeyring.protocol.api.VaultInfo;

/**
 * Whether the boot ended without closing the door.
 *
 * @param environment for its PATH
 * @param status as root is told it
 */
public record BootEnd(Machine machine, Map<String, String> environment, Status.Reply status) {
    /** What is-system-running of systemctl(1) says from the end of the boot to the beginning of the shutdown. */
    private static final Set<String> OVER = Set.of("running", "degraded");

    private static final String BOOT_TIME = "btime ";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /**
     * A vault that the door should have shut and has not. One that was made since the boot began may have come after
     * its end. systemd is asked only where there is such a vault.
     */
    Optional<VaultInfo> leftOpen() {
        if (status.door().state() != DoorState.OPEN) {
            return Optional.empty();
        }
        return status.vaults().stream()
                .filter(vault -> vault.door() == VaultDoor.OPEN && isOfBefore(vault))
                .findFirst()
                .filter(vault -> isOver());
    }

    private boolean isOfBefore(VaultInfo vault) {
        return bootTime().stream()
                .anyMatch(boot -> vault.protectors().stream()
                        .mapToLong(ProtectorInfo::created)
                        .anyMatch(created -> created < boot));
    }

    /** Seconds since the epoch (proc_stat(5)). */
    private Optional<Long> bootTime() {
        return machine.read("proc/stat").stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith(BOOT_TIME))
                .map(line -> Long.valueOf(line.substring(BOOT_TIME.length()).strip()))
                .findFirst();
    }

    private boolean isOver() {
        return new Programs(environment)
                .ask(List.of("systemctl", "is-system-running"), PATIENCE)
                .map(Ended::out)
                .map(String::strip)
                .filter(OVER::contains)
                .isPresent();
    }
}
