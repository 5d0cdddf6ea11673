// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.protocol.value.When;

/**
 * A wish to seal.
 *
 * @param pcrs what to bind to, the door's PCR included where it belongs
 * @param when occasion of the vault
 * @param allowUnmeasured accept PCRs that were never extended
 */
record Sealable(PcrSelection pcrs, When when, boolean allowUnmeasured) {}
