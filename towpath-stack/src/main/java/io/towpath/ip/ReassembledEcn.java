package io.towpath.ip;

import io.towpath.core.Packet;

/// The ECN field of a datagram that came in fragments, RFC 3168 §5.3.
final class ReassembledEcn {
    /// Fragments whose fields contradict each other.
    static final int IMPOSSIBLE = -1;

    private static final int NOT_ECT = 1;
    private static final int CE = 1 << 3;

    private ReassembledEcn() {}

    /// The two bits for the whole; [#IMPOSSIBLE] when one fragment is marked and another is not ECN-capable.
    static int of(FragmentList list) {
        int seen = 0;
        for (int i = 0; i < list.count(); i++) {
            Packet each = list.packet(i);
            seen |= 1 << (each.trafficClass & 3);
        }
        if ((seen & CE) == 0) {
            return list.packet(0).trafficClass & 3;
        }
        return (seen & NOT_ECT) != 0 ? IMPOSSIBLE : 3;
    }
}
