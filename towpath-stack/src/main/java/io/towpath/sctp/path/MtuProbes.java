package io.towpath.sctp.path;

import io.towpath.congestion.PathMtuSearch;
import io.towpath.core.Entropy;
import io.towpath.core.Time;
import io.towpath.wire.Bytes;
import io.towpath.wire.SctpChunks;
import java.util.Arrays;

/// The search for the path MTU by probes (RFC 8899 §6.2): a HEARTBEAT, filled up by a PAD chunk (RFC 4820) to
/// the size that is tried. What becomes of it says nothing of the path but its size.
public final class MtuProbes {
    /// RFC 8899 §5.1.2, BASE_PLPMTU: "For IPv4 […] 1200"; what UDP applications are given and most tunnels
    /// carry.
    private static final int BASE = 1200;

    private static final int LEAST_IP4 = 576;
    private static final int LEAST_IP6 = 1280;

    /// Timeouts one after the other that look like a black hole (RFC 8899 §4.3).
    private static final int BLACK_HOLE = 3;

    private static final int PAUSE_RTOS = 3;

    private final PathMtuSearch search;
    private long nonce;

    /// A search that begins with what most paths carry.
    MtuProbes(boolean ip4, int linkMtu) {
        int least = ip4 ? LEAST_IP4 : LEAST_IP6;
        search = new PathMtuSearch(least, Math.max(least, BASE), linkMtu, false);
    }

    /// The largest IP packet that is known to get through.
    public int size() {
        return search.size();
    }

    /// What the first link carries, or an ICMP message that was believed, changed.
    void onLimit(int bytes) {
        search.onLimit(bytes);
    }

    /// The size of the probe that is to be sent now, 0 for none.
    public int due(long now) {
        return search.isProbing() ? 0 : search.probeSize(now);
    }

    /// Writes the chunks of a probe from `at` on.
    ///
    /// @param size of the IP packet
    /// @param chunkBytes of all its chunks
    /// @return where they end
    public int write(long now, Path path, Entropy entropy, int size, int chunkBytes, byte[] b, int at) {
        do {
            nonce = entropy.nextLong();
        } while (nonce == 0);
        search.onProbeSent(size);
        path.timers.set(PathTimer.MTU_PROBE, Time.after(now, path.rto()));
        int next = Heartbeats.write(now, path, nonce, b, at);
        int pad = at + chunkBytes - next;
        if (pad >= SctpChunks.HEAD) {
            int value = SctpChunks.writeHead(b, next, SctpChunks.PAD, 0, pad);
            Arrays.fill(b, value, next + pad, (byte) 0);
            next += pad;
        }
        return next;
    }

    /// A HEARTBEAT ACK came whose heartbeat information begins at `value`. Whether it answers the probe.
    boolean onAck(long now, Path path, byte[] b, int value) {
        if (nonce == 0 || nonce != Bytes.i64(b, value) || !search.isProbing()) {
            return false;
        }
        nonce = 0;
        search.onProbeAcknowledged(now);
        path.timers.stop(PathTimer.MTU_PROBE);
        path.refreshMtu();
        return true;
    }

    /// No answer within an RTO, or the pause after that is over.
    public void onTimer(long now, Path path) {
        if (search.isProbing()) {
            nonce = 0;
            long pause = PAUSE_RTOS * path.rto();
            search.onProbeLost(now, pause);
            path.timers.set(PathTimer.MTU_PROBE, Time.after(now, pause));
        }
    }

    /// The search rests: it begins anew some day.
    public void rest(long now, Path path) {
        if (search.phase() == PathMtuSearch.Phase.COMPLETE && !path.timers.isSet(PathTimer.MTU_PROBE)) {
            path.timers.set(PathTimer.MTU_PROBE, Time.after(now, PathMtuSearch.RAISE_NANOS));
        }
    }

    /// T3-rtx expired on the path.
    void onTimeout(long now, Path path) {
        if (path.errors >= BLACK_HOLE && search.onBlackHole(now, PAUSE_RTOS * path.rto(), path.mtu)) {
            path.refreshMtu();
        }
    }

    @Override
    public String toString() {
        return search.toString() + (nonce == 0 ? "" : ", probing");
    }
}
