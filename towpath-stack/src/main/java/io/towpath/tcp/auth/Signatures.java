package io.towpath.tcp.auth;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Packet;
import io.towpath.core.Route;
import io.towpath.tcp.config.PeerKey;
import io.towpath.tcp.segment.Segment;
import io.towpath.wire.Bytes;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.TcpOptions;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/// The MD5 signature option of RFC 2385: signs what leaves and judges what comes, for peers that have a
/// key. One object serves all connections of a host; a signature allocates nothing.
///
/// ```text
/// +---------+---------+-------------------+
/// | kind 19 | len 18  |  MD5 digest of 16 octets: always the last option of a header written here
/// +---------+---------+-------------------+
/// ```
public final class Signatures {
    /// Octets that the option takes of a segment's space, padding counted.
    public static final int LENGTH = 20;

    private static final int DIGEST = 16;
    private static final int CHECKSUM_AT = 16;
    private static final int PSEUDO_IP4 = 12;
    private static final int PSEUDO_IP6 = 40;

    private final Context context;
    private final byte[] head = new byte[PSEUDO_IP6 + TcpHeader.LENGTH];
    private final byte[] digest = new byte[DIGEST];
    private @Nullable MessageDigest md5;
    private byte[] secret = {};
    private @Nullable PeerKey secretOf;

    /// Nothing signed yet; counts in the counters of `context`.
    public Signatures(Context context) {
        this.context = context;
    }

    /// Writes the option without its digest, which [#sign] fills in when the segment is whole.
    ///
    /// @param aligned false when the two octets that align it are spent already
    /// @return the offset after it
    public static int reserve(byte[] b, int at, boolean aligned) {
        int option = aligned ? TcpOptions.writeNop(b, TcpOptions.writeNop(b, at)) : at;
        return TcpOptions.writeMd5(b, option);
    }

    /// Signs a segment that is whole but for its checksum, and whose last option was written by [#reserve].
    public void sign(Packet packet, Route route, PeerKey key) {
        IpAddress source = route.source();
        IpAddress destination = route.destination();
        compute(packet, source.high(), source.low(), destination.high(), destination.low(), key);
        int end = packet.at + TcpHeader.dataOffset(packet.bytes, packet.at);
        System.arraycopy(digest, 0, packet.bytes, end - DIGEST, DIGEST);
        context.counters().count(Counter.TCP_SIGNED_OUT);
    }

    /// Judges a segment that came, before anybody looks at what it says. RFC 2385 §2.0: "A failing
    /// comparison must result in the segment being dropped and must not produce any response back to the
    /// sender." The key it is good under stays with the segment, since an answer needs it.
    ///
    /// @param key of its sender, null when that has none: then an unsigned one is right, and a signed one
    ///     comes from somebody who would not understand an unsigned answer
    /// @return why it is to be dropped, null when it is not
    public @Nullable Drop judge(@Nullable PeerKey key, Packet packet, Segment seg) {
        seg.key = key;
        int at = seg.options.md5At;
        if (key == null) {
            return at < 0 ? null : Drop.TCP_AUTH_UNEXPECTED;
        }
        if (at < 0) {
            return Drop.TCP_AUTH_MISSING;
        }
        compute(packet, packet.sourceHigh, packet.sourceLow, packet.destinationHigh, packet.destinationLow, key);
        int difference = 0;
        for (int i = 0; i < DIGEST; i++) {
            // As long for a wrong one as for the right one.
            difference |= digest[i] ^ packet.bytes[at + i];
        }
        if (difference != 0) {
            return Drop.TCP_AUTH_WRONG;
        }
        context.counters().count(Counter.TCP_SIGNED_IN);
        return null;
    }

    /// RFC 2385 §2.0: "applying the MD5 algorithm to these items in the following order: 1. the TCP
    /// pseudo-header (in the order: source IP address, destination IP address, zero-padded protocol number,
    /// and segment length) 2. the TCP header, excluding options, and assuming a checksum of zero 3. the TCP
    /// segment data (if any) 4. an independently-specified key or password, known to both TCPs".
    private void compute(
            Packet packet, long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, PeerKey key) {
        byte[] b = packet.bytes;
        int pseudo = pseudo(sourceHigh, sourceLow, destinationHigh, destinationLow, packet.length());
        System.arraycopy(b, packet.at, head, pseudo, TcpHeader.LENGTH);
        Bytes.put16(head, pseudo + CHECKSUM_AT, 0);
        int text = packet.at + TcpHeader.dataOffset(b, packet.at);
        MessageDigest algorithm = algorithm();
        algorithm.update(head, 0, pseudo + TcpHeader.LENGTH);
        algorithm.update(b, text, packet.end - text);
        algorithm.update(secret(key));
        try {
            algorithm.digest(digest, 0, DIGEST);
        } catch (DigestException e) {
            throw new IllegalStateException("a digest fits an array of its length", e);
        }
    }

    private int pseudo(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, int length) {
        if (IpAddress.isIp4(sourceHigh, sourceLow)) {
            Bytes.put32(head, 0, (int) sourceLow);
            Bytes.put32(head, 4, (int) destinationLow);
            Bytes.put16(head, 8, IpProtocol.TCP);
            Bytes.put16(head, 10, length);
            return PSEUDO_IP4;
        }
        // The pseudo-header of IPv6 (RFC 8200 §8.1), as the checksum has it.
        Bytes.put64(head, 0, sourceHigh);
        Bytes.put64(head, 8, sourceLow);
        Bytes.put64(head, 16, destinationHigh);
        Bytes.put64(head, 24, destinationLow);
        Bytes.put32(head, 32, length);
        Bytes.put32(head, 36, IpProtocol.TCP);
        return PSEUDO_IP6;
    }

    private MessageDigest algorithm() {
        MessageDigest made = md5;
        if (made == null) {
            try {
                made = MessageDigest.getInstance("MD5");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has MD5", e);
            }
            md5 = made;
        }
        return made;
    }

    /// The octets of the key that was used last are at hand: most hosts that sign at all have one.
    private byte[] secret(PeerKey key) {
        if (key != secretOf) {
            if (secret.length != key.md5().length()) {
                secret = new byte[key.md5().length()];
            }
            key.md5().write(secret, 0);
            secretOf = key;
        }
        return secret;
    }
}
