package io.towpath.sctp.handshake;

import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpFeatures;
import io.towpath.sctp.auth.KeyVector;
import io.towpath.wire.IpAddress;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpInitHeader;
import io.towpath.wire.SctpParameters;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// INIT and INIT ACK chunks of this side (RFC 9260 §3.3.2, §3.3.3).
public final class InitWriter {
    private static final int PARAMETERS_MAX = 256;

    private final byte[] buffer;
    private final int type;
    private int at;
    private int valueEnd;

    /// Begins a chunk.
    ///
    /// @param type INIT or INIT ACK
    /// @param extra bytes of parameters that come with [#octets]
    /// @param addresses to be listed
    public InitWriter(
            int type, int tag, int tsn, int outboundStreams, SctpConfig config, List<IpAddress> addresses, int extra) {
        this.type = type;
        buffer = new byte[SctpInitHeader.LENGTH + PARAMETERS_MAX + 20 * addresses.size() + SctpChunks.padded(extra)];
        at = SctpInitHeader.write(
                buffer, 0, type, tag, config.receiveBytesMax(), outboundStreams, config.inboundStreamsMax(), tsn);
        valueEnd = at;
        features(config);
        if (type == SctpChunks.INIT) {
            addressTypes(config);
        }
        for (IpAddress address : addresses) {
            at = SctpParameters.writeAddress(buffer, at, address.high(), address.low());
            valueEnd = at;
        }
    }

    /// §3.3.2.1: "Supported Address Types".
    private void addressTypes(SctpConfig config) {
        byte[] types = new byte[config.ipv4() && config.ipv6() ? 4 : 2];
        int next = 0;
        if (config.ipv4()) {
            types[next + 1] = SctpParameters.IPV4;
            next += 2;
        }
        if (config.ipv6()) {
            types[next + 1] = SctpParameters.IPV6;
        }
        octets(SctpParameters.ADDRESS_TYPES, types);
    }

    private void features(SctpConfig config) {
        SctpFeatures features = config.features();
        if (config.adaptation() >= 0) {
            at = SctpParameters.writeWord(buffer, at, SctpParameters.ADAPTATION, (int) config.adaptation());
            valueEnd = at;
        }
        if (features.ecn()) {
            at = SctpParameters.writeBare(buffer, at, SctpParameters.ECN_CAPABLE);
            valueEnd = at;
        }
        if (features.zeroChecksum()) {
            at = SctpParameters.writeWord(buffer, at, SctpParameters.ZERO_CHECKSUM, SctpParameters.EDMID_DTLS);
            valueEnd = at;
        }
        if (features.partialReliability()) {
            at = SctpParameters.writeBare(buffer, at, SctpParameters.FORWARD_TSN_SUPPORTED);
            valueEnd = at;
        }
        byte[] extensions = new byte[8];
        int count = 0;
        if (features.partialReliability()) {
            extensions[count++] = (byte) SctpChunks.FORWARD_TSN;
            if (features.interleaving()) {
                extensions[count++] = (byte) SctpChunks.I_FORWARD_TSN;
            }
        }
        if (features.reconfiguration()) {
            extensions[count++] = (byte) SctpChunks.RECONFIG;
        }
        if (features.interleaving()) {
            extensions[count++] = (byte) SctpChunks.I_DATA;
        }
        if (features.addressConfiguration()) {
            extensions[count++] = (byte) SctpChunks.ASCONF;
            extensions[count++] = (byte) SctpChunks.ASCONF_ACK;
        }
        if (features.authentication()) {
            extensions[count++] = (byte) SctpChunks.AUTH;
        }
        if (count > 0) {
            octets(SctpParameters.SUPPORTED_EXTENSIONS, Arrays.copyOf(extensions, count));
        }
    }

    /// Asks for a longer life of the peer's cookie.
    public void preservative(int millis) {
        at = SctpParameters.writeWord(buffer, at, SctpParameters.COOKIE_PRESERVATIVE, millis);
        valueEnd = at;
    }

    /// Adds this side's part of the keys of AUTH (RFC 4895 §6.1), if there is one.
    public void keyVector(@Nullable KeyVector vector) {
        byte[] octets = vector == null ? new byte[0] : vector.toOctets();
        for (int from = 0; vector != null && from < octets.length; from = vector.next(from)) {
            int length = SctpParameters.length(octets, from);
            System.arraycopy(octets, from, buffer, at, length);
            valueEnd = at + length;
            at = SctpChunks.pad(buffer, at, valueEnd);
        }
    }

    /// Bytes that [#keyVector] needs at most.
    public static int keyVectorLength(@Nullable KeyVector vector) {
        return vector == null ? 0 : vector.length() + 9;
    }

    /// Adds a parameter of octets.
    public void octets(int parameter, byte[] value) {
        valueEnd = SctpParameters.writeOctets(buffer, at, parameter, value, 0, value.length);
        at = SctpChunks.pad(buffer, at, valueEnd);
    }

    /// Reports parameters that were not recognized, each in a parameter of its own (§3.3.3).
    public void unrecognized(byte[] parameters) {
        for (int from = 0; from < parameters.length; ) {
            int end = SctpParameters.valueEnd(parameters, from);
            valueEnd = SctpParameters.writeOctets(buffer, at, SctpParameters.UNRECOGNIZED, parameters, from, end);
            at = SctpChunks.pad(buffer, at, valueEnd);
            from = SctpParameters.next(parameters, from, parameters.length);
        }
    }

    /// Bytes that [#unrecognized] needs at most.
    public static int unrecognizedLength(byte[] parameters) {
        return 2 * parameters.length;
    }

    /// The chunk, padded.
    public byte[] toChunk() {
        // RFC 9260 §3.2: the length counts the padding of every parameter but the last one's.
        SctpChunks.writeHead(buffer, 0, type, 0, valueEnd);
        return Arrays.copyOf(buffer, at);
    }
}
