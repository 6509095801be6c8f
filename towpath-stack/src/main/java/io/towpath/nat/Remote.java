package io.towpath.nat;

/// The part of a remote endpoint on which something depends: used again for every packet.
final class Remote {
    long high;
    long low;
    int port;

    /// Takes from the endpoint what `behavior` depends on, and 0 for the rest.
    Remote of(NatConfig.Behavior behavior, long high, long low, int port) {
        boolean address = behavior != NatConfig.Behavior.ENDPOINT_INDEPENDENT;
        this.high = address ? high : 0;
        this.low = address ? low : 0;
        this.port = behavior == NatConfig.Behavior.ADDRESS_AND_PORT_DEPENDENT ? port : 0;
        return this;
    }
}
