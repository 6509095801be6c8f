package io.towpath.sctp;

import io.towpath.core.Network;
import io.towpath.wire.SctpHeader;
import java.util.function.Consumer;

/// Settings of an SCTP endpoint and its associations. Immutable; start from [#defaults].
///
/// @param outboundStreams streams to ask the peer for, 1 to 65,535
/// @param inboundStreamsMax streams that the peer may have, 1 to 65,535
/// @param receiveBytesMax receive buffer: what the peer may send before the user reads, at least 1500 (RFC 9260
///     §6)
/// @param sendBytesMax send buffer: user data not yet acknowledged, at least 1
/// @param noDelay whether small messages leave although others are unacknowledged (no Nagle algorithm)
/// @param ipv4 whether IPv4 addresses are used
/// @param ipv6 whether IPv6 addresses are used
/// @param adaptation the adaptation layer indication to send (RFC 5061 §4.2.6), -1 for none
/// @param trafficClass DSCP and ECN byte, or [Network#DEFAULT]
/// @param hopLimit 1 to 255, or [Network#DEFAULT]
/// @param times durations
/// @param limits counts and bounds
/// @param features extensions
/// @param encapsulationPort the UDP port of peers in whose datagrams packets travel (RFC 6951; 9899 is
///     registered for it), 0 for none, -1 for what the host does by itself
/// @param extensions settings of extensions
public record SctpConfig(
        int outboundStreams,
        int inboundStreamsMax,
        int receiveBytesMax,
        int sendBytesMax,
        boolean noDelay,
        boolean ipv4,
        boolean ipv6,
        long adaptation,
        int trafficClass,
        int hopLimit,
        SctpTimes times,
        SctpLimits limits,
        SctpFeatures features,
        int encapsulationPort,
        SctpExtensions extensions) {
    /// RFC 9260 §6: "An SCTP receiver MUST be able to receive a minimum of 1500 bytes in one SCTP packet."
    public static final int RECEIVE_BYTES_MIN = 1500;

    /// UDP port registered for peers that take SCTP in UDP (RFC 6951 §5.1).
    public static final int ENCAPSULATION_PORT = SctpHeader.UDP_PORT;

    /// Encapsulation as the host does it by itself.
    private static final int HOSTS_CHOICE = -1;

    /// @throws IllegalArgumentException with one line that says which value cannot be
    public SctpConfig {
        if (outboundStreams < 1 || outboundStreams > 0xffff || inboundStreamsMax < 1 || inboundStreamsMax > 0xffff) {
            throw new IllegalArgumentException(
                    "streams are 1 to 65535, not " + outboundStreams + " and " + inboundStreamsMax);
        }
        if (receiveBytesMax < RECEIVE_BYTES_MIN || sendBytesMax < 1) {
            throw new IllegalArgumentException("a receive buffer has at least 1500 bytes and a send buffer 1, not "
                    + receiveBytesMax + " and " + sendBytesMax);
        }
        if (!ipv4 && !ipv6) {
            throw new IllegalArgumentException("IPv4 or IPv6 must be in use");
        }
        if (hopLimit != Network.DEFAULT && (hopLimit < 1 || hopLimit > 255)) {
            throw new IllegalArgumentException("hop limit must be 1 to 255, not " + hopLimit);
        }
        if (trafficClass != Network.DEFAULT && (trafficClass < 0 || trafficClass > 255)) {
            throw new IllegalArgumentException("traffic class must be 0 to 255, not " + trafficClass);
        }
        if (encapsulationPort < HOSTS_CHOICE || encapsulationPort > 0xffff) {
            throw new IllegalArgumentException("encapsulation port must be 0 to 65535, not " + encapsulationPort);
        }
    }

    /// 10 streams out, up to 2048 in, 256 KiB each way.
    public static SctpConfig defaults() {
        return new SctpConfig(
                10,
                2048,
                256 << 10,
                256 << 10,
                false,
                true,
                true,
                -1,
                Network.DEFAULT,
                Network.DEFAULT,
                SctpTimes.defaults(),
                SctpLimits.defaults(),
                SctpFeatures.defaults(),
                HOSTS_CHOICE,
                SctpExtensions.defaults());
    }

    /// The same with other numbers of streams.
    public SctpConfig withStreams(int outbound, int inboundMax) {
        return with(draft -> {
            draft.outboundStreams = outbound;
            draft.inboundStreamsMax = inboundMax;
        });
    }

    /// The same with other buffers.
    public SctpConfig withBuffers(int receiveBytes, int sendBytes) {
        return with(draft -> {
            draft.receiveBytesMax = receiveBytes;
            draft.sendBytesMax = sendBytes;
        });
    }

    /// The same with the Nagle algorithm off or on.
    public SctpConfig withNoDelay(boolean off) {
        return with(draft -> draft.noDelay = off);
    }

    /// The same with other IP versions.
    public SctpConfig withVersions(boolean four, boolean six) {
        return with(draft -> {
            draft.ipv4 = four;
            draft.ipv6 = six;
        });
    }

    /// The same with another adaptation layer indication, 0 to 2^32 - 1; -1 for none.
    public SctpConfig withAdaptation(long indication) {
        return with(draft -> draft.adaptation = indication);
    }

    /// The same with another traffic class and hop limit.
    public SctpConfig withIp(int newTrafficClass, int newHopLimit) {
        return with(draft -> {
            draft.trafficClass = newTrafficClass;
            draft.hopLimit = newHopLimit;
        });
    }

    /// The same with other durations.
    public SctpConfig withTimes(SctpTimes newTimes) {
        return with(draft -> draft.times = newTimes);
    }

    /// The same with other counts and bounds.
    public SctpConfig withLimits(SctpLimits newLimits) {
        return with(draft -> draft.limits = newLimits);
    }

    /// The same with other extensions.
    public SctpConfig withFeatures(SctpFeatures newFeatures) {
        return with(draft -> draft.features = newFeatures);
    }

    /// The same with packets of associations that it begins in datagrams to a UDP port of the peer (RFC 6951,
    /// SCTP_REMOTE_UDP_ENCAPS_PORT); 0 for none. The host must take such datagrams in, too. Associations that
    /// peers begin go back the way they came.
    public SctpConfig withEncapsulation(int remotePort) {
        return with(draft -> draft.encapsulationPort = remotePort);
    }

    /// The same with other settings of extensions.
    public SctpConfig withExtensions(SctpExtensions newExtensions) {
        return with(draft -> draft.extensions = newExtensions);
    }

    private SctpConfig with(Consumer<Draft> change) {
        var draft = new Draft(this);
        change.accept(draft);
        return draft.done();
    }

    /// The components while some of them get another value.
    private static final class Draft {
        int outboundStreams;
        int inboundStreamsMax;
        int receiveBytesMax;
        int sendBytesMax;
        boolean noDelay;
        boolean ipv4;
        boolean ipv6;
        long adaptation;
        int trafficClass;
        int hopLimit;
        SctpTimes times;
        SctpLimits limits;
        SctpFeatures features;
        int encapsulationPort;
        SctpExtensions extensions;

        Draft(SctpConfig from) {
            outboundStreams = from.outboundStreams;
            inboundStreamsMax = from.inboundStreamsMax;
            receiveBytesMax = from.receiveBytesMax;
            sendBytesMax = from.sendBytesMax;
            noDelay = from.noDelay;
            ipv4 = from.ipv4;
            ipv6 = from.ipv6;
            adaptation = from.adaptation;
            trafficClass = from.trafficClass;
            hopLimit = from.hopLimit;
            times = from.times;
            limits = from.limits;
            features = from.features;
            encapsulationPort = from.encapsulationPort;
            extensions = from.extensions;
        }

        SctpConfig done() {
            return new SctpConfig(
                    outboundStreams,
                    inboundStreamsMax,
                    receiveBytesMax,
                    sendBytesMax,
                    noDelay,
                    ipv4,
                    ipv6,
                    adaptation,
                    trafficClass,
                    hopLimit,
                    times,
                    limits,
                    features,
                    encapsulationPort,
                    extensions);
        }
    }
}
