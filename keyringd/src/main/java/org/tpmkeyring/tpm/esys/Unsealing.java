// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import java.util.Optional;
import org.tpmkeyring.policy.PcrPolicy;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.tpm.SealedObject;
import org.tpmkeyring.tpm.TpmException;
import org.tpmkeyring.tpm.esys.WireReader.MalformedException;
import org.tpmkeyring.tpm.esys.binding.Esys;
import org.tpmkeyring.tpm.esys.binding.Mu;

/**
 * Unseals with five commands: StartAuthSession, PolicyPCR, Load, Unseal, which also ends the session, and
 * FlushContext; with an authorisation value PolicyAuthValue comes after PolicyPCR. The session comes first and one
 * object is loaded at most: a resource manager saves and restores everything that is loaded around every command.
 *
 * <p>Source: TPM 2.0 Library, part 3, 12.7 (TPM2_Unseal), 23.7 (TPM2_PolicyPCR), 23.17 (TPM2_PolicyAuthValue).
 */
final class Unsealing {
    private static final int MAX_SECRET_BYTES = 128;

    private final EsysConnection connection;
    private final Optional<SecretBuffer> auth;

    /**
     * @param auth authorisation value of the object; stays the caller's
     */
    Unsealing(EsysConnection connection, Optional<SecretBuffer> auth) {
        this.connection = connection;
        this.auth = auth;
    }

    /** A stored object that has been looked over; nothing of it has been shown to the TPM. */
    private record Checked(ParentKey parent, CStruct publicArea, CStruct privateArea, CStruct selection) {}

    SecretBuffer unseal(SealedObject object) throws TpmException, TpmCodeException {
        Checked checked = check(object, auth.isPresent());
        try {
            return unseal(checked);
        } catch (TpmCodeException e) {
            if (e.reaction() != Reaction.HANDLE_MISSING) {
                throw e;
            }
        }
        StorageRootKey.restore(connection, checked.parent());
        return unseal(checked);
    }

    /** Whether the TPM has the parent of an object, with or without authorisation value. */
    static boolean hasParentOf(EsysConnection connection, SealedObject object) throws TpmException, TpmCodeException {
        try {
            boolean withAuth = !PublicArea.parse(object.publicArea()).has(PublicArea.NO_DA);
            return StorageRootKey.isThere(connection, check(object, withAuth).parent());
        } catch (MalformedException e) {
            throw new TpmException.MalformedObject(e.getMessage());
        }
    }

    private SecretBuffer unseal(Checked object) throws TpmException, TpmCodeException {
        try (StorageRootKey parent = StorageRootKey.pinned(connection, object.parent());
                SaltedSession session = SaltedSession.forPolicy(connection, parent)) {
            connection.run(
                    "TPM2_PolicyPCR",
                    ctx -> Esys.Esys_PolicyPCR(
                            ctx,
                            session.tr(),
                            Esys.TR_NONE,
                            Esys.TR_NONE,
                            Esys.TR_NONE,
                            0,
                            object.selection().address()));
            if (auth.isPresent()) {
                connection.run(
                        "TPM2_PolicyAuthValue",
                        ctx -> Esys.Esys_PolicyAuthValue(ctx, session.tr(), Esys.TR_NONE, Esys.TR_NONE, Esys.TR_NONE));
            }
            try (OwnHandle loaded = load(parent, object)) {
                return auth.isPresent() ? unseal(object, loaded, session, auth.get()) : unseal(object, loaded, session);
            }
        }
    }

    private OwnHandle load(StorageRootKey parent, Checked object) throws TpmException, TpmCodeException {
        int[] handle = {Esys.TR_NONE};
        try {
            connection.run(
                    "TPM2_Load",
                    ctx -> Esys.Esys_Load(
                            ctx,
                            parent.tr(),
                            Esys.TR_PASSWORD,
                            Esys.TR_NONE,
                            Esys.TR_NONE,
                            object.privateArea().address(),
                            object.publicArea().address(),
                            handle));
        } catch (TpmCodeException e) {
            if (e.reaction() == Reaction.UNEXPECTED && e.code().blamesParameter()) {
                throw new TpmException.MalformedObject("the TPM does not take it, " + e.meaning());
            }
            throw e;
        }
        return new OwnHandle(connection, handle[0]);
    }

