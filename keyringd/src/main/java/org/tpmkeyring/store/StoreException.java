// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store;

/** Why a vault file cannot be read or written. The message is one clause for people. */
public abstract sealed class StoreException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String path;

    private StoreException(String path, String message, Throwable cause) {
        super(message, cause);
        this.path = path;
    }

    /** The file or directory it is about. */
    public String path() {
        return path;
    }

    /** There is no such vault. */
    public static final class Missing extends StoreException {
        private static final long serialVersionUID = 1L;

        public Missing(String path) {
            super(path, "there is no such file", null);
        }
    }

    /** Owner, mode, type, link count or size is not what this program would have made. */
    public static final class Unsafe extends StoreException {
        private static final long serialVersionUID = 1L;

        public Unsafe(String path, String reason) {
            super(path, reason, null);
        }
    }

    /** The contents are not whole. */
    public static final class Damaged extends StoreException {
        private static final long serialVersionUID = 1L;

        public Damaged(String path, String reason) {
            super(path, reason, null);
        }
    }

    /** A later program wrote it. */
    public static final class TooNew extends StoreException {
        private static final long serialVersionUID = 1L;
        private final int found;
        private final int known;

        public TooNew(String path, int found, int known) {
            super(path, "it has format " + found + ", this program knows up to " + known, null);
            this.found = found;
            this.known = known;
        }

        public int found() {
            return found;
        }

        public int known() {
            return known;
        }
    }

    /** The contents do not fit into a vault file. */
    public static final class TooBig extends StoreException {
        private static final long serialVersionUID = 1L;

        public TooBig(String path, long found, long most) {
            super(path, "it would have " + found + " bytes, a vault file has at most " + most, null);
        }
    }

    /** Somebody else replaced the file meanwhile. */
    public static final class Conflict extends StoreException {
        private static final long serialVersionUID = 1L;

        public Conflict(String path) {
            super(path, "it was changed meanwhile", null);
        }
    }

    /** Another daemon uses the state directory. */
    public static final class InUse extends StoreException {
        private static final long serialVersionUID = 1L;

        public InUse(String path) {
            super(path, "another keyringd uses this state directory", null);
        }
    }

    /** The file system said no: full, read-only, broken. */
    public static final class Failed extends StoreException {
        private static final long serialVersionUID = 1L;

        public Failed(String path, String reason, Throwable cause) {
            super(path, reason, cause);
        }
    }
}
