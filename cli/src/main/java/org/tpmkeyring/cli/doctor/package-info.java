// SPDX-License-Identifier: Apache-2.0
/**
 * What the doctor can find out without the daemon: files of the machine and the session it was called
 * from. A check reads and tells, it changes nothing; advice is a command to type.
 */
package org.tpmkeyring.cli.doctor;
