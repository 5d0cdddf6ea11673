// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import org.tpmkeyring.policy.PcrPolicy;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.tpm.SealedObject;
import org.tpmkeyring.tpm.TpmException;
import org.tpmkeyring.tpm.esys.WireReader.MalformedException;
import org.tpmkeyring.tpm.esys.binding.Esys;
import org.tpmkeyring.tpm.esys.binding.Mu;

/**
 * Unseals with five commands: StartAuthSession, PolicyPCR, Load, Unseal, which also ends the session, and
 * FlushContext. The session comes first and one object is loaded at most: a resource manager saves and restores
 * everything that is loaded around every command.
 *
 * <p>Source: TPM 2.0 Library, part 3, 12.7 (TPM2_Unseal), 23.7 (TPM2_PolicyPCR).
 */
final class Unsealing {
    private static final int MAX_SECRET_BYTES = 128;

    private final EsysConnection connection;

    Unsealing(EsysConnection connection) {
        this.connection = connection;
    }

    /** A stored object that has been looked over; nothing of it has been shown to the TPM. */
    private record Checked(ParentKey parent, CStruct publicArea, CStruct privateArea, CStruct selection) {}

    SecretBuffer unseal(SealedObject object) throws TpmException, TpmCodeException {
        Checked checked = check(object);
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

    boolean hasParentOf(SealedObject object) throws TpmException, TpmCodeException {
        return StorageRootKey.isThere(connection, check(object).parent());
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
            try (OwnHandle loaded = load(parent, object)) {
                return unseal(loaded, session);
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

    private SecretBuffer unseal(OwnHandle loaded, SaltedSession session) throws TpmException, TpmCodeException {
        long[] data = {0};
        try {
            connection.run(
                    "TPM2_Unseal",
                    ctx -> Esys.Esys_Unseal(ctx, loaded.tr(), session.tr(), Esys.TR_NONE, Esys.TR_NONE, data));
        } catch (TpmCodeException e) {
            if (withoutPinnedKey(e)) {
                throw notThePinnedKey();
            }
            throw e;
        }
        session.gone();
        return NativeSecret.take(connection, data[0], MAX_SECRET_BYTES);
    }

    /** Who does not have the pinned key can neither accept nor answer for the session. */
    private static boolean withoutPinnedKey(TpmCodeException e) {
        return e.reaction() == Reaction.WRONG_AUTH || e.reaction() == Reaction.FORGED_RESPONSE;
    }

    private static TpmException notThePinnedKey() {
        return new TpmException.ForeignObject(
                "what answers is not the TPM that has the storage root key it was sealed under");
    }

    private static Checked check(SealedObject object) throws TpmException {
        try {
            PublicArea area = PublicArea.parse(object.publicArea());
            refuseUnlessSealedByUs(area);
            if (!area.authPolicy().equals(PcrPolicy.policyDigest(object.values()))) {
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

    private static void refuseUnlessSealedByUs(PublicArea area) throws MalformedException {
        if (area.type() != PublicArea.ALG_KEYEDHASH || area.firstParameter() != PublicArea.ALG_NULL) {
            throw new MalformedException("it is not a sealed data object");
        }
        if (area.nameAlg() != PublicArea.ALG_SHA256) {
            throw new MalformedException("its policy is not made with SHA-256");
        }
        if (area.attributes() != Templates.SEALED_ATTRIBUTES) {
            throw new MalformedException("its attributes are 0x" + Long.toHexString(area.attributes())
                    + " and do not bind it to this TPM and its policy");
        }
    }
}
