package io.towpath.sctp.machine;

import io.towpath.core.Route;
import io.towpath.core.Signals;
import io.towpath.sctp.Association;
import io.towpath.sctp.AssociationState;
import io.towpath.sctp.Message;
import io.towpath.sctp.Notification;
import io.towpath.sctp.PathState;
import io.towpath.sctp.Received;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpEndpoint;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.SctpTimes;
import io.towpath.sctp.SendOptions;
import io.towpath.sctp.address.AddressChanges;
import io.towpath.sctp.auth.Authentication;
import io.towpath.sctp.auth.KeyVector;
import io.towpath.sctp.auth.SharedKeys;
import io.towpath.sctp.path.Path;
import io.towpath.sctp.path.PathStates;
import io.towpath.sctp.receive.Receiver;
import io.towpath.sctp.send.DataWriter;
import io.towpath.sctp.stream.Reconfiguration;
import io.towpath.sctp.stream.StreamRequests;
import io.towpath.wire.IpAddress;
import io.towpath.wire.SctpCauses;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What users ask of associations (RFC 9260 §11.1).
public final class UserCalls {
    private static final int PPID_BITS = 32;

    private final Engine engine;
    private final Shutdown shutdown;

    UserCalls(Engine engine, Shutdown shutdown) {
        this.engine = engine;
        this.shutdown = shutdown;
    }

    /// ASSOCIATE (§11.1.2). The first address that there is a way to is primary.
    public Association.Result associate(
            long now, SctpEndpoint endpoint, List<IpAddress> remote, int remotePort, SctpConfig config) {
        if (endpoint.isClosed()) {
            return new Association.Failed(SctpError.CLOSED);
        }
        if (remotePort < 1 || remotePort > 0xffff || remote.isEmpty()) {
            return new Association.Failed(SctpError.BAD_DESTINATION);
        }
        for (IpAddress address : remote) {
            if (address.isMulticast() || address.isBroadcast() || address.isUnspecified()) {
                return new Association.Failed(SctpError.BAD_DESTINATION);
            }
            if (isKnown(endpoint, address, remotePort)) {
                return new Association.Failed(SctpError.ALREADY_CONNECTED);
            }
        }
        int udpPort = engine.encapsulation.remotePort(config.encapsulationPort());
        if (udpPort != 0 && engine.encapsulation.localPort() == 0) {
            return new Association.Failed(SctpError.NOT_SUPPORTED);
        }
        Association a = engine.association(endpoint, config, remotePort, engine.newTag(), engine.newTsn());
        a.encapsulationPort = udpPort;
        for (IpAddress address : remote) {
            // §5.4, 1: "Any address passed to the sender of the INIT chunk by its upper layer is automatically
            // considered to be CONFIRMED."
            Path path = engine.addPath(a, address, PathState.ACTIVE);
            Route route = path == null ? null : path.route;
            if (route != null && udpPort != 0 && a.localAddresses.isEmpty()) {
                // Behind UDP the peer is told no address and knows the association by this one alone.
                a.localAddresses = List.of(route.source());
            }
        }
        if (a.paths.size() == 0) {
            return new Association.Failed(SctpError.NO_ROUTE);
        }
        if (config.features().authentication()) {
            a.authentication = new Authentication(
                    KeyVector.own(engine.keys, config),
                    new SharedKeys(config.extensions().authentication()));
        }
        engine.register(a);
        a.heardAt = now;
        engine.become(now, a, new AssociationState.CookieWait(a.paths.primary(), 0), "associate");
        return new Association.Opened(a);
    }

    static boolean isKnown(SctpEndpoint endpoint, IpAddress address, int remotePort) {
        for (Association each : endpoint.associations()) {
            if (each.remotePort() == remotePort && each.paths.find(address) != null) {
                return true;
            }
        }
        return false;
    }

