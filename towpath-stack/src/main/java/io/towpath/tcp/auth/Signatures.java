package io.towpath.tcp.auth;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Event;
import io.towpath.core.Packet;
import io.towpath.core.Route;
import io.towpath.tcp.SocketPair;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpEvent;
import io.towpath.tcp.TcpState;
import io.towpath.tcp.config.AuthConfig;
import io.towpath.tcp.config.PeerKey;
import io.towpath.tcp.listen.HalfOpen;
import io.towpath.tcp.segment.Segment;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.TcpOptions;
import org.jspecify.annotations.Nullable;

/// Signs what leaves and judges what comes, for peers that have a key: by the authentication option (RFC 5925) or
/// by MD5 (RFC 2385). One object serves all connections of a host; a signature allocates nothing.
public final class Signatures {
    /// Octets that the MD5 option takes of a segment's space, padding counted.
    private static final int MD5_LENGTH = 20;

    private final Context context;
    private final Md5Signature md5 = new Md5Signature();
    private final AuthenticationOption authentication = new AuthenticationOption();
    private final PseudoHeader addresses = new PseudoHeader();
    private final byte[] digest = new byte[Md5Signature.DIGEST];

    /// Nothing signed yet; counts in the counters of `context`.
    public Signatures(Context context) {
        this.context = context;
    }

    /// Octets that a signature takes of the space of every segment, padding counted; 0 when there is none.
    public static int length(@Nullable KeyRing ring, @Nullable PeerKey key) {
        return ring != null ? TcpOptions.AUTHENTICATION_LENGTH : key != null ? MD5_LENGTH : 0;
    }

    /// Writes the option without its code, which [#sign] fills in when the segment is whole, as the last one in
    /// front of `end`.
    ///
    /// @param aligned false when the two octets that align the MD5 option are spent already
    public static void reserve(byte[] b, int end, boolean aligned, @Nullable KeyRing ring, @Nullable PeerKey key) {
        if (ring != null) {
            TcpOptions.writeAuthentication(b, end - TcpOptions.AUTHENTICATION_LENGTH);
        } else if (key != null) {
            int option = end - TcpOptions.MD5_LENGTH;
            TcpOptions.writeMd5(b, option);
            if (aligned) {
                TcpOptions.writeNop(b, option - 2);
                TcpOptions.writeNop(b, option - 1);
            }
        }
    }

    /// Signs a segment that is whole but for its checksum, and whose last option was written by [#reserve].
    public void sign(Packet packet, Route route, @Nullable KeyRing ring, @Nullable PeerKey key) {
        if (ring != null) {
            authentication.sign(packet, route, ring);
        } else if (key != null) {
            md5.compute(packet, addresses.of(route), key, digest);
            int end = packet.at + TcpHeader.dataOffset(packet.bytes, packet.at);
            System.arraycopy(digest, 0, packet.bytes, end - digest.length, digest.length);
        } else {
            return;
        }
        context.counters().count(Counter.TCP_SIGNED_OUT);
    }

    /// Judges a segment that came for a row, before anybody looks at what it says. RFC 2385 §2.0: "A failing
    /// comparison must result in the segment being dropped and must not produce any response back to the
    /// sender."
    ///
    /// @return why it is to be dropped, null when it is not
    public @Nullable Drop judge(long now, SocketPair row, Packet packet, Segment seg) {
        seg.key = null;
        seg.authentication = null;
        KeyRing ring = row.keys;
        if (ring == null) {
            Drop verdict = judge(row.config().authentication(), row.key(), packet, seg);
            if (row.key() != null && row instanceof TcpConnection c) {
                c.accounts.signedIn += verdict == null ? 1 : 0;
                c.accounts.signedWrong += verdict == null ? 0 : 1;
            }
            return verdict;
        }
        int before = ring.keyId();
        Drop drop = authentication.judge(ring, row.state() != TcpState.SYN_SENT, packet, seg);
        if (drop == Drop.TCP_AUTH_WRONG && row instanceof HalfOpen half && half.listener.hasCookiesOut(now)) {
            // An earlier SYN was answered with a cookie, and so with another ISN.
            drop = authentication.judge(row.config().authentication(), true, packet, seg);
        }
        if (drop == null) {
            context.counters().count(Counter.TCP_SIGNED_IN);
        }
        if (ring.keyId() != before) {
            tellKey(now, row, ring);
        }
        return drop;
    }

