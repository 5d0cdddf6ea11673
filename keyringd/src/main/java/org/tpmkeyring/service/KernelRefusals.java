// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.Set;
import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/** What a person is told when the kernel refuses before there is a key to tell it of. */
final class KernelRefusals {
    /** ENODEV, ENOTTY, ENOSYS, ENOPKG, EOPNOTSUPP of errno(3): the kernel lacks the key type or the call. */
    private static final Set<Integer> LACKING = Set.of(19, 25, 38, 65, 95);

    private KernelRefusals() {}

    /**
     * @param what such as {@code an encrypted key}
     */
    static KeyringException refusal(KernelException why, String what) {
        if (LACKING.contains(why.errno())) {
            return KeyringException.of(ErrorKind.NOT_SUPPORTED)
                    .with("what", what)
                    .with("reason", why.getMessage())
                    .causedBy(why)
                    .build();
        }
        return KeyringException.of(ErrorKind.UNEXPECTED)
                .with("detail", what + " could not be made, " + why.call() + ": " + why.getMessage())
                .with("hint", "tpm-keyring doctor")
                .causedBy(why)
                .build();
    }
}
