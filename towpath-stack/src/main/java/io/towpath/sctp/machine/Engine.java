package io.towpath.sctp.machine;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.DeadlineQueue;
import io.towpath.core.Entropy;
import io.towpath.core.Event;
import io.towpath.core.Network;
import io.towpath.core.Route;
import io.towpath.core.Signals;
import io.towpath.core.Time;
import io.towpath.core.TxBatch;
import io.towpath.sctp.Association;
import io.towpath.sctp.AssociationState;
import io.towpath.sctp.AssociationTable;
import io.towpath.sctp.Notification;
import io.towpath.sctp.PathState;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpEndpoint;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.SctpEvent;
import io.towpath.sctp.address.AddressChanges;
import io.towpath.sctp.address.AddressRequests;
import io.towpath.sctp.address.AddressResponses;
import io.towpath.sctp.auth.KeyVector;
import io.towpath.sctp.handshake.PeerInit;
import io.towpath.sctp.handshake.SpentTags;
import io.towpath.sctp.handshake.StateCookie;
import io.towpath.sctp.packet.Buffers;
import io.towpath.sctp.packet.Encapsulation;
import io.towpath.sctp.packet.PacketBuilder;
import io.towpath.sctp.path.Path;
import io.towpath.sctp.receive.Receiver;
import io.towpath.sctp.send.OutStream;
import io.towpath.sctp.send.OutgoingMessage;
import io.towpath.sctp.send.PartialReliability;
import io.towpath.sctp.stream.StreamRequests;
import io.towpath.sctp.stream.StreamResponses;
import io.towpath.wire.Crc32c;
import io.towpath.wire.IpAddress;
import io.towpath.wire.SctpChunks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What the files of the machine share: the tables of one host, and the few acts that several of them need.
public final class Engine {
    private static final int HANDED_OVER_MAX = 1 << 14;

    private static final byte[] NOTHING = {};

    final Context context;
    final Network network;
    final AssociationTable table;
    final ReadyAssociations ready = new ReadyAssociations();
    final DeadlineQueue<Association> deadlines = new DeadlineQueue<>();
    final StateCookie cookies;
    final SpentTags spentTags = new SpentTags();

    /// Tags of associations that another process has now. Each packet out of the blue is held against all of them, so
    /// there is a bound.
    final SpentTags handedOver = new SpentTags(HANDED_OVER_MAX);

    final Replies replies;
    final Buffers buffers = new Buffers();
    final PacketBuilder builder;
    final Encapsulation encapsulation;
    final PartialReliability partial;
    final AddressRequests addressRequests;
    final AddressResponses addressResponses;
    final StreamRequests streamRequests;
    final StreamResponses streamResponses;
    final Entropy tags;
    final Entropy nonces;
    final Entropy keys;
    final Consumer<SctpEndpoint> endpointDone;
    private final List<Association> associations = new ArrayList<>();
    private long lastId;

    /// An engine without associations.
    ///
    /// @param endpointDone called with an endpoint of a client whose last association ended
    public Engine(Context context, Network network, Consumer<SctpEndpoint> endpointDone) {
        Entropy entropy = context.entropy();
        Crc32c crc = new Crc32c();
        this.context = context;
        this.network = network;
        this.endpointDone = endpointDone;
        this.table = new AssociationTable(entropy.split("sctp.table"));
        this.cookies = new StateCookie(entropy.split("sctp.cookie"));
        this.tags = entropy.split("sctp.tag");
        this.nonces = entropy.split("sctp.heartbeat");
        this.keys = entropy.split("sctp.auth");
        this.encapsulation = new Encapsulation(context, network);
        this.replies = new Replies(context, network, encapsulation, crc);
        this.partial = new PartialReliability(context);
        var pathChanges = new PathChanges(this);
        this.addressRequests = new AddressRequests(context, pathChanges);
        this.addressResponses = new AddressResponses(context, pathChanges);
        this.streamRequests = new StreamRequests(context);
        this.streamResponses = new StreamResponses(context, streamRequests);
        this.builder = new PacketBuilder(context, encapsulation, crc);
    }

    /// All associations, in the order in which they were made.
    public List<Association> associations() {
        return associations;
    }

    /// Replies that wait.
    public Replies replies() {
        return replies;
    }

    /// Whether and how packets travel in UDP.
    public Encapsulation encapsulation() {
        return encapsulation;
    }

    /// The table of associations.
    public AssociationTable table() {
        return table;
    }

    /// RFC 9260 §5.3.1: "Initiate Tag values SHOULD be selected from the range of 1 to 2^32 - 1. It is very
    /// important that the Initiate Tag value be randomized".
    int newTag() {
        int tag;
        do {
            tag = (int) tags.nextLong();
        } while (tag == 0);
        return tag;
    }

    /// A random initial TSN.
    int newTsn() {
        return (int) tags.nextLong();
    }

