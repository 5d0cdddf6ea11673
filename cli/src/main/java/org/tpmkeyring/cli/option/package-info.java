// SPDX-License-Identifier: Apache-2.0
/** Options that several commands share, and how their values are read. Values are checked at once, by the protocol's own types. */
package org.tpmkeyring.cli.option;
