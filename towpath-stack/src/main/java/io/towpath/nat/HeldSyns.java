package io.towpath.nat;

import io.towpath.core.Context;
import io.towpath.core.Drop;
import io.towpath.core.Packet;
import io.towpath.core.Time;
import java.util.ArrayDeque;

/// Connection requests from outside that no mapping takes. RFC 5382 §4.3 REQ-4: "A NAT MUST NOT respond to an
/// unsolicited inbound SYN packet for at least 6 seconds after the packet is received. If during this
/// interval the NAT receives and translates an outbound SYN for the connection the NAT MUST silently drop the
/// original unsolicited inbound SYN packet. Otherwise, the NAT SHOULD send an ICMP Port Unreachable error".
final class HeldSyns {
    private static final long HOLD_NANOS = 6 * Time.SECOND;

    private record Held(
            long until,
            Packet packet,
            long localHigh,
            long localLow,
            int localPort,
            long remoteHigh,
            long remoteLow,
            int remotePort) {
        boolean is(Held other) {
            return localPort == other.localPort
                    && remotePort == other.remotePort
                    && localLow == other.localLow
                    && localHigh == other.localHigh
                    && remoteLow == other.remoteLow
                    && remoteHigh == other.remoteHigh;
        }
    }

    private final Settings settings;
    private final Context context;
    private final Box box;
    private final ArrayDeque<Held> queue = new ArrayDeque<>();

    HeldSyns(Settings settings, Context context, Box box) {
        this.settings = settings;
        this.context = context;
        this.box = box;
    }

    int size() {
        return queue.size();
    }

    /// Keeps a request, or drops it when there are too many or the same one waits already.
    void hold(long now, Packet packet, Tuple t) {
        var held = new Held(
                Time.after(now, HOLD_NANOS),
                packet,
                t.destinationHigh,
                t.destinationLow,
                t.destinationPort,
                t.sourceHigh,
                t.sourceLow,
                t.sourcePort);
        if (queue.size() >= settings.get().limits().heldSyns() || queue.stream().anyMatch(held::is)) {
            context.drop(now, packet, Drop.NAT_UNSOLICITED);
        } else {
            queue.add(held);
        }
    }

    /// An inside host opens a connection by this outside endpoint: who wanted one with it is not told
    /// anything, for he will ask again.
    void answered(long now, Mapping mapping, long remoteHigh, long remoteLow, int remotePort) {
        if (queue.isEmpty()) {
            return;
        }
        queue.removeIf(held -> {
            boolean met = held.localPort == mapping.outsidePort
                    && held.remotePort == remotePort
                    && held.localLow == mapping.outsideLow
                    && held.localHigh == mapping.outsideHigh
                    && held.remoteLow == remoteLow
                    && held.remoteHigh == remoteHigh;
            if (met) {
                context.drop(now, held.packet, Drop.NAT_UNSOLICITED);
            }
            return met;
        });
    }

    long deadline() {
        Held first = queue.peek();
        return first == null ? Time.NEVER : first.until;
    }

    void tick(long now) {
        for (Held first = queue.peek(); first != null && first.until <= now; first = queue.peek()) {
            queue.remove();
            box.portUnreachable(now, first.packet);
            context.drop(now, first.packet, Drop.NAT_UNSOLICITED);
        }
    }

    /// Drops all of them without a word.
    void discard(long now) {
        while (!queue.isEmpty()) {
            context.drop(now, queue.remove().packet, Drop.SHUT_DOWN);
        }
    }
}
