package io.towpath.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.wire.Octets;
import io.towpath.wire.SctpChunk;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpHeader;
import io.towpath.wire.SctpPacket;
import io.towpath.wire.SctpParameter;
import io.towpath.wire.SctpParameters;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The peer of an [SctpLadder] that knows AUTH (RFC 4895), written from the text with the platform's own HMAC:
/// what it computes is not what the engine computes.
final class AuthPeer {
    static final int SHA_1 = 1;
    static final int SHA_256 = 3;

    private final SctpLadder t;
    private final List<SctpParameter> own = new ArrayList<>();
    private List<SctpParameter> hosts = List.of();

    /// @param chunkTypes what this peer wants to be authenticated
    AuthPeer(SctpLadder t, List<Integer> hmacs, Integer... chunkTypes) {
        this.t = t;
        byte[] random = new byte[32];
        Arrays.fill(random, (byte) 0x5a);
        own.add(new SctpParameter.Opaque(SctpParameters.RANDOM, Octets.of(random)));
        if (chunkTypes.length > 0) {
            own.add(new SctpParameter.ChunkTypes(SctpParameters.CHUNK_LIST, List.of(chunkTypes)));
        }
        own.add(new SctpParameter.Numbers(SctpParameters.HMAC_ALGORITHMS, hmacs));
    }

    List<SctpParameter> parameters() {
        return own;
    }

    /// Takes note of the host's INIT or INIT ACK.
    SctpLadder.Departed init() {
        SctpLadder.Departed departed = t.next();
        hosts = ((SctpChunk.Init) departed.packet().chunks().getFirst())
                .parameters().stream()
                        .filter(p -> p.type() == SctpParameters.RANDOM
                                || p.type() == SctpParameters.CHUNK_LIST
                                || p.type() == SctpParameters.HMAC_ALGORITHMS)
                        .toList();
        return departed;
    }

    List<SctpParameter> hostParameters() {
        return hosts;
    }

    private static byte[] vector(List<SctpParameter> parameters) {
        var octets = new ByteArrayOutputStream();
        for (int type : new int[] {SctpParameters.RANDOM, SctpParameters.CHUNK_LIST, SctpParameters.HMAC_ALGORITHMS}) {
            for (SctpParameter parameter : parameters) {
                if (parameter.type() == type) {
                    byte[] b = new byte[64];
                    SctpParameter.write(List.of(parameter), b, 0);
                    octets.write(b, 0, SctpParameters.length(b, 0));
                }
            }
        }
        return octets.toByteArray();
    }

    private byte[] code(byte[] secret, int hmac, byte[] chunks) {
        byte[] mine = vector(own);
        byte[] theirs = vector(hosts);
        boolean first = new BigInteger(1, mine).compareTo(new BigInteger(1, theirs)) <= 0;
        var key = new ByteArrayOutputStream();
        key.writeBytes(secret);
        key.writeBytes(first ? mine : theirs);
        key.writeBytes(first ? theirs : mine);
        try {
            String name = hmac == SHA_1 ? "HmacSHA1" : "HmacSHA256";
            Mac mac = Mac.getInstance(name);
            mac.init(new SecretKeySpec(key.toByteArray(), name));
            return mac.doFinal(chunks);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /// An AUTH chunk before these.
    SctpChunk[] signed(byte[] secret, int keyId, int hmac, SctpChunk... chunks) {
        SctpChunk[] all = new SctpChunk[chunks.length + 1];
        System.arraycopy(chunks, 0, all, 1, chunks.length);
        int length = hmac == SHA_1 ? 20 : 32;
        all[0] = new SctpChunk.Auth(0, keyId, hmac, Octets.of(new byte[length]));
        byte[] bytes = SctpPacket.of(1, 2, 3, all).emit();
        byte[] code = code(secret, hmac, Arrays.copyOfRange(bytes, SctpHeader.LENGTH, bytes.length));
        all[0] = new SctpChunk.Auth(0, keyId, hmac, Octets.of(code));
        return all;
    }

    /// The host's packet must have an AUTH chunk whose code is right, and only chunks of `after` after it.
    void check(SctpLadder.Departed departed, byte[] secret, int keyId, int hmac, int... after) {
        List<SctpChunk> chunks = departed.packet().chunks();
        int at = 0;
        while (at < chunks.size() && chunks.get(at).type() != SctpChunks.AUTH) {
            at++;
        }
        assertThat(at).as("an AUTH chunk in %s", departed.packet()).isLessThan(chunks.size());
        var auth = (SctpChunk.Auth) chunks.get(at);
        assertThat(auth.keyId()).isEqualTo(keyId);
        assertThat(auth.hmacId()).isEqualTo(hmac);
        List<SctpChunk> tail = chunks.subList(at + 1, chunks.size());
        assertThat(tail.stream().mapToInt(SctpChunk::type).toArray()).containsExactly(after);
        assertThat(signed(secret, keyId, hmac, tail.toArray(SctpChunk[]::new))[0])
                .isEqualTo(auth);
    }
}
