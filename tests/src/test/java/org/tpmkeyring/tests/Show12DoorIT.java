// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.api.CloseDoor;
import org.tpmkeyring.protocol.api.DoorState;
import org.tpmkeyring.protocol.api.ListVaults;
import org.tpmkeyring.protocol.api.Status;
import org.tpmkeyring.protocol.api.VaultDoor;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.testing.Requires;

/** The end of boot, on a TPM: what is shut, what is not, and what helps. */
class Show12DoorIT {
    private static final long ANNA = 4722;
    private static final int CLOSED = 7;

    private Machine machine;
    private String name;
    private Path recoveryKey;

    @BeforeEach
    void start() throws IOException {
        Requires.root();
        Requires.command("swtpm");
        machine = Machine.start();
        name = machine.unique("disk");
        recoveryKey = machine.file("recovery-key");
        machine.cli().makeVault(recoveryKey).ok();
        machine.cli().run("add", name, "--target=user", "--generate").ok();
    }

    @AfterEach
    void stop() throws IOException {
        machine.as(ANNA).run("lock");
        machine.close();
    }

    private CloseDoor.Reply close() throws IOException {
        return machine.cli().json(CloseDoor.Reply.class, "close");
    }

    private String door() throws IOException {
        return machine.tpm().tool("tpm2_pcrread", "sha1:15+sha256:15");
    }

    private DoorState state() throws IOException {
        return machine.cli().json(Status.Reply.class, "status").door().state();
    }

    /** The next boot as the daemon sees it: TPM reset and measured, nothing in the runtime directory. */
    private void reboot() throws IOException {
        machine.cli().run("lock", "--all").ok();
        machine.daemon().stop();
        machine.reboot();
        Files.deleteIfExists(machine.file("door"));
        machine.startDaemon();
    }

    @Test
    void closingShutsTheVaultUntilTheNextBoot() throws IOException {
        Outcome closed = machine.cli().run("close").ok();
        assertThat(closed.text().lines())
                .containsExactly(
                        "the door is closed: PCR 15 was extended",
                        "vault 'default': shut until the next boot, 1 of 1 key in place");
        assertThat(machine.cli().key(name).state()).isEqualTo(KeyState.DELIVERED);
        machine.cli().run("unlock").ok();
        machine.cli().run("lock").ok();

        Outcome refused = machine.cli().run("unlock").endedWith(CLOSED);
        assertThat(refused.errors().lines())
                .containsExactly(
                        "tpm-keyring: vault 'default' was shut at the end of boot and opens again at the next one",
                        "hint: tpm-keyring recover default");
        assertThat(machine.cli().run("explain").ok().text())
                .startsWith("the door was closed at 20")
                .contains(": PCR 15 was extended, and vault 'default' opens again at the next boot");
        assertThat(machine.cli().run("list").ok().text()).containsPattern(name + " +default +user +shut");
        machine.cli().run("recover", "--recovery-key-file=" + recoveryKey).ok();
        assertThat(machine.cli().key(name).state()).isEqualTo(KeyState.DELIVERED);

        reboot();
        assertThat(state()).isEqualTo(DoorState.OPEN);
        machine.cli().run("unlock", "--when=boot").ok();
        assertThat(machine.cli().key(name).state()).isEqualTo(KeyState.DELIVERED);
    }

    @Test
    void closingTwiceExtendsOnce() throws IOException {
        String open = door();
        assertThat(close().extended()).isTrue();
        String closed = door();
        assertThat(closed).isNotEqualTo(open);

        CloseDoor.Reply again = close();
        assertThat(again.extended()).isFalse();
        assertThat(again.door().state()).isEqualTo(DoorState.CLOSED);
        machine.daemon().stop();
        machine.startDaemon();
        assertThat(close().extended()).isFalse();
        Files.delete(machine.file("door"));
        assertThat(close().extended()).isFalse();
        assertThat(door()).isEqualTo(closed);
    }

