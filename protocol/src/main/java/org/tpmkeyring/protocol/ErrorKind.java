// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The one table of everything that can be refused: wire name, exit code of {@code tpm-keyring}, the
 * sentence and the next command to type. Sentence and hint are templates; {@code {field}} is filled
 * from the fields of a {@link KeyringException}.
 *
 * <p>Wire names follow {@code io.systemd.Credentials} where it has one that fits. A released name never
 * changes its meaning.
 */
public enum ErrorKind {
    UNEXPECTED("Unexpected", 1, "unexpected failure: {detail}", "tpm-keyring doctor"),

    BAD_NAME("BadName", 2, "{what} {name} is not valid: {reason}", "tpm-keyring help names"),
    BAD_PCRS("BadPcrSelection", 2, "PCR selection '{selection}' is not valid: {reason}", "tpm-keyring tpm pcrs"),
    BAD_SIZE(
            "BadSize",
            2,
            "a key of {size} bytes is not possible for target {target}: {reason}",
            "tpm-keyring add {name} --target {target} --generate"),
    BAD_ARGUMENT("BadArgument", 2, "{argument}: {reason}", "tpm-keyring {command} --help"),
    BAD_RECOVERY_KEY("BadRecoveryKey", 2, "that is not a recovery key: {reason}", "tpm-keyring recover {vault}"),
    BAD_MESSAGE("BadMessage", 2, "the message is not understood: {reason}", "tpm-keyring --version"),

    NOT_PERMITTED("NotPermitted", 3, "{who} may not {action}", "sudo tpm-keyring {command}"),
    WRONG_RECOVERY_KEY(
            "WrongRecoveryKey",
            3,
            "the recovery key is well-formed but is not one of vault '{vault}'",
            "tpm-keyring protector list --vault {vault}"),
    WRONG_LOGIN_PASSWORD(
            "WrongLoginPassword", 3, "the password is wrong, {what} is not opened by it", "tpm-keyring {command}"),
    WRONG_PASSWORD(
            "WrongPassword", 3, "the password does not open vault '{vault}'{tries}", "tpm-keyring unlock {vault}"),
    PASSWORD_NEEDED(
            "PasswordNeeded", 3, "vault '{vault}' is opened by a password{reason}", "tpm-keyring unlock {vault}"),
    TOO_MANY_VAULTS(
            "TooManyVaults",
            3,
            "uid {owner} has {count} vaults already, the limit is {limit}",
            "tpm-keyring vault list"),
    TOO_MANY_PROTECTORS(
            "TooManyProtectors",
            3,
            "vault '{vault}' has {count} protectors already, the limit is {limit}",
            "tpm-keyring protector list --vault {vault}"),
    TOO_MANY_CONNECTIONS("TooManyConnections", 3, "{who} already has {limit} connections open", "tpm-keyring status"),
    WAS_LOCKED("VaultLocked", 3, "vault '{vault}' is locked", "tpm-keyring unlock {vault}"),
    RESCUE_MODE(
            "RescueMode",
            3,
            "rescue mode: nothing is unlocked by itself, because of {cause}",
            "tpm-keyring vault list"),

    TPM_UNAVAILABLE("TPMUnavailable", 4, "the TPM at {device} cannot be used: {reason}", "tpm-keyring doctor"),
    KEY_BELONGS_TO_OTHER_TPM(
            "KeyBelongsToOtherTPM",
            4,
            "vault '{vault}' was sealed by another TPM, or this TPM was cleared since",
            "tpm-keyring recover {vault} --reseal"),
    TPM_FAILED("TPMFailed", 4, "the TPM answered {code} to {command}: {reason}", "tpm-keyring tpm selftest"),

    NOT_SUPPORTED("NotSupported", 5, "{what} is not supported here: {reason}", "tpm-keyring doctor"),
    PCR_BANK_EMPTY(
            "PCRBankEmpty",
            5,
            "PCR {pcr} of bank {bank} was never extended, so a policy on it would check nothing",
            "tpm-keyring tpm pcrs"),

    NO_SUCH_KEY("NoSuchKey", 6, "there is no key '{name}'", "tpm-keyring list"),
    NO_SUCH_VAULT("NoSuchVault", 6, "there is no vault '{vault}'", "tpm-keyring vault list"),
    NO_SUCH_PROTECTOR(
            "NoSuchProtector",
            6,
            "vault '{vault}' has no protector '{protector}'",
            "tpm-keyring protector list --vault {vault}"),
    NO_TPM_PROTECTOR(
            "NoTPMProtector",
            6,
            "vault '{vault}' has no TPM protector, only a recovery key opens it",
            "tpm-keyring recover {vault} --reseal"),
    NO_SUCH_MOUNT("NoSuchMount", 6, "there is no line for '{where}' in {table}", "man tpm-keyring-mounttab"),
    PROGRAM_FAILED("ProgramFailed", 1, "{program} failed: {reason}", "tpm-keyring doctor"),
    NO_SUCH_DEVICE(
            "NoSuchDevice",
            6,
            "the device {device} of volume '{volume}' is not there: {reason}",
            "lsblk -o NAME,SIZE,FSTYPE,UUID"),
    VAULT_DAMAGED(
            "BadFormat",
            1,
            "the file of vault '{vault}' is not usable and was left as it is: {reason}",
            "tpm-keyring vault restore {vault}"),
    VAULT_TOO_NEW(
            "FormatTooNew",
            5,
            "the file of vault '{vault}' has format {found}, this program knows up to {known}",
            "tpm-keyring --version"),
    VAULT_UNSAFE_FILE("UnsafeFile", 1, "{path} is not trusted: {reason}", "ls -la {path}"),

