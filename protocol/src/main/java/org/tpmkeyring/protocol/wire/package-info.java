// SPDX-License-Identifier: Apache-2.0
/**
 * The Varlink encoding (varlink.org: "Method call", "Errors", "Upgrade"): one JSON object a message,
 * ended by a NUL byte.
 *
 * <p><b>Secrets.</b> A call that may carry secrets is made with {@code "upgrade": true}. From then on the
 * server leads the dialogue. Each of its messages is a JSON object ended by NUL:
 *
 * <ul>
 *   <li>{@code {"continues":true,"parameters":{"want":LABEL,"maxBytes":N}}} ({@link
 *       org.tpmkeyring.protocol.wire.SecretWanted}): the client answers with one
 *       frame, the secret. A frame of length 0 means "I have none" and ends the call with an error.
 *   <li>{@code {"continues":true,"parameters":{"offer":LABEL}}} ({@link
 *       org.tpmkeyring.protocol.wire.SecretOffered}) followed at once by one frame: the client
 *       answers with an empty frame once the person has it. Nothing is written before that.
 *   <li>the reply or error, without {@code continues}: the end; the connection closes.
 * </ul>
 *
 * A frame is a length of 4 bytes, big endian, and that many raw bytes. The client sends nothing that it
 * was not asked for.
 */
package org.tpmkeyring.protocol.wire;
