package io.towpath.observe;

import io.towpath.core.Event;
import io.towpath.core.Events;
import io.towpath.core.Time;
import io.towpath.link.CaptureSink;
import io.towpath.sctp.SctpEvent;
import io.towpath.tcp.TcpEvent;
import io.towpath.tcp.TcpState;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.SctpHeader;
import io.towpath.wire.TcpHeader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Records the conversation of two hosts: which packets left each, which of them reached the other, and in which
/// state both were. It follows one TCP connection or SCTP association, the first that opens while it looks on, the
/// latter over all its paths; packets of others are left out, packets of other protocols are shown.
///
/// To record, capture at each host's own end of the wire, so that a packet is seen once before the wire can lose it
/// and once after:
///
/// ```java
/// var ladder = new Ladder("client", "server");
/// left = new Capture(left, ladder.leftPackets());
/// leftStack.context().events().add(ladder.leftStates(), Event.Kind.TCP_STATE);
/// // … and the same on the right
/// ```
///
/// Long runs of data and acknowledgments are only counted ([LadderRun]), so that memory does not grow with the
/// traffic. One owner: both hosts must be driven by one thread.
public final class Ladder {
    /// Packets that are under way, or lost: beyond it the oldest count as lost for good.
    private static final int UNDER_WAY_MAX = 1 << 16;

    private final String leftName;
    private final String rightName;
    private final int edge;
    private final Glance glance = new Glance();
    private final CRC32C checksum = new CRC32C();
    private final LadderSegments segments = new LadderSegments();
    private final LadderStates leftStates = new LadderStates();
    private final LadderStates rightStates = new LadderStates();
    private final LadderChunks chunks = new LadderChunks();
    private final LadderAssociation leftAssociation = new LadderAssociation();
    private final LadderAssociation rightAssociation = new LadderAssociation();

    /// Packets that left and did not arrive, by content; those of equal content in the order in which they left.
    private final Map<Long, ArrayDeque<LadderArrow>> underWay = new HashMap<>();

    private final ArrayDeque<Long> departures = new ArrayDeque<>();

    /// The shortest time that a packet was seen to take; 0 before any arrived.
    private long delayMin;

    private final List<LadderItem> items = new ArrayList<>();
    private int shownOfRun;
    private @Nullable LadderRun run;
    private final ArrayDeque<LadderArrow> tail = new ArrayDeque<>();

    private @Nullable Endpoint left;
    private @Nullable Endpoint right;
    private boolean openedByLeft = true;
    private boolean leftTookPart;
    private boolean rightTookPart;
    private boolean association;

    /// A ladder between two hosts that shows the first and the last three packets of every run.
    ///
    /// @param leftName what people call the host on the left
    /// @param rightName what people call the host on the right
    public Ladder(String leftName, String rightName) {
        this(leftName, rightName, 3);
    }

    /// A ladder between two hosts.
    ///
    /// @param edge packets that are shown at the begin and at the end of a run, at least 1
    public Ladder(String leftName, String rightName, int edge) {
        if (edge < 1) {
            throw new IllegalArgumentException("a run shows at least one packet at each end, not " + edge);
        }
        this.leftName = leftName;
        this.rightName = rightName;
        this.edge = edge;
    }

    /// What people call the host on the left.
    public String leftName() {
        return leftName;
    }

    /// What people call the host on the right.
    public String rightName() {
        return rightName;
    }

    /// Whether an SCTP association is followed, and not a TCP connection.
    public boolean isAssociation() {
        return association;
    }

    /// The left host's socket of the connection that is followed; null before it opened.
    public @Nullable Endpoint left() {
        return left;
    }

    /// The right host's socket of the connection that is followed; null before it opened.
    public @Nullable Endpoint right() {
        return right;
    }

    /// For the capture at the left host's end of a wire of raw IP.
    public CaptureSink leftPackets() {
        return (now, outbound, b, at, end, meta) -> packet(now, true, outbound, b, at, end);
    }

    /// For the capture at the right host's end of a wire of raw IP.
    public CaptureSink rightPackets() {
        return (now, outbound, b, at, end, meta) -> packet(now, false, outbound, b, at, end);
    }

    /// For the left host's events; wants [Event.Kind#TCP_STATE] or [Event.Kind#SCTP_STATE].
    public Events.Reader leftStates() {
        return event -> state(leftStates, leftAssociation, event);
    }

