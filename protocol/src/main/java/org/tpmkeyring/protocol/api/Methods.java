// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.List;

/** All methods of the interface, in the order of the interface definition. */
public final class Methods {
    public static final List<Method<?, ?>> ALL = List.of(
            Status.METHOD,
            ListKeys.METHOD,
            ShowKey.METHOD,
            ShowSecret.METHOD,
            AddKey.METHOD,
            ImportEcryptfs.METHOD,
            RemoveKey.METHOD,
            Unlock.METHOD,
            Lock.METHOD,
            CheckDirectory.METHOD,
            Explain.METHOD,
            CreateVault.METHOD,
            ListVaults.METHOD,
            RemoveVault.METHOD,
            RenameVault.METHOD,
            RestoreVault.METHOD,
            AddProtector.METHOD,
            RemoveProtector.METHOD,
            ChangeProtector.METHOD,
            ChangePassword.METHOD,
            Recover.METHOD,
            Reseal.METHOD,
            CloseDoor.METHOD,
            TpmInfo.METHOD,
            TpmSelfTest.METHOD,
            TpmPcrs.METHOD,
            CheckVolume.METHOD,
            ReleaseAuthtok.METHOD,
            Diagnose.METHOD,
            OpenSession.METHOD,
            CloseSession.METHOD,
            KeepPassword.METHOD);

    private Methods() {}
}
