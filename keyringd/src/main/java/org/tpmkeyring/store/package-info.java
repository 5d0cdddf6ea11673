// SPDX-License-Identifier: Apache-2.0
/**
 * Port to vault files; {@code directory} is its adapter. Knows nothing of what is in a vault.
 */
package org.tpmkeyring.store;
