// SPDX-License-Identifier: Apache-2.0
/** How answers look: tables, words, colours, JSON. Knows records, not commands. */
package org.tpmkeyring.cli.output;
