// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.authz;

import static java.util.Map.entry;

import java.util.Map;
import org.tpmkeyring.protocol.api.AddKey;
import org.tpmkeyring.protocol.api.AddProtector;
import org.tpmkeyring.protocol.api.ChangePassword;
import org.tpmkeyring.protocol.api.ChangeProtector;
import org.tpmkeyring.protocol.api.CheckDirectory;
import org.tpmkeyring.protocol.api.CheckVolume;
import org.tpmkeyring.protocol.api.CloseDoor;
import org.tpmkeyring.protocol.api.CloseSession;
import org.tpmkeyring.protocol.api.CreateVault;
import org.tpmkeyring.protocol.api.Diagnose;
import org.tpmkeyring.protocol.api.Explain;
import org.tpmkeyring.protocol.api.ImportEcryptfs;
import org.tpmkeyring.protocol.api.KeepPassword;
import org.tpmkeyring.protocol.api.ListKeys;
import org.tpmkeyring.protocol.api.ListVaults;
import org.tpmkeyring.protocol.api.Lock;
import org.tpmkeyring.protocol.api.Method;
import org.tpmkeyring.protocol.api.OpenSession;
import org.tpmkeyring.protocol.api.Recover;
import org.tpmkeyring.protocol.api.ReleaseAuthtok;
import org.tpmkeyring.protocol.api.RemoveKey;
import org.tpmkeyring.protocol.api.RemoveProtector;
import org.tpmkeyring.protocol.api.RemoveVault;
import org.tpmkeyring.protocol.api.RenameVault;
import org.tpmkeyring.protocol.api.Request;
import org.tpmkeyring.protocol.api.Reseal;
import org.tpmkeyring.protocol.api.RestoreVault;
import org.tpmkeyring.protocol.api.ShowKey;
import org.tpmkeyring.protocol.api.ShowSecret;
import org.tpmkeyring.protocol.api.Status;
import org.tpmkeyring.protocol.api.TpmInfo;
import org.tpmkeyring.protocol.api.TpmPcrs;
import org.tpmkeyring.protocol.api.TpmSelfTest;
import org.tpmkeyring.protocol.api.Unlock;

/**
 * Decides by uid alone who may do what. Root may do everything. A person may do with his own vaults what he
 * likes and ask about the TPM. Everybody else, such as system accounts, may do nothing. A method without a
 * rule is for root alone.
 */
public final class Authorizer {
    private static final long ROOT = 0;

    private static final Map<Method<?, ?>, Rule> RULES = Map.ofEntries(
            entry(Status.METHOD, Rule.OWN_VAULTS),
            entry(ListKeys.METHOD, Rule.OWN_VAULTS),
            entry(ShowKey.METHOD, Rule.OWN_VAULTS),
            entry(ShowSecret.METHOD, Rule.OWN_VAULTS),
            entry(AddKey.METHOD, Rule.OWN_VAULTS),
            entry(ImportEcryptfs.METHOD, Rule.OWN_VAULTS),
            entry(RemoveKey.METHOD, Rule.OWN_VAULTS),
            entry(Unlock.METHOD, Rule.OWN_VAULTS),
            entry(Lock.METHOD, Rule.OWN_VAULTS),
            entry(CheckDirectory.METHOD, Rule.OWN_VAULTS),
            entry(Explain.METHOD, Rule.OWN_VAULTS),
            entry(CreateVault.METHOD, Rule.OWN_VAULTS),
            entry(ListVaults.METHOD, Rule.OWN_VAULTS),
            entry(RemoveVault.METHOD, Rule.OWN_VAULTS),
            entry(RenameVault.METHOD, Rule.OWN_VAULTS),
            entry(RestoreVault.METHOD, Rule.OWN_VAULTS),
            entry(AddProtector.METHOD, Rule.OWN_VAULTS),
            entry(RemoveProtector.METHOD, Rule.OWN_VAULTS),
            entry(ChangeProtector.METHOD, Rule.OWN_VAULTS),
            entry(Recover.METHOD, Rule.OWN_VAULTS),
            entry(Reseal.METHOD, Rule.OWN_VAULTS),
            entry(TpmInfo.METHOD, Rule.MACHINE),
            entry(TpmPcrs.METHOD, Rule.MACHINE),
            entry(TpmSelfTest.METHOD, Rule.ROOT),
            entry(CloseDoor.METHOD, Rule.ROOT),
            entry(ChangePassword.METHOD, Rule.ROOT),
            entry(CheckVolume.METHOD, Rule.ROOT),
            entry(ReleaseAuthtok.METHOD, Rule.ROOT),
            entry(Diagnose.METHOD, Rule.ROOT),
            entry(OpenSession.METHOD, Rule.ROOT),
            entry(CloseSession.METHOD, Rule.ROOT),
            entry(KeepPassword.METHOD, Rule.ROOT));

    private final UserRange users;

    /**
     * @param users uids of persons
     */
    public Authorizer(UserRange users) {
        this.users = users;
    }

    /** What a person may do with a method; root may anyway. */
    private enum Rule {
        /** His own vaults. */
        OWN_VAULTS,
        /** It tells about the machine and touches no vault. */
        MACHINE,
        /** Nothing. */
        ROOT
    }

    /** Whether somebody has thought about this method. */
    static boolean hasRule(Method<?, ?> method) {
        return RULES.containsKey(method);
    }

    /**
     * @param peerUid uid that connected, from the kernel
     */
    public Decision decide(long peerUid, Method<?, ?> method, Request request) {
        long owner = request.owner().orElse(peerUid);
        if (peerUid == ROOT) {
            return new Decision.Allowed(owner);
        }
        if (!users.contains(peerUid)) {
            return new Decision.Refused("use keyringd: only root and " + users + " may", "");
        }
        return switch (RULES.getOrDefault(method, Rule.ROOT)) {
            case MACHINE -> new Decision.Allowed(peerUid);
            case ROOT -> reservedToRoot(method);
            case OWN_VAULTS -> ownVaults(peerUid, owner, request);
        };
    }

    private static Decision ownVaults(long peerUid, long owner, Request request) {
        if (owner != peerUid) {
            return new Decision.Refused("touch the vaults of uid " + owner, "");
        }
        if (request instanceof ListKeys.Request keys && keys.all()) {
            return new Decision.Refused("list everybody's keys", "list --all");
        }
        if (request instanceof ListVaults.Request vaults && vaults.all()) {
            return new Decision.Refused("list everybody's vaults", "vault list --all");
        }
        return new Decision.Allowed(owner);
    }

    private static Decision reservedToRoot(Method<?, ?> method) {
        if (method.equals(TpmSelfTest.METHOD)) {
            return new Decision.Refused("make the TPM test itself", "tpm selftest");
        }
        if (method.equals(Diagnose.METHOD)) {
            return new Decision.Refused("make the daemon examine itself", "doctor");
        }
        if (method.equals(CloseDoor.METHOD)) {
            return new Decision.Refused("close the door that ends the boot", "close");
        }
        if (method.equals(CheckVolume.METHOD)) {
            return new Decision.Refused("check the identity of volumes", "volume check VOLUME");
        }
        if (method.equals(ChangePassword.METHOD)) {
            return new Decision.Refused("follow the change of a login password", "");
        }
        return new Decision.Refused("call " + method.name(), "");
    }
}
