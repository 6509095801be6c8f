package io.towpath.sctp.receive;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.sctp.Association;
import io.towpath.sctp.SctpTimer;
import io.towpath.sctp.packet.PacketBuilder;
import io.towpath.wire.SctpSackHeader;

/// Writes SACK chunks (RFC 9260 §3.3.4, §6.2): "The SCTP endpoint MUST report as many Gap Ack Blocks as can fit
/// in a single SACK chunk limited by the current path MTU."
public final class SackWriter {
    private static final int GAP_END_MAX = 0xffff;

    private SackWriter() {}

    /// Adds a SACK to the packet in hand.
    ///
    /// @return false when not even one without gaps fits
    public static boolean write(Association a, Context context, PacketBuilder packet) {
        Receiver receiver = a.receiver();
        DataTracker tracker = receiver.tracker;
        if (a.ecn != null) {
            a.ecn.write(packet);
        }
        int entries = (packet.room() - SctpSackHeader.LENGTH) / 4;
        if (packet.room() < SctpSackHeader.LENGTH) {
            return false;
        }
        long base = tracker.cumulative();
        int gaps = 0;
        while (gaps < tracker.gaps() && gaps < entries && tracker.gapStart(gaps) - base <= GAP_END_MAX) {
            gaps++;
        }
        int duplicates = Math.min(tracker.duplicates(), entries - gaps);
        long window = receiver.window();
        byte[] b = packet.bytes();
        int at = SctpSackHeader.write(b, packet.at(), (int) base, window, gaps, duplicates);
        for (int i = 0; i < gaps; i++) {
            int end = (int) Math.min(GAP_END_MAX, tracker.gapEnd(i) - base);
            at = SctpSackHeader.writeGap(b, at, (int) (tracker.gapStart(i) - base), end);
        }
        for (int i = 0; i < duplicates; i++) {
            at = SctpSackHeader.writeDuplicate(b, at, (int) tracker.duplicate(i));
        }
        packet.finishChunk(at);
        tracker.clearDuplicates();
        receiver.sacks.sent();
        receiver.advertised = window;
        a.timers.stop(SctpTimer.DELAYED_SACK);
        context.counters().count(Counter.SCTP_SACKS_OUT);
        return true;
    }
}
