// SPDX-License-Identifier: Apache-2.0
/**
 * LUKS volumes: their headers and identity, cryptsetup(8), /etc/crypttab. Knows no commands and no picocli. Keys go
 * from the kernel's keyring to cryptsetup through a pipe between children, never through this process.
 */
package org.tpmkeyring.cli.volume;
