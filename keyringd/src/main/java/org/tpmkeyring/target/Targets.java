// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.tpmkeyring.protocol.value.TargetType;

/** Stand-in. */
public final class Targets {
    private final Map<TargetType, Target> byType = new EnumMap<>(TargetType.class);

    public Targets(List<Target> targets) {
        targets.forEach(target -> byType.put(target.type(), target));
    }

    public Target of(TargetType type) {
        return byType.get(type);
    }
}
