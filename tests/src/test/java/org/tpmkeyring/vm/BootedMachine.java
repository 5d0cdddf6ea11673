// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vm;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests that look at one machine, which is booted for all of them together, since that takes half a minute. What is
 * looked at in the same boot must not be changed by any of them.
 */
@ExtendWith(TellsTrouble.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BootedMachine {
    private Vm vm;
    private Guest guest;
    private String state;

    /** A copy of the sealed machine; a boot by {@link #boot} comes next. */
    void take(int release, String name) throws IOException {
        vm = SealedMachine.copy(release, "debian-" + release + "-" + name);
    }

    /** Switches the machine on and waits until the boot has come to its end. The machine must be off. */
    void boot(Boot boot) throws IOException {
        guest = vm.boot(boot);
        state = guest.awaitBooted();
    }

    /** Pulls the plug and boots again. */
    void cutPowerAndBoot(Boot boot) throws IOException {
        guest.must("sync");
        guest.close();
        boot(boot);
    }

    Vm vm() {
        return vm;
    }

    Guest guest() {
        return guest;
    }

    /** What the boot came to, see {@link Guest#awaitBooted}. */
    String state() {
        return state;
    }

    /** Whether the LUKS volume is open. */
    boolean volumeIsOpen() throws IOException {
        return guest.run("test -e /dev/mapper/data").status() == 0;
    }

    /** What can be read of the three files. */
    String readable() throws IOException {
        return guest.run("cat /srv/data/file /srv/private/file /srv/documents/file")
                .output();
    }

    /** Starts what the boot could not, as a person does once the keys are there, and returns what the service read. */
    String readByService() throws IOException {
        return guest.must("""
                set -e
                test -e /dev/mapper/data || systemctl restart systemd-cryptsetup@data.service
                systemctl restart reader.service
                cat /run/reader
                """);
    }

    /** Switches it off and forgets it; where each test has its own this comes once more at the end. */
    @AfterAll
    void throwAway() throws IOException {
        if (guest != null) {
            guest.close();
            guest = null;
        }
        if (vm != null) {
            vm.close();
            vm = null;
        }
    }
}
