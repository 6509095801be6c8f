package io.towpath.link;

import io.towpath.core.Packet;
import io.towpath.core.PacketPool;
import io.towpath.core.TxBatch;
import org.jspecify.annotations.Nullable;

/// Shows every packet that passes a link to a [CaptureSink], in both directions, and changes nothing.
///
/// A packet whose checksum the stack left to the link is shown with the checksum filled in, on a copy: what is shown
/// is what a wire would have carried. Super-segments are shown whole.
public final class Capture extends LinkDecorator {
    private final CaptureSink sink;
    private final Headers headers = new Headers();
    private final PacketPool copies = new PacketPool();
    private @Nullable Packet lastShown;
    private int shown;

    /// Looks at what passes `inner`, which from now on belongs to this link.
    public Capture(Link inner, CaptureSink sink) {
        super(inner);
        this.sink = sink;
    }

    @Override
    public int receive(long now, RxBatch into) {
        int before = into.size();
        int added = inner.receive(now, into);
        for (int i = before; i < into.size(); i++) {
            show(now, false, into.get(i));
        }
        return added;
    }

    /// Shows packets before the link below takes them, since they are gone afterwards. What the link below did not
    /// take this time and is offered again was shown already: it is recognised by the last packet shown.
    @Override
    public int transmit(long now, TxBatch from) {
        int first = shown > 0 && shown <= from.size() && from.get(shown - 1) == lastShown ? shown : 0;
        for (int i = first; i < from.size(); i++) {
            show(now, true, from.get(i));
        }
        int taken = inner.transmit(now, from);
        shown = from.size();
        lastShown = shown > 0 ? from.get(shown - 1) : null;
        return taken;
    }

    private void show(long now, boolean outbound, Packet packet) {
        if (packet.checksumAt == 0 && !packet.checksumVerified) {
            sink.packet(now, outbound, packet.bytes, packet.at, packet.end, packet);
            return;
        }
        Packet copy = copies.take(packet.bytes.length - Packet.HEADROOM);
        copy.copyFrom(packet);
        Checksums.settle(copy, inner.info().medium(), headers);
        sink.packet(now, outbound, copy.bytes, copy.at, copy.end, packet);
        copy.release();
    }
}
