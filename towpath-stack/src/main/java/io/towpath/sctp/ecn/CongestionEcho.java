package io.towpath.sctp.ecn;

import io.towpath.sctp.Association;
import io.towpath.sctp.packet.PacketBuilder;
import io.towpath.sctp.path.Path;
import io.towpath.sctp.receive.DataTracker;
import io.towpath.sctp.send.OutstandingData;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.Serial;

/// Marks of congestion, both ways: what the network marked is told to the peer by ECNE until its CWR comes;
/// what the peer tells halves the window of the path once per window of data (RFC 4960 Appendix A, RFC 3168
/// §6.1).
public final class CongestionEcho {
    /// The ECN field of a packet that may be marked: ECT(0).
    public static final int ECT_0 = 2;

    private static final int MASK = 3;
    private static final int CHUNK = 8;

    /// Lowest TSN of a packet that was marked and whose echo the peer did not confirm, -1 for none.
    private long echo = -1;

    /// What was outstanding when the window was reduced last: marks up to there are of the same window.
    private long reducedUpTo;

    private long marks;
    private long reductions;

    /// Nothing was marked.
    ///
    /// @param cumAcked of this side's data
    public CongestionEcho(long cumAcked) {
        reducedUpTo = cumAcked;
    }

    /// TSNs of both sides begin anew; what was counted stays.
    public void start(long cumAcked) {
        echo = -1;
        reducedUpTo = cumAcked;
    }

    /// Lowest TSN of a packet that was marked and whose echo the peer did not confirm, -1 for none.
    public long echo() {
        return echo;
    }

    /// The same in another process.
    public void restore(long tsn) {
        echo = tsn;
    }

    /// Whether the ECN field of a packet says that the network is congested.
    public static boolean isMarked(int trafficClass) {
        return (trafficClass & MASK) == MASK;
    }

    /// A marked packet came whose lowest TSN is this: "the lowest TSN associated with the IP datagram marked
    /// with the CE bit".
    public void onMark(long tsn) {
        marks++;
        if (echo < 0) {
            echo = tsn;
        }
    }

    /// Packets that came marked.
    public long marks() {
        return marks;
    }

    /// How often the peer's echoes reduced a window.
    public long reductions() {
        return reductions;
    }

    /// Adds an ECNE before a SACK, as long as the peer did not confirm it: RFC 3168 §6.1.3, "until it
    /// receives a CWR".
    public void write(PacketBuilder packet) {
        if (echo >= 0 && packet.room() >= CHUNK) {
            packet.finishChunk(SctpChunks.writeWord(packet.bytes(), packet.at(), SctpChunks.ECNE, 0, (int) echo));
        }
    }

    /// Whether the TSN of an ECNE or CWR at `at` is one of before the TSNs were reset, and tells nothing of those
    /// of now.
    public static boolean isBygone(Association a, byte[] b, int at) {
        int tsn = SctpChunks.tsn(b, at);
        if (SctpChunks.type(b, at) == SctpChunks.ECNE) {
            OutstandingData sent = a.outstanding;
            return a.reconfiguration.isBygone(Serial.unwrap(tsn, sent.cumAcked()), sent.nextTsn());
        }
        DataTracker received = a.receiver().tracker;
        return a.reconfiguration.isBygone(Serial.unwrap(tsn, received.cumulative()), received.highest());
    }

    /// A CWR at `at`: the peer reduced its window for this TSN or a later one.
    public void onReduced(Association a, byte[] b, int at) {
        long tsn = Serial.unwrap(SctpChunks.tsn(b, at), a.receiver().tracker.cumulative());
        if (echo >= 0 && tsn >= echo) {
            echo = -1;
        }
    }

    /// An ECNE at `at`. RFC 3168 §6.1.2: the sender "SHOULD NOT reduce the congestion window more than once
    /// every window of data"; the CWR goes back every time, for the one before may be lost.
    ///
    /// @return whether a window was reduced
    public boolean onEcho(Association a, byte[] b, int at) {
        long tsn = Serial.unwrap(SctpChunks.tsn(b, at), a.outstanding.cumAcked());
        if (tsn >= a.outstanding.nextTsn()) {
            return false;
        }
        boolean reduces = tsn > reducedUpTo;
        if (reduces) {
            reducedUpTo = a.outstanding.nextTsn() - 1;
            reductions++;
            path(a, tsn).window.onCongestionEcho();
        }
        byte[] reduced = new byte[CHUNK];
        SctpChunks.writeWord(reduced, 0, SctpChunks.CWR, 0, (int) tsn);
        a.control.reply(reduced, null);
        return reduces;
    }

    /// The path that the marked packet took; when that is forgotten, the primary one.
    private static Path path(Association a, long tsn) {
        boolean known = tsn > a.outstanding.cumAcked();
        return known ? a.outstanding.get(tsn).path() : a.paths.primary();
    }
}