    private SecretBuffer unseal(Checked object, OwnHandle loaded, SaltedSession session, SecretBuffer value)
            throws TpmException, TpmCodeException {
        NativeSecret.setAuth(connection, loaded.tr(), value);
        try {
            return unseal(object, loaded, session);
        } finally {
            NativeSecret.overwriteAuth(connection, loaded.tr(), session.tr(), value);
        }
    }

    private SecretBuffer unseal(Checked object, OwnHandle loaded, SaltedSession session)
            throws TpmException, TpmCodeException {
        long[] data = {0};
        try {
            connection.run(
                    "TPM2_Unseal",
                    ctx -> Esys.Esys_Unseal(ctx, loaded.tr(), session.tr(), Esys.TR_NONE, Esys.TR_NONE, data));
        } catch (TpmCodeException e) {
            if (e.reaction() == Reaction.WRONG_AUTH && auth.isPresent()) {
                throw refusedAuth(object);
            }
            if (withoutPinnedKey(e)) {
                throw notThePinnedKey();
            }
            throw e;
        }
        session.gone();
        return NativeSecret.take(connection, data[0], MAX_SECRET_BYTES);
    }

    /** Who does not have the pinned key refuses every value; one that has it refuses a wrong one. */
    private TpmException refusedAuth(Checked object) throws TpmException, TpmCodeException {
        return StorageRootKey.isThere(connection, object.parent())
                ? new TpmException.WrongAuth(new Capabilities(connection).triesLeft())
                : notThePinnedKey();
    }

    /** Who does not have the pinned key can neither accept nor answer for the session. */
    private static boolean withoutPinnedKey(TpmCodeException e) {
        return e.reaction() == Reaction.WRONG_AUTH || e.reaction() == Reaction.FORGED_RESPONSE;
    }

    private static TpmException notThePinnedKey() {
        return new TpmException.ForeignObject(
                "what answers is not the TPM that has the storage root key it was sealed under");
    }

    private static Checked check(SealedObject object, boolean withAuth) throws TpmException {
        try {
            PublicArea area = PublicArea.parse(object.publicArea());
            refuseUnlessSealedByUs(area, withAuth);
            Bytes policy = withAuth
                    ? PcrPolicy.policyDigestWithAuth(object.values())
                    : PcrPolicy.policyDigest(object.values());
            if (!area.authPolicy().equals(policy)) {
                throw new MalformedException("its policy is not the one of the stored PCR values");
            }
            ParentKey parent = ParentKey.parse(object.parent());
            return new Checked(
                    parent,
                    CStruct.of(Mu::Tss2_MU_TPM2B_PUBLIC_Unmarshal, object.publicArea()),
                    CStruct.of(Mu::Tss2_MU_TPM2B_PRIVATE_Unmarshal, object.privateArea()),
                    CStruct.of(
                            Mu::Tss2_MU_TPML_PCR_SELECTION_Unmarshal,
                            PcrPolicy.selection(object.values().selection())));
        } catch (MalformedException e) {
            throw new TpmException.MalformedObject(e.getMessage());
        }
    }

    private static void refuseUnlessSealedByUs(PublicArea area, boolean withAuth) throws MalformedException {
        if (area.type() != PublicArea.ALG_KEYEDHASH || area.firstParameter() != PublicArea.ALG_NULL) {
            throw new MalformedException("it is not a sealed data object");
        }
        if (area.nameAlg() != PublicArea.ALG_SHA256) {
            throw new MalformedException("its policy is not made with SHA-256");
        }
        long wanted = withAuth ? Templates.SEALED_WITH_AUTH_ATTRIBUTES : Templates.SEALED_ATTRIBUTES;
        if (area.attributes() != wanted) {
            throw new MalformedException("its attributes are 0x" + Long.toHexString(area.attributes())
                    + " and do not bind it to this TPM and its policy");
        }
    }
}
