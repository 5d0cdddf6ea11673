// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tpmkeyring.tpm.TpmException;

/** Why there is no connection, in words a person can act on: the library only says "IO failure". */
final class Unreachable {
    private static final Pattern DEVICE = Pattern.compile("device:(?<path>/.+)");
    private static final Pattern SOCKET = Pattern.compile("swtpm:path=(?<path>[^,]+).*");

    private Unreachable() {}

    /**
     * @param nameConf TCTI string
     * @param failure what the library said
     */
    static TpmException.Unavailable explain(String nameConf, TpmCodeException failure) {
        return new TpmException.Unavailable(nameConf, reason(nameConf, failure), failure);
    }

    private static String reason(String nameConf, TpmCodeException failure) {
        Matcher device = DEVICE.matcher(nameConf);
        if (device.matches()) {
            return ofDevice(Path.of(device.group("path")), failure);
        }
        Matcher socket = SOCKET.matcher(nameConf);
        if (socket.matches()) {
            return ofSocket(Path.of(socket.group("path")), failure);
        }
        return "no connection, " + failure.meaning();
    }

    private static String ofDevice(Path device, TpmCodeException failure) {
        if (!Files.exists(device)) {
            return "there is no " + device + ", so this machine has no TPM or the kernel has not found it";
        }
        if (!Files.isReadable(device) || !Files.isWritable(device)) {
            return "no permission to use " + device + ", which members of group tss have";
        }
        return device + " cannot be opened or does not answer, something else may be using it: " + failure.meaning();
    }

    private static String ofSocket(Path socket, TpmCodeException failure) {
        if (!Files.exists(socket)) {
            return "there is no software TPM at " + socket;
        }
        return "the software TPM at " + socket + " does not answer, it also needs " + socket.getFileName()
                + ".ctrl beside it: " + failure.meaning();
    }
}
