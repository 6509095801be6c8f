package io.towpath.junit;

import io.towpath.core.Entropy;
import io.towpath.core.TxBatch;
import io.towpath.link.Capture;
import io.towpath.link.Impairment;
import io.towpath.link.Impairments;
import io.towpath.link.Link;
import io.towpath.link.LinkDecorator;
import io.towpath.link.MemoryLink;
import io.towpath.net.Host;

/// One end of a wire: what happens to what its host sends into it.
final class WireEnd {
    final Host host;
    final Host peer;
    private final String wire;

    /// Addresses, and what the wire is to the host.
    final Topology.Place place;

    /// Number of the end among all of the network.
    final int number;

    final Impairment impairment;
    final Link link;
    private final Gate gate;
    private Impairments wanted = Impairments.NONE;
    private boolean cut;

    WireEnd(String wire, Topology.Place place, int number, MemoryLink memory, Entropy chance, Journal journal) {
        this.place = place;
        this.host = place.host();
        this.peer = place.peer();
        this.number = number;
        this.wire = wire;
        this.impairment = Impairment.onTransmit(memory, Impairments.NONE, chance);
        this.gate = new Gate(impairment);
        this.link =
                new Capture(gate, (now, outbound, b, at, end, meta) -> journal.packet(now, this, outbound, b, at, end));
    }

    /// Loses the next packets that are sent.
    private static final class Gate extends LinkDecorator {
        private int left;

        Gate(Link inner) {
            super(inner);
        }

        @Override
        public int transmit(long now, TxBatch from) {
            int lost = Math.min(left, from.size());
            for (int i = 0; i < lost; i++) {
                from.get(i).release();
            }
            from.removeFirst(lost);
            left -= lost;
            return lost + inner.transmit(now, from);
        }
    }

    void impair(Impairments impairments) {
        wanted = impairments;
        if (!cut) {
            impairment.set(impairments);
        }
    }

    Impairments impairments() {
        return wanted;
    }

    void cut(boolean cut) {
        this.cut = cut;
        impairment.set(cut ? Impairments.PARTITION : wanted);
    }

    boolean isCut() {
        return cut;
    }

    String wireName() {
        return wire;
    }

    void loseNext(int packets) {
        gate.left = packets;
    }
}
