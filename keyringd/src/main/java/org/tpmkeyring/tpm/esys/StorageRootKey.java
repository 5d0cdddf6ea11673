// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import java.util.Optional;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.tpm.TpmException;
import org.tpmkeyring.tpm.esys.WireReader.MalformedException;
import org.tpmkeyring.tpm.esys.binding.CMemory;
import org.tpmkeyring.tpm.esys.binding.Esys;
import org.tpmkeyring.tpm.esys.binding.Mu;

/**
 * The key that everything is sealed under and that sessions are salted to: ECC P-256 at the handle that the TCG
 * has reserved for it, made and made persistent when there is none. Closing forgets the ESYS object; the key stays
 * in the TPM.
 */
final class StorageRootKey implements AutoCloseable {
    /** TCG Registry of Reserved TPM 2.0 Handles and Localities: storage primary key. */
    static final int HANDLE = 0x8100_0001;

    private static final int RC_NV_SPACE = 0x14B;
    private static final System.Logger LOG = System.getLogger(StorageRootKey.class.getName());

    private final EsysConnection connection;
    private final int[] handle;
    private final ParentKey key;

    private StorageRootKey(EsysConnection connection, int handle, ParentKey key) {
        this.connection = connection;
        this.handle = new int[] {handle};
        this.key = key;
    }

    /** The one in the TPM; it is made if need be. */
    static StorageRootKey obtain(EsysConnection connection) throws TpmException, TpmCodeException {
        Optional<StorageRootKey> found = find(connection);
        if (found.isPresent()) {
            return found.get();
        }
        try (OwnHandle primary = createPrimary(connection)) {
            return suitable(connection, persist(connection, primary, HANDLE));
        }
    }

    /**
     * The one in the TPM, if there is one.
     *
     * @throws TpmException.NotSupported when something else is at its handle
     */
    static Optional<StorageRootKey> find(EsysConnection connection) throws TpmException, TpmCodeException {
        Optional<Integer> found = read(connection, HANDLE);
        return found.isEmpty() ? Optional.empty() : Optional.of(suitable(connection, found.get()));
    }

    /** The ESYS object for a persistent handle; the caller closes it. */
    private static Optional<Integer> read(EsysConnection connection, int handle) throws TpmException, TpmCodeException {
        int none = Esys.TR_NONE;
        int[] found = {none};
        try {
            connection.run("TPM2_ReadPublic", ctx -> Esys.Esys_TR_FromTPMPublic(ctx, handle, none, none, none, found));
        } catch (TpmCodeException e) {
            if (e.reaction() == Reaction.HANDLE_MISSING) {
                return Optional.empty();
            }
            throw e;
        }
        return Optional.of(found[0]);
    }

    /** Whether a pinned key is in the TPM, or would be if nobody had evicted it. Leaves nothing behind. */
    static boolean isThere(EsysConnection connection, ParentKey pinned) throws TpmException, TpmCodeException {
        Optional<Integer> found = read(connection, (int) pinned.handle());
        if (found.isEmpty()) {
            try (OwnHandle primary = createPrimary(connection)) {
                return nameOf(connection, primary.tr()).equals(pinned.name());
            }
        }
        try {
            return nameOf(connection, found.get()).equals(pinned.name());
        } finally {
            EsysConnection.check(Esys.Esys_TR_Close(connection.context(), new int[] {found.get()}), "Esys_TR_Close");
        }
    }

    private static StorageRootKey suitable(EsysConnection connection, int found) throws TpmException, TpmCodeException {
        Optional<ParentKey> key = storageKey(serialise(connection, found));
        if (key.isPresent()) {
            return new StorageRootKey(connection, found, key.get());
        }
        EsysConnection.check(Esys.Esys_TR_Close(connection.context(), new int[] {found}), "Esys_TR_Close");
        throw new TpmException.NotSupported(
                "the object at handle 0x" + Integer.toHexString(HANDLE),
                "it is not a storage key of this TPM, and a storage root key is expected there");
    }

    private static Optional<ParentKey> storageKey(Bytes serialised) {
        try {
            return Optional.of(ParentKey.parse(serialised)).filter(ParentKey::isStorageKey);
        } catch (MalformedException e) {
            LOG.log(System.Logger.Level.DEBUG, "not a storage key", e);
            return Optional.empty();
        }
    }

