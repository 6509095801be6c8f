package io.towpath.sctp;

import io.towpath.core.Context;
import io.towpath.core.Deadlined;
import io.towpath.core.Event;
import io.towpath.core.SignalSource;
import io.towpath.core.Signals;
import io.towpath.core.Timers;
import io.towpath.sctp.address.AddressChanges;
import io.towpath.sctp.auth.Authentication;
import io.towpath.sctp.ecn.CongestionEcho;
import io.towpath.sctp.machine.ControlChunks;
import io.towpath.sctp.packet.Buffers;
import io.towpath.sctp.path.Paths;
import io.towpath.sctp.receive.Inbox;
import io.towpath.sctp.receive.Receiver;
import io.towpath.sctp.send.OutstandingData;
import io.towpath.sctp.send.SendQueue;
import io.towpath.sctp.stream.Reconfiguration;
import io.towpath.wire.IpAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An association: the transmission control block of RFC 9260 §14. It owns its parts and has no rules; those
/// are in the drawers beside this package. The public fields are the engine's; users of the engine read the
/// methods and call [SctpLayer].
///
/// Signals: CONNECTED once it is established, READABLE when [SctpLayer#receive] has something (a notification
/// counts), WRITABLE when a full send queue has room again, END_OF_STREAM when the peer shuts down, CLOSED.
public final class Association extends SignalSource implements Deadlined {
    /// Outcome of an active open.
    public sealed interface Result {}

    /// The INIT is on its way; the signals CONNECTED or CLOSED will tell.
    ///
    /// @param association in COOKIE-WAIT
    public record Opened(Association association) implements Result {}

    /// It could not be opened.
    ///
    /// @param error why
    public record Failed(SctpError error) implements Result {}

    private final long id;
    private final SctpEndpoint endpoint;
    private SctpConfig config;
    private final int remotePort;
    private AssociationState state = new AssociationState.Closed();
    private @Nullable SctpError error;
    private int queueIndex = -1;

    /// The verification tag of packets that come in.
    public int localTag;

    /// The verification tag of packets that go out; 0 until the peer told it.
    public int peerTag;

    /// Own addresses that the peer was told; empty while any will do.
    public List<IpAddress> localAddresses;

    /// The UDP encapsulation port (RFC 6951) that addresses of the peer get which become known, 0 for none.
    public int encapsulationPort;

    /// This side's first TSN.
    public int localInitialTsn;

    /// The peer's first TSN.
    public int peerInitialTsn;

    /// The peer's addresses.
    public final Paths paths = new Paths();

    /// Messages to send.
    public final SendQueue sendQueue;

    /// Chunks sent and not acknowledged.
    public final OutstandingData outstanding;

    /// What waits for the user.
    public final Inbox inbox = new Inbox();

    /// Incoming data; null until the peer's first TSN is known.
    public @Nullable Receiver receiver;

    /// Control chunks to be sent.
    public final ControlChunks control = new ControlChunks();

    /// Timers but those of the paths.
    public final Timers<SctpTimer> timers = new Timers<>(SctpTimer.ALL);

    /// Requests for streams (RFC 6525).
    public final Reconfiguration reconfiguration = new Reconfiguration();

    /// AUTH (RFC 4895): null unless this side offered it and the peer did not refuse.
    public @Nullable Authentication authentication;

    /// Changes of addresses (RFC 5061): null before the first one.
    public @Nullable AddressChanges addressChanges;

    /// Marks of congestion (RFC 4960 Appendix A): null unless both sides agreed on ECN.
    public @Nullable CongestionEcho ecn;

    /// What both sides can do beyond RFC 9260.
    public SctpFeatures agreed = SctpFeatures.none();

    /// The peer's receiver window: what it told less what is outstanding.
    public long peerRwnd;

    /// What the peer told last.
    public long peerAdvertised;

    /// The largest window that the peer ever told.
    public long peerRwndMax;

    /// When the peer's window was found closed with nothing outstanding, -1 while it is open.
    public long windowClosedAt = -1;

    /// The window probe's turn has come.
    public boolean probeDue;

