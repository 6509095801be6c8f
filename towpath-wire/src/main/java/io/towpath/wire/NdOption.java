package io.towpath.wire;

import java.util.ArrayList;
import java.util.List;

/// One option of a neighbour discovery message as a value for tests and tools; engines use [NdOptions].
public sealed interface NdOption {
    /// Octets on the wire, a multiple of 8.
    int length();

    /// Writes the option.
    ///
    /// @return the offset after it
    int write(byte[] b, int at);

    /// Reads options that have passed [NdOptions#check].
    static List<NdOption> parse(byte[] b, int at, int end) {
        List<NdOption> options = new ArrayList<>();
        int next = at;
        while (next < end) {
            int length = Bytes.u8(b, next + 1) << 3;
            options.add(one(b, next, length));
            next += length;
        }
        return List.copyOf(options);
    }

    private static NdOption one(byte[] b, int at, int length) {
        int type = Bytes.u8(b, at);
        if ((type == NdOptions.SOURCE_LINK || type == NdOptions.TARGET_LINK) && length == 8) {
            return new Link(type, MacAddress.read(b, at + 2));
        }
        if (type == NdOptions.MTU && length == 8) {
            return new Mtu(Bytes.u32(b, at + 4));
        }
        if (type == NdOptions.PREFIX && NdOptions.prefixLength(b, at) <= 128) {
            long high = NdOptions.prefixHigh(b, at);
            long low = NdOptions.prefixLow(b, at);
            if (!IpAddress.isIp4(high, low)) {
                return new PrefixInformation(
                        new Prefix(new Ip6Address(high, low), NdOptions.prefixLength(b, at)),
                        NdOptions.prefixFlags(b, at),
                        NdOptions.validSeconds(b, at),
                        NdOptions.preferredSeconds(b, at));
            }
        }
        return new Opaque(type, Octets.of(b, at + 2, at + length));
    }

    /// A link-layer address.
    ///
    /// @param type [NdOptions#SOURCE_LINK] or [NdOptions#TARGET_LINK]
    /// @param address the Ethernet address
    record Link(int type, MacAddress address) implements NdOption {
        @Override
        public int length() {
            return 8;
        }

        @Override
        public int write(byte[] b, int at) {
            return NdOptions.writeLink(b, at, type, address.bits());
        }

        @Override
        public String toString() {
            return (type == NdOptions.SOURCE_LINK ? "source " : "target ") + address;
        }
    }

    /// The link's MTU.
    ///
    /// @param octets 0 … 2^32 − 1
    record Mtu(long octets) implements NdOption {
        @Override
        public int length() {
            return 8;
        }

        @Override
        public int write(byte[] b, int at) {
            return NdOptions.writeMtu(b, at, octets);
        }

        @Override
        public String toString() {
            return "mtu " + octets;
        }
    }

    /// A prefix of the link.
    ///
    /// @param prefix an IPv6 prefix
    /// @param flags [NdOptions#ON_LINK], [NdOptions#AUTONOMOUS]
    /// @param validSeconds 0xffffffff for ever
    /// @param preferredSeconds 0xffffffff for ever
    record PrefixInformation(Prefix prefix, int flags, long validSeconds, long preferredSeconds) implements NdOption {
        @Override
        public int length() {
            return 32;
        }

        @Override
        public int write(byte[] b, int at) {
            return NdOptions.writePrefix(
                    b,
                    at,
                    prefix.length(),
                    flags,
                    validSeconds,
                    preferredSeconds,
                    prefix.address().high(),
                    prefix.address().low());
        }

        @Override
        public String toString() {
            return "prefix " + prefix + ((flags & NdOptions.ON_LINK) != 0 ? " on-link" : "")
                    + ((flags & NdOptions.AUTONOMOUS) != 0 ? " autonomous" : "") + " valid " + validSeconds + "s";
        }
    }

    /// An option that is kept as octets.
    ///
    /// @param type the type octet
    /// @param data what follows the length octet: 6, 14, 22 … octets
    record Opaque(int type, Octets data) implements NdOption {
        @Override
        public int length() {
            return 2 + data.length();
        }

        @Override
        public int write(byte[] b, int at) {
            Bytes.put16(b, at, type << 8 | length() >>> 3);
            return data.write(b, at + 2);
        }

        @Override
        public String toString() {
            return "opt-" + type + " (" + data.length() + ")";
        }
    }
}
