package io.towpath.sctp;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Network;
import io.towpath.core.NetworkError;
import io.towpath.core.Packet;
import io.towpath.core.PortTable;
import io.towpath.core.Transport;
import io.towpath.core.TxBatch;
import io.towpath.sctp.address.AddressChanges;
import io.towpath.sctp.auth.Authentication;
import io.towpath.sctp.machine.Machinery;
import io.towpath.sctp.stream.Reconfiguration;
import io.towpath.wire.Crc32c;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.Malformed;
import io.towpath.wire.SctpHeader;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// SCTP of one host (RFC 9260): the user's calls, and the engine as its stack drives it. Belongs to the stack's
/// owner.
///
/// A server [#bind]s an endpoint, lets it [#listen] and [#accept]s; a client [#connect]s. Both [#send] and
/// [#receive] messages, and end by [#shutdown] or [#abort].
public final class SctpLayer implements Transport {
    private final Context context;
    private final Network network;
    private final Endpoints endpoints;
    private final Machinery machine;
    private final Crc32c crc = new Crc32c();

    /// An engine without associations.
    public SctpLayer(Context context, Network network) {
        this.context = context;
        this.network = network;
        this.endpoints = new Endpoints(context, network);
        this.machine = new Machinery(context, network, endpoints::find, endpoints::close);
    }

    // ---- endpoints

    /// INITIALIZE (RFC 9260 §11.1.1): makes an endpoint.
    ///
    /// @param local addresses of this host, empty for any
    /// @param port 1 to 65,535, or 0 to choose one
    /// @throws IllegalArgumentException if `port` is none
    public SctpEndpoint.Result bind(long now, List<IpAddress> local, int port, SctpConfig config) {
        return endpoints.bind(local, port, config);
    }

    /// The ports of this host, for whoever else uses some of them.
    public PortTable portTable() {
        return endpoints.ports();
    }

    /// Whether an endpoint is at this port of the address, or of all addresses.
    public boolean isUsed(long high, long low, int port) {
        return endpoints.find(high, low, port) != null;
    }

    /// Adds an address to those that an endpoint is bound to, for associations to come; peers of its
    /// associations are told where that was agreed on (RFC 5061).
    ///
    /// @return null when done; INVALID when it is bound to any address, or to this one already
    public @Nullable SctpError bindAddress(long now, SctpEndpoint endpoint, IpAddress address) {
        SctpError refused = endpoints.addAddress(endpoint, address);
        if (refused == null) {
            endpoint.associations().forEach(a -> addAddress(now, a, address));
        }
        return refused;
    }

    /// Takes an address from those that an endpoint is bound to, for associations to come; peers of its
    /// associations are told where that was agreed on (RFC 5061). The last one stays.
    ///
    /// @return null when done; INVALID when it is not bound to the address, or to no other
    public @Nullable SctpError unbindAddress(long now, SctpEndpoint endpoint, IpAddress address) {
        SctpError refused = endpoints.removeAddress(endpoint, address);
        if (refused == null) {
            endpoint.associations().forEach(a -> removeAddress(now, a, address));
        }
        return refused;
    }

    /// The addresses that `bound` stands for: itself, or all of this host's when it is empty.
    public List<IpAddress> addresses(List<IpAddress> bound) {
        return bound.isEmpty() ? List.copyOf(network.localAddresses()) : bound;
    }

    /// Lets peers begin associations with the endpoint, or forbids it.
    ///
    /// @param backlog how many may wait to be accepted; 0 forbids
    public void listen(long now, SctpEndpoint endpoint, int backlog) {
        endpoint.backlog(Math.max(0, backlog));
    }

    /// The association that waited longest to be accepted, null when there is none.
    public @Nullable Association accept(long now, SctpEndpoint endpoint) {
        return endpoint.accept();
    }

    /// Lets go of an endpoint: it listens no more, associations that nobody accepted are aborted, the others go
    /// on. Its port is free when the last one is gone.
    public void release(long now, SctpEndpoint endpoint) {
        if (endpoint.isClosed()) {
            return;
        }
        for (Association a : endpoint.associations()) {
            if (a.waitsForAccept) {
                abort(now, a);
            }
        }
        endpoints.close(endpoint);
    }

