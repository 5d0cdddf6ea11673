// SPDX-License-Identifier: Apache-2.0
/**
 * {@code tpm-keyring}, the command line. The answer (text or JSON) goes to standard output; everything
 * about the way there (progress, warnings, errors, hints) to standard error; questions and recovery keys
 * to the terminal. Depends on module {@code protocol} only, and loads no native code.
 *
 * <p>Start-up is what a person feels: only the command that was named is built, and what is not needed
 * for it is not loaded.
 */
package org.tpmkeyring.cli;