    UNEXPECTED_PCR_STATE(
            "UnexpectedPCRState", 7, "vault '{vault}' stays locked: {changed}", "tpm-keyring explain {vault}"),
    DOOR_CLOSED(
            "DoorClosed",
            7,
            "vault '{vault}' was shut at the end of boot and opens again at the next one",
            "tpm-keyring recover {vault}"),
    OPEN_STATE_UNKNOWN(
            "OpenStateUnknown",
            7,
            "nothing can be sealed for boot before the next one: the door was closed, and what PCR {pcr} was before is"
                    + " not in {path} any more",
            "systemctl reboot"),

    UNEXPECTED_VOLUME(
            "UnexpectedVolume",
            7,
            "volume '{volume}' is not the one that its key was made for: {reason}",
            "lsblk -o NAME,SIZE,FSTYPE,UUID, and if it was you who changed the volume and you have another passphrase"
                    + " of it: tpm-keyring remove {volume} --leave-volume"),
    VOLUME_UNCHECKED(
            "VolumeUnchecked",
            7,
            "the identity of volume '{volume}' was not checked in the last {seconds} s",
            "tpm-keyring volume check {volume}"),

    TPM_IN_LOCKOUT(
            "TPMInDictionaryLockout",
            8,
            "the TPM refuses authorisations for another {seconds} s after too many wrong ones",
            "tpm-keyring recover {vault}"),

    DAEMON_UNREACHABLE(
            "DaemonUnreachable",
            9,
            "keyringd does not answer at {socket}: {reason}",
            "sudo keyringd --socket={socket}"),
    DEADLINE_EXCEEDED("DeadlineExceeded", 9, "no answer within {seconds} s to {action}", "tpm-keyring status"),

    EXISTS("AlreadyExists", 10, "{what} '{name}' exists already", "tpm-keyring show {name}"),
    VAULT_EXISTS("VaultExists", 10, "vault '{vault}' exists already", "tpm-keyring vault list"),
    LAST_PROTECTOR(
            "LastProtector",
            10,
            "'{protector}' is the last protector of vault '{vault}', without it nobody could open it again",
            "tpm-keyring protector add --vault {vault} recovery"),
    LAST_KEYSLOT(
            "LastKeyslot",
            10,
            "keyslot {slot} is the only one that opens volume '{volume}', without it nobody could open it again",
            "tpm-keyring show {volume} --secret, and with that passphrase: sudo cryptsetup luksAddKey {device}"),
    KEYSLOT_UNKNOWN(
            "KeyslotUnknown",
            10,
            "the key of volume '{volume}' is kept, it may be the only one that opens it: {reason}",
            "tpm-keyring remove {volume} --leave-volume"),
    VAULT_NOT_EMPTY(
            "VaultNotEmpty", 10, "vault '{vault}' still holds {count}", "tpm-keyring vault remove {vault} --with-keys");

    /** Prefix of every error of ours on the wire. */
    public static final String WIRE_PREFIX = "org.tpmkeyring.";

    /** A field in a template: lower-case letters in braces. */
    static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z]+)\\}");

    private final String wireName;
    private final int exitCode;
    private final String sentence;
    private final String hint;

    ErrorKind(String wireName, int exitCode, String sentence, String hint) {
        this.wireName = wireName;
        this.exitCode = exitCode;
        this.sentence = sentence;
        this.hint = hint;
    }

    /** The name without interface, as the interface definition declares it. */
    public String simpleName() {
        return wireName;
    }

    /** The fully qualified error name that travels in a Varlink reply. */
    public String wireName() {
        return WIRE_PREFIX + wireName;
    }

    /** Exit status of {@code tpm-keyring}, from 1 to 10. */
    public int exitCode() {
        return exitCode;
    }

    /** Names of the fields that its templates take, in their order: what travels beside sentence and hint. */
    public Set<String> fields() {
        Set<String> names = new LinkedHashSet<>();
        PLACEHOLDER.matcher(sentence + hint).results().forEach(found -> names.add(found.group(1)));
        return Collections.unmodifiableSet(names);
    }

    String sentence() {
        return sentence;
    }

    String hint() {
        return hint;
    }

    /** The kind with this fully qualified wire name, if it is one of ours. */
    public static Optional<ErrorKind> byWireName(String name) {
        for (ErrorKind kind : values()) {
            if (kind.wireName().equals(name)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
