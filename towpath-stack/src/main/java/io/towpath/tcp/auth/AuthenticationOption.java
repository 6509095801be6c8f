package io.towpath.tcp.auth;

import io.towpath.core.Drop;
import io.towpath.core.Packet;
import io.towpath.core.Route;
import io.towpath.tcp.config.AoAlgorithm;
import io.towpath.tcp.config.AuthConfig;
import io.towpath.tcp.config.MasterKey;
import io.towpath.tcp.segment.Segment;
import io.towpath.wire.Bytes;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.TcpOptions;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The TCP authentication option (RFC 5925) with the algorithms of RFC 5926.
///
/// ```text
/// +---------+---------+---------+-------------+
/// | kind 29 | len 16  |  KeyID  |  RNextKeyID |
/// +---------+---------+---------+-------------+
/// |   code (MAC) of 12 octets: always the last option of a header written here
/// +-----------------------------
/// ```
final class AuthenticationOption {
    /// Octets of the code: both algorithms cut theirs to 96 bits (RFC 5926 §3.2).
    private static final int CODE = 12;

    private static final int CODE_AT = 4;
    private static final int CHECKSUM_AT = 16;

    private final TrafficKeys keys = new TrafficKeys();
    private final PseudoHeader scratch = new PseudoHeader();
    private final PseudoHeader addresses = new PseudoHeader();
    /// For keys that are used once: those of SYNs, and of segments that belong to no row.
    private final Map<AoAlgorithm, KeyedHash> once = new EnumMap<>(AoAlgorithm.class);

    private final byte[] head = new byte[4 + PseudoHeader.LENGTH_MAX + TcpHeader.LENGTH_MAX];
    private final byte[] code = new byte[KeyedHash.LENGTH_MAX];

    AuthenticationOption() {}

    /// Signs a segment that is whole but for its checksum, and whose last option is an empty one of this kind.
    /// RFC 5925 §7.4: "KeyID" is the SendID of the current key, "RNextKeyID" the RecvID of the one that the peer
    /// is asked for.
    void sign(Packet packet, Route route, KeyRing ring) {
        byte[] b = packet.bytes;
        int option = packet.at + TcpHeader.dataOffset(b, packet.at) - TcpOptions.AUTHENTICATION_LENGTH;
        b[option + 2] = (byte) ring.keyId();
        b[option + 3] = (byte) ring.nextKeyId();
        int flags = TcpHeader.flags(b, packet.at);
        int sequence = TcpHeader.sequence(b, packet.at);
        KeyedHash hash;
        int extension = 0;
        if (isFirst(flags)) {
            // RFC 5925 §5.2: the ISN of the peer is not known yet, and counts as zero.
            hash = once(ring.currentKey().algorithm());
            ring.deriveSending(keys, scratch, sequence, 0, hash);
        } else {
            hash = ring.sendKeys(keys, scratch);
            extension = ring.sendExtension(sequence, (flags & TcpHeader.RST) == 0);
        }
        compute(
                packet,
                addresses.of(route),
                extension,
                option,
                ring.currentKey().withOptions(),
                hash);
        System.arraycopy(code, 0, b, option + CODE_AT, CODE);
        ring.onSigned();
    }

    private static boolean isFirst(int flags) {
        return (flags & (TcpHeader.SYN | TcpHeader.ACK)) == TcpHeader.SYN;
    }

    /// Judges a segment for a row with keys (RFC 5925 §7.5).
    ///
    /// @param begun false in SYN-SENT: the peer's ISN is what the segment says
    ///
    /// @return why it is to be dropped, null when it is not
    @Nullable
    Drop judge(KeyRing ring, boolean begun, Packet packet, Segment seg) {
        Drop wrong = form(seg);
        if (wrong != null) {
            return wrong;
        }
        int option = seg.options.authenticationAt;
        byte[] b = packet.bytes;
        KeyRing.Session session = ring.receiving(keyId(b, option));
        if (session == null) {
            return Drop.TCP_AUTH_NO_KEY;
        }
        int sequence = TcpHeader.sequence(b, packet.at);
        long whole = -1;
        int extension = 0;
        KeyedHash hash;
        if (isFirst(seg.flags)) {
            hash = once(session.key.algorithm());
            ring.deriveReceiving(session.key, keys, scratch, sequence, 0, hash);
        } else if (!begun) {
            // A SYN-ACK, or a RST: then with the number zero in most cases, which stands for an ISN as well.
            hash = once(session.key.algorithm());
            ring.deriveReceiving(session.key, keys, scratch, sequence, ring.iss(), hash);
        } else {
            hash = ring.receiveKeys(session, keys, scratch);
            long number = ring.whole(sequence);
            extension = KeyRing.extension(number);
            whole = seg.has(TcpHeader.RST | TcpHeader.SYN) ? -1 : number;
        }
        compute(packet, addresses.of(packet), extension, option, session.key.withOptions(), hash);
        if (!isCodeOf(b, option)) {
            ring.onWrong();
            return Drop.TCP_AUTH_WRONG;
        }
        ring.onVerified(whole, keyId(b, option), nextKeyId(b, option));
        return null;
    }

