package io.towpath.core;

/// What all engines of one stack share: the pool, the counters, the event bus, the queue of signals, and chance.
///
/// @param pool packets
/// @param counters counters
/// @param events event bus
/// @param signals sockets whose users should look again
/// @param entropy chance; engines [Entropy#split] it by name
public record Context(PacketPool pool, Counters counters, Events events, SignalQueue signals, Entropy entropy) {
    /// A fresh context around `entropy` and `pool`.
    public static Context of(PacketPool pool, Entropy entropy) {
        return new Context(pool, new Counters(), new Events(), new SignalQueue(), entropy);
    }

    /// Drops `packet`: counts the reason, tells it, releases the packet.
    public void drop(long now, Packet packet, Drop reason) {
        counters.dropped(reason);
        if (events.wants(Event.Kind.PACKET_DROPPED)) {
            events.emit(new Dropped(now, reason, packet.length()));
        }
        packet.release();
    }
}
