// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.List;
import java.util.Optional;
import org.tpmkeyring.protocol.api.AddKey;
import org.tpmkeyring.protocol.api.AddProtector;
import org.tpmkeyring.protocol.api.CheckVolume;
import org.tpmkeyring.protocol.api.CloseSession;
import org.tpmkeyring.protocol.api.CreateVault;
import org.tpmkeyring.protocol.api.Explain;
import org.tpmkeyring.protocol.api.ListKeys;
import org.tpmkeyring.protocol.api.ListVaults;
import org.tpmkeyring.protocol.api.Lock;
import org.tpmkeyring.protocol.api.OpenSession;
import org.tpmkeyring.protocol.api.ProtectorType;
import org.tpmkeyring.protocol.api.Recover;
import org.tpmkeyring.protocol.api.RemoveKey;
import org.tpmkeyring.protocol.api.RemoveProtector;
import org.tpmkeyring.protocol.api.RemoveVault;
import org.tpmkeyring.protocol.api.RenameVault;
import org.tpmkeyring.protocol.api.Reseal;
import org.tpmkeyring.protocol.api.RestoreVault;
import org.tpmkeyring.protocol.api.ShowKey;
import org.tpmkeyring.protocol.api.ShowSecret;
import org.tpmkeyring.protocol.api.Status;
import org.tpmkeyring.protocol.api.Unlock;
import org.tpmkeyring.protocol.api.Volume;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.protocol.value.When;

/** Requests, short to write. Owner is the caller himself unless set. */
final class Orders {
    private Orders() {}

    /** An order for a key; every setter returns the order. */
    static final class NewKey {
        private final String name;
        private TargetType target = TargetType.USER;
        private Optional<String> vault = Optional.empty();
        private Optional<Long> owner = Optional.empty();
        private boolean generate = true;
        private Optional<Integer> size = Optional.of(32);
        private Optional<String> description = Optional.empty();
        private Optional<String> mount = Optional.empty();
        private Optional<String> directory = Optional.empty();
        private Optional<Volume> opens = Optional.empty();
        private Optional<String> pcrs = Optional.empty();
        private Optional<When> when = Optional.empty();
        private boolean allowUnmeasured;
        private boolean noRecovery;
        private boolean reopenable;

        NewKey(String name) {
            this.name = name;
        }

        NewKey in(String vaultName) {
            vault = Optional.of(vaultName);
            return this;
        }

        NewKey target(TargetType type) {
            target = type;
            return this;
        }

        NewKey owner(long uid) {
            owner = Optional.of(uid);
            return this;
        }

        NewKey given() {
            generate = false;
            size = Optional.empty();
            return this;
        }

        NewKey size(int bytes) {
            size = Optional.of(bytes);
            return this;
        }

        NewKey description(String text) {
            description = Optional.of(text);
            return this;
        }

        NewKey at(String mountPoint) {
            target = TargetType.FSCRYPT;
            size = Optional.empty();
            mount = Optional.of(mountPoint);
            return this;
        }

        /** A luks key for a volume of this UUID and identity. */
        NewKey opening(String uuid, String identity) {
            target = TargetType.LUKS;
            size = Optional.empty();
            opens = Optional.of(new Volume(Optional.of("UUID=" + uuid), Optional.of(uuid), Optional.of(identity)));
            return this;
        }

        /** A zfs key for a dataset. */
        NewKey loading(String dataset) {
            target = TargetType.ZFS;
            size = Optional.empty();
            opens = Optional.of(new Volume(Optional.of(dataset), Optional.empty(), Optional.empty()));
            return this;
        }

        NewKey encrypting(String path) {
            directory = Optional.of(path);
            return this;
        }

        NewKey pcrs(String selection) {
            pcrs = Optional.of(selection);
            return this;
        }

        NewKey when(When occasion) {
            when = Optional.of(occasion);
            return this;
        }

        NewKey allowUnmeasured() {
            allowUnmeasured = true;
            return this;
        }

        NewKey noRecovery() {
            noRecovery = true;
            return this;
        }

        NewKey reopenable() {
            reopenable = true;
            return this;
        }