    /// Closes an endpoint. Associations that nobody accepted are aborted, the others shut down; its port is
    /// free when the last one is gone.
    public void close(long now, SctpEndpoint endpoint) {
        if (endpoint.isClosed()) {
            return;
        }
        for (Association a : endpoint.associations()) {
            if (a.waitsForAccept) {
                abort(now, a);
            } else {
                shutdown(now, a);
            }
        }
        endpoints.close(endpoint);
    }

    /// Shows every endpoint to `each`, in the order in which they were made.
    public void forEachEndpoint(Consumer<SctpEndpoint> each) {
        endpoints.forEach(each);
    }

    // ---- associations

    /// ASSOCIATE from an endpoint.
    ///
    /// @param remote addresses of the peer, the one to begin with first
    public Association.Result connect(long now, SctpEndpoint endpoint, List<IpAddress> remote, int remotePort) {
        return connect(now, endpoint, remote, remotePort, endpoint.config());
    }

    /// ASSOCIATE from an endpoint, with settings for this association alone.
    public Association.Result connect(
            long now, SctpEndpoint endpoint, List<IpAddress> remote, int remotePort, SctpConfig config) {
        return machine.calls.associate(now, endpoint, remote, remotePort, config);
    }

    /// ASSOCIATE from an endpoint made for it, which goes with the association.
    ///
    /// @param local own addresses, empty for any
    /// @param localPort own port, 0 to choose one
    /// @throws IllegalArgumentException if one of the ports is none
    public Association.Result connect(
            long now, List<IpAddress> local, int localPort, List<IpAddress> remote, int remotePort, SctpConfig config) {
        PortTable.check(remotePort);
        return byEndpointOfItsOwn(
                local, localPort, config, endpoint -> connect(now, endpoint, remote, remotePort, config));
    }

    private Association.Result byEndpointOfItsOwn(
            List<IpAddress> local, int port, SctpConfig config, Function<SctpEndpoint, Association.Result> begin) {
        return switch (endpoints.bind(local, port, config)) {
            case SctpEndpoint.Failed failed -> new Association.Failed(failed.error());
            case SctpEndpoint.Bound bound -> {
                Association.Result result = begin.apply(bound.endpoint());
                if (result instanceof Association.Failed) {
                    endpoints.close(bound.endpoint());
                } else {
                    bound.endpoint().closesWithLast(true);
                }
                yield result;
            }
        };
    }

    /// SEND: hands a message over; it is copied. Null when it was taken.
    public @Nullable SctpError send(long now, Association a, byte[] data, int at, int n, SendOptions options) {
        return machine.calls.send(now, a, data, at, n, options);
    }

    /// SEND for a caller who does not wait for the answer: the message is taken without regard to room, and one
    /// that cannot be sent is told by [Notification.SendFailed].
    ///
    /// @return false when it was not taken because its stream is being reset: WRITABLE tells when it may come again
    public boolean post(long now, Association a, byte[] data, int at, int n, SendOptions options) {
        return machine.calls.post(now, a, data, at, n, options);
    }

    /// RECEIVE: the next message or notification, null when there is none.
    public @Nullable Received receive(long now, Association a) {
        return machine.calls.receive(now, a);
    }

    /// Whether messages of different streams may come between the parts of one that is delivered in parts
    /// (RFC 6458 §8.1.20, level 2), as they do unless this says otherwise. With interleaving (RFC 8260) they
    /// always do.
    public void interleaveParts(long now, Association a, boolean allowed) {
        a.inbox.interleaveParts(allowed);
    }

    /// What [#receive] will give next, left where it is; null when there is nothing. For RFC 6458's
    /// SCTP_NXTINFO and MSG_PEEK.
    public @Nullable Received peek(Association a) {
        return a.inbox.peek();
    }

    /// From how many bytes on a message that has not come whole is delivered in parts (RFC 6458 §8.1.21). What
    /// fills half of the receive buffer is delivered in parts anyway.
    ///
    /// @param bytes 0 for no sooner than that
    /// @return null when done; INVALID when it is negative or more than the receive buffer
    public @Nullable SctpError setPartialDeliveryPoint(long now, Association a, int bytes) {
        if (bytes < 0 || bytes > a.config().receiveBytesMax()) {
            return SctpError.INVALID;
        }
        a.inbox.partialDeliveryPoint(bytes);
        return null;
    }

