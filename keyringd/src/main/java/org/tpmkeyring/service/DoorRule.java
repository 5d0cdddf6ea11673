// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.tpmkeyring.policy.PcrMeaning;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.vault.Vault;

/**
 * Which vaults are bound to the door: those for boot, unless they are to be reopenable. What a vault is follows from
 * its PCR selections alone. Pure.
 *
 * @param pcr the door's PCR; empty when there is no door
 */
record DoorRule(Optional<Integer> pcr) {
    private static final String OTHER_PCRS = "the same command with other --tpm2-pcrs, see tpm-keyring tpm pcrs";

    /** Whether this is a selection with the door's PCR. */
    boolean isIn(PcrSelection pcrs) {
        return pcr.isPresent() && pcrs.pcrs().contains(pcr.get());
    }

    /** What a PCR measures, in words, the door's being this program's own. */
    String meaning(int index) {
        return pcr.filter(own -> own == index).isPresent()
                ? "the door: extended at the end of boot, by 'tpm-keyring close'"
                : PcrMeaning.of(index);
    }

    /** Whether at least one TPM protector of a boot vault has the door's PCR. */
    boolean concerns(Vault vault) {
        return vault.when() == When.BOOT
                && Protectors.selections(vault).stream().anyMatch(this::isIn);
    }

    /** Whether no TPM protector opens a boot vault any more once the door is closed. */
    boolean shuts(Vault vault) {
        return concerns(vault) && Protectors.selections(vault).stream().allMatch(this::isIn);
    }

    /**
     * The selection of a new vault.
     *
     * @param wanted as it was named, or the default
     * @throws KeyringException BAD_ARGUMENT when it is to be reopenable and is not for boot, or names the door's PCR
     */
    PcrSelection ofNew(When when, PcrSelection wanted, boolean reopenable) {
        if (reopenable) {
            requireForBoot(when, true);
            requireWithout(wanted);
        }
        return when == When.BOOT && !reopenable ? with(wanted) : wanted;
    }

    /** The selection of one more TPM protector: a vault that the door shuts stays one. */
    PcrSelection ofAdded(Vault vault, PcrSelection wanted) {
        return vault.when() == When.BOOT && !isReopenable(vault) ? with(wanted) : wanted;
    }

    /**
     * The selections of a resealing.
     *
     * @param named the one that was named
     * @param byDefault of a vault that no TPM protector opens
     * @param reopenable whether it is to be; empty: as it is
     * @throws KeyringException BAD_ARGUMENT when that is not possible
     */
    List<PcrSelection> ofResealed(
            Vault vault, Optional<PcrSelection> named, PcrSelection byDefault, Optional<Boolean> reopenable) {
        reopenable.ifPresent(wish -> requirePossible(vault, wish));
        List<PcrSelection> bound = Protectors.selections(vault);
        if (reopenable.isEmpty()) {
            return named.isEmpty() && !bound.isEmpty() ? bound : List.of(ofAdded(vault, named.orElse(byDefault)));
        }
        List<PcrSelection> wanted = named.map(List::of).orElse(bound.isEmpty() ? List.of(byDefault) : bound);
        if (reopenable.get()) {
            named.ifPresent(this::requireWithout);
            return wanted.stream().map(this::without).distinct().toList();
        }
        return wanted.stream().map(this::with).distinct().toList();
    }

    /** Whether a vault is bound to what was named, the door left out of account. */
    boolean isBoundTo(Vault vault, PcrSelection named) {
        return Protectors.selections(vault).stream()
                .anyMatch(bound -> bound.equals(named) || (vault.when() == When.BOOT && bound.equals(with(named))));
    }

    private boolean isReopenable(Vault vault) {
        return !Protectors.tpm(vault).isEmpty() && !concerns(vault);
    }

    private PcrSelection with(PcrSelection pcrs) {
        TreeSet<Integer> all = new TreeSet<>(pcrs.pcrs());
        pcr.ifPresent(all::add);
        return new PcrSelection(pcrs.bank(), all);
    }

    private PcrSelection without(PcrSelection pcrs) {
        TreeSet<Integer> rest = new TreeSet<>(pcrs.pcrs());
        pcr.ifPresent(rest::remove);
        if (rest.isEmpty()) {
            throw bad("the vault is bound to PCR " + pcr.orElseThrow() + " alone, name another one for it", OTHER_PCRS);
        }
        return new PcrSelection(pcrs.bank(), rest);
    }

    private void requirePossible(Vault vault, boolean reopenable) {
        requireForBoot(vault.when(), reopenable);
        if (pcr.isEmpty() && !reopenable) {
            throw bad("there is no door, keyringd.conf has DoorPCR=off", without(false));
        }
    }

    private static void requireForBoot(When when, boolean reopenable) {
        if (when != When.BOOT) {
            throw bad("only vaults for boot are shut at its end", without(reopenable));
        }
    }

    private static String without(boolean reopenable) {
        return "the same command without " + (reopenable ? "--reopenable" : "--no-reopenable");
    }

    private void requireWithout(PcrSelection wanted) {
        if (isIn(wanted)) {
            throw bad(
                    "PCR " + pcr.orElseThrow() + " is the door, a vault that is bound to it is shut with it",
                    OTHER_PCRS);
        }
    }

    private static KeyringException bad(String reason, String hint) {
        return KeyringException.of(ErrorKind.BAD_ARGUMENT)
                .with("argument", "reopenable")
                .with("reason", reason)
                .with("hint", hint)
                .build();
    }
}
