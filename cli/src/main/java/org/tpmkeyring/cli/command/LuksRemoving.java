// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tpmkeyring.cli.dialogue.Dialogue;
import org.tpmkeyring.cli.dialogue.RecoveryKeyAnswer;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.output.SafeText;
import org.tpmkeyring.cli.program.Programs;
import org.tpmkeyring.cli.secret.DirectSecret;
import org.tpmkeyring.cli.volume.Crypttab;
import org.tpmkeyring.cli.volume.CrypttabFile;
import org.tpmkeyring.cli.volume.EnrolledVolume;
import org.tpmkeyring.cli.volume.FormerLine;
import org.tpmkeyring.cli.volume.LuksWork;
import org.tpmkeyring.cli.volume.Untriable;
import org.tpmkeyring.cli.volume.Withdrawal;
import org.tpmkeyring.cli.volume.Withdrawals;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.ListKeys;
import org.tpmkeyring.protocol.api.Volume;
import org.tpmkeyring.protocol.value.TargetType;

/**
 * What the removal of luks keys means for their volumes: keyslots and tokens go and the lines in /etc/crypttab turn back,
 * after the keys. A key that may be all that opens a volume is refused, unless the person gives the volume up.
 */
final class LuksRemoving {
    private static final Volume UNKNOWN = new Volume(Optional.empty(), Optional.empty(), Optional.empty());

    private final DaemonCommand command;
    private final Output output;
    private final List<One> keys;
    private final Withdrawals together;

    /**
     * One of the keys.
     *
     * @param withdrawal empty where the volume is not looked at
     * @param other vault that has a key of this name too, which the volume and its line may be for
     */
    private record One(KeyInfo key, Optional<Withdrawal> withdrawal, Optional<String> other) {
        String name() {
            return SafeText.of(key.name());
        }
    }

    private LuksRemoving(DaemonCommand command, List<One> keys, Map<String, Volume> staying) {
        this.command = command;
        this.output = command.output();
        this.keys = keys;
        this.together = new Withdrawals(
                keys.stream().flatMap(one -> one.withdrawal().stream()).toList(), staying);
    }

    /** Of keys that are of no LUKS volume. */
    static LuksRemoving nothing(DaemonCommand command) {
        return new LuksRemoving(command, List.of(), Map.of());
    }

    /** The keys go, and their volumes are not looked at. */
    static LuksRemoving leaving(DaemonCommand command, List<KeyInfo> keys) {
        List<KeyInfo> staying = staying(command, keys);
        return new LuksRemoving(
                command,
                keys.stream()
                        .map(key -> new One(key, Optional.empty(), namesake(key, staying)))
                        .toList(),
                Map.of());
    }

    /**
     * Looks at the volumes while the keys are still there, which alone tells for sure which keyslots are their own.
     *
     * @param keys of root
     * @param recovery opens the vault where the TPM does not
     * @param giveUp the command that destroys them whatever becomes of the volumes
     * @throws KeyringException LAST_KEYSLOT, KEYSLOT_UNKNOWN
     */
    static LuksRemoving prepare(DaemonCommand command, List<KeyInfo> keys, RecoveryKeyAnswer recovery, String giveUp) {
        LuksWork work = LuksCommands.work(command.host());
        List<KeyInfo> staying = staying(command, keys);
        List<One> found = new ArrayList<>();
        for (KeyInfo key : keys) {
            EnrolledVolume volume =
                    EnrolledVolume.of(work, key.name(), key.opens().orElse(UNKNOWN), giveUp);
            namesake(key, staying).ifPresent(vault -> {
                throw volume.shared(vault);
            });
            Optional<Untriable> obstacle = new KeyAtHand(command, key, recovery).obstacle(volume.hasToken());
            found.add(new One(
                    key,
                    Optional.of(obstacle.map(why -> Withdrawal.believed(volume, why))
                            .orElseGet(() -> Withdrawal.tried(work.cryptsetup(), volume))),
                    Optional.empty()));
        }
        Map<String, Volume> theirs = new HashMap<>();
        staying.forEach(key -> theirs.put(key.name(), key.opens().orElse(UNKNOWN)));
        LuksRemoving removing = new LuksRemoving(command, found, theirs);
        removing.together.requireAnother();
        return removing;
    }

    /** The luks keys that are not removed. One that is may have a namesake, in a vault that was put back from a backup. */
    private static List<KeyInfo> staying(DaemonCommand command, List<KeyInfo> removed) {
        ListKeys.Request roots = new ListKeys.Request(Optional.of(0L), false, Optional.empty());
        List<KeyInfo> staying = new ArrayList<>(command.client().call(ListKeys.METHOD, roots).keys().stream()
                .filter(key -> key.target() == TargetType.LUKS)
                .toList());
        for (KeyInfo gone : removed) {
            staying.stream()
                    .filter(key -> key.name().equals(gone.name()) && key.created() == gone.created())
                    .findFirst()
                    .ifPresent(staying::remove);
        }
        return staying;
    }

