// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.Optional;
import java.util.OptionalInt;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.tpm.PcrValues;
import org.tpmkeyring.tpm.SealedObject;
import org.tpmkeyring.tpm.Tpm;
import org.tpmkeyring.tpm.TpmException;
import org.tpmkeyring.vault.Kek;
import org.tpmkeyring.vault.PinKeys;
import org.tpmkeyring.vault.Protector;
import org.tpmkeyring.vault.Stretching;
import org.tpmkeyring.vault.Vault;

/** Gets KEKs out of the TPM, and tells in words why it does not give one. Nothing is verified here. */
final class KekUnsealer {
    /** A password that nobody typed for us is not tried with fewer wrong ones left than this. */
    private static final int LEAST_TRIES = 4;

    private final Tpm tpm;
    private final Door door;
    private final RefusedPasswords refused = new RefusedPasswords();

    KekUnsealer(Tpm tpm, Door door) {
        this.tpm = tpm;
        this.door = door;
    }

    /**
     * Without PIN.
     *
     * @return the caller owns it
     */
    Kek unseal(Vault vault, Protector.Tpm2 protector) {
        try {
            SecretBuffer secret = tpm.unseal(protector.sealed());
            if (secret.size() != Kek.SIZE_BYTES) {
                secret.close();
                throw noKek();
            }
            return new Kek(secret);
        } catch (TpmException e) {
            throw told(vault, protector.sealed(), e);
        }
    }

    /**
     * With a PIN. The same one is not tried again for a protector that it was wrong for the last time.
     *
     * @return the caller owns it
     * @throws KeyringException WRONG_PASSWORD; PASSWORD_NEEDED for one from a login that was not tried
     */
    Kek unseal(Vault vault, Protector.Tpm2 protector, Password pin) {
        Stretching stretching = protector.pin().orElseThrow();
        if (refused.isLast(stretching, pin.secret())) {
            throw wrong(vault, ", as it did not before, and was not tried again");
        }
        try {
            requireTries(vault, pin);
            try (PinKeys keys = PinKeys.of(stretching, pin.secret());
                    SecretBuffer unsealed = tpm.unseal(protector.sealed(), keys.auth())) {
                return keys.unwrap(vault.id(), protector.created(), unsealed).orElseThrow(KekUnsealer::noKek);
            }
        } catch (TpmException.WrongAuth e) {
            refused.remember(stretching, pin.secret());
            throw wrong(vault, inWords(e.triesLeft()))
                    .with("left", e.triesLeft().orElse(-1));
        } catch (TpmException e) {
            throw told(vault, protector.sealed(), e);
        }
    }

    private static TpmException noKek() {
        return new TpmException.MalformedObject("what the TPM unsealed is no key of a vault");
    }

    private void requireTries(Vault vault, Password pin) throws TpmException {
        if (pin.typed()) {
            return;
        }
        OptionalInt left = tpm.triesLeft();
        if (left.isPresent() && left.getAsInt() < LEAST_TRIES) {
            throw KeyringException.of(ErrorKind.PASSWORD_NEEDED)
                    .with("vault", vault.name())
                    .with(
                            "reason",
                            ", and that of the login was not tried: the TPM takes only " + left.getAsInt()
                                    + " more wrong ones")
                    .build();
        }
    }

    /** That a password is wrong. */
    static KeyringException wrong(Vault vault, String tries) {
        return KeyringException.of(ErrorKind.WRONG_PASSWORD)
                .with("vault", vault.name())
                .with("tries", tries)
                .build();
    }

    private static String inWords(OptionalInt left) {
        if (left.isEmpty()) {
            return "";
        }
        return switch (left.getAsInt()) {
            case 0 -> ", and the TPM takes no more for a while";
            case 1 -> ", one more wrong one and the TPM takes none for a while";
            default -> ", after " + left.getAsInt() + " more wrong ones the TPM takes none for a while";
        };
    }

    /** Why the TPM would not give the KEK whatever the PIN; empty where a PIN may open it. */
    Optional<KeyringException> barred(Vault vault, Protector.Tpm2 protector) {
        SealedObject sealed = protector.sealed();
        try {
            if (!tpm.readPcrs(sealed.values().selection()).equals(sealed.values())) {
                return Optional.of(mismatch(vault, sealed, new TpmException.PcrMismatch()));
            }
            return tpm.hasParentOf(sealed)
                    ? Optional.empty()
                    : Optional.of(told(vault, sealed, new TpmException.ForeignObject("its parent is another key")));
        } catch (TpmException e) {
            return Optional.of(told(vault, sealed, e));
        }
    }

    private KeyringException told(Vault vault, SealedObject sealed, TpmException why) {
        return why instanceof TpmException.PcrMismatch
                ? mismatch(vault, sealed, why)
                : TpmRefusals.refusal(why, vault.name().text());
    }

    private KeyringException mismatch(Vault vault, SealedObject sealed, TpmException why) {
        String changed = why.getMessage();
        try {
            PcrValues now = tpm.readPcrs(sealed.values().selection());
            if (door.shuts(sealed.values(), now)) {
                return VaultOpener.shut(vault).causedBy(why).build();
            }
            PcrComparison comparison = door.compare(sealed.values(), Optional.of(now));
            changed = comparison.inWords().orElse("the PCRs changed while it was being opened");
        } catch (TpmException e) {
            why.addSuppressed(e);
        }
        return KeyringException.of(ErrorKind.UNEXPECTED_PCR_STATE)
                .with("vault", vault.name())
                .with("changed", changed)
                .causedBy(why)
                .build();
    }
}
