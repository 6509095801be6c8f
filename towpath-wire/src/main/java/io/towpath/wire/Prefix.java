package io.towpath.wire;

/// An address with a prefix length, written in CIDR form: a network (`10.0.0.0/8`), or an interface's address
/// together with its network (`10.1.2.3/8`). Host bits are kept; [#network] clears them.
///
/// @param address any address in the prefix
/// @param length leading bits that are the network's: 0 … 32 for IPv4, 0 … 128 for IPv6
public record Prefix(IpAddress address, int length) {
    /// Checks that the values fit the format.
    ///
    /// @throws IllegalArgumentException if the length does not fit the address
    public Prefix {
        if (length < 0 || length > address.bitLength()) {
            throw new IllegalArgumentException("not a prefix length for " + address + ": " + length + " (expected 0 to "
                    + address.bitLength() + ")");
        }
    }

    /// Reads `10.0.0.1/24` or `fd00::1/64`; an address without a length means that one address.
    ///
    /// @throws IllegalArgumentException with one line that says what is wrong
    public static Prefix parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            IpAddress address = IpAddress.parse(text);
            return new Prefix(address, address.bitLength());
        }
        IpAddress address = IpAddress.parse(text.substring(0, slash));
        String digits = text.substring(slash + 1);
        int length = 0;
        boolean wrong = digits.isEmpty() || digits.length() > 3;
        for (int i = 0; i < digits.length() && !wrong; i++) {
            int digit = digits.charAt(i) - '0';
            wrong = digit < 0 || digit > 9;
            length = length * 10 + digit;
        }
        if (wrong || length > address.bitLength()) {
            throw new IllegalArgumentException("not a prefix: \"" + text + "\" (\"" + digits
                    + "\" is not a length from 0 to " + address.bitLength() + ")");
        }
        return new Prefix(address, length);
    }

    /// The length counted in the 128-bit form: 96 more than [#length] for IPv4.
    public int mappedLength() {
        return address.isIp4() ? 96 + length : length;
    }

    /// Whether the address given as two longs (IPv4 as v4-mapped) lies in this prefix. `::/0` does not contain IPv4
    /// addresses.
    public boolean contains(long high, long low) {
        if (address.isIp4() != IpAddress.isIp4(high, low)) {
            return false;
        }
        int bits = mappedLength();
        return ((high ^ address.high()) & maskHigh(bits)) == 0 && ((low ^ address.low()) & maskLow(bits)) == 0;
    }

    /// Whether `other` lies in this prefix.
    public boolean contains(IpAddress other) {
        return contains(other.high(), other.low());
    }

    /// The prefix with its host bits cleared. Clearing never makes a v4-mapped address of an IPv6 one: at 96 bits
    /// and more it would have been one before, and with fewer the word 0xffff is not kept whole.
    public Prefix network() {
        int bits = mappedLength();
        return new Prefix(IpAddress.of(address.high() & maskHigh(bits), address.low() & maskLow(bits)), length);
    }

    /// The directed broadcast address (all host bits one) of an IPv4 prefix of at most 30 bits. A longer IPv4
    /// prefix (RFC 3021) and an IPv6 prefix have none: the limited broadcast address stands in for it.
    public Ip4Address broadcast() {
        if (address instanceof Ip4Address(int bits) && length <= 30) {
            return new Ip4Address(bits | (int) (0xffff_ffffL >>> length));
        }
        return Ip4Address.BROADCAST;
    }

    private static long maskHigh(int bits) {
        return bits >= 64 ? -1L : bits == 0 ? 0 : -1L << (64 - bits);
    }

    private static long maskLow(int bits) {
        return bits <= 64 ? 0 : -1L << (128 - bits);
    }

    @Override
    public String toString() {
        return address + "/" + length;
    }
}
