// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import java.util.Optional;
import org.tpmkeyring.policy.PcrPolicy;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.tpm.PcrValues;
import org.tpmkeyring.tpm.SealedObject;
import org.tpmkeyring.tpm.TpmException;
import org.tpmkeyring.tpm.esys.binding.Esys;
import org.tpmkeyring.tpm.esys.binding.Mu;

/**
 * Seals: TPM2_Create of a data object under the storage root key, the secret encrypted on the bus.
 *
 * <p>Source: TPM 2.0 Library, part 3, 12.1 (TPM2_Create).
 */
final class Sealing {
    private final EsysConnection connection;

    Sealing(EsysConnection connection) {
        this.connection = connection;
    }

    /**
     * @param auth authorisation value of the object; both stay the caller's
     */
    SealedObject seal(SecretBuffer secret, PcrValues values, Optional<SecretBuffer> auth)
            throws TpmException, TpmCodeException {
        Bytes template = auth.isPresent()
                ? Templates.sealedObjectWithAuth(PcrPolicy.policyDigestWithAuth(values))
                : Templates.sealedObject(PcrPolicy.policyDigest(values));
        try (StorageRootKey parent = StorageRootKey.obtain(connection);
                SaltedSession session = SaltedSession.forSecretCommand(connection, parent);
                SecretBuffer sensitive = NativeSecret.sensitiveCreate(secret, auth)) {
            Out privateArea = new Out(Mu::Tss2_MU_TPM2B_PRIVATE_Marshal);
            Out publicArea = new Out(Mu::Tss2_MU_TPM2B_PUBLIC_Marshal);
            create(parent, session, sensitive, template, privateArea, publicArea);
            auth.ifPresent(connection.stack()::wipeCopiesOf);
            return new SealedObject(
                    publicArea.take(), privateArea.take(), parent.key().serialised(), values);
        }
    }

    private void create(
            StorageRootKey parent,
            SaltedSession session,
            SecretBuffer sensitive,
            Bytes template,
            Out privateArea,
            Out publicArea)
            throws TpmException, TpmCodeException {
        CStruct wanted = CStruct.ofOwn(Mu::Tss2_MU_TPM2B_PUBLIC_Unmarshal, template);
        CStruct empty = CStruct.empty();
        try {
            connection.run(
                    "TPM2_Create",
                    ctx -> Esys.Esys_Create(
                            ctx,
                            parent.tr(),
                            session.tr(),
                            Esys.TR_NONE,
                            Esys.TR_NONE,
                            sensitive.unsafeAddress(),
                            wanted.address(),
                            empty.address(),
                            empty.address(),
                            privateArea.pointer(),
                            publicArea.pointer(),
                            null,
                            null,
                            null));
            session.gone();
        } catch (TpmCodeException e) {
            if (e.reaction() == Reaction.WRONG_AUTH) {
                throw parentHasPassword();
            }
            throw e;
        } finally {
            NativeSecret.overwriteKeptSensitive(connection);
        }
    }

    private static TpmException parentHasPassword() {
        return new TpmException.NotSupported(
                "the TPM's storage root key", "it has a password, and a storage root key must not have one");
    }
}
