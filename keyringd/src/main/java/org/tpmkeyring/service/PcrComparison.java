// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.tpmkeyring.protocol.api.PcrChange;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.tpm.PcrValues;

/**
 * The PCRs of a sealing, then and now.
 *
 * @param changes one entry a PCR, ascending
 */
record PcrComparison(List<PcrChange> changes) {
    PcrComparison {
        changes = List.copyOf(changes);
    }

    /**
     * @param sealed values at sealing
     * @param now current values; empty when the TPM did not tell, so that nothing matches
     * @param shut the PCR that differs by the closing of the door alone
     * @param meaning what a PCR measures, in words
     */
    static PcrComparison of(
            PcrValues sealed, Optional<PcrValues> now, Optional<Integer> shut, IntFunction<String> meaning) {
        List<PcrChange> changes = new ArrayList<>();
        sealed.byIndex().forEach((index, then) -> {
            Optional<Bytes> current = now.map(values -> values.byIndex().get(index));
            changes.add(new PcrChange(
                    index,
                    sealed.bank().label(),
                    then.hex(),
                    current.map(Bytes::hex).orElse(""),
                    current.filter(then::equals).isPresent(),
                    shut.filter(index::equals).isPresent(),
                    meaning.apply(index)));
        });
        return new PcrComparison(changes);
    }

    boolean allMatch() {
        return changes.stream().allMatch(PcrChange::matches);
    }

    /** Such as {@code PCRs 4, 7 of sha256 changed since it was sealed}; empty when all match, but for the door. */
    Optional<String> inWords() {
        List<PcrChange> different = changes.stream()
                .filter(change -> !change.matches() && !change.shut())
                .toList();
        if (different.isEmpty()) {
            return Optional.empty();
        }
        String indexes =
                different.stream().map(change -> String.valueOf(change.index())).collect(Collectors.joining(", "));
        return Optional.of((different.size() == 1 ? "PCR " : "PCRs ") + indexes + " of "
                + different.get(0).bank() + " changed since it was sealed");
    }
}