    /// Window probes since the window closed, for their back-off.
    public int probes;

    /// A packet came in since the timers were last started.
    public long heardAt;

    /// When a SACK came last.
    public long sackedAt;

    /// When a DATA chunk was last sent or received, for autoclose.
    public long dataAt;

    /// Consecutive errors on all paths (RFC 9260 §8.1).
    public int errors;

    /// The TSN whose acknowledgment ends Fast Recovery, -1 outside it.
    public long fastRecoveryExit = -1;

    /// RFC 3758 §3.5: what the peer is told to treat as received.
    public long advancedPeerAckPoint = -1;

    /// A FORWARD-TSN is to be sent.
    public boolean forwardTsnDue;

    /// The next packet of retransmissions may ignore cwnd (§7.2.4 3, §6.3.3 E3).
    public boolean freeRetransmission;

    /// Packets of new DATA that may still leave before the next event (§6.1 D).
    public int burst;

    /// The user wants to shut down as soon as the association is established.
    public boolean shutdownWanted;

    /// The user was told that everything is acknowledged.
    public boolean dry = true;

    /// A message did not fit into the send queue: the user waits for room.
    public boolean blocked;

    /// It waits in the ready queue.
    public boolean ready;

    /// The next in the ready queue.
    public @Nullable Association nextReady;

    /// Nobody accepted it yet.
    public boolean waitsForAccept;

    /// What it counted.
    public final Tally tally = new Tally();

    /// Counts of one association, from its beginning.
    public static final class Tally {
        /// Packets in.
        public long packetsIn;
        /// Packets out.
        public long packetsOut;
        /// DATA chunks in, duplicates included.
        public long dataIn;
        /// DATA chunks out, retransmissions included.
        public long dataOut;
        /// DATA chunks sent again.
        public long retransmissions;
        /// DATA chunks that came again.
        public long duplicates;
        /// Messages given up by their policy.
        public long abandoned;
        /// Messages handed over by the user.
        public long messagesOut;
        /// Bytes of user data out, retransmissions included.
        public long bytesOut;
        /// Bytes of user data in, without those that came again.
        public long bytesIn;
        /// Bytes of user data acknowledged.
        public long bytesAcked;
        /// FORWARD-TSN chunks out.
        public long forwardTsnsOut;
        /// FORWARD-TSN chunks in that told something new.
        public long forwardTsnsIn;
        /// Requests for streams that were done, of either side.
        public long reconfigurations;
        /// Changes of addresses that were answered, of either side.
        public long addressChanges;
        /// Chunks refused that must be authenticated and were not.
        public long notAuthenticated;

        Tally() {}
    }

    /// A new association, closed.
    public Association(
            long id, SctpEndpoint endpoint, SctpConfig config, int remotePort, Buffers buffers, int tag, int tsn) {
        this.id = id;
        this.endpoint = endpoint;
        this.config = config;
        this.remotePort = remotePort;
        this.localTag = tag;
        this.localInitialTsn = tsn;
        this.localAddresses = endpoint.localAddresses();
        this.sendQueue = new SendQueue(buffers, config.outboundStreams());
        this.outstanding = new OutstandingData(tsn & 0xffff_ffffL);
        this.advancedPeerAckPoint = outstanding.cumAcked();
    }

    /// Its number within the host.
    public long id() {
        return id;
    }

    /// The endpoint it belongs to.
    public SctpEndpoint endpoint() {
        return endpoint;
    }

    /// Its settings.
    public SctpConfig config() {
        return config;
    }

    /// For the engine: other settings from now on.
    public void config(SctpConfig next) {
        config = next;
    }

    /// Own port.
    public int localPort() {
        return endpoint.localPort();
    }

    /// The peer's port.
    public int remotePort() {
        return remotePort;
    }

    /// The peer's address that it is talked to by (RFC 9260 §6.4).
    public IpAddress primary() {
        return paths.primary().address();
    }

    /// Bytes of messages that the user gave and the peer has not acknowledged.
    public long heldBytes() {
        return sendQueue.heldBytes();
    }

