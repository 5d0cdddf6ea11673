// SPDX-License-Identifier: Apache-2.0
/**
 * Reads with which keys the lower files of an eCryptfs directory are encrypted, from what eCryptfs itself
 * writes in clear beside them. Needs no key and no eCryptfs in the kernel.
 */
package org.tpmkeyring.cli.ecryptfs;