        AddKey.Request request() {
            return new AddKey.Request(
                    owner,
                    vault,
                    name,
                    target,
                    generate,
                    size,
                    description,
                    Optional.empty(),
                    mount,
                    directory,
                    opens,
                    pcrs,
                    when,
                    allowUnmeasured,
                    noRecovery,
                    reopenable,
                    false);
        }
    }

    static NewKey key(String name) {
        return new NewKey(name);
    }

    static CheckVolume.Request checkVolume(String volume, String identity) {
        return new CheckVolume.Request(volume, identity);
    }

    static RemoveKey.Request removeKey(String name) {
        return new RemoveKey.Request(Optional.empty(), name);
    }

    static ShowKey.Request showKey(String name) {
        return new ShowKey.Request(Optional.empty(), name);
    }

    static ShowSecret.Request showSecret(String name) {
        return new ShowSecret.Request(Optional.empty(), name);
    }

    static ListKeys.Request listKeys() {
        return new ListKeys.Request(Optional.empty(), false, Optional.empty());
    }

    static ListVaults.Request listVaults() {
        return new ListVaults.Request(Optional.empty(), false);
    }

    static Status.Request status() {
        return new Status.Request(Optional.empty());
    }

    static Unlock.Request unlock(String... vaults) {
        return new Unlock.Request(Optional.empty(), List.of(vaults), false, Optional.empty());
    }

    static Unlock.Request unlockAll() {
        return new Unlock.Request(Optional.empty(), List.of(), true, Optional.empty());
    }

    static Unlock.Request unlockWhen(When when) {
        return new Unlock.Request(Optional.empty(), List.of(), false, Optional.of(when));
    }

    static Lock.Request lock(String... vaults) {
        return new Lock.Request(Optional.empty(), List.of(vaults), false);
    }

    static Lock.Request lockAll() {
        return new Lock.Request(Optional.empty(), List.of(), true);
    }

    static CreateVault.Request createVault(String name) {
        return new CreateVault.Request(
                Optional.empty(), name, Optional.empty(), Optional.empty(), false, false, false, false);
    }

    static RemoveVault.Request removeVault(String name, boolean withKeys) {
        return new RemoveVault.Request(Optional.empty(), name, withKeys);
    }

    static RenameVault.Request renameVault(String name, String newName) {
        return new RenameVault.Request(Optional.empty(), name, newName);
    }

    static RestoreVault.Request restoreVault(String nameOrId) {
        return new RestoreVault.Request(Optional.empty(), nameOrId);
    }

    static OpenSession.Request openSession(long owner, String service) {
        return new OpenSession.Request(Optional.of(owner), service, Optional.empty());
    }

    static CloseSession.Request closeSession(long owner, String lease) {
        return new CloseSession.Request(Optional.of(owner), Optional.of(lease));
    }

    static Explain.Request explain(String vault) {
        return new Explain.Request(Optional.empty(), vault);
    }

    static AddProtector.Request addRecovery(String vault) {
        return new AddProtector.Request(
                Optional.empty(), vault, ProtectorType.RECOVERY, Optional.empty(), false, false);
    }

    static AddProtector.Request addTpm(String vault, String pcrs) {
        return new AddProtector.Request(Optional.empty(), vault, ProtectorType.TPM2, Optional.of(pcrs), false, false);
    }

    static RemoveProtector.Request removeProtector(String vault, String id) {
        return new RemoveProtector.Request(Optional.empty(), vault, id);
    }

    static Recover.Request recover(String vault) {
        return new Recover.Request(Optional.empty(), vault, false, Optional.empty(), false);
    }

    static Recover.Request recoverAndReseal(String vault) {
        return new Recover.Request(Optional.empty(), vault, true, Optional.empty(), false);
    }

    static Reseal.Request reseal(String vault) {
        return new Reseal.Request(Optional.empty(), vault, Optional.empty(), false, Optional.empty());
    }

    static Reseal.Request reseal(String vault, String pcrs) {
        return new Reseal.Request(Optional.empty(), vault, Optional.of(pcrs), false, Optional.empty());
    }
}