    /// SHUTDOWN: no more messages; what was handed over is delivered, then the association ends.
    public void shutdown(long now, Association a) {
        machine.calls.shutdown(now, a);
    }

    /// ABORT: the association ends at once, and what was not delivered is lost.
    public void abort(long now, Association a) {
        abort(now, a, new byte[0]);
    }

    /// ABORT with a reason for the peer's user.
    public void abort(long now, Association a, byte[] reason) {
        machine.calls.abort(now, a, reason);
    }

    /// SET PRIMARY: the path that new messages take. Null when done.
    public @Nullable SctpError setPrimary(long now, Association a, IpAddress address) {
        return machine.calls.setPrimary(a, address);
    }

    /// REQUEST HEARTBEAT on a path, now. Null when done.
    public @Nullable SctpError requestHeartbeat(long now, Association a, IpAddress address) {
        return machine.calls.requestHeartbeat(a, address);
    }

    /// Settings of one path.
    ///
    /// @param heartbeatInterval HB.interval in nanoseconds, 0 for no heartbeats
    /// @param maxRetrans Path.Max.Retrans
    /// @return null when done
    public @Nullable SctpError setPath(
            long now, Association a, IpAddress address, long heartbeatInterval, int maxRetrans) {
        return machine.calls.setPath(now, a, address, heartbeatInterval, maxRetrans);
    }

    /// The UDP port of the peer in whose datagrams packets go to one of its addresses (RFC 6951 §6.1), 0 for IP
    /// alone. What the peer sends next from that address says it anew.
    ///
    /// @return null when done
    public @Nullable SctpError setEncapsulation(long now, Association a, IpAddress address, int remotePort) {
        return machine.calls.setEncapsulation(a, address, remotePort);
    }

    /// Lets packets travel in UDP (RFC 6951). Whoever calls it hands over what comes to that port, with
    /// [Packet#encapsulationPort] set: [io.towpath.udp.UdpLayer#carry].
    ///
    /// @param localPort the own UDP port, 1 to 65,535
    /// @param remotePort the peers' port for associations whose settings name none
    ///     ([SctpConfig#withEncapsulation]), 0 when these go in IP alone
    public void encapsulate(int localPort, int remotePort) {
        machine.engine.encapsulation().use(localPort, remotePort);
    }

    // ---- handover to another process

    /// What stands in the way of [#save] now, in the order of the constants; nothing when it would be done.
    public Set<HandoverObstacle> handoverReadiness(Association a) {
        return machine.handover.obstacles(a);
    }

    /// Saves the state of an association, which is over here with that: its user gets
    /// [Notification.CommunicationLost] with [SctpError#HANDED_OVER], and the peer hears nothing of it.
    /// Packets of the peer that still come to this host within half an hour are dropped without an answer, for an
    /// ABORT would end what goes on elsewhere; for the last 16,384 associations that were saved. The state is of
    /// no use once it was restored: the association moves, it is not copied.
    public SavedAssociation.Result save(long now, Association a) {
        return machine.handover.save(now, a);
    }

    /// Goes on with an association that was saved, by the endpoint of its port and addresses, which is made
    /// for it if there is none. The own addresses that the peer knows must be this host's by now.
    ///
    /// @param config settings of the association from now on; they must have the key that it sends with when
    ///     AUTH was agreed on
    /// @return [Association.Opened] when it goes on; else ADDRESS_IN_USE when another endpoint has its port,
    ///     ALREADY_CONNECTED when there is an association with this peer, NO_ROUTE or ADDRESS_NOT_AVAILABLE
    ///     when this host is not where the peer looks for it, NOT_SUPPORTED when the key is missing or the
    ///     host takes no SCTP in UDP and the peer wants that
    public Association.Result restore(long now, SavedAssociation saved, SctpConfig config) {
        SctpEndpoint present = endpoints.find(saved.boundAddresses(), saved.localPort());
        return present != null
                ? machine.handover.restore(now, present, saved, config)
                : byEndpointOfItsOwn(
                        saved.boundAddresses(),
                        saved.localPort(),
                        config,
                        made -> machine.handover.restore(now, made, saved, config));
    }

    /// Other settings for an association, as far as they are not part of what was agreed on with the peer.
    public void configure(long now, Association a, SctpConfig config) {
        machine.calls.configure(now, a, config);
    }