    /// SEND (§11.1.5). Null when the message was taken.
    public @Nullable SctpError send(long now, Association a, byte[] data, int at, int n, SendOptions options) {
        SctpError refused = refuses(a, n, options);
        if (refused != null) {
            return refused;
        }
        if (StreamRequests.holds(a, options.streamId())) {
            // A message of after the reset must not get a number of before.
            a.blocked = true;
            return SctpError.WOULD_BLOCK;
        }
        if (!a.writable(n) && a.agreed.partialReliability() && options.policy() == SendOptions.Policy.PRIORITY) {
            engine.partial.makeRoom(now, a, n, options.policyValue());
        }
        if (!a.writable(n)) {
            a.blocked = true;
            return SctpError.WOULD_BLOCK;
        }
        queue(now, a, data, at, n, options);
        return null;
    }

    /// SEND without an answer: room or not, the message is taken unless its stream is being reset.
    public boolean post(long now, Association a, byte[] data, int at, int n, SendOptions options) {
        SctpError refused = refuses(a, n, options);
        if (refused != null) {
            a.notify(
                    engine.context,
                    new Notification.SendFailed(Arrays.copyOfRange(data, at, at + n), options, false, refused));
            return true;
        }
        if (StreamRequests.holds(a, options.streamId())) {
            a.blocked = true;
            return false;
        }
        queue(now, a, data, at, n, options);
        return true;
    }

    private void queue(long now, Association a, byte[] data, int at, int n, SendOptions options) {
        a.sendQueue.add(now, data, at, n, options);
        a.tally.messagesOut++;
        a.dry = false;
        a.burst = Math.max(a.burst, Math.max(1, a.config().limits().maxBurst()));
        engine.ready(a);
    }

    private static @Nullable SctpError refuses(Association a, int n, SendOptions options) {
        if (a.isClosed()) {
            return SctpError.CLOSED;
        }
        if (!a.state().takesMessages() || a.shutdownWanted) {
            // §9.2: "An endpoint SHOULD reject any new data request from its upper layer if it is in the
            // SHUTDOWN-PENDING, SHUTDOWN-SENT, SHUTDOWN-RECEIVED, or SHUTDOWN-ACK-SENT state."
            return SctpError.SHUTTING_DOWN;
        }
        if (n == 0) {
            return SctpError.EMPTY;
        }
        if (n > a.config().sendBytesMax() || !a.config().limits().fragments() && n > DataWriter.fragmentMax(a)) {
            return SctpError.TOO_LONG;
        }
        if (options.streamId() < 0 || options.streamId() >= a.outboundStreams()) {
            return SctpError.BAD_STREAM;
        }
        if (options.ppid() < 0 || options.ppid() >>> PPID_BITS != 0) {
            return SctpError.INVALID;
        }
        if (options.keyId() != SendOptions.ACTIVE_KEY) {
            Authentication keys = a.authentication;
            if (keys == null || !keys.keys().mayName(options.keyId())) {
                return SctpError.BAD_KEY;
            }
        }
        IpAddress wanted = options.destination();
        return wanted != null && a.paths.find(wanted) == null ? SctpError.BAD_DESTINATION : null;
    }

    /// RECEIVE (§11.1.6): the next message or notification, null when there is none.
    public @Nullable Received receive(long now, Association a) {
        Received next = a.inbox.poll();
        if (next instanceof Message) {
            Receiver receiver = a.receiver;
            if (receiver != null
                    && mayTellWindow(a)
                    && receiver.windowUpdateDue(a.paths.primary().chunkSpace())) {
                receiver.sacks.demand();
                engine.ready(a);
            }
        }
        return next;
    }

    private static boolean mayTellWindow(Association a) {
        return switch (a.stateName()) {
            // A SHUTDOWN tells nothing of the window, and the peer may have much to send yet.
            case ESTABLISHED, SHUTDOWN_PENDING, SHUTDOWN_SENT -> true;
            case CLOSED, COOKIE_WAIT, COOKIE_ECHOED, SHUTDOWN_RECEIVED, SHUTDOWN_ACK_SENT -> false;
        };
    }

    /// SHUTDOWN (§11.1.3).
    public void shutdown(long now, Association a) {
        shutdown.begin(now, a);
        engine.schedule(a);
    }