    /// Judges a segment for which there is no row that knows its numbers, by the keys for its peer. A SYN tells
    /// what must be known, so does a SYN-ACK, and so does the first segment behind a SYN-ACK that was answered
    /// with a cookie: its numbers are one more than the initial ones.
    ///
    /// @param handshake true when it may be the end of a handshake of which nothing was remembered
    ///
    /// @return why it is to be dropped, null when it is not
    @Nullable
    Drop judge(AuthConfig config, boolean handshake, Packet packet, Segment seg) {
        Drop wrong = form(seg);
        if (wrong != null) {
            return wrong;
        }
        int option = seg.options.authenticationAt;
        byte[] b = packet.bytes;
        int peerPort = TcpHeader.sourcePort(b, packet.at);
        MasterKey key = config.receivedUnder(packet.sourceHigh, packet.sourceLow, peerPort, keyId(b, option));
        if (key == null) {
            return Drop.TCP_AUTH_NO_KEY;
        }
        int sequence = TcpHeader.sequence(b, packet.at);
        int acknowledgment = TcpHeader.acknowledgment(b, packet.at);
        boolean good;
        if (seg.has(TcpHeader.SYN)) {
            good = isGood(key, packet, seg, sequence, seg.has(TcpHeader.ACK) ? acknowledgment - 1 : 0, 0);
        } else if (!handshake || !seg.has(TcpHeader.ACK)) {
            return Drop.TCP_AUTH_NO_STATE;
        } else {
            // One below it comes as a keep-alive.
            good = isGood(key, packet, seg, sequence - 1, acknowledgment - 1, sequence == 0 ? 1 : 0)
                    || isGood(key, packet, seg, sequence, acknowledgment - 1, 0);
        }
        if (!good) {
            return Drop.TCP_AUTH_WRONG;
        }
        seg.authentication = config;
        return null;
    }

    private boolean isGood(MasterKey key, Packet packet, Segment seg, int peerIsn, int ownIsn, int extension) {
        byte[] b = packet.bytes;
        int option = seg.options.authenticationAt;
        seg.peerIsn = peerIsn;
        seg.ownIsn = ownIsn;
        KeyedHash hash = once(key.algorithm());
        addresses.of(packet);
        keys.derive(
                key,
                addresses,
                TcpHeader.sourcePort(b, packet.at),
                TcpHeader.destinationPort(b, packet.at),
                peerIsn,
                ownIsn,
                hash);
        compute(packet, addresses, extension, option, key.withOptions(), hash);
        return isCodeOf(b, option);
    }

    /// RFC 5925 §2.2: "A TCP segment MUST NOT contain more than one TCP-AO […] such segments MUST be discarded",
    /// nor one beside the MD5 option.
    private static @Nullable Drop form(Segment seg) {
        if (seg.options.authenticationAt < 0) {
            return Drop.TCP_AUTH_MISSING;
        }
        return seg.options.authenticationCount > 1
                        || seg.options.md5At >= 0
                        || Bytes.u8(seg.bytes, seg.options.authenticationAt + 1) != TcpOptions.AUTHENTICATION_LENGTH
                ? Drop.TCP_AUTH_WRONG
                : null;
    }

    static int keyId(byte[] b, int option) {
        return Bytes.u8(b, option + 2);
    }

    static int nextKeyId(byte[] b, int option) {
        return Bytes.u8(b, option + 3);
    }

    private KeyedHash once(AoAlgorithm algorithm) {
        KeyedHash found = once.get(algorithm);
        if (found == null) {
            found = KeyedHash.of(algorithm);
            once.put(algorithm, found);
        }
        return found;
    }

    /// As long for a wrong one as for the right one.
    private boolean isCodeOf(byte[] b, int option) {
        int difference = 0;
        for (int i = 0; i < CODE; i++) {
            difference |= code[i] ^ b[option + CODE_AT + i];
        }
        return difference == 0;
    }

    /// RFC 5925 §5.1: the message is the SNE, the pseudo-header, "the TCP header, by default including options, and
    /// where the TCP checksum and TCP-AO MAC fields are set to zero", the data. "When TCP options are not
    /// included, all TCP options except for TCP-AO are omitted from MAC processing."
    private void compute(
            Packet packet, PseudoHeader of, int extension, int option, boolean withOptions, KeyedHash hash) {
        byte[] b = packet.bytes;
        Bytes.put32(head, 0, extension);
        int header = of.write(head, 4, packet.length());
        int headerLength = TcpHeader.dataOffset(b, packet.at);
        int end;
        int optionAt;
        if (withOptions) {
            System.arraycopy(b, packet.at, head, header, headerLength);
            optionAt = header + option - packet.at;
            end = header + headerLength;
        } else {
            System.arraycopy(b, packet.at, head, header, TcpHeader.LENGTH);
            optionAt = header + TcpHeader.LENGTH;
            System.arraycopy(b, option, head, optionAt, CODE_AT);
            end = optionAt + TcpOptions.AUTHENTICATION_LENGTH;
        }
        Bytes.put16(head, header + CHECKSUM_AT, 0);
        Bytes.put32(head, optionAt + CODE_AT, 0);
        Bytes.put64(head, optionAt + CODE_AT + 4, 0);
        hash.update(head, 0, end);
        hash.update(b, packet.at + headerLength, packet.end);
        hash.finish(code);
    }
}
