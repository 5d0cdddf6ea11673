// SPDX-License-Identifier: Apache-2.0
/**
 * The methods of interface {@code org.tpmkeyring}: one class a method, holding its request record, its
 * reply record and its {@link org.tpmkeyring.protocol.api.Method} constant. The records are the
 * contract: {@code wire.RecordCodec} maps them to JSON, and a test compares them with the interface
 * definition {@code org.tpmkeyring.varlink}.
 *
 * <p>Secrets are never fields. A method with {@link org.tpmkeyring.protocol.api.Method#upgrade()} set
 * asks for them and hands them out in raw frames, see {@code wire.SecretFrames}.
 *
 * <p>{@code owner} is the uid whose vaults are meant; absent means the caller's own. Anyone but root may
 * name only himself.
 */
package org.tpmkeyring.protocol.api;
