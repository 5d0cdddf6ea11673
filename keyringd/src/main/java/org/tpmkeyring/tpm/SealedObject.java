// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm;

import org.tpmkeyring.protocol.value.Bytes;

/**
 * A secret sealed by {@link Tpm#seal}. All parts are public and canonical wire bytes, so that other
 * software can load them.
 *
 * @param publicArea TPM2B_PUBLIC (TPM 2.0 Library, part 2, 12.2.5)
 * @param privateArea TPM2B_PRIVATE (part 2, 12.3.7)
 * @param parent serialised ESYS handle of the storage root key: handle, Name and public area (TSS 2.0
 *     ESAPI, Esys_TR_Serialize)
 * @param values the PCRs of the policy as they were at sealing
 */
public record SealedObject(Bytes publicArea, Bytes privateArea, Bytes parent, PcrValues values) {}