    /// A segment is refused, if it is.
    ///
    /// @param row whose it was, null for none
    /// @param drop what [#judge] said
    /// @return the same
    public @Nullable Drop tellRefused(long now, @Nullable SocketPair row, @Nullable Drop drop) {
        if (drop != null && context.events().wants(Event.Kind.TCP_NOTE)) {
            TcpEvent.Note note = switch (drop) {
                case TCP_AUTH_MISSING -> TcpEvent.Note.SIGNATURE_MISSING;
                case TCP_AUTH_WRONG -> TcpEvent.Note.SIGNATURE_WRONG;
                default -> TcpEvent.Note.SIGNATURE_UNKNOWN;
            };
            context.events().emit(new TcpEvent.Noted(now, row == null ? 0 : row.id(), note, 0));
        }
        return drop;
    }

    /// Another key signs what leaves.
    public void tellKey(long now, SocketPair row, KeyRing ring) {
        context.counters().count(Counter.TCP_KEYS_ROLLED);
        if (context.events().wants(Event.Kind.TCP_KEY)) {
            context.events().emit(new TcpEvent.KeyChanged(now, row.id(), ring.keyId(), ring.nextKeyId()));
        }
    }

    /// Judges a segment for which there is no row: by the settings of the listener, or of the host.
    ///
    /// @param handshake true when it may be the end of a handshake of which nothing was remembered
    /// @return why it is to be dropped, null when it is not
    public @Nullable Drop judge(AuthConfig config, boolean handshake, Packet packet, Segment seg) {
        seg.key = null;
        seg.authentication = null;
        int port = TcpHeader.sourcePort(packet.bytes, packet.at);
        if (config.masterKey(packet.sourceHigh, packet.sourceLow, port) == null) {
            return judge(config, config.key(packet.sourceHigh, packet.sourceLow, port), packet, seg);
        }
        // *Deviation*: a SYN with a KeyID that no key of this peer has is dropped. RFC 5925 §7.5 would have it taken
        // without its option, which lets in whoever names a number that is not in use.
        Drop drop = authentication.judge(config, handshake, packet, seg);
        if (drop == null) {
            context.counters().count(Counter.TCP_SIGNED_IN);
        }
        return drop;
    }

    /// By the MD5 option, or by none: then a segment signed by MD5 comes from somebody who would not understand
    /// an unsigned answer. The key that it is good under stays with the segment, since an answer needs it.
    private @Nullable Drop judge(AuthConfig config, @Nullable PeerKey key, Packet packet, Segment seg) {
        seg.key = key;
        int at = seg.options.md5At;
        if (key == null) {
            if (seg.options.authenticationCount > 1) {
                return Drop.TCP_AUTH_WRONG; // RFC 5925 §2.2, whether there are keys or not
            }
            // RFC 5925 §7.3: connections that match no key "SHOULD" be accepted silently, and it MUST be possible
            // to discard them instead.
            return at >= 0 || seg.options.authenticationAt >= 0 && !config.unmatchedAccepted()
                    ? Drop.TCP_AUTH_UNEXPECTED
                    : null;
        }
        if (at < 0) {
            return Drop.TCP_AUTH_MISSING;
        }
        md5.compute(packet, addresses.of(packet), key, digest);
        int difference = 0;
        for (int i = 0; i < digest.length; i++) {
            // As long for a wrong one as for the right one.
            difference |= digest[i] ^ packet.bytes[at + i];
        }
        if (difference != 0) {
            return Drop.TCP_AUTH_WRONG;
        }
        context.counters().count(Counter.TCP_SIGNED_IN);
        return null;
    }
}
