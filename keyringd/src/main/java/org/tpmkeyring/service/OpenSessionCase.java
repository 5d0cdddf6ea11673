// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.List;
import java.util.Optional;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.protocol.api.OpenSession;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.secret.SecretBuffer;

/**
 * A login: the lease first, then the vaults, so that no end of the session is missed while the TPM works. A login
 * that gave up waiting meanwhile is served all the same, and locked again once its process is gone.
 */
final class OpenSessionCase implements Handler<OpenSession.Request, OpenSession.Reply> {
    private static final int LONGEST_NAME = 64;

    private final Leases leases;
    private final LoginVaults vaults;
    private final KeptPasswords passwords;
    private final AfterLogout afterLogout;
    private final SessionTrail trail;

    OpenSessionCase(
            Leases leases, LoginVaults vaults, KeptPasswords passwords, AfterLogout afterLogout, SessionTrail trail) {
        this.leases = leases;
        this.vaults = vaults;
        this.passwords = passwords;
        this.afterLogout = afterLogout;
        this.trail = trail;
    }

    @Override
    public OpenSession.Reply handle(Call<OpenSession.Request> call) {
        OpenSession.Request request = call.request();
        long owner = call.owner();
        requireName("service", request.service());
        request.login().ifPresent(login -> requireName("login", login));
        Lease lease = leases.open(owner, call.peerPid(), request.service(), request.login())
                .orElseThrow(() -> KeyringException.of(ErrorKind.BAD_ARGUMENT)
                        .with("argument", "session")
                        .with(
                                "reason",
                                "the process that opens it cannot be seen from here, as from another PID namespace")
                        .with("hint", "tpm-keyring unlock --all")
                        .build());
        List<VaultOutcome> outcomes = leases.hold(owner) ? unlock(owner) : List.of();
        return reply(lease, outcomes);
    }

    private List<VaultOutcome> unlock(long owner) {
        Optional<SecretBuffer> password = passwords.take(owner);
        try {
            List<VaultOutcome> outcomes = vaults.unlock(owner, password);
            outcomes.forEach(trail::loggedIn);
            return outcomes;
        } finally {
            password.ifPresent(SecretBuffer::close);
            afterLogout.ended(owner);
        }
    }

    private static OpenSession.Reply reply(Lease lease, List<VaultOutcome> outcomes) {
        List<VaultOutcome> refused =
                outcomes.stream().filter(outcome -> !isOpen(outcome)).toList();
        Optional<VaultOutcome> first = refused.stream().findFirst();
        return new OpenSession.Reply(
                lease.id(),
                outcomes.size() - refused.size(),
                refused.size(),
                first.map(OpenSessionCase::message),
                first.flatMap(OpenSessionCase::hint));
    }

    private static boolean isOpen(VaultOutcome outcome) {
        return outcome.error().isEmpty() && failed(outcome).isEmpty();
    }

    private static Optional<KeyOutcome> failed(VaultOutcome outcome) {
        return outcome.keys().stream()
                .filter(key -> key.result() == KeyResult.FAILED)
                .findFirst();
    }

    /** The refusal of a vault names it; that of a key names neither. */
    private static String message(VaultOutcome outcome) {
        return outcome.reason()
                .orElseGet(() -> failed(outcome)
                        .map(key -> "key '" + key.name() + "' of vault '" + outcome.vault() + "' is not in place: "
                                + key.reason().orElse("it failed"))
                        .orElseThrow());
    }

    private static Optional<String> hint(VaultOutcome outcome) {
        return outcome.hint().or(() -> failed(outcome).flatMap(KeyOutcome::hint));
    }

    private static void requireName(String argument, String name) {
        if (name.isEmpty() || name.length() > LONGEST_NAME || !name.matches("[A-Za-z0-9][A-Za-z0-9@+:._-]*")) {
            throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                    .with("argument", argument)
                    .with("reason", "it is no name of at most " + LONGEST_NAME + " letters, digits and @+:._-")
                    .with("hint", "man pam_tpm_keyring")
                    .build();
        }
    }
}
