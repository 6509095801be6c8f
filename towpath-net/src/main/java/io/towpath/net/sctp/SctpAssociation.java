package io.towpath.net.sctp;

import io.towpath.net.sctp.port.AssociationPort;
import io.towpath.net.shard.Arguments;
import io.towpath.net.shard.Timeouts;
import io.towpath.sctp.AssociationState;
import io.towpath.sctp.HandoverObstacle;
import io.towpath.sctp.Notification;
import io.towpath.sctp.SavedAssociation;
import io.towpath.sctp.SchedulingPolicy;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpFeatures;
import io.towpath.sctp.SctpInfo;
import io.towpath.wire.IpAddress;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One association: what can be seen of it and set on it (RFC 6458 §8). [SctpSocket#association] is the one of
/// a one-to-one socket; a [SctpMultiSocket] has many. Two are equal when they stand for the same association.
///
/// All methods may be called from any thread, and none waits for the network. After the end of the association
/// what it was can still be seen.
public final class SctpAssociation {
    private final AssociationPort port;

    SctpAssociation(AssociationPort port) {
        this.port = port;
    }

    AssociationPort port() {
        return port;
    }

    /// Its number, unique on its host for ever.
    public long id() {
        return port.association().id();
    }

    /// Own port.
    public int localPort() {
        return port.association().localPort();
    }

    /// The peer's port.
    public int remotePort() {
        return port.association().remotePort();
    }

    /// True when it has ended. What was received before may still wait.
    public boolean isOver() {
        return port.isOver();
    }

    // ---- what can be seen -----------------------------------------------------------------------------------------

    /// Its state.
    ///
    /// @throws SocketException when the host is closed
    public AssociationState.Name state() throws IOException {
        return port.state();
    }

    /// All that can be seen of it now (`SCTP_STATUS`, `SCTP_GET_PEER_ADDR_INFO`).
    ///
    /// @throws SocketException when the host is closed
    public SctpInfo info() throws IOException {
        return port.ask((now, sctp, a) -> sctp.info(now, a));
    }

    /// Own addresses (`sctp_getladdrs`).
    ///
    /// @throws SocketException when the host is closed
    public List<IpAddress> localAddresses() throws IOException {
        return port.ask((now, sctp, a) -> sctp.addresses(a.localAddresses));
    }

    /// The peer's addresses (`sctp_getpaddrs`), the primary one first.
    ///
    /// @throws SocketException when the host is closed
    public List<IpAddress> remoteAddresses() throws IOException {
        SctpInfo info = info();
        List<IpAddress> all = new java.util.ArrayList<>();
        all.add(info.primary());
        for (SctpInfo.PathInfo path : info.paths()) {
            if (!path.address().equals(info.primary())) {
                all.add(path.address());
            }
        }
        return List.copyOf(all);
    }

    /// The extensions that both sides agreed on; none before it is established.
    ///
    /// @throws SocketException when the host is closed
    public SctpFeatures features() throws IOException {
        return port.ask((now, sctp, a) -> a.agreed);
    }

    /// Its settings.
    ///
    /// @throws SocketException when the host is closed
    public SctpConfig config() throws IOException {
        return port.ask((now, sctp, a) -> a.config());
    }

    // ---- settings -------------------------------------------------------------------------------------------------

    /// Other settings from now on, as far as they are not part of what was agreed on with the peer
    /// (`SCTP_RTOINFO`, `SCTP_ASSOCINFO`, `SCTP_NODELAY`, `SCTP_DELAYED_SACK`, `SCTP_MAX_BURST`, `SCTP_MAXSEG`,
    /// `SCTP_DISABLE_FRAGMENTS`, `SO_SNDBUF`).
    ///
    /// @throws SocketException when the host is closed
    public void configure(SctpConfig config) throws IOException {
        Objects.requireNonNull(config);
        boolean ignored = port.ask((now, sctp, a) -> {
            sctp.configure(now, a, config);
            return true;
        });
    }

    /// Makes another of the peer's addresses the primary path (`SCTP_PRIMARY_ADDR`).
    ///
    /// @throws SocketException when it is none of them
    public void setPrimary(IpAddress address) throws IOException {
        Objects.requireNonNull(address);
        port.demand((now, sctp, a) -> sctp.setPrimary(now, a, address));
    }

    /// Has a path proved alive by a heartbeat now (`SPP_HB_DEMAND`).
    ///
    /// @param address one of the peer's
    /// @throws SocketException when it is none of them, or the association is not open
    public void requestHeartbeat(IpAddress address) throws IOException {
        Objects.requireNonNull(address);
        port.demand((now, sctp, a) -> sctp.requestHeartbeat(now, a, address));
    }

    /// Settings of one path (`SCTP_PEER_ADDR_PARAMS`).
    ///
    /// @param address one of the peer's
    /// @param heartbeatInterval what a heartbeat waits on an idle path, [Duration#ZERO] for no heartbeats
    /// @param maxRetrans errors in a row after which the path is inactive, at least 0
    /// @throws SocketException when it is none of them
    /// @throws IllegalArgumentException when a value is negative
    public void setPath(IpAddress address, Duration heartbeatInterval, int maxRetrans) throws IOException {
        Objects.requireNonNull(address);
        long nanos = Timeouts.nanos(heartbeatInterval);
        if (maxRetrans < 0) {
            throw new IllegalArgumentException("a path may fail 0 times or more, not " + maxRetrans);
        }
        port.demand((now, sctp, a) -> sctp.setPath(now, a, address, nanos, maxRetrans));
    }

    /// The UDP port of the peer in whose datagrams packets go to one of its addresses
    /// (`SCTP_REMOTE_UDP_ENCAPS_PORT`, RFC 6951 §6.1). What the peer sends next from there says it anew.
    ///
    /// @param address one of the peer's
    /// @param udpPort 1 to 65,535, or 0 to send in IP alone
    /// @throws SocketException when it is none of them, or the host takes no SCTP in UDP
    /// @throws IllegalArgumentException when `udpPort` is none
    public void setEncapsulation(IpAddress address, int udpPort) throws IOException {
        Objects.requireNonNull(address);
        Arguments.port(udpPort);
        port.demand((now, sctp, a) -> sctp.setEncapsulation(now, a, address, udpPort));
    }

    /// Which stream is served when (`SCTP_STREAM_SCHEDULER`, RFC 8260 §4.3.2).
    ///
    /// @throws SocketException when the host is closed
    public void setScheduler(SchedulingPolicy policy) throws IOException {
        Objects.requireNonNull(policy);
        boolean ignored = port.ask((now, sctp, a) -> {
            sctp.setScheduler(now, a, policy);
            return true;
        });
    }

    /// The priority (less goes first) or weight (more gets more) of a stream (`SCTP_STREAM_SCHEDULER_VALUE`).
    ///
    /// @throws SocketException when there is no such stream
    public void setStreamValue(int streamId, int value) throws IOException {
        port.demand((now, sctp, a) -> sctp.setStreamValue(now, a, streamId, value));
    }

    /// Whether messages of other streams may come between the parts of one that is longer than the receive
    /// buffer can hold (`SCTP_FRAGMENT_INTERLEAVE`, level 2 against 0 and 1). At first they do not.
    ///
    /// @throws SocketException when the host is closed
    public void interleaveParts(boolean allowed) throws IOException {
        boolean ignored = port.ask((now, sctp, a) -> {
            sctp.interleaveParts(now, a, allowed);
            return true;
        });
    }

    /// From how many bytes on a message that has not come whole is delivered in parts
    /// (`SCTP_PARTIAL_DELIVERY_POINT`), so that a long one can be worked on while it comes. What fills half of
    /// the receive buffer is delivered in parts anyway.
    ///
    /// @param bytes 0 for no sooner than that
    /// @throws SocketException when it is negative or more than the receive buffer
    public void setPartialDeliveryPoint(int bytes) throws IOException {
        port.demand((now, sctp, a) -> sctp.setPartialDeliveryPoint(now, a, bytes));
    }

    // ---- own addresses (RFC 5061) ---------------------------------------------------------------------------------

    /// Tells the peer of one more address of this host (`sctp_bindx`). Nothing is sent from it before the peer
    /// agrees: [Notification.LocalAddressChanged] tells.
    ///
    /// @param address one of this host's
    /// @throws SocketException when the address is none of the host's or known already, or that was not agreed
    ///     on
    public void addAddress(IpAddress address) throws IOException {
        Objects.requireNonNull(address);
        port.demand((now, sctp, a) -> sctp.addAddress(now, a, address));
    }

    /// Tells the peer not to use an own address any more. Nothing is sent from it from now on.
    /// [Notification.LocalAddressChanged] tells the outcome.
    ///
    /// @throws SocketException when it is none, or the last, or that was not agreed on
    public void removeAddress(IpAddress address) throws IOException {
        Objects.requireNonNull(address);
        port.demand((now, sctp, a) -> sctp.removeAddress(now, a, address));
    }

    /// Asks the peer to make an own address its primary one (`SCTP_SET_PEER_PRIMARY_ADDR`).
    /// [Notification.LocalAddressChanged] tells the outcome.
    ///
    /// @throws SocketException when it is none, or that was not agreed on
    public void askPrimary(IpAddress address) throws IOException {
        Objects.requireNonNull(address);
        port.demand((now, sctp, a) -> sctp.askPrimary(now, a, address));
    }

    // ---- keys (RFC 4895) ------------------------------------------------------------------------------------------

    /// Adds a shared key, or changes the secret of one (`SCTP_AUTH_KEY`).
    ///
    /// @param id 0 to 65,535
    /// @param secret its octets, which the peer must know, too
    /// @throws SocketException when the settings of the association do not offer AUTH
    /// @throws IllegalArgumentException when `id` is none
    public void putKey(int id, byte[] secret) throws IOException {
        byte[] own = secret.clone();
        port.demand((now, sctp, a) -> sctp.putKey(now, a, id, own));
    }

    /// The key to send with from now on (`SCTP_AUTH_ACTIVE_KEY`).
    ///
    /// @throws SocketException when there is no such key, or no AUTH
    public void activateKey(int id) throws IOException {
        port.demand((now, sctp, a) -> sctp.activateKey(now, a, id));
    }

    /// No new message may be sent under a key (`SCTP_AUTH_DEACTIVATE_KEY`). Those that are not acknowledged keep it;
    /// [io.towpath.sctp.Notification.Authentication] tells when there are none any more.
    ///
    /// @throws SocketException when it is active or none, or there is no AUTH
    public void deactivateKey(int id) throws IOException {
        port.demand((now, sctp, a) -> sctp.deactivateKey(now, a, id));
    }

    /// Takes a key away that is not active (`SCTP_AUTH_DELETE_KEY`): what the peer still sends under it is
    /// dropped.
    ///
    /// @throws SocketException when it is active or none, when a message that names it is not acknowledged yet, or
    /// there is no AUTH
    public void deleteKey(int id) throws IOException {
        port.demand((now, sctp, a) -> sctp.deleteKey(now, a, id));
    }

    /// Chunk types that must be authenticated (`SCTP_LOCAL_AUTH_CHUNKS`, `SCTP_PEER_AUTH_CHUNKS`), in ascending
    /// order; none when AUTH was not agreed on.
    ///
    /// @param byPeer true for those that the peer must authenticate, false for those that this side must
    /// @throws SocketException when the host is closed
    public List<Integer> authenticatedChunks(boolean byPeer) throws IOException {
        return port.ask((now, sctp, a) -> sctp.authenticatedChunks(a, byPeer));
    }

    // ---- streams --------------------------------------------------------------------------------------------------

    /// Begins outgoing streams anew with number 0 (`SCTP_RESET_STREAMS`, RFC 6525 §6.3.2), all if none is
    /// named. [Notification.StreamsReset] tells the outcome.
    ///
    /// @throws SocketException when the peer cannot do that, or such a request is under way
    public void resetOutgoing(int... streams) throws IOException {
        int[] which = streams.clone();
        port.demand((now, sctp, a) -> sctp.resetOutgoing(now, a, which));
    }

    /// Asks the peer to begin its streams anew, all if none is named. [Notification.StreamsReset] tells the
    /// outcome.
    ///
    /// @throws SocketException when the peer cannot do that, or such a request is under way
    public void resetIncoming(int... streams) throws IOException {
        int[] which = streams.clone();
        port.demand((now, sctp, a) -> sctp.resetIncoming(now, a, which));
    }

    /// Begins all streams of both directions anew, with other TSNs (`SCTP_RESET_ASSOC`, RFC 6525 §6.3.3), as soon
    /// as nothing is on its way; until then no message is taken. [Notification.AssociationReset] tells the
    /// outcome.
    ///
    /// @throws SocketException when the peer cannot do that, or such a request is under way
    public void resetAssociation() throws IOException {
        port.demand((now, sctp, a) -> sctp.resetAssociation(now, a));
    }

    /// Asks for more streams to send on (`SCTP_ADD_STREAMS`, RFC 6525 §6.3.4). [Notification.StreamsChanged]
    /// tells the outcome.
    ///
    /// @throws SocketException when the peer cannot do that, or such a request is under way
    public void addOutgoing(int count) throws IOException {
        port.demand((now, sctp, a) -> sctp.addOutgoing(now, a, count));
    }

    /// Asks the peer to have more streams to send on. [Notification.StreamsChanged] tells the outcome.
    ///
    /// @throws SocketException when the peer cannot do that, or such a request is under way
    public void addIncoming(int count) throws IOException {
        port.demand((now, sctp, a) -> sctp.addIncoming(now, a, count));
    }

    // ---- handover -------------------------------------------------------------------------------------------------

    /// What stands in the way of [#save] now; nothing when it would be done. It passes by itself when the user
    /// sends no more for a while and receives what comes.
    ///
    /// @throws SocketException when the host is closed
    public Set<HandoverObstacle> handoverReadiness() throws IOException {
        return port.handoverReadiness();
    }

    /// Saves the state of the association for another process to go on with ([SctpSockets#restore]). It is over
    /// here with that, and the peer hears nothing of it.
    ///
    /// @return null when something stands in the way: [#handoverReadiness]
    /// @throws SocketException when the host is closed
    public @Nullable SavedAssociation save() throws IOException {
        SavedAssociation.Result result = port.save();
        return switch (result) {
            case SavedAssociation.Saved(SavedAssociation state) -> state;
            case SavedAssociation.NotReady ignored -> null;
        };
    }

    // ---- the end --------------------------------------------------------------------------------------------------

    /// Shuts the association down: no more messages are taken, those that were are delivered (`SCTP_EOF`). What
    /// the peer has sent can still be received.
    public void shutdown() {
        port.shutdown();
    }

    /// Ends the association at once, with a reason for the peer's user (`SCTP_ABORT`): it finds the bytes among
    /// the causes of [Notification.CommunicationLost]. What was not delivered comes back as
    /// [Notification.SendFailed].
    ///
    /// @throws SocketException when the host is closed
    public void abort(byte[] reason) throws IOException {
        byte[] why = reason.clone();
        boolean ignored = port.ask((now, sctp, a) -> {
            sctp.abort(now, a, why);
            return true;
        });
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SctpAssociation that && that.port == port;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(id());
    }

    @Override
    public String toString() {
        return "SctpAssociation[" + id() + ", " + localPort() + " -> " + remotePort() + "]";
    }
}
