package io.towpath.tcp.listen;

import io.towpath.core.Entropy;
import io.towpath.core.Packet;
import io.towpath.core.SipHash;
import io.towpath.core.Time;
import io.towpath.tcp.option.Negotiation;
import io.towpath.wire.Bytes;
import io.towpath.wire.TcpOptions;

/// SYN cookies (RFC 4987 §3.6): an initial sequence number that holds what must be known about a half-open
/// connection, sealed so that only this host can have made it. The acknowledgment of the SYN-ACK brings it
/// back.
///
/// ```text
///  31      27 26  24 23        16 15                 0
/// +----------+------+------------+--------------------+
/// |  count   | MSS  |  seal of   |  seal plus number  |   all of it xor a hash
/// |          |      |  all else  |  of the peer's SYN |   of the two sockets
/// +----------+------+------------+--------------------+
/// ```
/// `count` is the time in steps of 64 seconds, `MSS` an index into a table. All other options of the SYN are lost,
/// unless the peer sends timestamps: then window scale, SACK and ECN travel in the lowest six bits of our TSval
/// and come back in its echo.
///
/// Two seals, because there are two questions. A segment that is not the first after the SYN has the acknowledgment
/// number of a cookie, but cannot prove which sequence number the peer's SYN had: the first seal tells that the
/// connection may exist, so that it is not reset because its first acknowledgment is late or lost. The second holds
/// the number as a sum, not within a hash: a peer that has no acknowledgment yet sends at most the 65,535 octets of
/// an unscaled window, so none of its later segments can be taken for the first, which would lose what lies before.
///
/// A cookie is good once. What made a connection is noted in a table of fixed size, so that old duplicates of its
/// handshake do not make another when it is over; what falls out of the table is only what chance displaced.
///
/// Belongs to the stack's owner; allocates nothing but that table.
public final class SynCookies {
    /// What the acknowledgment number of a segment says.
    public enum Verdict {
        /// No cookie of ours, or too old.
        NONE,
        /// The peer got a cookie, but this is not the first segment after its SYN.
        LATER,
        /// The first segment after the SYN: the connection may begin.
        FIRST,
        /// A keep-alive probe, one number below the first: the acknowledgment was lost and the peer has nothing
        /// to say.
        KEEPALIVE
    }

    private static final long STEP = 64 * Time.SECOND;
    private static final int STEPS_BACK = 2;

    /// How long a cookie may be good; at least it is for a step less.
    public static final long LIFETIME_MAX = (STEPS_BACK + 1) * STEP;

    private static final int COUNT_MASK = 0x1f;
    private static final int WHOLE_MASK = 0xff;
    private static final int WHOLE_SHIFT = 16;
    /// The bits of an unscaled window.
    private static final int SYN_MASK = 0xffff;

    // The smallest that is ever agreed on; small links; the defaults of IPv4 and IPv6; tunnels; Ethernet; jumbo
    // frames. Linear steps would waste values on sizes that no link has.
    private static final int[] MSS = {48, 216, 536, 1220, 1360, 1440, 1460, 8940};

    /// Entries of the table of spent cookies, by their lowest bits, which are as good as drawn.
    private static final int SPENT = 1 << 12;

    private static final int OPTIONS_MASK = 0x3f;
    private static final int SCALE_NONE = 0xf;
    private static final int SACK_BIT = 0x10;
    private static final int ECN_BIT = 0x20;
    /// Stands for the option bits of a peer without timestamps: no value that a timestamp can bring back.
    private static final int NO_OPTIONS = OPTIONS_MASK + 1;

    private final SipHash pad;
    private final SipHash sockets;
    private final SipHash syn;
    private long[] spent = {};

    /// Draws the secret keys.
    public SynCookies(Entropy entropy) {
        pad = new SipHash(entropy.nextLong(), entropy.nextLong());
        sockets = new SipHash(entropy.nextLong(), entropy.nextLong());
        syn = new SipHash(entropy.nextLong(), entropy.nextLong());
    }

    /// The initial sequence number, 32 bits, that answers a SYN.
    ///
    /// @param packet from the peer, for the two sockets
    /// @param irs sequence number of the SYN
    /// @param options what was agreed on
    /// @param ecn whether ECN was
    public int make(long now, Packet packet, long irs, Negotiation options, boolean ecn) {
        long step = now / STEP;
        int mss = mssIndex(options.peerMss);
        long seal = sealOfSockets(packet, step, mss);
        int bits = options.timestamps ? bits(options, ecn) : NO_OPTIONS;
        int low = sealOfSyn(seal, irs, bits);
        int word = (int) (step & COUNT_MASK) << 27 | mss << 24 | sealOfWhole(seal, low) << WHOLE_SHIFT | low;
        return word ^ (int) pad(packet);
    }

