package io.towpath.wire;

/// Neighbour discovery messages in place (RFC 4861 §4): what follows an [Icmp6Header] of types 133 … 137.
///
/// ```text
///                          4                  8             24          40
/// router solicitation    | reserved         | options
/// router advertisement   | hops M O life    | reachable 8 retrans 12 options 16
/// neighbour solicitation | reserved         | target      | options
/// neighbour advertisement| R S O            | target      | options
/// redirect               | reserved         | target      | destination | options
/// ```
///
/// [#check] is the gate; after it the accessors of the message's own type, and [NdOptions], cannot fail.
public final class NdHeader {
    /// Neighbour advertisement: the sender is a router.
    public static final int ROUTER = 0x8000_0000;
    /// Neighbour advertisement: it answers a solicitation.
    public static final int SOLICITED = 0x4000_0000;
    /// Neighbour advertisement: it replaces what is cached.
    public static final int OVERRIDE = 0x2000_0000;
    /// Router advertisement: addresses by DHCPv6, in [#routerFlags].
    public static final int MANAGED = 0x80;
    /// Router advertisement: other configuration by DHCPv6, in [#routerFlags].
    public static final int OTHER = 0x40;

    private NdHeader() {}

    /// Octets before the options of a message of this type; 0 if it is not a neighbour discovery message.
    public static int fixedLength(int type) {
        return switch (type) {
            case Icmp6Header.ROUTER_SOLICITATION -> 8;
            case Icmp6Header.ROUTER_ADVERTISEMENT -> 16;
            case Icmp6Header.NEIGHBOR_SOLICITATION, Icmp6Header.NEIGHBOR_ADVERTISEMENT -> 24;
            case Icmp6Header.REDIRECT -> 40;
            default -> 0;
        };
    }

    /// The gate: a whole message lies in `at` … `end`, its code is 0 and "all included options have a length that
    /// is greater than zero" (RFC 4861 §6.1.1, §6.1.2, §7.1.1, §7.1.2, §8.1) and ends inside. Hop limit, checksum
    /// and addresses are the engine's.
    public static Malformed check(byte[] b, int at, int end) {
        if (end - at < Icmp6Header.LENGTH) {
            return Malformed.TRUNCATED;
        }
        int fixed = fixedLength(Icmp6Header.type(b, at));
        if (fixed == 0 || Icmp6Header.code(b, at) != 0) {
            return Malformed.BAD_FIELD;
        }
        return end - at < fixed ? Malformed.TRUNCATED : NdOptions.check(b, at + fixed, end);
    }

    /// Where the options begin.
    public static int optionsAt(byte[] b, int at) {
        return at + fixedLength(Icmp6Header.type(b, at));
    }

    /// Neighbour solicitation and advertisement, redirect: the upper half of the target address.
    public static long targetHigh(byte[] b, int at) {
        return Bytes.i64(b, at + 8);
    }

    /// Neighbour solicitation and advertisement, redirect: the lower half of the target address.
    public static long targetLow(byte[] b, int at) {
        return Bytes.i64(b, at + 16);
    }

    /// Redirect: the upper half of the destination address.
    public static long destinationHigh(byte[] b, int at) {
        return Bytes.i64(b, at + 24);
    }

    /// Redirect: the lower half of the destination address.
    public static long destinationLow(byte[] b, int at) {
        return Bytes.i64(b, at + 32);
    }

    /// Neighbour advertisement: any of [#ROUTER], [#SOLICITED], [#OVERRIDE].
    public static int neighborFlags(byte[] b, int at) {
        return Bytes.i32(b, at + 4) & (ROUTER | SOLICITED | OVERRIDE);
    }

    /// Router advertisement: the hop limit to use, 0 if unspecified.
    public static int hopLimit(byte[] b, int at) {
        return Bytes.u8(b, at + 4);
    }

    /// Router advertisement: [#MANAGED], [#OTHER] and others.
    public static int routerFlags(byte[] b, int at) {
        return Bytes.u8(b, at + 5);
    }

    /// Router advertisement: seconds as a default router, 0 if it is none.
    public static int routerLifetimeSeconds(byte[] b, int at) {
        return Bytes.u16(b, at + 6);
    }

    /// Router advertisement: milliseconds that a neighbour counts as reachable, 0 if unspecified.
    public static long reachableMillis(byte[] b, int at) {
        return Bytes.u32(b, at + 8);
    }

    /// Router advertisement: milliseconds between solicitations, 0 if unspecified.
    public static long retransMillis(byte[] b, int at) {
        return Bytes.u32(b, at + 12);
    }

    /// Writes a router solicitation without options, checksum zero.
    ///
    /// @return the offset after it, where options go
    public static int writeRouterSolicitation(byte[] b, int at) {
        Icmp6Header.write(b, at, Icmp6Header.ROUTER_SOLICITATION, 0, 0);
        return at + 8;
    }

    /// Writes a router advertisement without options, checksum zero.
    ///
    /// @return the offset after it, where options go
    public static int writeRouterAdvertisement(
            byte[] b, int at, int hopLimit, int flags, int lifetimeSeconds, long reachableMillis, long retransMillis) {
        int rest = hopLimit << 24 | (flags & 0xff) << 16 | (lifetimeSeconds & 0xffff);
        Icmp6Header.write(b, at, Icmp6Header.ROUTER_ADVERTISEMENT, 0, rest);
        Bytes.putU32(b, at + 8, reachableMillis);
        Bytes.putU32(b, at + 12, retransMillis);
        return at + 16;
    }

    /// Writes a neighbour solicitation without options, checksum zero.
    ///
    /// @return the offset after it, where options go
    public static int writeSolicitation(byte[] b, int at, long targetHigh, long targetLow) {
        Icmp6Header.write(b, at, Icmp6Header.NEIGHBOR_SOLICITATION, 0, 0);
        return writeTarget(b, at, targetHigh, targetLow);
    }

    /// Writes a neighbour advertisement without options, checksum zero.
    ///
    /// @param flags any of [#ROUTER], [#SOLICITED], [#OVERRIDE]
    /// @return the offset after it, where options go
    public static int writeAdvertisement(byte[] b, int at, int flags, long targetHigh, long targetLow) {
        Icmp6Header.write(b, at, Icmp6Header.NEIGHBOR_ADVERTISEMENT, 0, flags);
        return writeTarget(b, at, targetHigh, targetLow);
    }

    /// Writes a redirect without options, checksum zero.
    ///
    /// @return the offset after it, where options go
    public static int writeRedirect(
            byte[] b, int at, long targetHigh, long targetLow, long destinationHigh, long destinationLow) {
        Icmp6Header.write(b, at, Icmp6Header.REDIRECT, 0, 0);
        int next = writeTarget(b, at, targetHigh, targetLow);
        Bytes.put64(b, next, destinationHigh);
        Bytes.put64(b, next + 8, destinationLow);
        return next + 16;
    }

    private static int writeTarget(byte[] b, int at, long high, long low) {
        Bytes.put64(b, at + 8, high);
        Bytes.put64(b, at + 16, low);
        return at + 24;
    }
}
