package io.towpath.sctp.handshake;

import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpFeatures;
import io.towpath.sctp.auth.KeyVector;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Malformed;
import io.towpath.wire.SctpCauses;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpInitHeader;
import io.towpath.wire.SctpParameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An INIT or INIT ACK of the peer, read with the rules for parameters (RFC 9260 §3.2.1, §3.3.2, §3.3.3).
public final class PeerInit {
    /// The peer's tag.
    public final int tag;

    /// a_rwnd.
    public final long rwnd;

    /// Streams that the peer wants to send on.
    public final int outboundStreams;

    /// Streams that the peer takes.
    public final int inboundStreams;

    /// Its first TSN.
    public final int initialTsn;

    /// The unicast addresses listed, without the packet's source.
    public final List<IpAddress> addresses = new ArrayList<>(0);

    /// The state cookie of an INIT ACK.
    public byte @Nullable [] cookie;

    /// Cookie preservative in milliseconds, 0 if not asked for.
    public long preservativeMillis;

    /// What the peer can do of what this side's settings allow.
    public SctpFeatures features = SctpFeatures.none();

    /// Adaptation layer indication, -1 if not given.
    public long adaptation = -1;

    /// The peer's part of the keys of AUTH, null if it does not know AUTH (RFC 4895).
    public @Nullable KeyVector keyVector;

    /// Parameters that are to be reported as unrecognized, each padded (§3.2.2).
    public byte[] unrecognized = new byte[0];

    /// What the peer recognized none of, in an INIT ACK: parameters of ours.
    public boolean reportsUnrecognized;

    /// A fault for which the association is refused: a cause code, or 0.
    public int fault;

    /// The octets of the fault's cause: the parameter in question.
    public byte[] faultInformation = new byte[0];

    private boolean interleavedForward;

    private PeerInit(byte[] b, int at) {
        tag = SctpInitHeader.initiateTag(b, at);
        rwnd = SctpInitHeader.rwnd(b, at);
        outboundStreams = SctpInitHeader.outboundStreams(b, at);
        inboundStreams = SctpInitHeader.inboundStreams(b, at);
        initialTsn = SctpInitHeader.initialTsn(b, at);
    }

    /// Reads the chunk at `at`, which passed [SctpChunks#check].
    public static PeerInit read(byte[] b, int at, SctpConfig config) {
        PeerInit init = new PeerInit(b, at);
        init.parameters(b, SctpChunks.variableAt(b, at), SctpChunks.valueEnd(b, at), config);
        init.authentication(b, at, config.features());
        init.interleaving();
        init.judge(b, at);
        return init;
    }

    /// RFC 9260 §3.3.2: a receiver of an INIT whose a_rwnd is smaller than 1500 or whose numbers of streams are
    /// 0 "MUST discard the packet, SHOULD send a packet in response containing an ABORT chunk, and MUST NOT
    /// change the state of any existing association."
    private void judge(byte[] b, int at) {
        if (fault != 0) {
            return;
        }
        if (rwnd < SctpInitHeader.RWND_MIN || outboundStreams == 0 || inboundStreams == 0) {
            fault = SctpCauses.INVALID_MANDATORY_PARAMETER;
        } else if (SctpChunks.type(b, at) == SctpChunks.INIT_ACK && cookie == null) {
            fault = SctpCauses.MISSING_PARAMETER;
        }
    }

    /// RFC 4895 §6.1: both a random number and algorithms are needed.
    private void authentication(byte[] b, int at, SctpFeatures own) {
        KeyVector vector = own.authentication() ? KeyVector.read(b, at) : null;
        if (vector != null && vector.bestHmac() != 0) {
            keyVector = vector;
            features = features.withAuthentication(true);
        }
    }

    /// RFC 8260 §2.3.1: with I-DATA it is I-FORWARD-TSN that gives messages up; a peer that takes I-DATA but no
    /// I-FORWARD-TSN gets all of them.
    private void interleaving() {
        if (features.interleaving() && !interleavedForward) {
            features = features.withPartialReliability(false);
        }
    }

    private void parameters(byte[] b, int from, int end, SctpConfig config) {
        var reports = new Octet();
        for (int at = from; at < end; at = SctpParameters.next(b, at, end)) {
            Malformed malformed = SctpParameters.check(b, at, end);
            if (malformed != Malformed.NONE) {
                fault = SctpCauses.PROTOCOL_VIOLATION;
                return;
            }
            int type = SctpParameters.type(b, at);
            if (known(b, at, type, config)) {
                if (fault != 0) {
                    return;
                }
                continue;
            }
            // §3.2.1: "The highest-order 2 bits specify the action that is taken if the processing endpoint
            // does not recognize the Parameter Type."
            if (SctpParameters.unknownIsReported(type)) {
                reports.add(b, at, SctpParameters.valueEnd(b, at));
            }
            if (!SctpParameters.unknownIsSkipped(type)) {
                break;
            }
        }
        unrecognized = reports.toArray();
    }

