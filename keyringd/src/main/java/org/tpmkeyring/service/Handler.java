// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import org.tpmkeyring.protocol.api.Request;

/**
 * One use case. Refusals are {@link org.tpmkeyring.protocol.KeyringException}; any other exception is a bug.
 *
 * @param <Q> request
 * @param <R> reply
 */
@FunctionalInterface
public interface Handler<Q extends Request, R extends Record> {
    R handle(Call<Q> call);
}
