package io.towpath.wire;

import java.util.Arrays;
import java.util.HexFormat;

/// An immutable string of octets with value equality: what the records of this package carry as payload.
///
/// Copies on the way in and on the way out, so it is for tests and tools; engines keep to `byte[]`.
public final class Octets {
    /// No octets.
    public static final Octets EMPTY = new Octets(new byte[0]);

    private final byte[] bytes;

    private Octets(byte[] bytes) {
        this.bytes = bytes;
    }

    /// The octets of the array.
    public static Octets of(byte... bytes) {
        return bytes.length == 0 ? EMPTY : new Octets(bytes.clone());
    }

    /// The octets `from` (inclusive) to `to` (exclusive).
    ///
    /// @throws IndexOutOfBoundsException if the range does not lie in the array
    public static Octets of(byte[] b, int from, int to) {
        if (from < 0 || to < from || to > b.length) {
            throw new IndexOutOfBoundsException("not in an array of " + b.length + " octets: " + from + " to " + to);
        }
        return from == to ? EMPTY : new Octets(Arrays.copyOfRange(b, from, to));
    }

    /// The octets of hexadecimal digits; white space and colons between them are ignored.
    ///
    /// @throws IllegalArgumentException if there is anything else, or half an octet
    public static Octets ofHex(String text) {
        return new Octets(HexFormat.of().parseHex(text.replaceAll("[\\s:]", "")));
    }

    /// How many.
    public int length() {
        return bytes.length;
    }

    /// Whether there are none.
    public boolean isEmpty() {
        return bytes.length == 0;
    }

    /// The octet at `index`, 0 … 255.
    public int at(int index) {
        return bytes[index] & 0xff;
    }

    /// Writes them at `at`.
    ///
    /// @return the offset after them
    public int write(byte[] b, int at) {
        System.arraycopy(bytes, 0, b, at, bytes.length);
        return at + bytes.length;
    }

    /// A copy as an array.
    public byte[] toArray() {
        return bytes.clone();
    }

    /// The array itself, for reading by this package.
    byte[] raw() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Octets octets && Arrays.equals(bytes, octets.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /// Hexadecimal digits.
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