    /// True while the peer has not answered to changes of addresses (RFC 5061).
    public boolean isChangingAddresses() {
        return addressChanges != null && addressChanges.pending() > 0;
    }

    /// True when `address` is one of the peer's.
    public boolean hasPeer(IpAddress address) {
        return paths.find(address) != null;
    }

    /// Its state.
    public AssociationState state() {
        return state;
    }

    /// The name of its state.
    public AssociationState.Name stateName() {
        return state.name();
    }

    /// Whether it came to its end.
    public boolean isClosed() {
        return state instanceof AssociationState.Closed;
    }

    /// Why it ended; null while it lives and when it was shut down in order.
    public @Nullable SctpError error() {
        return error;
    }

    /// For the engine: why it ends.
    public void fail(@Nullable SctpError why) {
        error = why;
    }

    /// For the engine: enters a state.
    public void become(long now, AssociationState next, Context context, String reason) {
        AssociationState.Name from = state.name();
        assert from.mayBecome(next.name()) : from + " to " + next.name();
        state = next;
        if (context.events().wants(Event.Kind.SCTP_STATE)) {
            context.events().emit(new SctpEvent.StateChanged(now, id, from, next.name(), reason));
        }
    }

    /// Incoming data.
    ///
    /// @throws IllegalStateException before the peer's first TSN is known
    public Receiver receiver() {
        Receiver present = receiver;
        if (present == null) {
            throw new IllegalStateException("the peer's initial TSN is not known yet");
        }
        return present;
    }

    /// The TSN up to which everything has come (RFC 6458 §5.3.5, rcv_cumtsn), 0 to 2^32 - 1; 0 before the
    /// peer's first one is known.
    public long cumulativeTsn() {
        Receiver present = receiver;
        return present == null ? 0 : present.tracker.cumulative() & 0xffff_ffffL;
    }

    /// For the engine: tells readers of events what an extension did.
    public void note(long now, Context context, SctpEvent.Note note, long value) {
        if (context.events().wants(Event.Kind.SCTP_NOTE)) {
            context.events().emit(new SctpEvent.Noted(now, id, note, value));
        }
    }

    /// For the engine: tells readers of events what was agreed on.
    public void noteAgreed(long now, Context context) {
        if (context.events().wants(Event.Kind.SCTP_NOTE)) {
            context.events()
                    .emit(new SctpEvent.Agreed(
                            now, id, agreed, outboundStreams(), receiver().streamCount()));
        }
    }

    /// For the engine: raises signals.
    public void tell(Context context, int signals) {
        signal(context.signals(), signals);
    }

    /// For the engine: a notification for the user.
    public void notify(Context context, Notification notification) {
        inbox.add(notification);
        tell(context, Signals.READABLE);
    }

    /// Streams that may be sent on.
    public int outboundStreams() {
        return sendQueue.streamCount();
    }

    /// Whether [SctpLayer#receive] has something.
    public boolean readable() {
        return inbox.hasNext();
    }

    /// Whether a message of `length` bytes fits into the send queue; an empty queue takes any one up to its
    /// size.
    public boolean writable(int length) {
        return sendQueue.heldBytes() == 0 || sendQueue.heldBytes() + length <= config.sendBytesMax();
    }

    /// Whether the send queue has room for a message at all; if not, WRITABLE will tell.
    public boolean writableOrTell() {
        blocked |= !writable(1);
        return !blocked;
    }

    /// For the engine: whether a user who waits for room is told now. Not of every byte: whoever is woken for each
    /// acknowledgment does little else.
    public boolean hasRoomAgain() {
        return sendQueue.heldBytes() <= config.sendBytesMax() - (config.sendBytesMax() >> 2);
    }

    @Override
    public long deadline() {
        return Math.min(timers.earliest(), paths.deadline());
    }

    @Override
    public int queueIndex() {
        return queueIndex;
    }

    @Override
    public void queueIndex(int index) {
        queueIndex = index;
    }

    @Override
    public String toString() {
        return "sctp " + id + " " + localPort() + "-" + remotePort + " " + stateName();
    }
}
