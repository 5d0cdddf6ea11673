// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.tpmkeyring.kernel.FscryptKeys;
import org.tpmkeyring.kernel.MappedVolumes;
import org.tpmkeyring.kernel.UserKeyrings;
import org.tpmkeyring.protocol.value.TargetType;

/** Targets by type. */
public final class Targets {
    private final Map<TargetType, Target> byType = new EnumMap<>(TargetType.class);

    /**
     * @param targets at most one of each type
     */
    public Targets(List<Target> targets) {
        targets.forEach(target -> byType.put(target.type(), target));
    }

    /** One target of every type. The ports stay the caller's. */
    public static Targets all(UserKeyrings keyrings, FscryptKeys fscrypt, MappedVolumes volumes) {
        return new Targets(List.of(
                new UserTarget(keyrings),
                new LogonTarget(keyrings),
                new EncryptedTarget(keyrings),
                new EcryptfsTarget(keyrings),
                new FscryptTarget(keyrings, fscrypt),
                new LuksTarget(keyrings, volumes),
                new DmCryptTarget(keyrings),
                new ZfsTarget(keyrings),
                new BcachefsTarget(keyrings),
                new AuthtokTarget()));
    }

    /**
     * @throws IllegalArgumentException when there is no target of this type
     */
    public Target of(TargetType type) {
        Target target = byType.get(type);
        if (target == null) {
            throw new IllegalArgumentException("no target " + type);
        }
        return target;
    }
}
