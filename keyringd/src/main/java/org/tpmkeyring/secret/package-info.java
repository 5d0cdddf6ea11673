// SPDX-License-Identifier: Apache-2.0
/**
 * Bytes outside the Java heap and the cryptography on them. JNA is used in {@code binding} alone.
 */
package org.tpmkeyring.secret;
