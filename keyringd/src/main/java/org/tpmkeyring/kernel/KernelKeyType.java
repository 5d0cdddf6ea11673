// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel;

/** Key types of the Linux kernel that this product uses. */
public enum KernelKeyType {
    USER("user"),
    LOGON("logon"),
    ENCRYPTED("encrypted"),
    FSCRYPT_PROVISIONING("fscrypt-provisioning");

    private final String kernelName;

    KernelKeyType(String kernelName) {
        this.kernelName = kernelName;
    }

    /** The name that add_key(2) takes. */
    public String kernelName() {
        return kernelName;
    }
}
