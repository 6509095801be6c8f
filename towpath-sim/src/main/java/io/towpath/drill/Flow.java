package io.towpath.drill;

import io.towpath.wire.TcpHeader;
import io.towpath.wire.TcpOption;
import io.towpath.wire.TcpSegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The connection that a script speaks of at the moment, and how its numbers become those on the wire: sequence
/// numbers count from the initial ones, timestamps from the first.
final class Flow {
    private static final long MAX_32 = 0xffff_ffffL;

    /// Own port, 0 while it is not known.
    int localPort;

    /// The peer's port.
    final int remotePort;

    /// Whether it begins with a SYN from the peer.
    final boolean passive;

    private @Nullable Long localInitial;
    private @Nullable Long remoteInitial;
    private long localScript;
    private boolean mayBeginAnew;
    private boolean resetSeen;
    private long sentEnd;
    private final Map<Long, Long> clockByScript = new HashMap<>();
    private @Nullable Long firstScriptClock;
    private long firstClock;

    private final PeerSigner signer;

    Flow(int localPort, int remotePort, boolean passive, PeerSigner signer) {
        this.signer = signer;
        this.localPort = localPort;
        this.remotePort = remotePort;
        this.passive = passive;
    }

    private static long or0(@Nullable Long value) {
        return value == null ? 0 : value;
    }

    /// What becomes 0 in sequence numbers of the host, but for SYN segments.
    long localBase() {
        return or0(localInitial);
    }

    /// What becomes 0 in sequence numbers of the peer.
    long remoteBase() {
        return or0(remoteInitial);
    }

    /// What becomes 0 in acknowledgment numbers of the host: nothing in SYN segments, for the peer's SYN has
    /// the number that the script gives it.
    long acknowledgmentBase(TcpSegment segment) {
        return segment.has(TcpHeader.SYN) ? 0 : remoteBase();
    }

    /// The number that the script gives to the sequence number `live` of a SYN that the host sent.
    long scriptSynSequence(long live) {
        return live - localBase() + localScript & MAX_32;
    }

    /// Notes the initial sequence number of a SYN that the peer sends. A second SYN may begin another connection
    /// between the same ports, in which the host's numbers begin anew; the same one again does not, unless a RST
    /// came between.
    void onInboundSyn(PacketSpec.Tcp spec) {
        boolean again = remoteInitial != null && remoteInitial == or0(spec.sequence()) && !resetSeen;
        if (remoteInitial == null) {
            remoteInitial = or0(spec.sequence());
        }
        mayBeginAnew |= !spec.has(TcpHeader.ACK) && !again;
    }

    /// Notes a RST that the peer sends.
    void onInboundReset() {
        resetSeen = true;
    }

    /// Notes the initial sequence number of a SYN that the host sent, and what the script calls it.
    void onOutboundSyn(TcpSegment segment, PacketSpec.Tcp spec) {
        // The same number again, in the answer to a SYN that crosses, is the same connection.
        if (localInitial == null || mayBeginAnew && localInitial != segment.sequence()) {
            localInitial = segment.sequence();
            localScript = or0(spec.sequence());
        }
        mayBeginAnew = false;
        resetSeen = false;
    }

    /// Whether a segment of the host begins where nothing of its data was sent before.
    boolean isNew(TcpSegment segment) {
        return localInitial == null || (int) (segment.sequence() - sentEnd) >= 0;
    }

    /// Notes a segment that the host sent.
    void onOutbound(TcpSegment segment) {
        long end = segment.sequence() + segment.payload().length() & MAX_32;
        if (segment.has(TcpHeader.SYN) || (int) (end - sentEnd) > 0) {
            sentEnd = end;
        }
    }

    /// The sequence number on the wire of a segment that the peer sends. Those of SYN segments are meant as they
    /// stand; all others count from the initial one.
    long wireSequence(PacketSpec.Tcp spec) {
        long sequence = or0(spec.sequence());
        return spec.absolute() || spec.has(TcpHeader.SYN) ? sequence : sequence + remoteBase() & MAX_32;
    }

    /// The acknowledgment number on the wire of a segment that the peer sends.
    long wireAcknowledgment(PacketSpec.Tcp spec) {
        long first = spec.has(TcpHeader.SYN) ? localScript : 0;
        Long acknowledgment = spec.acknowledgment();
        return acknowledgment == null ? 0 : acknowledgment - first + localBase() & MAX_32;
    }

    /// The options on the wire of a segment that the peer sends.
    List<TcpOption> wireOptions(List<TcpOption> options) {
        return OptionNotation.relative(options, -localBase()).stream()
                .map(option -> option instanceof TcpOption.Timestamps(long value, long echo)
                        ? new TcpOption.Timestamps(value, wireEcho(echo))
                        : option)
                .toList();
    }

    /// A segment of the peer with its signature, if the script wants one.
    TcpSegment signed(TcpSegment plain) {
        return signer.signed(plain, localBase(), remoteBase());
    }

    /// The options of a segment of the host; a signature that is right stands without its code.
    List<TcpOption> judged(TcpSegment live) {
        return signer.judged(live, localBase(), remoteBase());
    }

    private long wireEcho(long echo) {
        Long known = clockByScript.get(echo);
        if (known != null) {
            return known;
        }
        Long first = firstScriptClock;
        return echo == 0 || first == null ? echo : firstClock + (echo - first) & MAX_32;
    }

    /// Notes that the host's clock `live` is called `script` in the script.
    void onClock(long script, long live) {
        if (firstScriptClock == null) {
            firstScriptClock = script;
            firstClock = live;
        }
        clockByScript.put(script, live);
    }

    /// What the host's clock `live` should be called if its first value is taken as right, each tick of the
    /// script being `ticksPerTick` of the host's; −1 while no value is known.
    double scriptClock(long live, double ticksPerTick) {
        Long first = firstScriptClock;
        return first == null ? -1 : first + (int) (live - firstClock) / ticksPerTick;
    }
}
