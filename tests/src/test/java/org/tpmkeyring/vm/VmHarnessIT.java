// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The machines themselves. */
class VmHarnessIT {
    @Test
    void aMachineBootsMeasuredAndKeepsItsState() throws IOException {
        try (Vm vm = Vm.create(DebianImage.of(Integer.getInteger("debian", 12)), "harness")
                .addDisk("data", 64)) {
            long begin = System.nanoTime();
            try (Guest guest = vm.boot(Boot.USUAL)) {
                System.out.println("agent " + (System.nanoTime() - begin) / 1e9);
                System.out.println(guest.awaitBooted() + " " + (System.nanoTime() - begin) / 1e9);
                System.out.println(
                        guest.run(
                                "systemd-analyze; systemctl --failed; tpm2_pcrread sha256; ls -l /dev/disk/by-id; keyctl show; df -h /; systemd-analyze blame | head -20; systemd-analyze critical-chain"));
                System.out.println(guest.run("sleep 100", java.time.Duration.ofSeconds(2)));
                guest.must("echo kept >/root/file; sync");
                long down = System.nanoTime();
                guest.shutDown();
                System.out.println("down " + (System.nanoTime() - down) / 1e9);
            }
            try (Vm copy = vm.copy("harness-copy");
                    Guest guest = copy.boot(Boot.USUAL.withChangedInitrd())) {
                assertThat(guest.must("cat /root/file")).isEqualTo("kept");
                System.out.println(guest.run("tpm2_pcrread sha256"));
            }
        }
    }
}
