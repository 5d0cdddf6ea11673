// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm;

import java.time.Duration;
import java.util.OptionalInt;

/** Why the TPM did not do it. The fields are for people and for decisions; none holds a secret. */
public abstract sealed class TpmException extends Exception {
    private static final long serialVersionUID = 1L;

    private TpmException(String message, Throwable cause) {
        super(message, cause);
    }

    /** There is no TPM, no library for it, no permission, or no answer. */
    public static final class Unavailable extends TpmException {
        private static final long serialVersionUID = 1L;
        private final String device;

        public Unavailable(String device, String reason, Throwable cause) {
            super(reason, cause);
            this.device = device;
        }

        /** TCTI string. */
        public String device() {
            return device;
        }
    }

    /** TPM_RC_POLICY_FAIL: the PCRs are not those of the sealing. Trying again changes nothing. */
    public static final class PcrMismatch extends TpmException {
        private static final long serialVersionUID = 1L;

        public PcrMismatch() {
            super("the PCRs are not those of the sealing", null);
        }
    }

    /** TPM_RC_AUTH_FAIL: the authorisation value is not that of the sealing. Counted by the TPM. */
    public static final class WrongAuth extends TpmException {
        private static final long serialVersionUID = 1L;
        private final int triesLeft;

        /**
         * @param triesLeft before the TPM is in lockout, empty where it is not known
         */
        public WrongAuth(OptionalInt triesLeft) {
            super("the authorisation value is not that of the sealing", null);
            this.triesLeft = triesLeft.orElse(-1);
        }

        /** How many more wrong ones the TPM takes; empty where it is not known. */
        public OptionalInt triesLeft() {
            return triesLeft < 0 ? OptionalInt.empty() : OptionalInt.of(triesLeft);
        }
    }

    /** TPM_RC_LOCKOUT: the TPM waits out wrong authorisations. */
    public static final class InLockout extends TpmException {
        private static final long serialVersionUID = 1L;
        private final Duration recovery;

        public InLockout(Duration recovery) {
            super("the TPM is in dictionary-attack lockout", null);
            this.recovery = recovery;
        }

        /** Longest time until the TPM answers again. */
        public Duration recovery() {
            return recovery;
        }
    }

    /** TPM_RC_INTEGRITY at Load, or another storage root key: sealed elsewhere, or this TPM was cleared. */
    public static final class ForeignObject extends TpmException {
        private static final long serialVersionUID = 1L;

        public ForeignObject(String reason) {
            super(reason, null);
        }
    }

    /** The blob is no sealed object of ours: wrong bytes, wrong attributes, wrong policy. */
    public static final class MalformedObject extends TpmException {
        private static final long serialVersionUID = 1L;

        public MalformedObject(String reason) {
            super(reason, null);
        }
    }

    /** This TPM lacks an algorithm, a bank or a command. */
    public static final class NotSupported extends TpmException {
        private static final long serialVersionUID = 1L;
        private final String what;

        public NotSupported(String what, String reason) {
            super(reason, null);
            this.what = what;
        }

        public String what() {
            return what;
        }
    }

    /** Any other code, from the TPM or from a layer of the software stack. */
    public static final class UnexpectedCode extends TpmException {
        private static final long serialVersionUID = 1L;
        private final long code;
        private final String command;

        public UnexpectedCode(long code, String command, String meaning) {
            super(meaning, null);
            this.code = code;
            this.command = command;
        }

        /** TSS2_RC, 32 bit, layer included. */
        public long code() {
            return code;
        }

        /** Name of the TPM command, such as {@code TPM2_Load}. */
        public String command() {
            return command;
        }
    }
}
