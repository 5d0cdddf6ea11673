// SPDX-License-Identifier: Apache-2.0
/**
 * Port to the kernel: keys in users' keyrings and keys of fscrypt file systems. The adapter over libkeyutils
 * and ioctl is {@code kernel.keyctl}. May use {@code secret} and protocol values.
 */
package org.tpmkeyring.kernel;
