package io.towpath.ip;

import io.towpath.core.Time;

/// Settings of the Internet layer. Immutable; start from [#defaults] and change single values with the `with…`
/// methods.
///
/// @param hopLimit TTL or hop limit of packets whose sender names none, 1 to 255
/// @param forwarding whether packets for others are passed on
/// @param answerEcho whether echo requests are answered
/// @param reassembly bounds of reassembly
/// @param icmpErrors rate of ICMP errors sent
/// @param pathMtu what is believed of path MTUs learnt from ICMP
/// @param neighbors bounds of the neighbour table
/// @param backlogMax packets that may wait for one interface beside its outbox (replies, fragments, forwarded
///     packets), at least 1
/// @param loopback whether 127.0.0.0/8 and ::1 are this host itself; false for a host behind a socket of an operating
///     system, to which they are the machine that it runs on
public record IpConfig(
        int hopLimit,
        boolean forwarding,
        boolean answerEcho,
        Reassembly reassembly,
        IcmpErrors icmpErrors,
        PathMtu pathMtu,
        Neighbors neighbors,
        int backlogMax,
        boolean loopback) {
    /// Bounds of reassembly.
    ///
    /// @param nanos how long fragments wait for the rest of their datagram
    /// @param bytesMax memory for all waiting fragments
    /// @param sourceBytesMax memory for the waiting fragments of one source address
    public record Reassembly(long nanos, int bytesMax, int sourceBytesMax) {
        /// @throws IllegalArgumentException if a value cannot be
        public Reassembly {
            require(nanos > 0, "reassembly time must be positive");
            require(sourceBytesMax >= 0, "reassembly bound must not be negative");
            require(bytesMax >= sourceBytesMax, "reassembly bound of one source exceeds the total");
        }
    }

    /// Rate of ICMP errors sent, all destinations together: a token bucket (RFC 4443 §2.4 (f)).
    ///
    /// @param perSecond tokens that come in a second, 0 to send none after the burst
    /// @param burst errors that may be sent at once after a pause
    public record IcmpErrors(int perSecond, int burst) {
        /// @throws IllegalArgumentException if a value cannot be
        public IcmpErrors {
            require(perSecond >= 0 && burst >= 0, "ICMP rate must not be negative");
        }
    }

    /// What is believed of path MTUs learnt from ICMP.
    ///
    /// @param floor smallest IPv4 path MTU in bytes, 68 to 1500; below it routers fragment what we send
    /// @param nanos how long one is believed
    /// @param max how many are remembered
    public record PathMtu(int floor, long nanos, int max) {
        /// @throws IllegalArgumentException if a value cannot be
        public PathMtu {
            require(floor >= 68 && floor <= 1500, "path MTU floor must be 68 to 1500");
            require(nanos > 0 && max >= 1, "path MTU age and bound must be positive");
        }
    }

    /// Bounds of the neighbour table.
    ///
    /// @param max neighbours remembered, all interfaces together
    /// @param packetsMax packets that wait for one neighbour's link-layer address
    public record Neighbors(int max, int packetsMax) {
        /// @throws IllegalArgumentException if a value cannot be
        public Neighbors {
            require(max >= 1 && packetsMax >= 1, "neighbour bounds must be positive");
        }
    }

    /// @throws IllegalArgumentException with one line that says which value cannot be
    public IpConfig {
        require(hopLimit >= 1 && hopLimit <= 255, "hop limit must be 1 to 255");
        require(backlogMax >= 1, "backlog bound must be positive");
    }

    /// What a host uses unless told otherwise.
    public static IpConfig defaults() {
        // RFC 1122 §3.3.2: 60 to 120 seconds for IPv4; RFC 8200 §4.5: 60 seconds for IPv6.
        // RFC 1191 §6.3: a path MTU is believed for 10 minutes.
        return new IpConfig(
                64,
                false,
                true,
                new Reassembly(60 * Time.SECOND, 4 << 20, 1 << 20),
                new IcmpErrors(1000, 50),
                new PathMtu(552, 600 * Time.SECOND, 1024),
                new Neighbors(1024, 16),
                1024,
                true);
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(rule);
        }
    }

    /// The same with another default TTL and hop limit.
    public IpConfig withHopLimit(int value) {
        return new IpConfig(
                value, forwarding, answerEcho, reassembly, icmpErrors, pathMtu, neighbors, backlogMax, loopback);
    }

    /// The same with forwarding on or off.
    public IpConfig withForwarding(boolean value) {
        return new IpConfig(
                hopLimit, value, answerEcho, reassembly, icmpErrors, pathMtu, neighbors, backlogMax, loopback);
    }

    /// The same with echo requests answered or not.
    public IpConfig withAnswerEcho(boolean value) {
        return new IpConfig(
                hopLimit, forwarding, value, reassembly, icmpErrors, pathMtu, neighbors, backlogMax, loopback);
    }

    /// The same with other bounds of reassembly.
    public IpConfig withReassembly(Reassembly value) {
        return new IpConfig(
                hopLimit, forwarding, answerEcho, value, icmpErrors, pathMtu, neighbors, backlogMax, loopback);
    }

    /// The same with another rate of ICMP errors.
    public IpConfig withIcmpErrors(IcmpErrors value) {
        return new IpConfig(
                hopLimit, forwarding, answerEcho, reassembly, value, pathMtu, neighbors, backlogMax, loopback);
    }

    /// The same with other rules for path MTUs.
    public IpConfig withPathMtu(PathMtu value) {
        return new IpConfig(
                hopLimit, forwarding, answerEcho, reassembly, icmpErrors, value, neighbors, backlogMax, loopback);
    }

    /// The same with other bounds for neighbours.
    public IpConfig withNeighbors(Neighbors value) {
        return new IpConfig(
                hopLimit, forwarding, answerEcho, reassembly, icmpErrors, pathMtu, value, backlogMax, loopback);
    }

    /// The same with another bound for packets that wait for an interface.
    public IpConfig withPendingMax(int value) {
        return new IpConfig(
                hopLimit, forwarding, answerEcho, reassembly, icmpErrors, pathMtu, neighbors, value, loopback);
    }

    /// The same with loopback addresses of its own or without.
    public IpConfig withLoopback(boolean value) {
        return new IpConfig(
                hopLimit, forwarding, answerEcho, reassembly, icmpErrors, pathMtu, neighbors, backlogMax, value);
    }
}
