// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.Optional;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.protocol.value.When;

/** Makes a key or takes one in, and seals it. With {@code generate} false the secret is asked for under the label {@code key}. Where the owner has no vault of that name yet, it is made, and its recovery key is offered under the label {@code recovery-key} after that. Where the TPM does not open one that is there, a password is asked for under the label {@code pin} or {@code passphrase}, or else a recovery key. With {@code pin} a new vault is sealed to a PIN, too, asked for under the label {@code new-pin}. The key is delivered at once when the vault is unlocked or new. */
public final class AddKey {
    public static final Method<Request, Reply> METHOD = new Method<>("AddKey", Request.class, Reply.class, true);

    private AddKey() {}

    /**
     * Parameters.
     *
     * @param owner see package comment
     * @param vault vault name, {@code default} when absent
     * @param name key name
     * @param target kernel consumer
     * @param generate whether the daemon makes the secret
     * @param sizeBytes length of a made secret; a sensible one for the target when absent
     * @param description key description for user, logon and encrypted; made from the name when absent
     * @param format payload format of an encrypted key: default, ecryptfs or enc32; way in of an fscrypt key: ioctl or provisioning
     * @param mount mount point of the file system, for fscrypt
     * @param directory empty directory to encrypt under the new key, for fscrypt
     * @param opens what it opens, for luks, zfs and bcachefs
     * @param pcrs PCR selection of a vault that is made by this call
     * @param when occasion of a vault that is made by this call
     * @param allowUnmeasured accept PCRs that were never extended
     * @param noRecovery make no recovery key
     * @param reopenable leave the door's PCR out of a boot vault that is made by this call
     * @param pin seal a vault that is made by this call to a PIN, too
     */
    public record Request(
            Optional<Long> owner,
            Optional<String> vault,
            String name,
            TargetType target,
            boolean generate,
            Optional<Integer> sizeBytes,
            Optional<String> description,
            Optional<String> format,
            Optional<String> mount,
            Optional<String> directory,
            Optional<Volume> opens,
            Optional<String> pcrs,
            Optional<When> when,
            boolean allowUnmeasured,
            boolean noRecovery,
            boolean reopenable,
            boolean pin)
            implements org.tpmkeyring.protocol.api.Request {}

    /**
     * Answer.
     *
     * @param key the new key
     * @param createdVault the vault when this call made it
     * @param delivery what became of its delivery
     */
    public record Reply(KeyInfo key, Optional<VaultInfo> createdVault, KeyOutcome delivery) {}
}
