// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import org.tpmkeyring.tpm.TpmException;
import org.tpmkeyring.tpm.esys.binding.Esys;
import org.tpmkeyring.tpm.esys.binding.Mu;

/**
 * A session whose key comes from a salt that only the storage root key can decrypt, and whose parameters are
 * encrypted with AES-128 in CFB mode. There is no other way to make a session here, so that nothing is ever
 * encrypted under an unsalted one: anybody on the bus could compute its key.
 *
 * <p>Source: TPM 2.0 Library, part 1, 19.6 (salted sessions) and 21 (parameter encryption).
 */
final class SaltedSession extends OwnHandle {
    private static final byte SE_HMAC = 0x00;
    private static final byte SE_POLICY = 0x01;
    private static final short ALG_SHA256 = 0x000B;
    private static final int ALG_AES = 0x0006;
    private static final int ALG_CFB = 0x0043;
    private static final int RC_KEY_SIZE = 0x87;
    private static final int RC_MODE = 0x89;
    private static final int RC_SYMMETRIC = 0x96;

    /** TPMA_SESSION.decrypt: the first parameter of the command is encrypted. */
    private static final int DECRYPT = 0x20;
    /** TPMA_SESSION.encrypt: the first parameter of the response is encrypted. */
    private static final int ENCRYPT = 0x40;

    private static final int CONTINUE = 0x01;
    private static final byte ALL_ATTRIBUTES = (byte) 0xFF;

    private SaltedSession(EsysConnection connection, int handle) {
        super(connection, handle);
    }

    /** For one command that takes a secret and answers with something; the TPM ends it with that command. */
    static SaltedSession forSecretCommand(EsysConnection connection, StorageRootKey salt)
            throws TpmException, TpmCodeException {
        return start(connection, salt, SE_HMAC, DECRYPT | ENCRYPT);
    }

    /** For many commands that answer with a secret. */
    static SaltedSession forSecretResponses(EsysConnection connection, StorageRootKey salt)
            throws TpmException, TpmCodeException {
        return start(connection, salt, SE_HMAC, ENCRYPT | CONTINUE);
    }

    /** For a policy and the one command it authorises, which answers with a secret and ends the session. */
    static SaltedSession forPolicy(EsysConnection connection, StorageRootKey salt)
            throws TpmException, TpmCodeException {
        return start(connection, salt, SE_POLICY, ENCRYPT);
    }

    private static SaltedSession start(EsysConnection connection, StorageRootKey salt, byte type, int attributes)
            throws TpmException, TpmCodeException {
        CStruct symmetric = CStruct.ofOwn(
                Mu::Tss2_MU_TPMT_SYM_DEF_Unmarshal,
                new WireWriter().u16(ALG_AES).u16(128).u16(ALG_CFB).bytes());
        int none = Esys.TR_NONE;
        int[] handle = {none};
        try {
            connection.run(
                    "TPM2_StartAuthSession",
                    ctx -> Esys.Esys_StartAuthSession(
                            ctx, salt.tr(), none, none, none, none, 0, type, symmetric.address(), ALG_SHA256, handle));
        } catch (TpmCodeException e) {
            int error = e.code().formatOneError();
            if (error == RC_SYMMETRIC || error == RC_MODE || error == RC_KEY_SIZE) {
                throw new TpmException.NotSupported(
                        "encrypted communication with the TPM", "this TPM does not have AES-128 in CFB mode");
            }
            throw e;
        }
        SaltedSession session = new SaltedSession(connection, handle[0]);
        int rc = Esys.Esys_TRSess_SetAttributes(connection.context(), handle[0], (byte) attributes, ALL_ATTRIBUTES);
        if (rc != 0) {
            session.close();
            EsysConnection.check(rc, "session attributes");
        }
        return session;
    }
}