    /** Vault of a key that stays and is known in root's keyring and in headers by the same name as one that goes. */
    private static Optional<String> namesake(KeyInfo key, List<KeyInfo> staying) {
        return staying.stream()
                .filter(other -> other.name().equals(key.name()))
                .map(KeyInfo::vault)
                .findFirst();
    }

    boolean isEmpty() {
        return keys.isEmpty();
    }

    /** What a person is told before it is done, a line a key. */
    List<String> consequences() {
        return keys.stream().map(LuksRemoving::consequence).toList();
    }

    private static String consequence(One one) {
        if (one.withdrawal().isEmpty()) {
            return "The secret of key '" + one.name()
                    + "' is destroyed and lost for its volume, which is left as it is: who has"
                    + " no other passphrase never opens it again.";
        }
        String slots = one.withdrawal()
                .filter(found -> !found.slots().isEmpty())
                .map(found -> "keyslot " + found.slots().first() + " of " + found.device() + " and ")
                .orElse("");
        return "The secret of key '" + one.name() + "' is destroyed, " + slots
                + "its token go with it, and its line in /etc/crypttab turns back to what it was.";
    }

    /**
     * Looks at the volumes again, once nobody is asked any more.
     *
     * @throws KeyringException KEYSLOT_UNKNOWN
     */
    void requireUnchanged() {
        if (keys.stream().anyMatch(one -> one.withdrawal().isPresent())) {
            together.requireUnchanged(LuksCommands.work(command.host()).cryptsetup());
        }
    }

    /** The answer to a question for a recovery key before the keys are destroyed: it may take as long as any other. */
    Dialogue.Source requiringUnchanged(RecoveryKeyAnswer recovery) {
        return maxBytes -> {
            boolean asks = !recovery.given() && recovery.possible();
            DirectSecret answer = recovery.get(maxBytes);
            try {
                if (asks) {
                    requireUnchanged();
                }
                return answer;
            } catch (KeyringException e) {
                answer.close();
                throw e;
            }
        };
    }

    /** Exit status: 1 when the keys are gone but something of a volume is left. */
    int carryOut() {
        int status = DaemonCommand.DONE;
        for (One one : keys) {
            boolean cleared = one.withdrawal().map(this::clearVolume).orElseGet(() -> leaveVolume(one));
            boolean turned = one.other().isPresent() || turnLineBack(one.key().name());
            if (!cleared || !turned) {
                status = ErrorKind.UNEXPECTED.exitCode();
            }
        }
        return status;
    }

    private boolean leaveVolume(One one) {
        output.note("volume '" + one.name() + "' is left as it is, "
                + one.other()
                        .map(vault -> "and its line in /etc/crypttab: vault '" + SafeText.of(vault)
                                + "' has a key of this name too")
                        .orElse("with a keyslot for a key that is lost"));
        return true;
    }

    private boolean clearVolume(Withdrawal found) {
        try {
            together.carryOut(found, LuksCommands.work(command.host()).cryptsetup());
            if (found.slots().isEmpty()) {
                output.note("the key opened no keyslot of " + found.device() + "; see cryptsetup luksDump "
                        + found.device());
            }
            found.slots().forEach(slot -> say("keyslot " + slot + " of " + found.device() + " is gone"));
            return true;
        } catch (KeyringException e) {
            output.failure(SafeText.of(e.sentence()), SafeText.of("cryptsetup luksDump " + found.device()));
            return false;
        }
    }

    private boolean turnLineBack(String name) {
        try {
            turnBack(name);
            return true;
        } catch (KeyringException e) {
            output.failure(SafeText.of(e.sentence()), SafeText.of(e.hint()));
            return false;
        }
    }

    private void turnBack(String name) {
        CrypttabFile crypttab = new CrypttabFile(command.host().root());
        FormerLine former = new FormerLine(command.host().root(), name);
        Crypttab table = crypttab.read();
        String keySocket = LuksCommands.keySocket(command.client().socket());
        if (table.find(name).filter(entry -> entry.keyFile().equals(keySocket)).isPresent()) {
            String line = table.line(name).orElseThrow();
            String back = former.instead(line, keySocket);
            crypttab.change(now -> now.replaced(line, back));
            say(
                    back.isEmpty()
                            ? "/etc/crypttab: the line about volume '" + name + "' is gone"
                            : "/etc/crypttab: " + back);
            LuksCommands.reload(command.host(), new Programs(command.host().environment()), output);
        }
        former.forget();
    }

    private void say(String line) {
        if (!output.wantsJson()) {
            output.done(SafeText.of(line));
        }
    }
}
