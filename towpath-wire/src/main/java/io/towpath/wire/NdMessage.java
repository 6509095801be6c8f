package io.towpath.wire;

import java.util.List;

/// A neighbour discovery message as a value for tests and tools; engines read [NdHeader] in place.
public sealed interface NdMessage {
    /// The options, in their order.
    List<NdOption> options();

    /// Writes the part before the options, checksum zero.
    ///
    /// @return the offset after it
    int writeFixed(byte[] b, int at);

    /// The message's name in the notation.
    String name();

    /// Reads the message `at` … `end`, without a look at its checksum.
    ///
    /// @throws MalformedPacketException if it does not pass [NdHeader#check]
    static NdMessage parse(byte[] b, int at, int end) {
        MalformedPacketException.require("neighbour discovery message", NdHeader.check(b, at, end));
        List<NdOption> options = NdOption.parse(b, NdHeader.optionsAt(b, at), end);
        return switch (Icmp6Header.type(b, at)) {
            case Icmp6Header.ROUTER_SOLICITATION -> new RouterSolicitation(options);
            case Icmp6Header.ROUTER_ADVERTISEMENT ->
                new RouterAdvertisement(
                        NdHeader.hopLimit(b, at),
                        NdHeader.routerFlags(b, at),
                        NdHeader.routerLifetimeSeconds(b, at),
                        NdHeader.reachableMillis(b, at),
                        NdHeader.retransMillis(b, at),
                        options);
            case Icmp6Header.NEIGHBOR_SOLICITATION -> new Solicitation(target(b, at), options);
            case Icmp6Header.NEIGHBOR_ADVERTISEMENT ->
                new Advertisement(NdHeader.neighborFlags(b, at), target(b, at), options);
            default ->
                new Redirect(
                        target(b, at),
                        IpAddress.of(NdHeader.destinationHigh(b, at), NdHeader.destinationLow(b, at)),
                        options);
        };
    }

    private static IpAddress target(byte[] b, int at) {
        return IpAddress.of(NdHeader.targetHigh(b, at), NdHeader.targetLow(b, at));
    }

    /// The message's octets, with the checksum for these addresses.
    default byte[] emit(IpAddress source, IpAddress destination) {
        byte[] fixed = new byte[40];
        int length = writeFixed(fixed, 0);
        int optionsAt = length;
        for (NdOption option : options()) {
            length += option.length();
        }
        byte[] b = new byte[length];
        System.arraycopy(fixed, 0, b, 0, optionsAt);
        int next = optionsAt;
        for (NdOption option : options()) {
            next = option.write(b, next);
        }
        long pseudo = InternetChecksum.pseudo(
                source.high(), source.low(), destination.high(), destination.low(), IpProtocol.ICMPV6, length);
        Icmp6Header.writeChecksum(b, 0, length, pseudo);
        return b;
    }

    private static String text(String name, List<NdOption> options) {
        if (options.isEmpty()) {
            return "icmp6 " + name;
        }
        var text = new StringBuilder("icmp6 ").append(name);
        String before = " <";
        for (NdOption option : options) {
            text.append(before).append(option);
            before = ",";
        }
        return text.append('>').toString();
    }

    /// Asks for router advertisements (RFC 4861 §4.1).
    ///
    /// @param options in their order
    record RouterSolicitation(List<NdOption> options) implements NdMessage {
        /// Takes a copy of the list.
        public RouterSolicitation {
            options = List.copyOf(options);
        }

        @Override
        public int writeFixed(byte[] b, int at) {
            return NdHeader.writeRouterSolicitation(b, at);
        }

        @Override
        public String name() {
            return "router solicitation";
        }

        @Override
        public String toString() {
            return text(name(), options);
        }
    }

    /// A router says that it is there (RFC 4861 §4.2).
    ///
    /// @param hopLimit to use, 0 if unspecified
    /// @param flags [NdHeader#MANAGED], [NdHeader#OTHER] and others, one octet
    /// @param lifetimeSeconds as a default router, 0 … 65535
    /// @param reachableMillis 0 if unspecified
    /// @param retransMillis 0 if unspecified
    /// @param options in their order
    record RouterAdvertisement(
            int hopLimit,
            int flags,
            int lifetimeSeconds,
            long reachableMillis,
            long retransMillis,
            List<NdOption> options)
            implements NdMessage {
        /// Takes a copy of the list.
        public RouterAdvertisement {
            options = List.copyOf(options);
        }

        @Override
        public int writeFixed(byte[] b, int at) {
            return NdHeader.writeRouterAdvertisement(
                    b, at, hopLimit, flags, lifetimeSeconds, reachableMillis, retransMillis);
        }

        @Override
        public String name() {
            return "router advertisement lifetime " + lifetimeSeconds + "s";
        }

        @Override
        public String toString() {
            return text(name(), options);
        }
    }

    /// Asks for the link-layer address of a neighbour (RFC 4861 §4.3).
    ///
    /// @param target whose
    /// @param options in their order
    record Solicitation(IpAddress target, List<NdOption> options) implements NdMessage {
        /// Takes a copy of the list.
        public Solicitation {
            options = List.copyOf(options);
        }

        @Override
        public int writeFixed(byte[] b, int at) {
            return NdHeader.writeSolicitation(b, at, target.high(), target.low());
        }

        @Override
        public String name() {
            return "neighbor solicitation who-has " + target;
        }

        @Override
        public String toString() {
            return text(name(), options);
        }
    }

    /// Tells the link-layer address (RFC 4861 §4.4).
    ///
    /// @param flags [NdHeader#ROUTER], [NdHeader#SOLICITED], [NdHeader#OVERRIDE]
    /// @param target whose
    /// @param options in their order
    record Advertisement(int flags, IpAddress target, List<NdOption> options) implements NdMessage {
        /// Takes a copy of the list.
        public Advertisement {
            options = List.copyOf(options);
        }

        @Override
        public int writeFixed(byte[] b, int at) {
            return NdHeader.writeAdvertisement(b, at, flags, target.high(), target.low());
        }

        @Override
        public String name() {
            return "neighbor advertisement " + target
                    + ((flags & NdHeader.ROUTER) != 0 ? " router" : "")
                    + ((flags & NdHeader.SOLICITED) != 0 ? " solicited" : "")
                    + ((flags & NdHeader.OVERRIDE) != 0 ? " override" : "");
        }

        @Override
        public String toString() {
            return text(name(), options);
        }
    }

    /// A router names a better first hop (RFC 4861 §4.5).
    ///
    /// @param target the better first hop
    /// @param destination for whom
    /// @param options in their order
    record Redirect(IpAddress target, IpAddress destination, List<NdOption> options) implements NdMessage {
        /// Takes a copy of the list.
        public Redirect {
            options = List.copyOf(options);
        }

        @Override
        public int writeFixed(byte[] b, int at) {
            return NdHeader.writeRedirect(b, at, target.high(), target.low(), destination.high(), destination.low());
        }

        @Override
        public String name() {
            return "redirect " + destination + " via " + target;
        }

        @Override
        public String toString() {
            return text(name(), options);
        }
    }
}
