// SPDX-License-Identifier: Apache-2.0
/** Pure decisions on who may do what. */
package org.tpmkeyring.authz;