    /// ABORT (§11.1.4). §9.1: "If the association is aborted on request of the upper layer, a 'User-Initiated
    /// Abort' error cause SHOULD be present in the ABORT chunk."
    public void abort(long now, Association a, byte[] reason) {
        engine.abort(now, a, SctpError.USER_ABORT, SctpCauses.USER_ABORT, reason, "abort by the user");
    }

    /// Asks for a change of streams (RFC 6525). Null when it was taken; a notification tells the outcome.
    public @Nullable SctpError reconfigure(Association a, Reconfiguration.Request request) {
        if (a.isClosed() || a.receiver == null) {
            return SctpError.CLOSED;
        }
        SctpError refused = engine.streamRequests.ask(a, request);
        engine.ready(a);
        return refused;
    }

    /// Asks for a change of an own address (RFC 5061). Null when it was taken; a notification tells the
    /// outcome.
    public @Nullable SctpError changeAddress(Association a, AddressChanges.Request request) {
        if (a.isClosed()) {
            return SctpError.CLOSED;
        }
        SctpError refused = engine.addressRequests.ask(a, request);
        engine.ready(a);
        return refused;
    }

    /// SET PRIMARY (§11.1.7). Null when done.
    public @Nullable SctpError setPrimary(Association a, IpAddress address) {
        Path path = a.paths.find(address);
        if (path == null) {
            return SctpError.BAD_DESTINATION;
        }
        if (a.paths.primary() != path) {
            a.paths.primary(path);
            PathStates.tell(a, engine.context, path, Notification.PathChanged.Change.MADE_PRIMARY);
            engine.ready(a);
        }
        return null;
    }

    /// REQUEST HEARTBEAT (§11.1.10). Null when done.
    public @Nullable SctpError requestHeartbeat(Association a, IpAddress address) {
        Path path = a.paths.find(address);
        if (path == null) {
            return SctpError.BAD_DESTINATION;
        }
        if (!a.state().sendsData()) {
            return SctpError.NOT_SUPPORTED;
        }
        path.heartbeat.due = true;
        engine.ready(a);
        return null;
    }

    /// CHANGE HEARTBEAT (§11.1.9): the interval of one path in nanoseconds, 0 for none; and SET FAILURE
    /// THRESHOLD (§11.1.13). Null when done.
    public @Nullable SctpError setPath(long now, Association a, IpAddress address, long interval, int maxRetrans) {
        Path path = a.paths.find(address);
        if (path == null) {
            return SctpError.BAD_DESTINATION;
        }
        if (interval < 0 || maxRetrans < 0) {
            return SctpError.INVALID;
        }
        path.maxRetrans = maxRetrans;
        if (path.heartbeatInterval != interval) {
            path.heartbeatInterval = interval;
            if (a.state().sendsData() && !path.heartbeat.outstanding) {
                io.towpath.sctp.path.Heartbeats.schedule(now, path, engine.nonces);
            }
            engine.schedule(a);
        }
        return null;
    }

    /// SCTP_REMOTE_UDP_ENCAPS_PORT (RFC 6951 §6.1) of one path: the peer's UDP port, 0 to send in IP alone.
    /// Null when done.
    public @Nullable SctpError setEncapsulation(Association a, IpAddress address, int remotePort) {
        Path path = a.paths.find(address);
        if (path == null) {
            return SctpError.BAD_DESTINATION;
        }
        if (remotePort < 0 || remotePort > 0xffff) {
            return SctpError.INVALID;
        }
        if (remotePort != 0 && engine.encapsulation.localPort() == 0) {
            return SctpError.NOT_SUPPORTED;
        }
        path.encapsulate(remotePort);
        return null;
    }

    /// Other settings of an association: what is read when it is needed holds from now on.
    public void configure(long now, Association a, SctpConfig config) {
        SctpTimes times = config.times();
        if (!times.equals(a.config().times())) {
            for (int i = 0; i < a.paths.size(); i++) {
                a.paths.get(i).rtt.bounds(times.rtoInitial(), times.rtoMin(), times.rtoMax());
            }
        }
        a.config(config);
        a.tell(engine.context, Signals.WRITABLE);
        engine.ready(a);
    }
}
