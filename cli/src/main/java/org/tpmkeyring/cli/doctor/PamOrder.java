// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.doctor;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.tpmkeyring.cli.pam.PamPlace;
import org.tpmkeyring.cli.pam.PamRule;
import org.tpmkeyring.cli.pam.PamStack;

/** Whether our module stands in a stack where the others need it: each that does not, with the line to move. */
final class PamOrder {
    private static final String KEYINIT = "pam_keyinit.so";

    /** Who asks for a password and lets people in by it. */
    private static final Set<String> PASSWORD =
            Set.of("pam_unix.so", "pam_sss.so", "pam_ldap.so", "pam_krb5.so", "pam_winbind.so");

    private static final String MOUNTS = "opens the home directory with keys that are not there yet";
    private static final String KEEPS = "reads files of a home directory that is not open yet";

    /** What goes wrong with a module that is run before ours when a session begins. */
    private static final Map<String, String> AFTER_IN_SESSION = new TreeMap<>(Map.of(
            "pam_systemd.so", "starts 'systemd --user' when the keys are not there yet",
            "pam_ecryptfs.so", MOUNTS,
            "pam_fscrypt.so", MOUNTS,
            "pam_gnome_keyring.so", KEEPS,
            "pam_kwallet.so", KEEPS,
            "pam_kwallet5.so", KEEPS));

    /** What goes wrong with a module that is given the password before we can set one. */
    private static final Map<String, String> AFTER_IN_AUTH = new TreeMap<>(Map.of(
            "pam_ecryptfs.so", "takes the password when no vault has given one yet",
            "pam_gnome_keyring.so", "takes the password when no vault has given one yet",
            "pam_kwallet.so", "takes the password when no vault has given one yet",
            "pam_kwallet5.so", "takes the password when no vault has given one yet"));

    private final PamStack stack;
    private final int ours;
    private final Findings findings;

    private PamOrder(PamStack stack, String module, Findings findings) {
        this.stack = stack;
        this.ours = stack.indexOf(module);
        this.findings = findings;
    }

    /**
     * @param module our own, which the stack has
     */
    static void session(PamStack stack, String module, Findings findings) {
        PamOrder order = new PamOrder(stack, module, findings);
        order.keyinit();
        AFTER_IN_SESSION.forEach(order::comesAfter);
    }

    /** The same for the group that asks for the password. */
    static void auth(PamStack stack, String module, Findings findings) {
        PamOrder order = new PamOrder(stack, module, findings);
        order.password();
        AFTER_IN_AUTH.forEach(order::comesAfter);
    }

    private void keyinit() {
        int keyinit = stack.indexOf(KEYINIT);
        if (keyinit > ours) {
            warn(
                    KEYINIT + " (" + rule(keyinit).place() + ") makes the session's keyring after " + us()
                            + " was run, so the session may not see the keys",
                    move(rule(keyinit), "above", rule(ours)));
        }
    }

    private void comesAfter(String module, String what) {
        int other = stack.indexOf(module);
        if (other >= 0 && other < ours) {
            PamRule it = rule(other);
            int common = common(rule(ours), it);
            String advice = rule(ours).trail().size() == common + 1
                    ? move(rule(ours), "above", it)
                    : move(it, "below", rule(ours));
            warn(module + " (" + it.place() + ") is run before " + us() + " and " + what, advice);
        }
    }

    /** The password has to be there, and whoever it lets in must come by us. */
    private void password() {
        List<Integer> asking = IntStream.range(0, stack.rules().size())
                .filter(index -> PASSWORD.contains(rule(index).moduleName()))
                .boxed()
                .toList();
        if (asking.isEmpty()) {
            return;
        }
        int first = asking.get(0);
        int last = asking.get(asking.size() - 1);
        if (first > ours) {
            int end = Math.max(last, stack.next(last) - 1);
            warn(
                    rule(first).moduleName() + " (" + rule(first).place() + ") asks for the password after " + us()
                            + " was run, so no vault gets it",
                    stack.ends(last) ? "man pam_tpm_keyring" : move(rule(ours), "below", rule(end)));
            return;
        }
        for (int index : asking) {
            if (index < ours && stack.next(index) > ours) {
                String skips = rule(index).moduleName() + " (" + rule(index).place() + ", "
                        + rule(index).control().text() + ") leaves out " + us()
                        + " when the password is right, so no vault gets it";
                warn(
                        skips,
                        stack.ends(index)
                                ? "man pam_tpm_keyring"
                                : move(rule(ours), "below", rule(stack.next(index) - 1)));
                return;
            }
        }
    }

    private PamRule rule(int index) {
        return stack.rules().get(index);
    }

    private String us() {
        return rule(ours).moduleName() + " (" + rule(ours).place() + ")";
    }

    private void warn(String finding, String advice) {
        findings.warning(PamCheck.NAME, finding, advice);
    }

    /** How many files of their trails two rules share, line and all: in the next one they stand at different lines. */
    private static int common(PamRule one, PamRule other) {
        int same = 0;
        while (same < one.trail().size() - 1
                && same < other.trail().size() - 1
                && one.trail().get(same).equals(other.trail().get(same))) {
            same++;
        }
        return same;
    }

    private static String move(PamRule moved, String side, PamRule anchor) {
        int common = common(moved, anchor);
        PamPlace from = moved.trail().get(common);
        PamPlace to = anchor.trail().get(common);
        return "in " + from.file() + " move line " + from.line() + " " + side + " line " + to.line();
    }
}
