// SPDX-License-Identifier: Apache-2.0
/**
 * Port to vault files and its adapter over a directory: crash-safe replacement, ownership checks, one daemon a
 * directory. Knows nothing of what is in a vault.
 */
package org.tpmkeyring.store;
