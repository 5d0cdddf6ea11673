// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

/**
 * One PCR of a policy, then and now.
 *
 * @param index PCR number
 * @param bank bank label
 * @param sealed value at sealing, hex
 * @param current value now, hex
 * @param matches whether the two are equal
 * @param shut whether they differ by the closing of the door alone
 * @param measures what firmware and operating system measure into it, in words
 */
public record PcrChange(
        int index, String bank, String sealed, String current, boolean matches, boolean shut, String measures) {}
