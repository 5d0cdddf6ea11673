// SPDX-License-Identifier: Apache-2.0
/**
 * One class a target: payload format, delivery, state and removal. May use {@code kernel} and {@code secret}.
 */
package org.tpmkeyring.target;
