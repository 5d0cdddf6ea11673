// SPDX-License-Identifier: Apache-2.0
/** Running the programs of other packages: cryptsetup(8), mount(8), systemctl(1) and their like. */
package org.tpmkeyring.cli.program;
