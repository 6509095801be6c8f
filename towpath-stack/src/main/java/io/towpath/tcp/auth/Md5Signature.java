package io.towpath.tcp.auth;

import io.towpath.core.Packet;
import io.towpath.tcp.config.PeerKey;
import io.towpath.wire.Bytes;
import io.towpath.wire.TcpHeader;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/// The digest of the MD5 signature option (RFC 2385 §2.0).
///
/// ```text
/// +---------+---------+-------------------+
/// | kind 19 | len 18  |  MD5 digest of 16 octets: always the last option of a header written here
/// +---------+---------+-------------------+
/// ```
final class Md5Signature {
    static final int DIGEST = 16;
    private static final int CHECKSUM_AT = 16;

    private final byte[] head = new byte[PseudoHeader.LENGTH_MAX + TcpHeader.LENGTH];
    private @Nullable MessageDigest md5;
    private byte[] secret = {};
    private @Nullable PeerKey secretOf;

    Md5Signature() {}

    /// RFC 2385 §2.0: "applying the MD5 algorithm to these items in the following order: 1. the TCP
    /// pseudo-header (in the order: source IP address, destination IP address, zero-padded protocol number,
    /// and segment length) 2. the TCP header, excluding options, and assuming a checksum of zero 3. the TCP
    /// segment data (if any) 4. an independently-specified key or password, known to both TCPs".
    void compute(Packet packet, PseudoHeader addresses, PeerKey key, byte[] digest) {
        byte[] b = packet.bytes;
        int pseudo = addresses.write(head, 0, packet.length());
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
