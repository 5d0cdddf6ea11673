// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import java.time.LocalDate;
import java.time.Year;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Who made the TPM and to which specification, from its fixed properties.
 *
 * <p>Source: TPM 2.0 Library, part 2, 6.13 (TPM_PT); names of manufacturers from the TCG TPM Vendor ID Registry.
 *
 * @param fixed TPM_PT to value
 */
record Identity(Map<Long, Long> fixed) {
    /** First property of the group. */
    static final long FIXED_PROPERTIES = 0x100;

    private static final long FAMILY_INDICATOR = 0x100;
    private static final long LEVEL = 0x101;
    private static final long REVISION = 0x102;
    private static final long DAY_OF_YEAR = 0x103;
    private static final long YEAR = 0x104;
    private static final long MANUFACTURER = 0x105;
    private static final List<Long> VENDOR_STRINGS = List.of(0x106L, 0x107L, 0x108L, 0x109L);
    private static final long VENDOR_TPM_TYPE = 0x10A;
    private static final long FIRMWARE_VERSION_1 = 0x10B;
    private static final long FIRMWARE_VERSION_2 = 0x10C;
    private static final long PLATFORM_LEVEL = 0x124;
    private static final long PLATFORM_REVISION = 0x125;
    private static final long PLATFORM_DAY_OF_YEAR = 0x126;
    private static final long PLATFORM_YEAR = 0x127;

    private static final Map<String, String> MANUFACTURERS = Map.ofEntries(
            Map.entry("AMD", "AMD"),
            Map.entry("ATML", "Atmel"),
            Map.entry("BRCM", "Broadcom"),
            Map.entry("GOOG", "Google"),
            Map.entry("HPE", "Hewlett Packard Enterprise"),
            Map.entry("IBM", "IBM"),
            Map.entry("IFX", "Infineon"),
            Map.entry("INTC", "Intel"),
            Map.entry("LEN", "Lenovo"),
            Map.entry("MSFT", "Microsoft"),
            Map.entry("NSM", "National Semiconductor"),
            Map.entry("NTC", "Nuvoton"),
            Map.entry("NTZ", "Nationz"),
            Map.entry("QCOM", "Qualcomm"),
            Map.entry("SMSN", "Samsung"),
            Map.entry("SNS", "Sinosun"),
            Map.entry("STM", "STMicroelectronics"),
            Map.entry("TXN", "Texas Instruments"),
            Map.entry("WEC", "Winbond"));

    /** One line: manufacturer and firmware. */
    String summary() {
        return manufacturer() + ", firmware " + firmware();
    }

    /** Whether its vendor string says that it is a program; that of libtpms and its relatives does. */
    boolean isSoftware() {
        return vendorString().startsWith("SW");
    }

    /** Tells name and value of each fact. */
    void tell(BiConsumer<String, String> identity, BiConsumer<String, String> specification) {
        identity.accept("TPM version", family());
        identity.accept("Manufacturer", manufacturer());
        identity.accept("Vendor id", hex(MANUFACTURER));
        identity.accept("Vendor string", vendorString());
        identity.accept("Vendor specific", hex(VENDOR_TPM_TYPE));
        identity.accept("Firmware version", firmware());
        specification.accept("Family", family());
        specification.accept("Level", String.valueOf(value(LEVEL)));
        specification.accept("Revision", revision(REVISION));
        specification.accept("Errata date", date(DAY_OF_YEAR, YEAR));
        specification.accept("Platform level", String.valueOf(value(PLATFORM_LEVEL)));
        specification.accept("Platform revision", revision(PLATFORM_REVISION));
        specification.accept("Platform date", date(PLATFORM_DAY_OF_YEAR, PLATFORM_YEAR));
    }

    private String family() {
        return text(value(FAMILY_INDICATOR));
    }

    private String manufacturer() {
        String id = text(value(MANUFACTURER));
        String name = MANUFACTURERS.get(id.toUpperCase(Locale.ROOT));
        return name == null || name.equals(id) ? id : name + " (" + id + ")";
    }

    private String vendorString() {
        StringBuilder whole = new StringBuilder();
        VENDOR_STRINGS.forEach(part -> whole.append(characters(value(part))));
        return whole.toString().strip().replaceAll(" +", " ");
    }

    private String firmware() {
        long high = value(FIRMWARE_VERSION_1);
        long low = value(FIRMWARE_VERSION_2);
        return (high >>> 16) + "." + (high & 0xFFFF) + "." + (low >>> 16) + "." + (low & 0xFFFF);
    }

    private String revision(long property) {
        long hundredths = value(property);
        return String.format(Locale.ROOT, "%d.%02d", hundredths / 100, hundredths % 100);
    }

    private String date(long dayProperty, long yearProperty) {
        long day = value(dayProperty);
        long year = value(yearProperty);
        boolean real = year > 0 && year <= Year.MAX_VALUE && day > 0 && day <= 365;
        String readable = real ? " (" + LocalDate.ofYearDay((int) year, (int) day) + ")" : "";
        return "day " + day + " of " + year + readable;
    }

    private String hex(long property) {
        return String.format(Locale.ROOT, "0x%08x", value(property));
    }

    private static String text(long fourCharacters) {
        return characters(fourCharacters).strip();
    }

    private static String characters(long fourCharacters) {
        StringBuilder text = new StringBuilder();
        for (int shift = 24; shift >= 0; shift -= 8) {
            char c = (char) (fourCharacters >>> shift & 0xFF);
            if (c >= ' ' && c <= '~') {
                text.append(c);
            }
        }
        return text.toString();
    }

    private long value(long property) {
        return fixed.getOrDefault(property, 0L);
    }
}
