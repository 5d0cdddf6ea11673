// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

/**
 * One PCR.
 *
 * @param index PCR number
 * @param value hex
 * @param measures what is measured into it, in words
 */
public record PcrValue(int index, String value, String measures) {}