    /// This side's part of the keys of AUTH for an INIT ACK, null unless both sides know AUTH.
    @Nullable
    KeyVector keyVector(SctpConfig config, PeerInit init) {
        return init.keyVector == null ? null : KeyVector.own(keys, config);
    }

    /// A new association, in no table yet.
    Association association(SctpEndpoint endpoint, SctpConfig config, int remotePort, int tag, int tsn) {
        return new Association(++lastId, endpoint, config, remotePort, buffers, tag, tsn);
    }

    /// From now on packets find it.
    void register(Association a) {
        associations.add(a);
        a.endpoint().add(a);
    }

    /// Adds a path to one more address of the peer; null when there is no way to it or it is there already.
    @Nullable
    Path addPath(Association a, IpAddress address, PathState state) {
        if (a.paths.find(address) != null) {
            return null;
        }
        Route route = route(a, address);
        return route == null ? null : addPath(a, address, state, route);
    }

    /// Adds a path to an address that is none of the association's yet.
    ///
    /// @param route the way there, null while there is none
    Path addPath(Association a, IpAddress address, PathState state, @Nullable Route route) {
        Path path = new Path(
                address,
                a.paths.nextOrder(),
                route,
                state,
                a.config().times(),
                a.config().limits().pathMaxRetrans(),
                a.encapsulationPort);
        path.window.beginWith(a.config().limits().initialWindow());
        if (a.config().extensions().probesPathMtu()) {
            path.probeMtu();
        }
        a.paths.add(path);
        if (a.addressChanges == null || !a.addressChanges.removeFormer(address)) {
            table.add(a, address);
        }
        return path;
    }

    /// The way from one of the association's addresses to one of the peer's.
    @Nullable
    Route route(Association a, IpAddress address) {
        Route any = network.route(null, address);
        if (any != null && (any.isBroadcast() || address.isMulticast())) {
            return null;
        }
        if (any != null && isOwn(a, any.source())) {
            return any;
        }
        for (int i = 0; i < a.localAddresses.size(); i++) {
            IpAddress source = a.localAddresses.get(i);
            Route route = source.isIp4() == address.isIp4() ? network.route(source, address) : null;
            if (route != null) {
                return route;
            }
        }
        return null;
    }

    private static boolean isOwn(Association a, IpAddress source) {
        return a.localAddresses.isEmpty() || a.localAddresses.contains(source);
    }

    /// Ways that went stale are looked up anew, and their MTU taken over.
    void refresh(Association a) {
        for (int i = 0; i < a.paths.size(); i++) {
            Path path = a.paths.get(i);
            Route route = path.route;
            if (route == null || route.isStale()) {
                path.route = route(a, path.address());
            }
            path.refreshMtu();
        }
    }

    /// The association has something to say at the next poll.
    void ready(Association a) {
        ready.add(a);
    }

    /// Its deadline may have changed.
    void schedule(Association a) {
        if (!a.isClosed()) {
            deadlines.update(a);
        }
    }

    /// Changes the state of an association.
    void become(long now, Association a, AssociationState next, String reason) {
        a.become(now, next, context, reason);
        ready(a);
    }

    /// The end of an association: out of all tables, and its user is told.
    ///
    /// @param error why; null when it was shut down in order
    /// @param reason the causes of the peer's ABORT
    void end(long now, Association a, @Nullable SctpError error, byte[] reason, String why) {
        if (a.isClosed()) {
            return;
        }
        AssociationState.Name state = a.stateName();
        if (state == AssociationState.Name.COOKIE_WAIT || state == AssociationState.Name.COOKIE_ECHOED) {
            context.counters().count(Counter.SCTP_OPEN_FAILURES);
        }
        spend(now, a);
        a.fail(error);
        a.become(now, new AssociationState.Closed(), context, why);
        table.remove(a);
        forgetFormer(a);
        deadlines.remove(a);
        associations.remove(a);
        a.timers.stopAll();
        a.control.clear();
        if (error != null) {
            // RFC 6458 §6.1.1: it "is accompanied by a series of SCTP_SEND_FAILED_EVENT events, one for each
            // outstanding message", which follow it.
            a.inbox.add(new Notification.CommunicationLost(error, reason));
        }
        giveBack(a, error == null ? SctpError.CLOSED : error);
        Receiver receiver = a.receiver;
        if (receiver != null) {
            receiver.end();
        }
        if (error == null) {
            a.inbox.add(new Notification.ShutdownComplete());
        }
        SctpEndpoint endpoint = a.endpoint();
        endpoint.remove(a);
        a.tell(context, Signals.CLOSED | Signals.READABLE | Signals.WRITABLE);
        if (endpoint.closesWithLast() && endpoint.associationCount() == 0) {
            endpointDone.accept(endpoint);
        }
    }

