// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.ChangePassword;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.vault.LoadedVault;
import org.tpmkeyring.vault.Protector;
import org.tpmkeyring.vault.Vault;

/**
 * Follows a change of a login password: protectors that the old one opens take the new one from now on. One that it
 * does not open has a PIN or passphrase of its own and stays. Without the old password, which is how root changes
 * another's, nobody can tell the two apart: everything stays, and is told of vaults that the TPM does not open alone.
 */
final class ChangePasswordCase implements Handler<ChangePassword.Request, ChangePassword.Reply> {
    private static final System.Logger LOG = System.getLogger(ChangePasswordCase.class.getName());
    private static final String OLD = "old-password";
    private static final String NEW = "new-password";

    private final Vaults vaults;
    private final VaultOpener opener;
    private final Replacing replacing;
    private final KeptPasswords kept;

    ChangePasswordCase(Vaults vaults, VaultOpener opener, Replacing replacing, KeptPasswords kept) {
        this.vaults = vaults;
        this.opener = opener;
        this.replacing = replacing;
        this.kept = kept;
    }

    /**
     * What became of a vault.
     *
     * @param left protectors that may still take the old password
     * @param why they do; empty where it is only that nobody gave it
     */
    private record Outcome(Vault vault, int changed, int left, Optional<String> why) {}

    @Override
    public ChangePassword.Reply handle(Call<ChangePassword.Request> call) {
        List<LoadedVault> concerned = vaults.sound(call.owner()).stream()
                .filter(loaded -> !Protectors.takingPassword(loaded.vault()).isEmpty())
                .toList();
        if (concerned.isEmpty()) {
            return new ChangePassword.Reply(0, 0, Optional.empty(), Optional.empty());
        }
        Optional<SecretBuffer> old = Password.ifAny(call.secrets(), OLD);
        return reply(old.isPresent() ? change(concerned, old.get(), call) : unchanged(concerned), call.owner());
    }

    /** Closes the old password. */
    private List<Outcome> change(List<LoadedVault> concerned, SecretBuffer old, Call<ChangePassword.Request> call) {
        try (old;
                SecretBuffer fresh = call.secrets().want(NEW, Password.MAX_BYTES)) {
            List<Outcome> outcomes =
                    concerned.stream().map(loaded -> change(loaded, old, fresh)).toList();
            kept.changed(call.owner(), fresh);
            return outcomes;
        }
    }

    private static List<Outcome> unchanged(List<LoadedVault> concerned) {
        return concerned.stream()
                .map(LoadedVault::vault)
                .map(vault ->
                        new Outcome(vault, 0, Protectors.takingPassword(vault).size(), Optional.empty()))
                .toList();
    }

    private Outcome change(LoadedVault loaded, SecretBuffer old, SecretBuffer fresh) {
        Vault vault = loaded.vault();
        List<Protector> opening = new ArrayList<>();
        Optional<VaultOpener.Opened> open = Optional.empty();
        int unknown = 0;
        Optional<String> why = Optional.empty();
        try {
            for (Protector protector : Protectors.takingPassword(vault)) {
                try {
                    VaultOpener.Opened opened = opener.byPassword(loaded, List.of(protector), new Password(old, false));
                    open.ifPresent(VaultOpener.Opened::close);
                    open = Optional.of(opened);
                    opening.add(protector);
                } catch (KeyringException e) {
                    boolean another = e.kind() == ErrorKind.WRONG_PASSWORD;
                    unknown += another ? 0 : 1;
                    why = another ? why : Optional.of(e.sentence());
                }
            }
            if (open.isPresent()) {
                replacing.replace(loaded, open.get().kek(), opening, fresh);
            }
            return new Outcome(vault, opening.size(), unknown, why);
        } catch (KeyringException e) {
            return failed(vault, opening.size() + unknown, e);
        } finally {
            open.ifPresent(VaultOpener.Opened::close);
        }
    }

    private static Outcome failed(Vault vault, int left, KeyringException why) {
        LOG.log(System.Logger.Level.DEBUG, "a vault keeps its old password", why);
        return new Outcome(vault, 0, left, Optional.of(why.sentence()));
    }

    private static ChangePassword.Reply reply(List<Outcome> outcomes, long owner) {
        int changed = outcomes.stream().mapToInt(Outcome::changed).sum();
        List<Outcome> left = outcomes.stream()
                .filter(outcome ->
                        outcome.left() > 0 && Protectors.plain(outcome.vault()).isEmpty())
                .toList();
        return new ChangePassword.Reply(
                changed,
                outcomes.stream().mapToInt(Outcome::left).sum(),
                left.isEmpty() ? Optional.empty() : Optional.of(message(left)),
                left.stream()
                        .findFirst()
                        .map(outcome -> "tpm-keyring protector change --vault "
                                + outcome.vault().name() + " --user " + owner));
    }

    /** What a person has to know who has just changed the password of an account. */
    private static String message(List<Outcome> left) {
        String names =
                left.stream().map(outcome -> "'" + outcome.vault().name() + "'").collect(Collectors.joining(", "));
        boolean recoverable = left.stream()
                .noneMatch(outcome -> Protectors.recovery(outcome.vault()).isEmpty());
        String why = left.stream()
                .flatMap(outcome -> outcome.why().stream())
                .findFirst()
                .map(reason -> " (" + reason + ")")
                .orElse("");
        String recovery = recoverable
                ? (left.size() == 1 ? "; its recovery key works as before" : "; their recovery keys work as before")
                : "";
        return (left.size() == 1 ? "vault " + names + " still opens" : "vaults " + names + " still open")
                + " with the old password and not with the new one" + recovery + why;
    }
}
