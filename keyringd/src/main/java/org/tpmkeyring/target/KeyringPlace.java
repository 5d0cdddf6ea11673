// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import java.util.List;
import java.util.Optional;
import org.tpmkeyring.kernel.KeySerial;
import org.tpmkeyring.kernel.Presence;

/** Answers of targets that deliver into a user keyring. */
final class KeyringPlace {
    private KeyringPlace() {}

    static String of(long owner) {
        return "user keyring of uid " + owner;
    }

    static Target.TargetState state(Presence presence) {
        return new Target.TargetState(presence.state(), serials(presence.serial()));
    }

    static List<Long> serials(Optional<KeySerial> serial) {
        return serial.map(found -> List.of((long) found.value())).orElse(List.of());
    }

    static Target.TargetRemoval removal(boolean removed) {
        return new Target.TargetRemoval(
                removed ? Target.TargetRemoval.Result.REMOVED : Target.TargetRemoval.Result.ABSENT,
                Optional.empty(),
                Optional.empty());
    }
}
