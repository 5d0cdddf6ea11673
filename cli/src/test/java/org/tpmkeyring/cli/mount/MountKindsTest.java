// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.cli.mounttab.TableField;
import org.tpmkeyring.cli.testing.CommandRun;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.TargetType;

/** ZFS and bcachefs entries, and the helper of mount(8); see {@link MountCommandTest} for what is real here. */
final class MountKindsTest extends MountFixture {
    /** zfs(8) as far as it is asked: properties of a dataset that is locked and not mounted. */
    private void aLockedDataset() throws IOException {
        program(
                "zfs",
                record("zfs") + "; case $*:$5 in get*:mounted) echo no ;; get*:keystatus) echo unavailable ;;"
                        + " load-key*) printf 'fed: '; cat; echo ;; esac >>'" + log
                        + "'; case $5 in mounted) echo no ;;"
                        + " keystatus) echo unavailable ;; esac");
    }

    @Test
    void aDatasetIsFedItsKeyWithoutItComingHere() throws IOException {
        aLockedDataset();
        hasKey("tank", TargetType.ZFS, KeyState.LOCKED);
        CommandRun run = run("tank/my\\040data none zfs key=tank,ro\n", "mount", "--", "tank/my data");
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).isEqualTo("tank/my data: mounted (zfs, key tank)\n");
        assertThat(called())
                .containsSubsequence(
                        "zfs|load-key|tank/my data",
                        "fed: the key of %user:tpm-keyring:tank",
                        "zfs|mount|-o|ro|tank/my data");
    }

    @Test
    void aKeyOfAnotherDatasetIsRefused() throws IOException {
        aLockedDataset();
        hasKey("tank", TargetType.ZFS, KeyState.DELIVERED);
        CommandRun run = run("tank/other none zfs key=tank\n", "mount", "--all");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("key=tank: this key is for tank/my data and not for tank/other");
        assertThat(String.join("\n", called())).doesNotContain("load-key");
    }

    @Test
    void withoutZfsThePackageIsNamed() throws IOException {
        hasKey("tank", TargetType.ZFS, KeyState.DELIVERED);
        CommandRun run = run("tank/my\\040data none zfs key=tank\n", "mount", "--all");
        assertThat(run.status()).isEqualTo(5);
        assertThat(run.err()).contains("the program zfs is not installed\nhint: sudo apt-get install zfsutils-linux");
    }

    @Test
    void aBcachefsFileSystemIsMountedWhenItIsTheEncryptedOneOfItsKey() throws IOException {
        hasKey("pool", TargetType.BCACHEFS, KeyState.LOCKED);
        Path device = BcachefsSuperblockTest.device(temporary.resolve("device"), UUID, 1L << 10);
        Path where = directory("w");
        assertThat(run(line(device, where, "bcachefs key=pool,ro"), "mount", "-a")
                        .err())
                .isEmpty();
        assertThat(called()).containsExactly("mount|-i|-t|bcachefs|-o|ro|" + device + "|" + where);

        BcachefsSuperblockTest.device(device, UUID, 0);
        CommandRun planted = run(line(device, where, "bcachefs key=pool"), "mount", "-a");
        assertThat(planted.status()).as("the same UUID, in clear").isEqualTo(7);
        assertThat(called()).hasSize(1);
    }

    @Test
    void aDaemonThatDiesOverTheUnlockingIsAskedAgainOnce() throws IOException {
        hasKey("vault", TargetType.FSCRYPT, KeyState.LOCKED);
        Path what = directory("l");
        String table = line(what, directory("w"), "fscrypt key=vault");
        lostUnlocks = 1;
        assertThat(run(table, "mount", "-a").err()).isEmpty();
        assertThat(called()).hasSize(1);

        hasKey("vault", TargetType.FSCRYPT, KeyState.LOCKED);
        lostUnlocks = 2;
        CommandRun run = run(table, "mount", "-a");
        assertThat(run.status()).isEqualTo(9);
        assertThat(run.err()).contains("the connection was lost before the answer came");
    }

    @Test
    void theHelperMountsWhatMountTellsIt() throws IOException {
        hasKey("vault", TargetType.FSCRYPT, KeyState.DELIVERED);
        Path what = directory("line\nbreak \\ x");
        Path where = directory("w");
        CommandRun run = run(
                "",
                "mount-helper",
                TableField.encode(what.toString()),
                where.toString(),
                "-n",
                "-o",
                "rw,x-gvfs-hide,nodev,type=fscrypt,mounttab-quoted,timeout=9,key=vault");
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(String.join("\n", called())).isEqualTo("mount|--bind|-o|rw,nodev|" + what + "|" + where);
    }

    @Test
    void theHelperTellsWhatIsMissing() throws IOException {
        assertThat(run("", "mount-helper", "/a", "/b", "-o", "rw,key=k").err())
                .contains("type=ecryptfs, type=fscrypt or type=bcachefs is missing");
        assertThat(run("", "mount-helper", "/a", "/b", "-o", "type=fscrypt").err())
                .contains("OPTIONS: there is no key=NAME");
        assertThat(run("", "mount-helper", "/a", "b", "-o", "type=fscrypt,key=k")
                        .err())
                .contains("WHERE: it has to be an absolute path");
        assertThat(run("", "mount-helper", "/a", "/b", "-N", "/proc/1/ns/mnt").status())
                .isEqualTo(5);
        assertThat(run("", "mount-helper", "/a", "/b", "-f", "-o", "type=fscrypt,key=k")
                        .status())
                .isZero();
        assertThat(called()).isEmpty();
    }
}