    /// What a segment to a listener says by its acknowledgment number.
    ///
    /// @param packet from the peer, for the two sockets
    /// @param seq SEG.SEQ
    /// @param ack SEG.ACK
    /// @param length SEG.LEN
    /// @param stamped whether timestamps are in use
    /// @param tsEcr the echo, when they are
    public Verdict check(long now, Packet packet, long seq, long ack, int length, boolean stamped, int tsEcr) {
        int word = (int) (ack - 1) ^ (int) pad(packet);
        long step = now / STEP;
        int age = (int) step - (word >>> 27) & COUNT_MASK;
        if (age > STEPS_BACK) {
            return Verdict.NONE;
        }
        long seal = sealOfSockets(packet, step - age, word >>> 24 & 7);
        if (sealOfWhole(seal, word & SYN_MASK) != (word >>> WHOLE_SHIFT & WHOLE_MASK)) {
            return Verdict.NONE;
        }
        int bits = stamped ? tsEcr & OPTIONS_MASK : NO_OPTIONS;
        if (sealOfSyn(seal, seq - 1, bits) == (word & SYN_MASK)) {
            return Verdict.FIRST;
        }
        // RFC 9293 §3.8.4: a probe has SEG.SEQ = SND.NXT-1, and sometimes one garbage octet.
        return length <= 1 && sealOfSyn(seal, seq, bits) == (word & SYN_MASK) ? Verdict.KEEPALIVE : Verdict.LATER;
    }

    /// Reads the options that a cookie holds, which passed [#check], into `options` as if they came with the SYN.
    ///
    /// @param ack SEG.ACK
    /// @param stamped whether the segment that brought it has timestamps
    /// @param tsEcr the echo, when it has
    /// @return whether ECN was agreed on
    public boolean open(Packet packet, long ack, boolean stamped, int tsEcr, TcpOptions options) {
        int word = (int) (ack - 1) ^ (int) pad(packet);
        options.clear();
        options.mss = MSS[word >>> 24 & 7];
        options.hasTimestamp = stamped;
        if (stamped) {
            int scale = tsEcr & SCALE_NONE;
            options.windowScale = scale == SCALE_NONE ? -1 : scale;
            options.sackPermitted = (tsEcr & SACK_BIT) != 0;
        }
        return stamped && (tsEcr & ECN_BIT) != 0;
    }

    /// The TSval of the SYN-ACK: our clock, set back to the last value whose lowest six bits are the options.
    ///
    /// @param clock our clock's value
    public static int stamp(int clock, Negotiation options, boolean ecn) {
        int stamp = clock & ~OPTIONS_MASK | bits(options, ecn);
        return stamp - clock > 0 ? stamp - OPTIONS_MASK - 1 : stamp;
    }

    private static int bits(Negotiation options, boolean ecn) {
        int scale = options.scaling ? options.sendScale : SCALE_NONE;
        return scale | (options.sack ? SACK_BIT : 0) | (ecn ? ECN_BIT : 0);
    }

    /// The largest value of the table that the peer takes.
    private static int mssIndex(int peerMss) {
        int index = MSS.length - 1;
        while (index > 0 && MSS[index] > peerMss) {
            index--;
        }
        return index;
    }

    /// The cookie with this number made a connection.
    public void spend(Packet packet, long iss) {
        if (spent.length == 0) {
            spent = new long[SPENT];
        }
        spent[(int) iss & SPENT - 1] = mark(packet, iss);
    }

    /// True when the cookie with this number made a connection before.
    public boolean isSpent(Packet packet, long iss) {
        return spent.length > 0 && spent[(int) iss & SPENT - 1] == mark(packet, iss);
    }

    private long mark(Packet packet, long iss) {
        return syn.hash(pad(packet), iss & 0xffff_ffffL, SPENT);
    }

    private long pad(Packet packet) {
        return pad.hash(
                packet.destinationHigh, packet.destinationLow, packet.sourceHigh, packet.sourceLow, ports(packet));
    }

    private long sealOfSockets(Packet packet, long step, int mss) {
        long what = ports(packet) << 32 | step << 3 & 0xffff_fff8L | mss;
        return sockets.hash(packet.destinationHigh, packet.destinationLow, packet.sourceHigh, packet.sourceLow, what);
    }

    /// Of a number near a cookie's, which acknowledges data of a connection that is gone, it is another.
    private int sealOfWhole(long sealOfSockets, int low) {
        return (int) syn.hash(sealOfSockets, low | (SYN_MASK + 1)) & WHOLE_MASK;
    }

    private int sealOfSyn(long sealOfSockets, long irs, int bits) {
        return (int) (syn.hash(sealOfSockets, bits) + irs) & SYN_MASK;
    }

    private static long ports(Packet packet) {
        return Bytes.u32(packet.bytes, packet.at);
    }
}
