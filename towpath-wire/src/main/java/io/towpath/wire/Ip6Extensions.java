package io.towpath.wire;

/// Walks the extension headers of an IPv6 packet (RFC 8200 §4) into one reusable object without allocating.
///
/// ```text
/// +--------+--------+------------------------------+
/// | Next   | Length | hop-by-hop, destination: options of type, length, data
/// | Header | 8n + 8 | routing: type 2, segments left 3
/// +--------+--------+------------------------------+
/// | Next Header | 0 | Offset 2 (13 bits) 00 M | Identification 4 |   fragment: 8 octets
/// +-------------+---+-------------------------+------------------+
/// ```
///
/// Fields are valid until the next [#walk]. The walk is bounded by [#HEADERS_MAX] headers and the packet's length.
/// A fragment is not looked into: the walk stops behind its fragment header, unless that says that the fragment is
/// the whole (RFC 6946). Authentication and encryption headers count as upper protocols. Not thread-safe: one
/// owner.
public final class Ip6Extensions {
    /// Extension headers that are walked; each kind may appear once, and destination options twice (RFC 8200 §4.1).
    public static final int HEADERS_MAX = 8;
    /// Octets of a fragment header.
    public static final int FRAGMENT_LENGTH = 8;

    /// The first protocol number that is not an extension header; behind a fragment header of a part, the number
    /// found there.
    public int upperProtocol;
    /// Where that protocol's header, or the fragment's payload, begins.
    public int upperAt;
    /// Where the octet lies that names [#upperProtocol]: for "unrecognised next header" problems.
    public int upperNamedAt;
    /// Where the fragment header begins; −1 if there is none.
    public int fragmentAt;
    /// Where the octet lies that names the fragment header; reassembly writes the inner protocol over it. −1 if
    /// there is none.
    public int fragmentNamedAt;
    /// Where a routing header with segments left begins; −1 if there is none. A host that is not on the route
    /// refuses it.
    public int routingAt;
    /// Where an option lies that is not recognised and must not be skipped; −1 if there is none. Its two highest
    /// bits say what to do: see [#optionNeedsReply].
    public int unknownOptionAt;
    /// If the walk found a fault: where the octet lies that is at fault.
    public int faultAt;

    /// Nothing walked yet.
    public Ip6Extensions() {
        clear(0);
    }

    private void clear(int at) {
        upperProtocol = IpProtocol.NO_NEXT_HEADER;
        upperAt = at;
        upperNamedAt = at;
        fragmentAt = -1;
        fragmentNamedAt = -1;
        routingAt = -1;
        unknownOptionAt = -1;
        faultAt = at;
    }

    /// Walks the packet whose IPv6 header at `at` has passed [Ip6Header#check]. `end` is the packet's end by its
    /// payload length.
    ///
    /// @return [Malformed#NONE], or what is wrong; [#faultAt] then tells where
    public Malformed walk(byte[] b, int at, int end) {
        return walk(b, at + 6, at + Ip6Header.LENGTH, end);
    }

    /// Walks a chain of headers that begins at `at` and whose first kind is named by the octet at `namedAt`.
    public Malformed walk(byte[] b, int namedAt, int at, int end) {
        clear(at);
        int named = namedAt;
        int next = at;
        for (int headers = 0; ; headers++) {
            int kind = Bytes.u8(b, named);
            if (!isExtension(kind)) {
                return arrive(kind, named, next);
            }
            if (headers == HEADERS_MAX) {
                return fault(Malformed.TOO_MANY_EXTENSIONS, named);
            }
            if (end - next < 8) {
                return fault(Malformed.TRUNCATED, named);
            }
            // RFC 8200 §4.1: hop-by-hop options may stand immediately behind the IPv6 header only.
            if (kind == IpProtocol.HOP_BY_HOP && headers > 0) {
                return fault(Malformed.BAD_EXTENSION, named);
            }
            int length = kind == IpProtocol.FRAGMENT ? FRAGMENT_LENGTH : (Bytes.u8(b, next + 1) << 3) + 8;
            if (length > end - next) {
                return fault(Malformed.TRUNCATED, next + 1);
            }
            Malformed found = enter(kind, b, named, next, length);
            if (found != Malformed.NONE) {
                return found;
            }
            named = next;
            next += length;
            if (kind == IpProtocol.FRAGMENT && !isWhole(b, fragmentAt)) {
                return arrive(Bytes.u8(b, named), named, next);
            }
        }
    }