    /// Packets from addresses that the peer had once are nobody's from now on.
    void forgetFormer(Association a) {
        AddressChanges changes = a.addressChanges;
        if (changes != null) {
            changes.former().forEach(address -> table.remove(a, address));
            a.addressChanges = null;
        }
    }

    /// No cookie with the tag of this association makes another one.
    void spend(long now, Association a) {
        long life = a.config().times().cookieLife() + InitArrival.PRESERVATIVE_MAX_MILLIS * Time.MILLISECOND;
        spentTags.add(now, a.localTag, Time.after(now, life));
    }

    /// Ends it for a local reason, without a word of the peer's.
    void end(long now, Association a, SctpError error, String why) {
        end(now, a, error, NOTHING, why);
    }

    /// Messages that were not delivered go back to the user (RFC 9260 §11.2, "Send Failure").
    void giveBack(Association a, SctpError error) {
        while (!a.outstanding.isEmpty()) {
            var chunk = a.outstanding.advance();
            OutgoingMessage message = chunk.message();
            message.outstanding--;
            if (message.outstanding == 0 && (message.isSent() || message.abandoned)) {
                failed(a, message, true, error);
                a.sendQueue.release(message);
            }
        }
        a.outstanding.start(a.outstanding.nextTsn());
        PartialReliability.start(a);
        for (OutStream stream = a.sendQueue.anyWaiting(); stream != null; stream = a.sendQueue.anyWaiting()) {
            OutgoingMessage message = stream.head();
            if (message == null) {
                break;
            }
            a.sendQueue.dropHead(stream);
            failed(a, message, message.sent > 0, error);
            a.sendQueue.release(message);
        }
        for (int i = 0; i < a.paths.size(); i++) {
            a.paths.get(i).flight = 0;
            a.paths.get(i).timers.stopAll();
        }
    }

    /// Tells the user that a message was not delivered, unless he gave it up by its policy and was told
    /// already.
    void failed(Association a, OutgoingMessage message, boolean sent, SctpError error) {
        if (!message.abandoned) {
            a.inbox.add(new Notification.SendFailed(
                    Arrays.copyOf(message.data, message.length), message.options, sent, error));
        }
    }

    /// Aborts an association: the peer is told why, and it ends (RFC 9260 §9.1).
    ///
    /// @param code error cause
    void abort(long now, Association a, SctpError error, int code, byte[] information, String why) {
        if (a.isClosed()) {
            return;
        }
        Path path = a.paths.primary();
        if (!path.isActive()) {
            path = io.towpath.sctp.path.PathPicker.forData(a.paths, null);
        }
        // §8.5.1 B: "The endpoint MUST always fill in the Verification Tag field of the outbound packet with
        // the destination endpoint's tag value, if it is known." Before it is, there is nobody to tell.
        if (path.route != null && a.peerTag != 0) {
            replies.abort(a, path, code, information);
        }
        end(now, a, error, NOTHING, why);
    }

    /// The peer broke the protocol.
    void violation(long now, Association a, String what) {
        byte[] text = new byte[what.length()];
        for (int i = 0; i < text.length; i++) {
            text[i] = (byte) what.charAt(i);
        }
        abort(now, a, SctpError.PROTOCOL_VIOLATION, io.towpath.wire.SctpCauses.PROTOCOL_VIOLATION, text, what);
    }

    /// The association is over in order: the SHUTDOWN COMPLETE goes out after it.
    void complete(long now, Association a, Path to, String why) {
        if (to.route != null) {
            replies.bare(Peer.of(a, to), a.peerTag, SctpChunks.SHUTDOWN_COMPLETE, 0);
        }
        context.counters().count(Counter.SCTP_SHUTDOWNS);
        end(now, a, null, NOTHING, why);
    }

    /// Tells readers of a timer.
    void fired(long now, Association a, String timer) {
        if (context.events().wants(Event.Kind.SCTP_TIMER)) {
            context.events().emit(new SctpEvent.TimerFired(now, a.id(), timer));
        }
    }

    /// The earliest deadline of any association.
    public long earliest() {
        return deadlines.earliest();
    }

    /// An association whose deadline has come, null when there is none.
    public @Nullable Association pollDue(long now) {
        return deadlines.pollDue(now);
    }

    /// Lets every ready association say what it has to say, in turn, while `out` has room.
    ///
    /// @return true when some have more to say
    public boolean poll(long now, Transmission transmission, TxBatch out) {
        replies.poll(now, out);
        while (!out.isFull()) {
            Association a = ready.poll();
            if (a == null) {
                break;
            }
            if (a.isClosed()) {
                continue;
            }
            refresh(a);
            if (transmission.run(now, a, out)) {
                ready.add(a);
            }
            schedule(a);
        }
        return !ready.isEmpty() || replies.size() > 0;
    }
}