    /// Which stream is served when (RFC 8260 §3).
    public void setScheduler(long now, Association a, SchedulingPolicy policy) {
        a.sendQueue.scheduler().policy(policy);
    }

    /// The priority (less goes first) or weight (more gets more) of a stream.
    ///
    /// @return null when done
    public @Nullable SctpError setStreamValue(long now, Association a, int streamId, int value) {
        if (streamId < 0 || streamId >= a.outboundStreams()) {
            return SctpError.BAD_STREAM;
        }
        a.sendQueue.stream(streamId).value = value;
        return null;
    }

    /// Begins outgoing streams anew with number 0 (RFC 6525 §5.1.2), all if none is named.
    ///
    /// @return null when the request was taken: [Notification.StreamsReset] tells the outcome
    public @Nullable SctpError resetOutgoing(long now, Association a, int... streams) {
        return machine.calls.reconfigure(a, new Reconfiguration.ResetOutgoing(streams.clone(), -1));
    }

    /// Asks the peer to begin its streams anew (RFC 6525 §5.1.3), all if none is named.
    ///
    /// @return null when the request was taken: [Notification.StreamsReset] tells the outcome
    public @Nullable SctpError resetIncoming(long now, Association a, int... streams) {
        return machine.calls.reconfigure(a, new Reconfiguration.ResetIncoming(streams.clone()));
    }

    /// Begins all streams of both directions anew, with other TSNs (SCTP_RESET_ASSOC, RFC 6525 §5.1.4), as soon
    /// as nothing is on its way. Until then no message is taken.
    ///
    /// @return null when the request was taken: [Notification.AssociationReset] tells the outcome
    public @Nullable SctpError resetAssociation(long now, Association a) {
        return machine.calls.reconfigure(a, new Reconfiguration.ResetAssociation());
    }

    /// Asks for more streams to send on (RFC 6525 §5.1.5).
    ///
    /// @return null when the request was taken: [Notification.StreamsChanged] tells the outcome
    public @Nullable SctpError addOutgoing(long now, Association a, int count) {
        return machine.calls.reconfigure(a, new Reconfiguration.AddOutgoing(count));
    }

    /// Asks the peer to have more streams to send on (RFC 6525 §5.1.6).
    ///
    /// @return null when the request was taken: [Notification.StreamsChanged] tells the outcome
    public @Nullable SctpError addIncoming(long now, Association a, int count) {
        return machine.calls.reconfigure(a, new Reconfiguration.AddIncoming(count));
    }

    // ---- own addresses of an association (RFC 5061)

    /// Tells the peer of one more address of this host. Nothing is sent from it before the peer agrees, but
    /// the request itself when there is no other address left: so an association follows a host that moves.
    ///
    /// @param address one of this host's; the unspecified one stands for that which the request leaves from
    /// @return null when the request was taken: [Notification.LocalAddressChanged] tells the outcome
    public @Nullable SctpError addAddress(long now, Association a, IpAddress address) {
        SctpError refused = machine.calls.changeAddress(a, new AddressChanges.Add(address));
        if (refused == null && !address.isUnspecified()) {
            a.endpoint().reach(address);
        }
        return refused;
    }

    /// Tells the peer not to use an address any more. Nothing is sent from it from now on.
    ///
    /// @return null when the request was taken: [Notification.LocalAddressChanged] tells the outcome
    public @Nullable SctpError removeAddress(long now, Association a, IpAddress address) {
        return machine.calls.changeAddress(a, new AddressChanges.Remove(address));
    }

    /// Asks the peer to send to this address by default (SCTP_SET_PEER_PRIMARY_ADDR).
    ///
    /// @return null when the request was taken: [Notification.LocalAddressChanged] tells the outcome
    public @Nullable SctpError askPrimary(long now, Association a, IpAddress address) {
        return machine.calls.changeAddress(a, new AddressChanges.MakePrimary(address));
    }

    // ---- keys (RFC 4895)

    /// Adds a shared key to an association, or changes the secret of one.
    ///
    /// @param id 0 to 65,535
    /// @return null when done
    /// @throws IllegalArgumentException if `id` is none
    public @Nullable SctpError putKey(long now, Association a, int id, byte[] secret) {
        Authentication own = a.authentication;
        if (own == null) {
            return SctpError.NOT_SUPPORTED;
        }
        own.putKey(id, secret);
        return null;
    }