    /// For the right host's events; wants [Event.Kind#TCP_STATE] or [Event.Kind#SCTP_STATE].
    public Events.Reader rightStates() {
        return event -> state(rightStates, rightAssociation, event);
    }

    private static void state(LadderStates states, LadderAssociation association, Event event) {
        if (event instanceof TcpEvent.StateChanged change) {
            states.on(change);
        } else if (event instanceof SctpEvent.StateChanged change) {
            association.on(change);
        }
    }

    private void packet(long now, boolean atLeft, boolean outbound, byte[] b, int at, int end) {
        boolean fromLeft = atLeft == outbound;
        if (outbound) {
            depart(now, fromLeft, b, at, end);
        } else {
            arrive(now, fromLeft, b, at, end);
        }
    }

    private void depart(long now, boolean fromLeft, byte[] b, int at, int end) {
        LadderLabel label = label(fromLeft, b, at, end);
        if (label == null) {
            return;
        }
        tookPart(fromLeft);
        var arrow = new LadderArrow(now, fromLeft, label);
        long key = key(fromLeft, b, at, end);
        underWay.computeIfAbsent(key, k -> new ArrayDeque<>(1)).add(arrow);
        departures.add(key);
        if (departures.size() > UNDER_WAY_MAX) {
            forget(departures.remove());
        }
        add(arrow);
    }

    private void arrive(long now, boolean fromLeft, byte[] b, int at, int end) {
        long key = key(fromLeft, b, at, end);
        ArrayDeque<LadderArrow> same = underWay.get(key);
        if (same == null) {
            return; // damaged on the wire, a second copy, or not of this conversation
        }
        LadderArrow arrow = same.getFirst();
        if (same.size() == 1) {
            long took = now - arrow.departAt();
            delayMin = delayMin == 0 ? took : Math.min(delayMin, took);
        } else {
            arrow = latest(same, now - delayMin);
        }
        same.remove(arrow);
        if (same.isEmpty()) {
            underWay.remove(key);
        }
        arrow.arrive(now);
        tookPart(!fromLeft);
    }

    private void tookPart(boolean ofLeft) {
        leftTookPart |= ofLeft;
        rightTookPart |= !ofLeft;
    }

    /// Of packets that are equal to the last bit: the latest that left early enough to be here by now. Those before it
    /// were lost, or else there would have been no reason to repeat them.
    private static LadderArrow latest(ArrayDeque<LadderArrow> same, long departedBy) {
        LadderArrow latest = same.getFirst();
        for (LadderArrow arrow : same) {
            if (arrow.departAt() <= departedBy) {
                latest = arrow;
            }
        }
        return latest;
    }

    private void forget(long key) {
        ArrayDeque<LadderArrow> same = underWay.get(key);
        if (same != null) {
            same.remove();
            if (same.isEmpty()) {
                underWay.remove(key);
            }
        }
    }

    private long key(boolean fromLeft, byte[] b, int at, int end) {
        checksum.reset();
        checksum.update(b, at, end - at);
        return checksum.getValue() << 32 | (long) (end - at) << 1 | (fromLeft ? 1 : 0);
    }

    private @Nullable LadderLabel label(boolean fromLeft, byte[] b, int at, int end) {
        if (!glance.read(b, at, end)) {
            return new LadderLabel.Other("malformed packet len " + (end - at), 0);
        }
        if (glance.protocol == IpProtocol.SCTP
                && !glance.fragment
                && SctpHeader.check(b, glance.transportAt, glance.end).ok()) {
            return sctp(fromLeft, b);
        }
        if (glance.protocol != IpProtocol.TCP || glance.fragment) {
            return LadderSegments.other(glance, b);
        }
        var source = new Endpoint(glance.source, glance.sourcePort);
        var destination = new Endpoint(glance.destination, glance.destinationPort);
        if (left == null || right == null) {
            left = fromLeft ? source : destination;
            right = fromLeft ? destination : source;
            openedByLeft = fromLeft;
            leftStates.follow(left.port(), right.port());
            rightStates.follow(right.port(), left.port());
        } else if (!(fromLeft ? left : right).equals(source) || !(fromLeft ? right : left).equals(destination)) {
            return null;
        }
        return segments.tcp(fromLeft, b, glance.transportAt, glance.end);
    }

