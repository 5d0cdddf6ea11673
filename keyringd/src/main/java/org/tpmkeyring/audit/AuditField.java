// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.audit;

/** What is told of an event beside its message. In the journal each is {@code TPM_KEYRING_} and its name. */
public enum AuditField {
    /** Name of the vault. */
    VAULT,
    /** Name of the key. */
    KEY,
    /** Name of the volume that a key opens. */
    VOLUME,
    /** Uid that asked, as the kernel tells it. */
    UID,
    /** Uid whose vaults it is about. */
    OWNER,
    /** Method that was called. */
    METHOD,
    /** {@code done}, or the simple name of the error. */
    OUTCOME,
    /** PCRs that changed, such as {@code 4,7}. */
    PCRS
}
