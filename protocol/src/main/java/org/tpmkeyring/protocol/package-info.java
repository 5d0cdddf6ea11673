// SPDX-License-Identifier: Apache-2.0
/**
 * The contract between keyringd and whoever speaks to it.
 *
 * <ul>
 *   <li>{@code value}: names, PCR selections and other values that both sides check alike
 *   <li>{@code api}: one class a method, with its request and reply records
 *   <li>{@code wire}: JSON encoding, message framing and limits
 *   <li>this package: the one table of errors
 * </ul>
 *
 * No native code, no TPM, no terminal: this module depends on the JDK and Jackson's streaming parser
 * alone.
 */
package org.tpmkeyring.protocol;
