package io.towpath.wire;

import java.util.Arrays;
import java.util.HexFormat;

/// A security label: what the IPv4 security option of a packet says, whether in the form of RFC 791 §3.1
/// (security, compartments, handling restrictions, transmission control code) or of RFC 1108 (classification
/// level, protection authorities). Two labels are equal when they are the same octets: RFC 9293 asks for
/// "exactly the same".
///
/// ```text
/// +--------+--------+---//---+
/// |10000010| length | octets |     RFC 791: length 11; RFC 1108 §2: 3 and more
/// +--------+--------+---//---+
/// ```
public final class SecurityLabel {
    /// The classification levels of RFC 1108 §2.3, with their codes.
    public enum Level {
        /// Unclassified.
        UNCLASSIFIED(0xab),
        /// Confidential.
        CONFIDENTIAL(0x96),
        /// Secret.
        SECRET(0x5a),
        /// Top secret.
        TOP_SECRET(0x3d);

        private final int code;

        Level(int code) {
            this.code = code;
        }

        /// The octet on the wire.
        public int code() {
            return code;
        }
    }

    private static final int HEAD = 2;
    /// What fits into an IPv4 header behind its fixed part.
    private static final int OPTION_MAX = 40;

    private final byte[] option;
    private final int length;

    private SecurityLabel(byte[] value) {
        if (value.length < 1 || value.length > OPTION_MAX - HEAD) {
            throw new IllegalArgumentException("a security label has 1 to 38 octets, not " + value.length);
        }
        length = HEAD + value.length;
        option = new byte[length + 3 & ~3]; // padded by end-of-list, which is 0
        option[0] = (byte) Ip4Options.SECURITY;
        option[1] = (byte) length;
        System.arraycopy(value, 0, option, HEAD, value.length);
    }

    /// The label whose option carries these octets behind type and length.
    ///
    /// @throws IllegalArgumentException unless there are 1 to 38
    public static SecurityLabel of(Octets value) {
        return new SecurityLabel(value.toArray());
    }

    /// The basic security option of RFC 1108 §2: a level and the first octet of the protection authority flags,
    /// whose lowest bit, "more octets follow", is cleared.
    public static SecurityLabel basic(Level level, int authorities) {
        return new SecurityLabel(new byte[] {(byte) level.code, (byte) (authorities & 0xfe)});
    }

    /// The option of RFC 791 §3.1: "Security (16 bits), Compartments (16 bits), Handling Restrictions (16
    /// bits), Transmission Control Code (24 bits)".
    public static SecurityLabel of(int security, int compartments, int handling, int controlCode) {
        byte[] value = new byte[9];
        Bytes.put16(value, 0, security);
        Bytes.put16(value, 2, compartments);
        Bytes.put16(value, 4, handling);
        Bytes.put8(value, 6, controlCode >>> 16);
        Bytes.put16(value, 7, controlCode);
        return new SecurityLabel(value);
    }

    /// Octets behind the option's type and length.
    public Octets value() {
        return Octets.of(option, HEAD, length);
    }

    /// What it adds to an IPv4 header: the option, padded to a multiple of four.
    public int headerBytes() {
        return option.length;
    }

    /// Writes the padded option at `at`.
    public void write(byte[] b, int at) {
        System.arraycopy(option, 0, b, at, option.length);
    }

    /// True when the security option at `at`, whose length lies within the array, is this label.
    public boolean matches(byte[] b, int at) {
        int end = at + Bytes.u8(b, at + 1);
        return end <= b.length && Arrays.equals(option, 0, length, b, at, end);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SecurityLabel label && Arrays.equals(option, label.option);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(option);
    }

    /// The level's name when it has one, else the octets.
    @Override
    public String toString() {
        for (Level level : Level.values()) {
            if ((option[HEAD] & 0xff) == level.code && length != 11) {
                return level.name() + "/" + HexFormat.of().formatHex(option, HEAD + 1, length);
            }
        }
        return HexFormat.of().formatHex(option, HEAD, length);
    }
}
