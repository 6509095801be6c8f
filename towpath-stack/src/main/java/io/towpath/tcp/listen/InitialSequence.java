package io.towpath.tcp.listen;

import io.towpath.core.Entropy;
import io.towpath.core.SipHash;
import io.towpath.core.Time;

/// Initial sequence numbers (RFC 6528, RFC 9293 §3.4.1): "ISN = M + F(localip, localport, remoteip, remoteport,
/// secretkey)", M a clock that ticks every 4 microseconds, F a keyed hash. And, by the same means, the offset of the
/// timestamp clock, which differs for each pair of hosts (RFC 7323 §5.4).
public final class InitialSequence {
    private final SipHash sequence;
    private final SipHash clock;

    /// Draws the secret keys.
    public InitialSequence(Entropy entropy) {
        sequence = new SipHash(entropy.nextLong(), entropy.nextLong());
        clock = new SipHash(entropy.nextLong(), entropy.nextLong());
    }

    /// The initial send sequence number of a connection, unwrapped: its lower 32 bits go on the wire.
    public long iss(
            long now, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort) {
        long hash = sequence.hash(localHigh, localLow, remoteHigh, remoteLow, (long) localPort << 16 | remotePort);
        return (now / (4 * Time.MICROSECOND) + hash & 0xffff_ffffL) + (1L << 32);
    }

    /// The offset of the timestamp clock between these two addresses.
    public int clockOffset(long localHigh, long localLow, long remoteHigh, long remoteLow) {
        return (int) clock.hash(localHigh, localLow, remoteHigh, remoteLow);
    }
}