    /// Whether this protocol number is an extension header that is walked here.
    public static boolean isExtension(int protocol) {
        return protocol == IpProtocol.HOP_BY_HOP
                || protocol == IpProtocol.ROUTING
                || protocol == IpProtocol.FRAGMENT
                || protocol == IpProtocol.DESTINATION_OPTIONS;
    }

    private Malformed enter(int kind, byte[] b, int named, int at, int length) {
        switch (kind) {
            case IpProtocol.FRAGMENT -> {
                if (fragmentAt >= 0) {
                    return fault(Malformed.BAD_EXTENSION, named);
                }
                fragmentAt = at;
                fragmentNamedAt = named;
            }
            case IpProtocol.ROUTING -> {
                if (Bytes.u8(b, at + 3) != 0 && routingAt < 0) {
                    routingAt = at;
                }
            }
            default -> {
                return options(b, at + 2, at + length);
            }
        }
        return Malformed.NONE;
    }

    /// RFC 8200 §4.2: options of type, length and data; Pad1 is a single octet.
    private Malformed options(byte[] b, int at, int end) {
        int next = at;
        while (next < end) {
            int type = Bytes.u8(b, next);
            if (type == 0) {
                next++;
                continue;
            }
            if (end - next < 2 || Bytes.u8(b, next + 1) > end - next - 2) {
                return fault(Malformed.BAD_OPTION, next);
            }
            // The two highest bits are 00 for "skip over this option"; PadN is one of those.
            if (type >>> 6 != 0 && unknownOptionAt < 0) {
                unknownOptionAt = next;
            }
            next += 2 + Bytes.u8(b, next + 1);
        }
        return Malformed.NONE;
    }

    private Malformed arrive(int protocol, int named, int at) {
        upperProtocol = protocol;
        upperNamedAt = named;
        upperAt = at;
        return Malformed.NONE;
    }

    private Malformed fault(Malformed what, int where) {
        faultAt = where;
        return what;
    }

    /// What RFC 8200 §4.2 asks for an option that is not recognised and must not be skipped: whether the sender is
    /// told by an ICMP parameter problem (code 2). The packet is discarded anyway.
    ///
    /// @param optionType the option's first octet
    /// @param toMulticast whether the packet was sent to a multicast address
    public static boolean optionNeedsReply(int optionType, boolean toMulticast) {
        return switch (optionType >>> 6 & 3) {
            case 2 -> true;
            case 3 -> !toMulticast;
            default -> false;
        };
    }

    /// Fragment header: where the payload lies in the fragmentable part, in octets, a multiple of 8.
    public static int fragmentOffset(byte[] b, int at) {
        return Bytes.u16(b, at + 2) & 0xfff8;
    }

    /// Fragment header: whether more fragments follow.
    public static boolean moreFragments(byte[] b, int at) {
        return (b[at + 3] & 1) != 0;
    }

    /// Fragment header: the identification's 32 bits.
    public static int identification(byte[] b, int at) {
        return Bytes.i32(b, at + 4);
    }

    /// Fragment header: the protocol number of what was fragmented.
    public static int fragmentNextHeader(byte[] b, int at) {
        return Bytes.u8(b, at);
    }

    /// Fragment header: whether the "fragment" is the whole packet (an atomic fragment, RFC 6946).
    public static boolean isWhole(byte[] b, int at) {
        return (Bytes.u16(b, at + 2) & 0xfff9) == 0;
    }

    /// Writes a fragment header.
    ///
    /// @param offset in octets, a multiple of 8
    /// @return the offset after it
    public static int writeFragment(
            byte[] b, int at, int nextHeader, int offset, boolean moreFragments, int identification) {
        Bytes.put16(b, at, nextHeader << 8);
        Bytes.put16(b, at + 2, offset | (moreFragments ? 1 : 0));
        Bytes.put32(b, at + 4, identification);
        return at + FRAGMENT_LENGTH;
    }
}