    private boolean known(byte[] b, int at, int type, SctpConfig config) {
        SctpFeatures own = config.features();
        switch (type) {
            case SctpParameters.IPV4, SctpParameters.IPV6 -> address(b, at, config);
            case SctpParameters.STATE_COOKIE ->
                cookie = Arrays.copyOfRange(b, at + SctpParameters.HEAD, SctpParameters.valueEnd(b, at));
            case SctpParameters.COOKIE_PRESERVATIVE -> preservativeMillis = SctpParameters.word(b, at) & 0xffff_ffffL;
            case SctpParameters.UNRECOGNIZED -> reportsUnrecognized = true;
            case SctpParameters.HOST_NAME -> {
                // RFC 9260 §3.3.2.1: "The receiver of an INIT chunk or an INIT ACK chunk containing a Host Name
                // Address parameter MUST send an ABORT chunk and MAY include an 'Unresolvable Address' error
                // cause."
                fault = SctpCauses.UNRESOLVABLE_ADDRESS;
                faultInformation = Arrays.copyOfRange(b, at, SctpParameters.valueEnd(b, at));
            }
            case SctpParameters.ADDRESS_TYPES, SctpParameters.PADDING -> {
                // Addresses are taken as they are listed; padding means nothing.
            }
            case SctpParameters.ECN_CAPABLE -> {
                if (!own.ecn()) {
                    return false;
                }
                features = features.withEcn(true);
            }
            case SctpParameters.ZERO_CHECKSUM -> {
                if (!own.zeroChecksum()) {
                    return false;
                }
                // RFC 9653 §4: what guards packets instead must be the same for both.
                boolean same = SctpParameters.word(b, at) == SctpParameters.EDMID_DTLS;
                features = features.withZeroChecksum(same);
            }
            // An extension that is off is no parameter that is unknown.
            case SctpParameters.FORWARD_TSN_SUPPORTED ->
                features = features.withPartialReliability(own.partialReliability());
            case SctpParameters.RANDOM, SctpParameters.CHUNK_LIST, SctpParameters.HMAC_ALGORITHMS -> {
                if (!own.authentication()) {
                    return false;
                }
                int length = SctpParameters.length(b, at) - SctpParameters.HEAD;
                if (type == SctpParameters.RANDOM && length != KeyVector.RANDOM) {
                    // RFC 4895 §6.1: "If the random number is not 32 bytes long, the association MUST be
                    // aborted."
                    fault = SctpCauses.PROTOCOL_VIOLATION;
                }
            }
            case SctpParameters.SUPPORTED_EXTENSIONS -> extensions(b, at, own);
            case SctpParameters.ADAPTATION -> adaptation = SctpParameters.word(b, at) & 0xffff_ffffL;
            default -> {
                return false;
            }
        }
        return true;
    }

    private void extensions(byte[] b, int at, SctpFeatures own) {
        if (own.partialReliability() && SctpParameters.lists(b, at, SctpChunks.FORWARD_TSN)) {
            features = features.withPartialReliability(true);
        }
        if (own.interleaving() && SctpParameters.lists(b, at, SctpChunks.I_DATA)) {
            features = features.withInterleaving(true);
            interleavedForward = SctpParameters.lists(b, at, SctpChunks.I_FORWARD_TSN);
        }
        if (own.addressConfiguration()
                && SctpParameters.lists(b, at, SctpChunks.ASCONF)
                && SctpParameters.lists(b, at, SctpChunks.ASCONF_ACK)) {
            features = features.withAddressConfiguration(true);
        }
        if (own.reconfiguration() && SctpParameters.lists(b, at, SctpChunks.RECONFIG)) {
            features = features.withReconfiguration(true);
        }
    }

    /// §5.1.2: addresses of a family that is not in use "MAY be ignored"; those that are no host's are.
    private void address(byte[] b, int at, SctpConfig config) {
        IpAddress address = IpAddress.of(SctpParameters.addressHigh(b, at), SctpParameters.addressLow(b, at));
        boolean usable = address.isIp4() ? config.ipv4() : config.ipv6();
        boolean unicast = !address.isMulticast() && !address.isBroadcast() && !address.isUnspecified();
        if (usable && unicast && !addresses.contains(address)) {
            addresses.add(address);
        }
    }

    /// Octets that grow.
    private static final class Octet {
        private byte[] bytes = new byte[0];

        void add(byte[] b, int from, int to) {
            int at = bytes.length;
            bytes = Arrays.copyOf(bytes, at + SctpChunks.padded(to - from));
            System.arraycopy(b, from, bytes, at, to - from);
        }

        byte[] toArray() {
            return bytes;
        }
    }
}
