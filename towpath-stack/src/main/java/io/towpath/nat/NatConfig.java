package io.towpath.nat;

import io.towpath.core.Time;
import io.towpath.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Settings of a NAT. Immutable; start from [#outside] and change single values with the `with…` methods.
///
/// @param outside indexes of the interfaces that lead outside, at least one; all others lead inside
/// @param addresses the outside addresses, IPv4 and IPv6 in any order; empty for those of the outside
///     interfaces
/// @param mapping how far an inside endpoint keeps its outside endpoint (RFC 4787 §4.1)
/// @param filtering who may send to an outside endpoint (RFC 4787 §5)
/// @param ports how the port of an outside endpoint is chosen (RFC 4787 §4.2)
/// @param pooling whether all endpoints of an inside host get the same outside address (RFC 4787 §4.1)
/// @param refreshInbound whether packets from outside lengthen the life of a UDP or ICMP mapping too, as
///     those from inside do (RFC 4787 §4.3)
/// @param hairpinning whether inside hosts reach each other by their outside endpoints (RFC 4787 §6)
/// @param timeouts how long a mapping lives without traffic
/// @param limits bounds of memory
/// @param forwards outside ports that always lead to an inside endpoint
/// @param ip6 what is done with IPv6
public record NatConfig(
        List<Integer> outside,
        List<IpAddress> addresses,
        Behavior mapping,
        Behavior filtering,
        PortAssignment ports,
        Pooling pooling,
        boolean refreshInbound,
        boolean hairpinning,
        Timeouts timeouts,
        Limits limits,
        List<PortForward> forwards,
        Ip6 ip6) {
    /// On what of the remote endpoint something depends.
    public enum Behavior {
        /// On nothing: the same for every remote endpoint.
        ENDPOINT_INDEPENDENT,
        /// On the remote address.
        ADDRESS_DEPENDENT,
        /// On the remote address and port: for mappings a "symmetric" NAT.
        ADDRESS_AND_PORT_DEPENDENT
    }

    /// How the port of an outside endpoint is chosen. Either way no two inside endpoints share one, ports
    /// below 1024 are for ports below 1024, and an even port is for an even port while there is one.
    public enum PortAssignment {
        /// The inside endpoint's own port when it is free, else one by chance.
        PRESERVED,
        /// One by chance.
        RANDOM
    }

    /// Which outside address an inside host gets when there are several.
    public enum Pooling {
        /// Always the same one.
        PAIRED,
        /// Any that has a port free.
        ARBITRARY
    }

    /// What is done with IPv6.
    public enum Ip6 {
        /// Packets are forwarded as they are, both ways.
        FORWARDED,
        /// Nothing is rewritten, but packets from outside are let in only as the filtering behaviour says.
        FILTERED,
        /// As IPv4.
        TRANSLATED
    }

    /// How long a mapping or a connection lives without traffic, in nanoseconds, each at least 1. The RFCs
    /// set lower bounds for boxes that want to be called compliant, which the defaults keep; shorter times
    /// are for tests of programs that must keep a mapping alive.
    ///
    /// @param udp RFC 4787 §4.3: at least 2 minutes, 5 recommended
    /// @param tcpEstablished RFC 5382 §5: at least 2 hours 4 minutes
    /// @param tcpTransitory RFC 5382 §5: at least 4 minutes; for connections that are being opened, are
    ///     closed or were reset
    /// @param icmpQuery RFC 5508 §3.2: at least 60 seconds
    /// @param sctpEstablished for associations that are up
    /// @param sctpTransitory for all other associations
    public record Timeouts(
            long udp,
            long tcpEstablished,
            long tcpTransitory,
            long icmpQuery,
            long sctpEstablished,
            long sctpTransitory) {
        /// @throws IllegalArgumentException if one is not positive
        public Timeouts {
            if (udp < 1
                    || tcpEstablished < 1
                    || tcpTransitory < 1
                    || icmpQuery < 1
                    || sctpEstablished < 1
                    || sctpTransitory < 1) {
                throw new IllegalArgumentException("a mapping must live for 1 ns at least");
            }
        }

        /// What the RFCs recommend, or the least they allow.
        public static Timeouts defaults() {
            long established = (2 * 60 + 4) * 60 * Time.SECOND;
            long transitory = 4 * 60 * Time.SECOND;
            return new Timeouts(
                    5 * 60 * Time.SECOND, established, transitory, 60 * Time.SECOND, established, transitory);
        }

        /// The same with another time for UDP.
        public Timeouts withUdp(long nanos) {
            return new Timeouts(nanos, tcpEstablished, tcpTransitory, icmpQuery, sctpEstablished, sctpTransitory);
        }

        /// The same with other times for TCP.
        public Timeouts withTcp(long established, long transitory) {
            return new Timeouts(udp, established, transitory, icmpQuery, sctpEstablished, sctpTransitory);
        }

        /// The same with another time for ICMP queries.
        public Timeouts withIcmpQuery(long nanos) {
            return new Timeouts(udp, tcpEstablished, tcpTransitory, nanos, sctpEstablished, sctpTransitory);
        }

        /// The same with other times for SCTP.
        public Timeouts withSctp(long established, long transitory) {
            return new Timeouts(udp, tcpEstablished, tcpTransitory, icmpQuery, established, transitory);
        }
    }

    /// Bounds of memory. What would exceed one is refused: nothing that is there is given up for it.
    ///
    /// @param mappings of all inside hosts together
    /// @param mappingsPerHost of one inside address
    /// @param sessions remote endpoints of all mappings together, as far as they are kept
    /// @param sessionsPerHost of one inside address
    /// @param heldSyns connection requests from outside that wait to be refused
    public record Limits(int mappings, int mappingsPerHost, int sessions, int sessionsPerHost, int heldSyns) {
        /// @throws IllegalArgumentException if there could be no mapping or session
        public Limits {
            if (mappings < 1 || mappingsPerHost < 1 || sessions < 1 || sessionsPerHost < 1 || heldSyns < 0) {
                throw new IllegalArgumentException("a NAT must hold 1 mapping and 1 session at least");
            }
        }

        /// 65,536 mappings, 8192 of them for one host; twice as many sessions; 64 held requests.
        public static Limits defaults() {
            return new Limits(65_536, 8192, 131_072, 16_384, 64);
        }

        /// The same with other bounds of mappings.
        public Limits withMappings(int all, int perHost) {
            return new Limits(all, perHost, sessions, sessionsPerHost, heldSyns);
        }

        /// The same with other bounds of sessions.
        public Limits withSessions(int all, int perHost) {
            return new Limits(mappings, mappingsPerHost, all, perHost, heldSyns);
        }

        /// The same with another bound of held connection requests; 0 drops them at once.
        public Limits withHeldSyns(int value) {
            return new Limits(mappings, mappingsPerHost, sessions, sessionsPerHost, value);
        }
    }

    /// @throws IllegalArgumentException with one line that says which value cannot be
    public NatConfig {
        outside = List.copyOf(outside);
        addresses = List.copyOf(addresses);
        forwards = List.copyOf(forwards);
        if (outside.isEmpty()) {
            throw new IllegalArgumentException("a NAT needs an outside interface");
        }
        for (int index : outside) {
            if (index < 1) {
                throw new IllegalArgumentException("an outside interface has an index of 1 or more, not " + index);
            }
        }
        for (IpAddress address : addresses) {
            if (address.isMulticast() || address.isUnspecified() || address.isBroadcast() || address.isLoopback()) {
                throw new IllegalArgumentException("not an outside address: " + address);
            }
        }
        for (int i = 0; i < forwards.size(); i++) {
            forwards.get(i).requireFit(ip6);
            for (int j = 0; j < i; j++) {
                forwards.get(i).requireApartFrom(forwards.get(j));
            }
        }
    }

    /// A NAT between the interfaces named here and all others, endpoint-independent in mapping and filtering,
    /// as transparent to programs as a NAT can be.
    ///
    /// @param interfaces indexes of outside interfaces; a stack counts from 1, 0 is its loopback interface
    /// @throws IllegalArgumentException when none is named, or the loopback interface
    public static NatConfig outside(int... interfaces) {
        List<Integer> outside = new ArrayList<>();
        for (int each : interfaces) {
            outside.add(each);
        }
        return new NatConfig(
                outside,
                List.of(),
                Behavior.ENDPOINT_INDEPENDENT,
                Behavior.ENDPOINT_INDEPENDENT,
                PortAssignment.PRESERVED,
                Pooling.PAIRED,
                false,
                true,
                Timeouts.defaults(),
                Limits.defaults(),
                List.of(),
                Ip6.FORWARDED);
    }

    /// The same with outside addresses of its own. They must lead to this host: addresses of its interfaces, or
    /// routed to it.
    public NatConfig withAddresses(IpAddress... value) {
        return with(draft -> draft.addresses = List.of(value));
    }

    /// The same with another mapping behaviour.
    public NatConfig withMapping(Behavior value) {
        return with(draft -> draft.mapping = value);
    }

    /// The same with another filtering behaviour.
    public NatConfig withFiltering(Behavior value) {
        return with(draft -> draft.filtering = value);
    }

    /// The same with another choice of ports.
    public NatConfig withPorts(PortAssignment value) {
        return with(draft -> draft.ports = value);
    }

    /// The same with another choice of addresses.
    public NatConfig withPooling(Pooling value) {
        return with(draft -> draft.pooling = value);
    }

    /// The same with mappings that packets from outside keep alive, or not.
    public NatConfig withRefreshInbound(boolean value) {
        return with(draft -> draft.refreshInbound = value);
    }

    /// The same with hairpinning or without.
    public NatConfig withHairpinning(boolean value) {
        return with(draft -> draft.hairpinning = value);
    }

    /// The same with other timeouts.
    public NatConfig withTimeouts(Timeouts value) {
        return with(draft -> draft.timeouts = value);
    }

    /// The same with other bounds.
    public NatConfig withLimits(Limits value) {
        return with(draft -> draft.limits = value);
    }

    /// The same with one more outside port that always leads to an inside endpoint.
    ///
    /// @throws IllegalArgumentException when the port, or the endpoint, has one already
    public NatConfig withForward(PortForward value) {
        List<PortForward> more = new ArrayList<>(forwards);
        more.add(value);
        return with(draft -> draft.forwards = more);
    }

    /// The same with other treatment of IPv6.
    public NatConfig withIp6(Ip6 value) {
        return with(draft -> draft.ip6 = value);
    }

    /// Whether what mappings depend on is another than in other settings, or what must be known of them.
    boolean wantsOtherMappingsThan(NatConfig other) {
        return mapping != other.mapping || filtering != other.filtering || ip6 != other.ip6;
    }

    boolean isOutside(int interfaceIndex) {
        for (int i = 0; i < outside.size(); i++) {
            if (outside.get(i) == interfaceIndex) {
                return true;
            }
        }
        return false;
    }

    private NatConfig with(Consumer<Draft> change) {
        var draft = new Draft(this);
        change.accept(draft);
        return draft.done();
    }

    /// The components while some of them get another value.
    private static final class Draft {
        List<Integer> outside;
        List<IpAddress> addresses;
        Behavior mapping;
        Behavior filtering;
        PortAssignment ports;
        Pooling pooling;
        boolean refreshInbound;
        boolean hairpinning;
        Timeouts timeouts;
        Limits limits;
        List<PortForward> forwards;
        Ip6 ip6;

        Draft(NatConfig from) {
            outside = from.outside;
            addresses = from.addresses;
            mapping = from.mapping;
            filtering = from.filtering;
            ports = from.ports;
            pooling = from.pooling;
            refreshInbound = from.refreshInbound;
            hairpinning = from.hairpinning;
            timeouts = from.timeouts;
            limits = from.limits;
            forwards = from.forwards;
            ip6 = from.ip6;
        }

        NatConfig done() {
            return new NatConfig(
                    outside,
                    addresses,
                    mapping,
                    filtering,
                    ports,
                    pooling,
                    refreshInbound,
                    hairpinning,
                    timeouts,
                    limits,
                    forwards,
                    ip6);
        }
    }
}
