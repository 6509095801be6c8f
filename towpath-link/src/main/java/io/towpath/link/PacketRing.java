package io.towpath.link;

import io.towpath.core.Packet;
import org.jspecify.annotations.Nullable;

/// A bounded queue of packets with one writer and one reader. The writer offers a few and publishes them together;
/// the reader polls a few and frees their places together. So the costs of talking between threads are paid once per
/// batch, and both sides learn exactly when the other must be woken.
interface PacketRing {
    /// Writer: true when [#offer] would take a packet.
    boolean hasRoom();

    /// Writer: appends a packet that the reader will see after [#publish]. False when the ring is full.
    boolean offer(Packet packet);

    /// Writer: shows the reader what was offered. True when the reader may have found the ring empty before, so that
    /// it must be woken.
    boolean publish();

    /// Writer, after [#offer] failed and what came before is published: asks to be told when places are freed. True
    /// when there are free places already, and nothing will be told.
    boolean awaitRoom();

    /// Reader: takes the oldest packet, null when none is published.
    @Nullable
    Packet poll();

    /// Reader: frees the places of what was polled. True when the writer waits for that.
    boolean free();

    /// Reader, after [#free]: true when nothing is published. The next [#publish] then returns true.
    boolean isEmpty();

    /// Packets published and not yet freed: exact on one thread, a moment's view between two.
    int size();
}
