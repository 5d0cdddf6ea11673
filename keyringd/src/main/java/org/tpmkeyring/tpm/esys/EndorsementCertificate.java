// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.function.BiConsumer;
import org.bouncycastle.asn1.ASN1InputStream;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.tpmkeyring.protocol.value.Bytes;

/**
 * An X.509 certificate of an endorsement key: who vouches for the TPM, and what he calls it. It is shown, not
 * verified.
 *
 * <p>Source: TCG EK Credential Profile, 3.2.9 (subject alternative name: manufacturer, model and version as
 * attributes 2.23.133.2.1 to 2.23.133.2.3 of a directory name).
 *
 * @param der certificate, and padding behind it
 */
record EndorsementCertificate(Bytes der) {
    private static final String TPM_MANUFACTURER = "2.23.133.2.1";
    private static final String TPM_MODEL = "2.23.133.2.2";
    private static final String TPM_VERSION = "2.23.133.2.3";

    void tell(BiConsumer<String, String> section) {
        try (ASN1InputStream in = new ASN1InputStream(new ByteArrayInputStream(der.toArray()))) {
            Certificate certificate = Certificate.getInstance(in.readObject());
            if (certificate == null) {
                section.accept("certificate", "empty");
                return;
            }
            section.accept("issuer", certificate.getIssuer().toString());
            section.accept("subject", subject(certificate));
            section.accept(
                    "valid",
                    "from " + day(certificate.getStartDate().getDate()) + " to "
                            + day(certificate.getEndDate().getDate()));
        } catch (IOException | IllegalArgumentException e) {
            section.accept("certificate", "present, but not a certificate that can be read");
        }
    }

    private static String subject(Certificate certificate) {
        StringBuilder text = new StringBuilder();
        if (certificate.getSubject().getRDNs().length > 0) {
            text.append(certificate.getSubject());
        }
        Extension alternative = certificate.getTBSCertificate().getExtensions() == null
                ? null
                : certificate.getTBSCertificate().getExtensions().getExtension(Extension.subjectAlternativeName);
        if (alternative != null) {
            for (GeneralName name :
                    GeneralNames.getInstance(alternative.getParsedValue()).getNames()) {
                append(text, name);
            }
        }
        return text.length() == 0 ? "none" : text.toString();
    }

    private static void append(StringBuilder text, GeneralName name) {
        if (name.getTagNo() != GeneralName.directoryName) {
            return;
        }
        for (RDN rdn : X500Name.getInstance(name.getName()).getRDNs()) {
            for (AttributeTypeAndValue attribute : rdn.getTypesAndValues()) {
                text.append(text.length() == 0 ? "" : ", ").append(label(attribute));
            }
        }
    }

    private static String label(AttributeTypeAndValue attribute) {
        String value = attribute.getValue().toString();
        return switch (attribute.getType().getId()) {
            case TPM_MANUFACTURER -> "manufacturer " + value;
            case TPM_MODEL -> "model " + value;
            case TPM_VERSION -> "version " + value;
            default -> attribute.getType().getId() + " " + value;
        };
    }

    private static LocalDate day(Date date) {
        return LocalDate.ofInstant(date.toInstant(), ZoneOffset.UTC);
    }
}
