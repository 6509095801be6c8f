package io.towpath.sctp;

import io.towpath.sctp.handover.SavedFormat;
import io.towpath.sctp.handover.SavedRules;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Octets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The state of an association that another process can go on with: what both sides agreed on, and the numbers
/// that the next packets have. Messages are not part of it: it is made when none is on its way
/// ([SctpLayer#save]). Neither are settings and the secrets of keys, which whoever restores it gives
/// ([SctpLayer#restore]). Immutable.
///
/// @param localPort own port
/// @param remotePort the peer's port
/// @param boundAddresses own addresses that its endpoint is bound to, empty for all
/// @param localAddresses own addresses that the peer was told, empty while any will do
/// @param localTag verification tag of packets that come in
/// @param peerTag verification tag of packets that go out
/// @param localInitialTsn this side's first TSN
/// @param peerInitialTsn the peer's first TSN
/// @param agreed what both sides can do beyond RFC 9260
/// @param nextTsn the next TSN to send, counted on beyond 2^32 from the first one
/// @param cumulativeTsn the last TSN that came, counted on beyond 2^32 from the first one
/// @param peerWindow the peer's receiver window, 0 to 2^32 - 1
/// @param peerWindowMax the largest one that it ever told
/// @param encapsulationPort UDP port of addresses of the peer that become known, 0 for none (RFC 6951)
/// @param scheduler which stream is served when
/// @param outboundStreams streams that may be sent on
/// @param inboundStreams streams that the peer may send on
/// @param outStreams those that are not as they were at first, by ascending identifier
/// @param inStreams those that are not as they were at first, by ascending identifier
/// @param primary place of the primary path in `paths`
/// @param paths the peer's addresses, at least one, in the order in which they became known
/// @param requests numbers of requests for streams (RFC 6525)
/// @param addressChanges numbers of changes of addresses (RFC 5061), null before the first one
/// @param authentication what both sides told of the keys of AUTH (RFC 4895), null without AUTH
/// @param congestionEcho lowest TSN of a marked packet that the peer was not seen to react to, -1 for none
public record SavedAssociation(
        int localPort,
        int remotePort,
        List<IpAddress> boundAddresses,
        List<IpAddress> localAddresses,
        int localTag,
        int peerTag,
        int localInitialTsn,
        int peerInitialTsn,
        SctpFeatures agreed,
        long nextTsn,
        long cumulativeTsn,
        long peerWindow,
        long peerWindowMax,
        int encapsulationPort,
        SchedulingPolicy scheduler,
        int outboundStreams,
        int inboundStreams,
        List<OutStream> outStreams,
        List<InStream> inStreams,
        int primary,
        List<Path> paths,
        Requests requests,
        @Nullable AddressChanges addressChanges,
        @Nullable Authentication authentication,
        long congestionEcho) {
    /// The outcome of [SctpLayer#save].
    public sealed interface Result {}

    /// It was saved, and is over here.
    ///
    /// @param state what to restore elsewhere
    public record Saved(SavedAssociation state) implements Result {}

    /// It could not be saved, and goes on.
    ///
    /// @param obstacles why not
    public record NotReady(Set<HandoverObstacle> obstacles) implements Result {}

    /// The numbers of one outgoing stream.
    ///
    /// @param id its identifier
    /// @param next number of its next ordered message: 16 bits, with interleaving (RFC 8260) 32
    /// @param nextUnordered number of its next unordered message with interleaving, 32 bits
    /// @param value its priority or weight
    public record OutStream(int id, int next, int nextUnordered, int value) {
        /// @throws IllegalArgumentException when there is no such stream
        public OutStream {
            SavedRules.range("a stream", id, 0, SavedRules.STREAM_MAX);
        }
    }

    /// The number of one incoming stream.
    ///
    /// @param id its identifier
    /// @param next number of the ordered message that is next: to 65,535, with interleaving to 2^32 - 1
    public record InStream(int id, long next) {
        /// @throws IllegalArgumentException when there is no such stream or number
        public InStream {
            SavedRules.range("a stream", id, 0, SavedRules.STREAM_MAX);
            SavedRules.range("the number of a stream", next, 0, SavedRules.U32_MAX);
        }
    }

    /// One of the peer's addresses. Its congestion window begins where it was, its RTO from the round trip.
    ///
    /// @param address it
    /// @param source the own address that packets to it had, null while there was no way
    /// @param state what is known of it
    /// @param encapsulationPort the peer's UDP port in whose datagrams packets go there, 0 for none
    /// @param errors consecutive errors
    /// @param maxRetrans errors above which it is inactive
    /// @param heartbeatInterval HB.interval in nanoseconds, 0 for none
    /// @param cwnd congestion window in bytes
    /// @param ssthresh slow-start threshold in bytes
    /// @param srtt smoothed round-trip time in nanoseconds, -1 before the first measurement
    public record Path(
            IpAddress address,
            @Nullable IpAddress source,
            PathState state,
            int encapsulationPort,
            int errors,
            int maxRetrans,
            long heartbeatInterval,
            long cwnd,
            long ssthresh,
            long srtt) {
        /// @throws IllegalArgumentException with one line that says which value cannot be
        public Path {
            SavedRules.unicast("an address of the peer", address);
            if (source != null) {
                SavedRules.unicast("an own address", source);
            }
            SavedRules.range("an encapsulation port", encapsulationPort, 0, SavedRules.U16_MAX);
            SavedRules.range("errors of a path", errors, 0, SavedRules.COUNT_MAX);
            SavedRules.range("the limit of errors of a path", maxRetrans, 0, Integer.MAX_VALUE);
            SavedRules.range("a heartbeat interval", heartbeatInterval, 0, SavedRules.NANOS_MAX);
            SavedRules.range("a congestion window", cwnd, 1, SavedRules.WINDOW_MAX);
            SavedRules.range("a slow-start threshold", ssthresh, 1, Long.MAX_VALUE);
            SavedRules.range("a round trip", srtt, -1, SavedRules.NANOS_MAX);
        }
    }

    /// Numbers of requests for streams.
    ///
    /// @param sequence number of the next one of this side
    /// @param expected number of the peer's next one
    /// @param lastResult what its last one was answered
    /// @param lastTsns the two TSNs that were told with it, or none
    /// @param tsnsWereReset whether TSNs began anew once or more, so that old packets may look new
    public record Requests(int sequence, int expected, int lastResult, List<Integer> lastTsns, boolean tsnsWereReset) {
        /// @throws IllegalArgumentException when there is one TSN, or more than two
        public Requests {
            lastTsns = List.copyOf(lastTsns);
            if (lastTsns.size() == 1) {
                throw new IllegalArgumentException("saved association: a response has two TSNs or none");
            }
            SavedRules.range("the number of TSNs of a response", lastTsns.size(), 0, 2);
        }
    }

    /// Numbers of changes of addresses.
    ///
    /// @param serial serial number of the next one of this side
    /// @param expected serial number of the peer's next one
    /// @param answer the ASCONF-ACK that its last one got, in case that it was lost; empty before the first one
    /// @param former addresses that the peer had, from which packets may still come
    public record AddressChanges(int serial, int expected, Octets answer, List<IpAddress> former) {
        /// @throws IllegalArgumentException with one line that says which value cannot be
        public AddressChanges {
            former = List.copyOf(former);
            SavedRules.answer(answer);
            SavedRules.unicast("a former address of the peer", former, SavedRules.FORMER_MAX);
        }
    }

    /// What keys of AUTH follow from. The secrets are not part of it.
    ///
    /// @param own random number, chunk list and algorithms that this side told, as they were on the wire
    /// @param peer those of the peer
    /// @param activeKey identifier of the key to send with
    public record Authentication(Octets own, Octets peer, int activeKey) {
        /// @throws IllegalArgumentException with one line that says which value cannot be
        public Authentication {
            SavedRules.keyVector(own);
            SavedRules.keyVector(peer);
            SavedRules.range("a key identifier", activeKey, 0, SavedRules.U16_MAX);
        }
    }

    /// @throws IllegalArgumentException with one line that says which value cannot be
    public SavedAssociation {
        boundAddresses = List.copyOf(boundAddresses);
        localAddresses = List.copyOf(localAddresses);
        outStreams = List.copyOf(outStreams);
        inStreams = List.copyOf(inStreams);
        paths = List.copyOf(paths);
        SavedRules.range("a port", localPort, 1, SavedRules.U16_MAX);
        SavedRules.range("a port", remotePort, 1, SavedRules.U16_MAX);
        SavedRules.unicast("an own address", boundAddresses, SavedRules.ADDRESSES_MAX);
        SavedRules.unicast("an own address", localAddresses, SavedRules.ADDRESSES_MAX);
        SavedRules.notZero("a verification tag", localTag);
        SavedRules.notZero("a verification tag", peerTag);
        SavedRules.tsn(nextTsn, localInitialTsn);
        SavedRules.tsn(cumulativeTsn + 1, peerInitialTsn);
        SavedRules.range("the peer's window", peerWindow, 0, SavedRules.U32_MAX);
        SavedRules.range("the peer's largest window", peerWindowMax, peerWindow, SavedRules.U32_MAX);
        SavedRules.range("an encapsulation port", encapsulationPort, 0, SavedRules.U16_MAX);
        SavedRules.range("the number of streams", outboundStreams, 1, SavedRules.U16_MAX);
        SavedRules.range("the number of streams", inboundStreams, 1, SavedRules.U16_MAX);
        SavedRules.outStreams(outStreams, outboundStreams, agreed.interleaving());
        SavedRules.inStreams(inStreams, inboundStreams, agreed.interleaving());
        SavedRules.paths(paths);
        SavedRules.range("the place of the primary path", primary, 0, paths.size() - 1);
        SavedRules.range("a marked TSN", congestionEcho, -1, SavedRules.TSN_MAX);
        if (agreed.authentication() != (authentication != null)) {
            throw new IllegalArgumentException("saved association: AUTH was agreed on without keys, or not at all");
        }
    }

    /// Reads what [#toBytes] wrote.
    ///
    /// @throws IllegalArgumentException with one line that says what is wrong with it
    public static SavedAssociation parse(byte[] bytes) {
        return SavedFormat.read(bytes);
    }

    /// A form to be kept or sent elsewhere, which `docs/sctp.md` describes. Whoever has it can take part in the
    /// association, so keep it as one keeps a key.
    public byte[] toBytes() {
        return SavedFormat.write(this);
    }
}
