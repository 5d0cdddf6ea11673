// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.keyctl;

import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.kernel.UserKeyringsContract;
import org.tpmkeyring.secret.SecretBuffer;

/** A program for {@link PlainUserIT}: tries the keyrings of two uids and says what came of it. */
final class PlainUserDaemon {
    private PlainUserDaemon() {}

    /**
     * @param uids whose keyrings to try
     */
    public static void main(String[] uids) throws KernelException {
        try (KeyctlUserKeyrings keyrings = new KeyctlUserKeyrings();
                SecretBuffer payload = UserKeyringsContract.secret("text")) {
            for (String uid : uids) {
                System.out.println(uid + ": " + attempt(keyrings, Long.parseLong(uid), payload));
            }
        }
    }

    private static String attempt(KeyctlUserKeyrings keyrings, long uid, SecretBuffer payload) {
        try {
            keyrings.deliver(uid, KernelKeyType.USER, "it-plain", payload, true);
            String state =
                    keyrings.find(uid, KernelKeyType.USER, "it-plain").state().name();
            return state + " " + keyrings.remove(uid, KernelKeyType.USER, "it-plain");
        } catch (KernelException e) {
            return e.getMessage();
        }
    }
}