    /**
     * The key that was pinned when something was sealed. Sends nothing to the TPM: a salt made with it is only of
     * use to the TPM that has that key, whatever an interposer says.
     */
    static StorageRootKey pinned(EsysConnection connection, ParentKey key) throws TpmCodeException {
        int[] found = {Esys.TR_NONE};
        byte[] stored = key.serialised().toArray();
        EsysConnection.check(
                Esys.Esys_TR_Deserialize(connection.context(), stored, stored.length, found), "Esys_TR_Deserialize");
        return new StorageRootKey(connection, found[0], key);
    }

    /**
     * Puts a pinned key back that somebody evicted.
     *
     * @throws TpmException.ForeignObject when this TPM makes another key now: it was cleared, or is another one
     */
    static void restore(EsysConnection connection, ParentKey pinned) throws TpmException, TpmCodeException {
        try (OwnHandle primary = createPrimary(connection)) {
            if (!nameOf(connection, primary.tr()).equals(pinned.name())) {
                throw new TpmException.ForeignObject(
                        "its storage root key is not in this TPM, and this TPM would make another one");
            }
            int[] persistent = {persist(connection, primary, (int) pinned.handle())};
            EsysConnection.check(Esys.Esys_TR_Close(connection.context(), persistent), "Esys_TR_Close");
        }
    }

    private static OwnHandle createPrimary(EsysConnection connection) throws TpmException, TpmCodeException {
        CStruct template = CStruct.ofOwn(Mu::Tss2_MU_TPM2B_PUBLIC_Unmarshal, Templates.storageRootKey());
        CStruct empty = CStruct.empty();
        int none = Esys.TR_NONE;
        int[] object = {none};
        asOwner(
                connection,
                "TPM2_CreatePrimary",
                ctx -> Esys.Esys_CreatePrimary(
                        ctx,
                        Esys.TR_RH_OWNER,
                        Esys.TR_PASSWORD,
                        none,
                        none,
                        empty.address(),
                        template.address(),
                        empty.address(),
                        empty.address(),
                        object,
                        null,
                        null,
                        null,
                        null));
        return new OwnHandle(connection, object[0]);
    }

    private static int persist(EsysConnection connection, OwnHandle primary, int at)
            throws TpmException, TpmCodeException {
        int none = Esys.TR_NONE;
        int[] persistent = {none};
        asOwner(
                connection,
                "TPM2_EvictControl",
                ctx -> Esys.Esys_EvictControl(
                        ctx, Esys.TR_RH_OWNER, primary.tr(), Esys.TR_PASSWORD, none, none, at, persistent));
        return persistent[0];
    }

    private static void asOwner(EsysConnection connection, String name, EsysConnection.Command command)
            throws TpmException, TpmCodeException {
        try {
            connection.run(name, command);
        } catch (TpmCodeException e) {
            if (e.reaction() == Reaction.WRONG_AUTH) {
                throw new TpmException.NotSupported(
                        "making the storage root key",
                        "the TPM's owner hierarchy has a password, so its owner must put an ECC storage key at handle "
                                + "0x" + Integer.toHexString(HANDLE));
            }
            if (e.code().value() == RC_NV_SPACE) {
                throw new TpmException.NotSupported(
                        "making the storage root key", "the TPM has no room for another persistent key");
            }
            throw e;
        }
    }

    private static Bytes nameOf(EsysConnection connection, int object) throws TpmCodeException, TpmException {
        try {
            WireReader serialised = new WireReader(serialise(connection, object));
            serialised.u32();
            return serialised.sized();
        } catch (MalformedException e) {
            throw new TpmException.UnexpectedCode(0, "Esys_TR_Serialize", "its result is not understood");
        }
    }

    private static Bytes serialise(EsysConnection connection, int object) throws TpmCodeException {
        long[] buffer = {0};
        long[] size = {0};
        EsysConnection.check(Esys.Esys_TR_Serialize(connection.context(), object, buffer, size), "Esys_TR_Serialize");
        try {
            return Bytes.copyOf(CMemory.copyOf(buffer[0], (int) size[0]));
        } finally {
            Esys.Esys_Free(buffer[0]);
        }
    }

    /** ESYS_TR. */
    int tr() {
        return handle[0];
    }

    ParentKey key() {
        return key;
    }

    @Override
    public void close() {
        int rc = Esys.Esys_TR_Close(connection.context(), handle);
        assert rc == 0 || connection.isBroken() : new ReturnCode(rc).hex();
    }
}
