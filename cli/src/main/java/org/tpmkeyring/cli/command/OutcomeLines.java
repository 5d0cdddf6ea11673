// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.util.List;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.output.SafeText;
import org.tpmkeyring.cli.output.Words;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.protocol.value.TargetType;

/**
 * Tells what became of vaults and keys, a line each, and works out the exit status: that of the first
 * failure. A single key that failed or stays busy counts as 1, since its reason is words, not a kind.
 */
final class OutcomeLines {
    private final Output output;
    private int exitStatus;

    OutcomeLines(Output output) {
        this.output = output;
    }

    /** Exit status of everything told so far. */
    int exitStatus() {
        return exitStatus;
    }

    /** Tells of vaults in order. */
    OutcomeLines vaults(List<VaultOutcome> vaults) {
        vaults.forEach(this::vault);
        return this;
    }

    /** Tells of one vault and its keys. */
    OutcomeLines vault(VaultOutcome vault) {
        if (vault.error().isPresent()) {
            refused(vault);
            return this;
        }
        String by =
                vault.protector().map(id -> ", opened by " + SafeText.of(id)).orElse("");
        say("vault '" + SafeText.of(vault.vault()) + "': " + (vault.keys().isEmpty() ? "no keys" : summary(vault))
                + by);
        return keys(vault.keys());
    }

    private void refused(VaultOutcome vault) {
        fail(ErrorKind.byWireName(vault.error().get())
                .map(ErrorKind::exitCode)
                .orElse(ErrorKind.UNEXPECTED.exitCode()));
        String reason = vault.reason()
                .orElse("vault '" + vault.vault() + "' was refused: "
                        + vault.error().get());
        output.failure(SafeText.of(reason), SafeText.of(vault.hint().orElse("")));
        keys(vault.keys());
    }

    /** Tells of keys, indented under their vault. */
    OutcomeLines keys(List<KeyOutcome> keys) {
        keys.forEach(this::key);
        return this;
    }

    /** The same of keys that are no more. A volume that is open does without its key: that is told, and no failure. */
    OutcomeLines removed(List<KeyOutcome> keys) {
        for (KeyOutcome key : keys) {
            if (key.target() == TargetType.LUKS && key.result() == KeyResult.BUSY) {
                output.note("key '" + SafeText.of(key.name()) + "'" + reason(key));
                key.hint().map(SafeText::of).ifPresent(output::hint);
            } else {
                key(key);
            }
        }
        return this;
    }

    private void key(KeyOutcome key) {
        boolean bad = key.result() == KeyResult.FAILED || key.result() == KeyResult.BUSY;
        if (bad) {
            fail(ErrorKind.UNEXPECTED.exitCode());
            output.failure(complaint(key), SafeText.of(key.hint().orElse("")));
        } else {
            say("  " + SafeText.of(key.name()) + " (" + Words.of(key.target()) + "): " + word(key)
                    + identifiers(key.identifiers()));
            if (key.result() == KeyResult.REMOVED && key.reason().isPresent()) {
                fail(ErrorKind.UNEXPECTED.exitCode());
                output.note("key '" + SafeText.of(key.name()) + "' was taken away again" + reason(key));
                key.hint().map(SafeText::of).ifPresent(output::hint);
            }
        }
    }

    private static String complaint(KeyOutcome key) {
        String what = key.result() == KeyResult.BUSY ? "is still in use" : "failed";
        return "key '" + SafeText.of(key.name()) + "' (" + Words.of(key.target()) + ") " + what + reason(key);
    }

    private static String reason(KeyOutcome key) {
        return key.reason().map(text -> ": " + SafeText.of(text)).orElse("");
    }

    /** What happened to a key, and where. */
    static String word(KeyOutcome key) {
        String place = key.place().isEmpty() ? "" : SafeText.of(key.place());
        return switch (key.result()) {
            case DELIVERED -> "delivered" + (place.isEmpty() ? "" : " to " + place);
            case IN_PLACE ->
                key.target() == TargetType.AUTHTOK
                        ? "handed over at each login that is without a password"
                        : "in place already" + (place.isEmpty() ? "" : ", " + place);
            case REMOVED -> "taken away" + (place.isEmpty() ? "" : " from " + place);
            case ABSENT -> "not in the kernel";
            case BUSY -> "still in use";
            case FAILED -> "failed";
        };
    }

    private String identifiers(List<String> identifiers) {
        return output.verbose() && !identifiers.isEmpty() ? "  " + SafeText.of(String.join(" ", identifiers)) : "";
    }

    private static String summary(VaultOutcome vault) {
        int delivered = 0;
        int inPlace = 0;
        int removed = 0;
        int absent = 0;
        int busy = 0;
        int failed = 0;
        for (KeyOutcome key : vault.keys()) {
            switch (key.result()) {
                case DELIVERED -> delivered++;
                case IN_PLACE -> inPlace++;
                case REMOVED -> removed++;
                case ABSENT -> absent++;
                case BUSY -> busy++;
                case FAILED -> failed++;
            }
        }
        StringBuilder text = new StringBuilder(Words.count(vault.keys().size(), "key"));
        append(text, delivered, "delivered");
        append(text, inPlace, "in place already");
        append(text, removed, "taken away");
        append(text, absent, "not in the kernel");
        append(text, busy, "still in use");
        append(text, failed, "failed");
        return text.toString();
    }

    private static void append(StringBuilder text, int number, String what) {
        if (number > 0) {
            text.append(", ").append(number).append(' ').append(what);
        }
    }

    private void say(String line) {
        if (!output.wantsJson()) {
            output.done(line);
        }
    }

    private void fail(int status) {
        if (exitStatus == 0) {
            exitStatus = status;
        }
    }
}
