// SPDX-License-Identifier: Apache-2.0
/**
 * JNA bindings to tpm2-tss: declarations and constants, no logic. Pointers and handles to contexts are
 * {@code long}, out-parameters are arrays of one. What each function does is told in the TSS 2.0 Enhanced System
 * API, Marshaling/Unmarshaling API and TCTI specifications; signatures follow {@code tss2_*.h} of tpm2-tss 3.2.
 */
package org.tpmkeyring.tpm.esys.binding;
