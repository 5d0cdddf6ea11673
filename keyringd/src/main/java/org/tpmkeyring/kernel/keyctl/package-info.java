// SPDX-License-Identifier: Apache-2.0
/**
 * Adapter of the kernel port: keyrings over libkeyutils, fscrypt over ioctl. Known to {@code daemon} alone.
 * May use {@code kernel}, {@code concurrent} and {@code secret}; JNA is used in {@code binding} alone.
 */
package org.tpmkeyring.kernel.keyctl;
