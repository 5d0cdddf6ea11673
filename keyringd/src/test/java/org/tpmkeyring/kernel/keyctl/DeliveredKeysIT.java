// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.keyctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.kernel.UserKeyringsContract;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.testing.Shell;

/** What users can and cannot do with keys that were delivered to them and to others. */
class DeliveredKeysIT extends KernelFixture {
    private static final long ROOT = 0;
    private static final String MINE = "it-mine";

    @AfterEach
    void removeFromRoot() throws Exception {
        keyrings.remove(ROOT, KernelKeyType.USER, MINE);
    }

    @Test
    void everybodyReadsHisOwnKeyOnly() throws Exception {
        List<Long> people = List.of(ROOT, ALICE, BOB);
        List<Integer> serials = people.stream()
                .map(uid -> {
                    try {
                        return deliver(uid, KernelKeyType.USER, MINE, "of " + uid, true);
                    } catch (KernelException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();
        for (int i = 0; i < people.size(); i++) {
            long uid = people.get(i);
            assertThat(Shell.login(uid, "keyctl print %user:" + MINE).lastLine())
                    .isEqualTo("of " + uid);
            assertThat(Shell.login(uid, "keyctl search @u user " + MINE).lastLine())
                    .isEqualTo(serials.get(i).toString());
            for (int other = 0; other < people.size(); other++) {
                Shell read = Shell.login(uid, "keyctl print " + serials.get(other));
                assertThat(read.exit() == 0)
                        .as("uid %d reads by serial the key of uid %d", uid, people.get(other))
                        .isEqualTo(other == i);
            }
        }
        assertThat(Shell.login(ALICE, "keyctl describe " + serials.get(2)).exit())
                .isNotZero();
        assertThat(Shell.login(ALICE, "cat /proc/keys").output())
                .contains(String.format("%08x", serials.get(1)))
                .doesNotContain(String.format("%08x", serials.get(0)), String.format("%08x", serials.get(2)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "keyctl update KEY changed",
                "keyctl revoke KEY",
                "keyctl timeout KEY 1",
                "keyctl setperm KEY 0x3f3f3f3f",
                "keyctl chown KEY 61011",
                "keyctl link KEY @s",
                "keyctl add user it-mine changed @u"
            })
    void itsUserCannotChangeAKey(String attempt) throws Exception {
        int serial = deliver(ALICE, KernelKeyType.USER, MINE, "unchanged", true);
        assertThat(Shell.login(ALICE, attempt.replace("KEY", String.valueOf(serial)))
                        .exit())
                .isNotZero();
        assertThat(Shell.login(ALICE, "keyctl print " + serial).lastLine()).isEqualTo("unchanged");
        assertThat(keyrings.find(ALICE, KernelKeyType.USER, MINE).state()).isEqualTo(KeyState.DELIVERED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"keyctl unlink KEY @u", "keyctl invalidate KEY", "keyctl clear @u"})
    void itsUserCanGiveAKeyAwayAndGetsItBackAtTheNextDelivery(String attempt) throws Exception {
        int serial = deliver(ALICE, KernelKeyType.USER, MINE, "text", true);
        Shell.login(ALICE, attempt.replace("KEY", String.valueOf(serial))).succeeded();
        assertThat(keyrings.find(ALICE, KernelKeyType.USER, MINE).state()).isEqualTo(KeyState.LOCKED);
        deliver(ALICE, KernelKeyType.USER, MINE, "text", true);
        assertThat(Shell.login(ALICE, "keyctl print %user:" + MINE).lastLine()).isEqualTo("text");
    }

    @Test
    void aLogonKeyIsFoundButNotRead() throws Exception {
        int serial = deliver(ALICE, KernelKeyType.LOGON, "it:mine", "hidden", false);
        assertThat(Shell.login(ALICE, "keyctl search @u logon it:mine").lastLine())
                .isEqualTo(String.valueOf(serial));
        assertThat(Shell.login(ALICE, "keyctl print " + serial).exit()).isNotZero();
    }

    /** The kernel lets a possessor read what he may search for, so this is how it is for eCryptfs tokens. */
    @Test
    void aUserKeyCanBeReadByWhoeverCanFindIt() throws Exception {
        int serial = deliver(ALICE, KernelKeyType.USER, MINE, "not hidden", false);
        assertThat(Shell.login(ALICE, "keyctl print " + serial).lastLine()).isEqualTo("not hidden");
        assertThat(Shell.login(BOB, "keyctl print " + serial).exit()).isNotZero();
    }

    @Test
    void aDeliveredKeyHangsInTheUsersKeyringAlone() throws Exception {
        waitUntilGone(MINE);
        int serial = deliver(ALICE, KernelKeyType.USER, MINE, "text", true);
        assertThat(Shell.run("grep -c '" + MINE + "' /proc/keys").lastLine()).isEqualTo("1");
        assertThat(Shell.login(ALICE, "keyctl rlist @u").lastLine()).isEqualTo(String.valueOf(serial));
        assertThat(Shell.login(ALICE, "keyctl rdescribe " + serial).lastLine()).isEqualTo("user;0;0;0b290000;" + MINE);
    }

    /** Anybody may give a keyring of his own the name of somebody's user keyring. */
    @Test
    void aKeyringWithABorrowedNameGetsNothing() throws Exception {
        Shell.login(ALICE, "true").succeeded();
        Shell.login(
                        BOB,
                        "for i in 1 2 3 4 5 6 7 8; do keyctl setperm $(keyctl newring _uid." + ALICE
                                + " $(keyctl newring lure$i @u)) 0x3f3f3f3f; done")
                .succeeded();
        try (KeyctlUserKeyrings fresh = new KeyctlUserKeyrings();
                SecretBuffer payload = UserKeyringsContract.secret("for Alice")) {
            fresh.deliver(ALICE, KernelKeyType.USER, MINE, payload, true);
        }
        assertThat(Shell.login(BOB, "keyctl show @u | grep -c 'keyring: _uid." + ALICE + "'")
                        .lastLine())
                .isEqualTo("8");
        assertThat(Shell.login(BOB, "keyctl show @u").output()).doesNotContain(MINE);
        assertThat(Shell.login(ALICE, "keyctl print %user:" + MINE).lastLine()).isEqualTo("for Alice");
    }

    @Test
    void aUserWithAsManyKeysAsHeMayHaveGetsHis() throws Exception {
        Shell full = Shell.login(BOB, "i=0; while keyctl add user fill$i x @u; do i=$((i+1)); done");
        assertThat(full.output()).contains("Disk quota exceeded");
        deliver(BOB, KernelKeyType.USER, MINE, "in spite of it", true);
        assertThat(asBobWithoutNewSession("keyctl print %user:" + MINE)).isEqualTo("in spite of it");
    }

    @Test
    void aUserWhoseQuotaIsUsedUpToTheLastFourBytesGetsHis() throws Exception {
        fillBytes(4);
        deliver(BOB, KernelKeyType.USER, MINE, "in spite of it", true);
        assertThat(asBobWithoutNewSession("keyctl print %user:" + MINE)).isEqualTo("in spite of it");
    }

    @Test
    void aUserWhoseQuotaIsUsedUpToTheLastByteIsToldSo() throws Exception {
        fillBytes(0);
        assertThatThrownBy(() -> deliver(BOB, KernelKeyType.USER, MINE, "text", true))
                .isInstanceOf(KernelException.class)
                .hasMessage("a key cannot be linked into the user keyring of uid " + BOB
                        + " (EDQUOT, the key quota is used up, see /proc/key-users)");
        waitUntilGone(MINE);
    }

    /**
     * Fills Bob's quota in bytes but for some: a key costs 4 bytes for its link, its name with a NUL, its payload. Keys
     * of before come off the quota whenever the kernel gets to it, so this is done until it stays as it was meant.
     */
    private static void fillBytes(int left) throws Exception {
        String script = "used() { sed -n 's/^ *" + BOB + ": .* \\([0-9]*\\)\\/[0-9]*$/\\1/p' /proc/key-users; }\n"
                + "limit=$(sed -n 's/^ *" + BOB + ": .*\\/\\([0-9]*\\)$/\\1/p' /proc/key-users)\n"
                + "left() { echo $((limit - $(used))); }\n"
                + "for try in $(seq 100); do\n"
                + "  while [ $(used) -gt 64 ]; do :; done\n"
                + "  fill=$(head -c $((limit - $(used) - 4 - 5 - " + left + ")) /dev/zero | keyctl padd user fill @u)\n"
                + "  if [ $(left) -eq " + left + " ] && sleep 0.3 && [ $(left) -eq " + left + " ]; then break; fi\n"
                + "  keyctl unlink $fill @u\n"
                + "done\n"
                + "echo left $(left)";
        assertThat(asBobWithoutNewSession(script)).isEqualTo("left " + left);
    }

    /** A new session keyring would be charged to the quota that is used up: root's is linked to Bob's instead. */
    private static String asBobWithoutNewSession(String script) throws Exception {
        return Shell.run("keyctl session - sh -c 'keyctl setperm @s 0x3f3f003f; setpriv --reuid=" + BOB + " --regid="
                        + BOB + " --clear-groups sh' <<'SCRIPT'\nkeyctl link @u @s\n" + script + "\nSCRIPT")
                .lastLine();
    }

    @Test
    void noThreadEverHasAnotherRealEffectiveOrSavedUid() throws Exception {
        UidSampler sampler = new UidSampler();
        Thread sampling = new Thread(sampler, "sampler");
        sampling.start();
        try {
            int deliveries = 0;
            while (deliveries < 1000 || (!sampler.sawFileSystemUid(ALICE) && deliveries < 100_000)) {
                deliver(ALICE, KernelKeyType.USER, MINE, "text", true);
                deliveries++;
            }
        } finally {
            sampler.stop();
            sampling.join();
        }
        assertThat(sampler.sawFileSystemUid(ALICE))
                .as("the sampling is quick enough to see anything")
                .isTrue();
        assertThat(sampler.uids()).containsExactly("0 0 0");
    }
}