    @Test
    void aShutVaultIsChangedWithItsRecoveryKey() throws IOException {
        assertThat(close().extended()).isTrue();
        machine.cli().run("lock").ok();
        String second = machine.unique("second");

        Outcome refused =
                machine.cli().run("add", second, "--target=user", "--generate").endedWith(CLOSED);
        assertThat(refused.errors()).endsWith("hint: the same command with --unlock-key-file FILE\n");
        machine.cli()
                .run("add", second, "--target=user", "--generate", "--unlock-key-file=" + recoveryKey)
                .ok();
        machine.cli()
                .run("vault", "rename", "default", "disks", "--unlock-key-file=" + recoveryKey)
                .ok();
        machine.cli()
                .run("protector", "add", "tpm2", "--vault=disks", "--tpm2-pcrs=14", "--unlock-key-file=" + recoveryKey)
                .ok();
        machine.cli()
                .run("remove", name, "--yes", "--unlock-key-file=" + recoveryKey)
                .ok();
        machine.cli().run("unlock", "disks").endedWith(CLOSED);

        reboot();
        machine.cli().run("unlock", "disks").ok();
        assertThat(machine.cli().key(second).state()).isEqualTo(KeyState.DELIVERED);
    }

    @Test
    void whatIsSealedBehindTheClosedDoorOpensAtTheNextBoot() throws IOException {
        assertThat(close().extended()).isTrue();
        String later = machine.unique("later");
        machine.cli()
                .run("add", later, "--target=user", "--generate", "--vault=later", "--no-recovery-key")
                .ok();
        machine.cli()
                .run("recover", "--reseal", "--recovery-key-file=" + recoveryKey)
                .ok();
        machine.cli().run("lock", "--all").ok();
        machine.cli().run("unlock", "later").endedWith(CLOSED);

        reboot();
        machine.cli().run("unlock", "--all").ok();
        assertThat(machine.cli().key(later).state()).isEqualTo(KeyState.DELIVERED);
        assertThat(machine.cli().key(name).state()).isEqualTo(KeyState.DELIVERED);
    }

    @Test
    void reopenableAndLoginVaultsAreNotAffected() throws IOException {
        String hers = machine.unique("hers");
        machine.as(ANNA)
                .run("add", hers, "--target=user", "--generate", "--no-recovery-key")
                .ok();
        String spare = machine.unique("spare");
        machine.cli()
                .run("add", spare, "--target=user", "--generate", "--vault=spare", "--reopenable", "--no-recovery-key")
                .ok();
        assertThat(close().vaults())
                .extracting(vault -> vault.vault() + " " + vault.door())
                .containsExactlyInAnyOrder("default SHUT", "spare REOPENABLE");
        machine.cli().run("lock", "--all").ok();
        machine.as(ANNA).run("lock").ok();

        machine.as(ANNA).run("unlock").ok();
        machine.cli().run("unlock", "spare").ok();
        machine.cli().run("unlock", "default").endedWith(CLOSED);
        machine.as(ANNA).run("close").endedWith(3);
    }

    @Test
    void aVaultIsMadeReopenableAndBack() throws IOException {
        machine.cli().run("reseal", "--reopenable").ok();
        Outcome nothing = machine.cli().run("close").ok();
        assertThat(nothing.text()).startsWith("the door (PCR 15) is left open: no vault for boot depends on it");
        machine.cli().run("reseal", "--no-reopenable").ok();
        assertThat(machine.cli()
                        .json(ListVaults.Reply.class, "vault", "list")
                        .vaults()
                        .get(0)
                        .door())
                .isEqualTo(VaultDoor.OPEN);
        assertThat(close().extended()).isTrue();
    }

    @Test
    void theDoorIsOpenAfterADeathBeforeTheExtensionAndClosedAfterOneBehindIt() throws IOException {
        String open = door();
        assertThat(close().extended()).isTrue();
        String closed = door();
        String record = Files.readString(machine.file("door"));
        String begun = record.replace("closed=yes", "closed=begun");
        assertThat(begun).isNotEqualTo(record);

        machine.daemon().kill();
        Files.writeString(machine.file("door"), begun);
        machine.startDaemon();
        assertThat(state()).isEqualTo(DoorState.INTERRUPTED);
        machine.cli().run("lock").ok();
        machine.cli().run("unlock").endedWith(CLOSED);
        assertThat(close().extended()).isFalse();
        assertThat(door()).isEqualTo(closed);

        machine.daemon().kill();
        machine.reboot();
        assertThat(door()).isEqualTo(open);
        Files.writeString(machine.file("door"), begun);
        machine.startDaemon();
        assertThat(state()).isEqualTo(DoorState.INTERRUPTED);
        machine.cli().run("unlock").ok();
        assertThat(close().extended()).isTrue();
        assertThat(state()).isEqualTo(DoorState.CLOSED);
    }
}
