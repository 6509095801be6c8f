package io.towpath.drill;

import io.towpath.tcp.config.AoAlgorithm;
import io.towpath.tcp.config.AuthConfig;
import io.towpath.tcp.config.MasterKey;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Octets;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.TcpOption;
import io.towpath.wire.TcpOptions;
import io.towpath.wire.TcpSegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Signs for the peer of a script and judges what the host signed (RFC 2385, RFC 5925), by the JDK's algorithms
/// alone. In a script a signature stands without its code: `md5`, and `ao KEYID RNEXTKEYID`; a code that is not
/// right is `bad`.
final class PeerSigner {
    /// What stands for a code that is right.
    static final Octets RIGHT = Octets.EMPTY;

    private static final int CODE = 12;
    private static final int AO_BYTES = TcpOptions.AUTHENTICATION_LENGTH;

    private final IpAddress host;
    private final IpAddress peer;
    private final Supplier<AuthConfig> keys;

    /// @param keys those of the host, who shares them with the peer
    PeerSigner(IpAddress host, IpAddress peer, Supplier<AuthConfig> keys) {
        this.host = host;
        this.peer = peer;
        this.keys = keys;
    }

    /// A segment of the peer, its signature filled in where the script leaves that out.
    TcpSegment signed(TcpSegment plain, long hostIsn, long peerIsn) {
        return replaced(plain, option -> switch (option) {
            case TcpOption.Opaque(int kind, Octets data)
            when kind == TcpOptions.MD5 && data.equals(RIGHT) ->
                new TcpOption.Opaque(
                        kind,
                        md5(
                                replaced(plain, PeerSigner::blank).emit(peer, host),
                                concat(peer.toBytes(), host.toBytes())));
            case TcpOption.Authentication(int keyId, int nextId, Octets code)
            when code.equals(RIGHT) -> {
                MasterKey key = key(keyId, true);
                TcpSegment blank = replaced(plain, PeerSigner::blank);
                yield new TcpOption.Authentication(
                        keyId, nextId, key == null ? zeros(CODE) : code(key, blank, peer, host, peerIsn, hostIsn));
            }
            default -> option;
        });
    }

    /// The options of a segment of the host, a right signature without its code.
    List<TcpOption> judged(TcpSegment live, long hostIsn, long peerIsn) {
        return replaced(live, option -> switch (option) {
                    case TcpOption.Opaque(int kind, Octets data)
                    when kind == TcpOptions.MD5 -> {
                        byte[] blank = replaced(live, PeerSigner::blank).emit(host, peer);
                        boolean right = data.equals(md5(blank, concat(host.toBytes(), peer.toBytes())));
                        yield right ? new TcpOption.Opaque(kind, RIGHT) : option;
                    }
                    case TcpOption.Authentication(int keyId, int nextId, Octets code) -> {
                        MasterKey key = key(keyId, false);
                        TcpSegment blank = replaced(live, PeerSigner::blank);
                        boolean right = key != null && code.equals(code(key, blank, host, peer, hostIsn, peerIsn));
                        yield right ? new TcpOption.Authentication(keyId, nextId, RIGHT) : option;
                    }
                    default -> option;
                })
                .options();
    }

    private @Nullable MasterKey key(int keyId, boolean toHost) {
        for (MasterKey key : keys.get().masterKeys()) {
            if ((toHost ? key.receiveId() : key.sendId()) == keyId && key.algorithm() == AoAlgorithm.HMAC_SHA_1_96) {
                return key;
            }
        }
        return null;
    }

    private static TcpOption blank(TcpOption option) {
        return switch (option) {
            case TcpOption.Opaque(int kind, Octets data)
            when kind == TcpOptions.MD5 -> new TcpOption.Opaque(kind, zeros(16));
            case TcpOption.Authentication(int keyId, int nextId, Octets code) ->
                new TcpOption.Authentication(keyId, nextId, zeros(CODE));
            default -> option;
        };
    }

    private static TcpSegment replaced(TcpSegment segment, UnaryOperator<TcpOption> by) {
        var options = new ArrayList<TcpOption>();
        for (TcpOption option : segment.options()) {
            options.add(by.apply(option));
        }
        return segment.with(options.toArray(TcpOption[]::new));
    }

    private static Octets zeros(int n) {
        return Octets.of(new byte[n]);
    }

    /// RFC 2385 §2.0: pseudo-header, header without options and checksum, data, key.
    private Octets md5(byte[] whole, byte[] addresses) {
        if (keys.get().keys().isEmpty()) {
            return zeros(16);
        }
        byte[] secret = keys.get().keys().getFirst().md5().toArray();
        int text = (whole[12] & 0xf0) >> 2;
        try {
            return Octets.of(MessageDigest.getInstance("MD5")
                    .digest(concat(
                            pseudo(addresses, whole.length),
                            withoutChecksum(Arrays.copyOf(whole, TcpHeader.LENGTH)),
                            Arrays.copyOfRange(whole, text, whole.length),
                            secret)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// RFC 5925 §5.1 and §5.2, RFC 5926 §3.1.1.1.
    private static Octets code(
            MasterKey key, TcpSegment blank, IpAddress from, IpAddress to, long fromIsn, long toIsn) {
        boolean first = blank.has(TcpHeader.SYN) && !blank.has(TcpHeader.ACK);
        long isn = blank.has(TcpHeader.SYN) ? blank.sequence() : fromIsn;
        byte[] addresses = concat(from.toBytes(), to.toBytes());
        byte[] context = ByteBuffer.allocate(14)
                .putShort((short) blank.sourcePort())
                .putShort((short) blank.destinationPort())
                .putInt((int) isn)
                .putInt(first ? 0 : (int) toIsn)
                .putShort((short) 160)
                .array();
        byte[] label = "\u0001TCP-AO".getBytes(StandardCharsets.US_ASCII);
        byte[] traffic = hmac(key.secret().toArray(), concat(label, addresses, context));
        byte[] whole = withoutChecksum(blank.emit(from, to));
        int text = (whole[12] & 0xf0) >> 2;
        byte[] covered = key.withOptions()
                ? whole
                : concat(
                        Arrays.copyOf(whole, TcpHeader.LENGTH),
                        Arrays.copyOfRange(whole, text - AO_BYTES, text),
                        Arrays.copyOfRange(whole, text, whole.length));
        byte[] extension = ByteBuffer.allocate(4)
                .putInt(blank.sequence() < isn ? 1 : 0) // the numbers of a script go round once at most
                .array();
        byte[] code = hmac(traffic, concat(extension, pseudo(addresses, whole.length), covered));
        return Octets.of(code, 0, CODE);
    }

    private static byte[] pseudo(byte[] addresses, int length) {
        byte[] rest = addresses.length == 8
                ? ByteBuffer.allocate(4)
                        .putShort((short) 6)
                        .putShort((short) length)
                        .array()
                : ByteBuffer.allocate(8).putInt(length).putInt(6).array();
        return concat(addresses, rest);
    }

    private static byte[] withoutChecksum(byte[] segment) {
        segment[16] = 0;
        segment[17] = 0;
        return segment;
    }

    private static byte[] hmac(byte[] key, byte[] text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(key, "HmacSHA1"));
            return mac.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] concat(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer whole = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            whole.put(part);
        }
        return whole.array();
    }
}
