// SPDX-License-Identifier: Apache-2.0
/** System calls by JNA, without logic. */
package org.tpmkeyring.session.linux.binding;
