// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.value;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/**
 * One bank and the PCRs chosen from it. Read in systemd's spelling ({@code 7+14:sha256}, {@code 7,14})
 * and in that of tpm2-tools ({@code sha256:7,14}); written in systemd's, ascending, bank included.
 *
 * @param bank the bank, SHA-256 where the text names none
 * @param pcrs at least one index, each 0 to 23
 */
public record PcrSelection(PcrBank bank, SortedSet<Integer> pcrs) {
    public static final int MAX_PCR = 23;
    private static final Pattern INDEX = Pattern.compile("[0-9]{1,2}");

    public PcrSelection {
        pcrs = Collections.unmodifiableSortedSet(new TreeSet<>(pcrs));
        if (pcrs.isEmpty()) {
            throw bad("", "it names no PCR");
        }
        if (pcrs.first() < 0 || pcrs.last() > MAX_PCR) {
            throw bad(String.valueOf(pcrs), "PCRs go from 0 to " + MAX_PCR);
        }
    }

    /**
     * @throws KeyringException of kind BAD_PCRS for anything that is not one bank and PCRs 0 to 23, each
     *     named once
     */
    public static PcrSelection parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            return new PcrSelection(PcrBank.SHA256, indexes(text, text));
        }
        String left = text.substring(0, colon);
        String right = text.substring(colon + 1);
        boolean bankFirst = !left.isEmpty() && !Character.isDigit(left.charAt(0));
        String bank = bankFirst ? left : right;
        PcrBank parsed = PcrBank.byLabel(bank)
                .orElseThrow(() -> bad(text, "'" + bank + "' is not a PCR bank, sha256 is the usual one"));
        return new PcrSelection(parsed, indexes(text, bankFirst ? right : left));
    }

    private static SortedSet<Integer> indexes(String whole, String list) {
        SortedSet<Integer> found = new TreeSet<>();
        for (String part : list.split("[+,]", -1)) {
            if (!INDEX.matcher(part).matches()) {
                throw bad(whole, part.isEmpty() ? "a PCR number is missing" : "'" + part + "' is not a PCR number");
            }
            int index = Integer.parseInt(part);
            if (index > MAX_PCR) {
                throw bad(whole, "there is no PCR " + index + ", they go from 0 to " + MAX_PCR);
            }
            if (!found.add(index)) {
                throw bad(whole, "PCR " + index + " is named twice");
            }
        }
        return found;
    }

    private static KeyringException bad(String text, String reason) {
        return KeyringException.of(ErrorKind.BAD_PCRS)
                .with("selection", text)
                .with("reason", reason)
                .build();
    }

    /** Bit n set for PCR n, 24 bits. */
    public int mask24Bit() {
        return pcrs.stream().mapToInt(n -> 1 << n).sum();
    }

    @Override
    public String toString() {
        return pcrs.stream().map(String::valueOf).collect(Collectors.joining("+")) + ":" + bank.label();
    }
}