    private @Nullable LadderLabel sctp(boolean fromLeft, byte[] b) {
        int sourcePort = SctpHeader.sourcePort(b, glance.transportAt);
        int destinationPort = SctpHeader.destinationPort(b, glance.transportAt);
        var source = new Endpoint(glance.source, sourcePort);
        var destination = new Endpoint(glance.destination, destinationPort);
        if (left == null || right == null) {
            association = true;
            left = fromLeft ? source : destination;
            right = fromLeft ? destination : source;
        }
        if (!association) {
            int length = glance.end - glance.transportAt;
            return new LadderLabel.Other("SCTP " + sourcePort + " > " + destinationPort + " len " + length, length);
        }
        boolean followed =
                (fromLeft ? left : right).port() == sourcePort && (fromLeft ? right : left).port() == destinationPort;
        IpAddress path = fromLeft ? glance.destination : glance.source;
        return followed ? chunks.label(fromLeft, path, b, glance.transportAt, glance.end) : null;
    }

    private void add(LadderArrow arrow) {
        if (isNotable(arrow.label())) {
            endRun();
            items.add(arrow);
        } else if (shownOfRun < edge) {
            shownOfRun++;
            items.add(arrow);
        } else {
            tail.add(arrow);
            if (tail.size() > edge) {
                collapse(tail.remove());
            }
        }
    }

    private static boolean isNotable(LadderLabel label) {
        return switch (label) {
            case LadderLabel.Tcp tcp -> tcp.has(TcpHeader.SYN | TcpHeader.FIN | TcpHeader.RST);
            case LadderLabel.Sctp sctp -> sctp.isNotable();
            case LadderLabel.Other ignored -> false;
        };
    }

    private void collapse(LadderArrow arrow) {
        if (run == null) {
            run = new LadderRun(arrow);
            items.add(run);
        } else {
            run.add(arrow);
        }
    }

    private void endRun() {
        if (run != null) {
            items.removeLast();
            items.addAll(run.shown());
        }
        items.addAll(tail);
        tail.clear();
        run = null;
        shownOfRun = 0;
    }

    /// Ends the present run and returns the number of lines so far: what is recorded later comes [#since] then.
    public int mark() {
        endRun();
        return items.size();
    }

    /// The lines recorded since [#mark] returned `mark`; all of them since 0. Ends the present run. Arrows of the
    /// list learn of their arrival later.
    public List<LadderItem> since(int mark) {
        endRun();
        return Collections.unmodifiableList(new ArrayList<>(items.subList(mark, items.size())));
    }

    /// The name of the state of the left or right host when `arrow` left it or reached it, of TCP or SCTP as the
    /// arrow says; empty for other packets, and for a host that handled packets but has no connection: a router, a
    /// NAT, a host on which nobody listens.
    public String stateName(LadderArrow arrow, boolean ofLeft) {
        return switch (arrow.label()) {
            case LadderLabel.Tcp ignored ->
                isStranger(ofLeft) ? "" : state(arrow, ofLeft).rfcName();
            case LadderLabel.Sctp ignored -> (ofLeft ? leftAssociation : rightAssociation).at(moment(arrow, ofLeft));
            case LadderLabel.Other ignored -> "";
        };
    }

    private boolean isStranger(boolean ofLeft) {
        return (ofLeft ? leftTookPart : rightTookPart) && (ofLeft ? leftStates : rightStates).isEmpty();
    }

    /// When `arrow` left the host or reached it, or might have reached it.
    private long moment(LadderArrow arrow, boolean ofLeft) {
        if (ofLeft == arrow.fromLeft()) {
            return arrow.departAt();
        }
        return arrow.isMissing() ? Time.after(arrow.departAt(), Math.max(0, delayMin - 1)) : arrow.arriveAt();
    }

    /// The state of the left or right host when `arrow` left it or reached it. While the packet is under way, and
    /// when it was lost, the other host's state is the one just before it might have arrived.
    public TcpState state(LadderArrow arrow, boolean ofLeft) {
        LadderStates states = ofLeft ? leftStates : rightStates;
        TcpState otherwise = ofLeft == openedByLeft ? TcpState.CLOSED : TcpState.LISTEN;
        boolean ofSender = ofLeft == arrow.fromLeft();
        long moment = moment(arrow, ofLeft);
        boolean userCalls = ofSender
                && arrow.label() instanceof LadderLabel.Tcp tcp
                && tcp.has(TcpHeader.FIN | TcpHeader.RST | TcpHeader.SYN);
        return states.at(moment, userCalls, otherwise);
    }
}
