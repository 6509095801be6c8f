package io.towpath.sctp.path;

import io.towpath.core.Context;
import io.towpath.core.Entropy;
import io.towpath.core.Time;
import io.towpath.sctp.Association;
import io.towpath.sctp.PathState;
import io.towpath.wire.Bytes;
import io.towpath.wire.IpAddress;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpParameters;

/// Heartbeats (RFC 9260 §8.3) and the proof of addresses by them (§5.4).
///
/// ```text
/// | HEARTBEAT, length | Heartbeat Info, length | nonce (8) | sent at (8) | address (16) |
/// ```
public final class Heartbeats {
    /// Bytes of a HEARTBEAT chunk of this host.
    public static final int CHUNK = SctpChunks.HEAD + SctpParameters.HEAD + 32;

    private Heartbeats() {}

    /// The association is established: confirmed paths wait for their first period, the others are probed at
    /// once.
    public static void start(long now, Path path, Entropy entropy) {
        if (path.isConfirmed()) {
            schedule(now, path, entropy);
        } else {
            path.heartbeat.due = true;
            path.timers.stop(PathTimer.HEARTBEAT);
        }
    }

    /// §8.3: "it is RECOMMENDED that a HEARTBEAT chunk is sent once per RTO of that destination address plus
    /// the protocol parameter 'HB.interval', with jittering of +/- 50% of the RTO value, and exponential
    /// backoff of the RTO if the previous HEARTBEAT is unanswered."
    public static void schedule(long now, Path path, Entropy entropy) {
        if (path.heartbeatInterval == 0 && path.isConfirmed()) {
            path.timers.stop(PathTimer.HEARTBEAT);
            return;
        }
        long rto = path.rto();
        long jitter = (long) ((entropy.nextDouble() - 0.5) * rto);
        path.timers.set(PathTimer.HEARTBEAT, Time.after(now, rto + jitter + path.heartbeatInterval));
    }

    /// The timer fired.
    ///
    /// @return true when the last heartbeat was not answered within an RTO: an error of the path
    public static boolean onTimer(long now, Path path, Entropy entropy) {
        Path.Heartbeat heartbeat = path.heartbeat;
        path.timers.stop(PathTimer.HEARTBEAT);
        if (heartbeat.outstanding) {
            heartbeat.outstanding = false;
            path.rtt.backOff();
            // §5.4: "In each RTO, a probe MAY be sent on an active UNCONFIRMED path"; once it failed too often,
            // "this rate is lowered to the normal HEARTBEAT rate."
            // RFC 7829 §4.2: so on a path that is potentially failed.
            boolean probed = !path.isConfirmed() && path.errors < path.maxRetrans;
            if (probed || path.state() == PathState.POTENTIALLY_FAILED && path.errors < path.maxRetrans) {
                heartbeat.due = true;
            } else {
                schedule(now, path, entropy);
            }
            return true;
        }
        // §8.3: a destination is idle if nothing that updates the RTT was sent "within the current heartbeat
        // period".
        long period = path.rto() + path.heartbeatInterval;
        if (path.isActive() && path.activeAt >= 0 && now - path.activeAt < period && path.flight > 0) {
            schedule(now, path, entropy);
        } else {
            heartbeat.due = true;
        }
        return false;
    }

    /// Writes the chunk at `at`.
    ///
    /// @return where its value ends
    public static int write(long now, Path path, Entropy entropy, byte[] b, int at) {
        Path.Heartbeat heartbeat = path.heartbeat;
        heartbeat.due = false;
        heartbeat.requested = false;
        heartbeat.outstanding = true;
        heartbeat.nonce = entropy.nextLong();
        heartbeat.sentAt = now;
        path.activeAt = now;
        path.timers.set(PathTimer.HEARTBEAT, Time.after(now, path.rto()));
        return write(now, path, heartbeat.nonce, b, at);
    }

    static int write(long now, Path path, long nonce, byte[] b, int at) {
        int next = SctpChunks.writeHead(b, at, SctpChunks.HEARTBEAT, 0, CHUNK);
        next = SctpParameters.writeHead(b, next, SctpParameters.HEARTBEAT_INFO, CHUNK - SctpChunks.HEAD);
        Bytes.put64(b, next, nonce);
        Bytes.put64(b, next + 8, now);
        Bytes.put64(b, next + 16, path.address().high());
        Bytes.put64(b, next + 24, path.address().low());
        return next + 32;
    }

    /// A HEARTBEAT ACK at `at` came. §5.4: "a verification is made that the nonce included in the HEARTBEAT
    /// parameter is the one sent to the address indicated inside the HEARTBEAT parameter."
    ///
    /// @return whether it answers the heartbeat that was sent there last
    public static boolean onAck(long now, Association a, Context context, Entropy entropy, byte[] b, int at) {
        int info = at + SctpChunks.HEAD;
        if (SctpChunks.length(b, at) != CHUNK
                || SctpParameters.type(b, info) != SctpParameters.HEARTBEAT_INFO
                || SctpParameters.length(b, info) != CHUNK - SctpChunks.HEAD) {
            return false;
        }
        int value = info + SctpParameters.HEAD;
        IpAddress address = IpAddress.of(Bytes.i64(b, value + 16), Bytes.i64(b, value + 24));
        Path path = a.paths.find(address);
        if (path != null && path.probes != null && path.probes.onAck(now, path, b, value)) {
            return false;
        }
        if (path == null || path.heartbeat.sentAt != Bytes.i64(b, value + 8) || path.heartbeat.nonce == 0) {
            return false;
        }
        if (path.heartbeat.nonce != Bytes.i64(b, value)) {
            return false;
        }
        path.heartbeat.nonce = 0;
        path.heartbeat.outstanding = false;
        path.rtt.sample(now - path.heartbeat.sentAt);
        PathStates.confirm(a, context, path);
        PathStates.onSuccess(a, context, path);
        schedule(now, path, entropy);
        return true;
    }
}