    /// The key to send with from now on. The peer must know it, too.
    ///
    /// @return null when done
    public @Nullable SctpError activateKey(long now, Association a, int id) {
        Authentication own = a.authentication;
        return own == null ? SctpError.NOT_SUPPORTED : own.activateKey(id);
    }

    /// No new message may be sent under a key that is not active. [Notification.Authentication] tells when the last
    /// message under it was acknowledged.
    ///
    /// @return null when done
    public @Nullable SctpError deactivateKey(long now, Association a, int id) {
        Authentication own = a.authentication;
        return own == null ? SctpError.NOT_SUPPORTED : own.deactivateKey(a, id);
    }

    /// Takes a key away that is not active, and that no message names which is not acknowledged: what the peer still
    /// sends under it is dropped.
    ///
    /// @return null when done
    public @Nullable SctpError deleteKey(long now, Association a, int id) {
        Authentication own = a.authentication;
        return own == null ? SctpError.NOT_SUPPORTED : own.deleteKey(a, id);
    }

    /// Chunk types that must be authenticated, in ascending order; none if AUTH was not agreed on.
    ///
    /// @param byPeer true for those that the peer must authenticate, false for those that this side must
    public List<Integer> authenticatedChunks(Association a, boolean byPeer) {
        Authentication own = Authentication.agreed(a);
        if (own == null) {
            return List.of();
        }
        return (byPeer ? own.ownDemands() : own.peerDemands()).toList();
    }

    /// STATUS: a snapshot.
    public SctpInfo info(long now, Association a) {
        return SctpInfo.of(a);
    }

    /// Shows every association to `each`, in the order in which they were made.
    public void forEach(Consumer<Association> each) {
        List.copyOf(machine.engine.associations()).forEach(each);
    }

    /// Associations.
    public int size() {
        return machine.engine.associations().size();
    }

    /// Packets of the pool that it holds: replies that wait.
    public int packetsHeld() {
        return machine.engine.replies().size();
    }

    /// Drops what waits to be sent: the host is switched off. Associations stay as they are and find no way
    /// out.
    public void shutDown(long now) {
        machine.discard(now);
    }

    // ---- Transport

    @Override
    public int protocol() {
        return IpProtocol.SCTP;
    }

    @Override
    public void input(long now, Packet packet) {
        Drop drop = arrive(now, packet);
        if (drop == null) {
            packet.release();
        } else {
            context.drop(now, packet, drop);
        }
    }

    private @Nullable Drop arrive(long now, Packet packet) {
        byte[] b = packet.bytes;
        int at = packet.at;
        if (SctpHeader.check(b, at, packet.end) != Malformed.NONE) {
            return Drop.BAD_SCTP_HEADER;
        }
        // RFC 9260 §6.8: "If the receiver finds an invalid checksum, it SHOULD silently discard" the packet. A
        // link that says it verified checksums means those of the Internet kind; CRC32c is computed here.
        if (!SctpHeader.checksumOk(b, at, packet.end, crc) && !machine.takesWithoutChecksum(packet)) {
            return Drop.BAD_SCTP_CHECKSUM;
        }
        // §8.4, 1: "If the OOTB packet is to or from a non-unicast address, a receiver SHOULD silently discard
        // the packet"; §3.1: "The port number 0 MUST NOT be used."
        if (packet.toGroup || SctpHeader.sourcePort(b, at) == 0 || SctpHeader.destinationPort(b, at) == 0) {
            return Drop.SCTP_BAD_ADDRESS;
        }
        context.counters().count(Counter.SCTP_IN);
        if (packet.encapsulationPort != 0) {
            context.counters().count(Counter.SCTP_UDP_IN);
        }
        return machine.input(now, packet);
    }

    @Override
    public void onNetworkError(long now, NetworkError error, byte[] quoted, int at, int end) {
        machine.onNetworkError(now, error, quoted, at, end);
    }

    @Override
    public long deadline() {
        return machine.engine.earliest();
    }

    @Override
    public void tick(long now) {
        machine.tick(now);
    }

    @Override
    public boolean poll(long now, TxBatch out) {
        return machine.poll(now, out);
    }
}
