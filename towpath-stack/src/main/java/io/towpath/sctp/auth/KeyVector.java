package io.towpath.sctp.auth;

import io.towpath.core.Entropy;
import io.towpath.sctp.SctpAuthentication;
import io.towpath.sctp.SctpConfig;
import io.towpath.wire.Bytes;
import io.towpath.wire.SctpAuthHeader;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpParameters;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One side's part of an association's keys (RFC 4895 §6.1): "The RANDOM parameter, the CHUNKS parameter, and
/// the HMAC-ALGO parameter sent by each endpoint are concatenated as byte vectors. These parameters include
/// the parameter type, parameter length, and the parameter value, but padding is omitted". Immutable.
public final class KeyVector {
    /// Octets of the random number. §6.1: "The RANDOM parameter MUST contain a 32-byte random number."
    public static final int RANDOM = 32;

    private static final int[] PARTS = {SctpParameters.RANDOM, SctpParameters.CHUNK_LIST, SctpParameters.HMAC_ALGORITHMS
    };

    private final byte[] octets;

    private KeyVector(byte[] octets) {
        this.octets = octets;
    }

    /// What this side tells: a fresh random number, the chunk types that it demands, its algorithms.
    public static KeyVector own(Entropy entropy, SctpConfig config) {
        SctpAuthentication settings = config.extensions().authentication();
        var types = ChunkTypes.NONE;
        for (int type : settings.chunkTypes()) {
            types = types.with(type);
        }
        if (config.features().addressConfiguration()) {
            types = types.with(SctpChunks.ASCONF).with(SctpChunks.ASCONF_ACK);
        }
        var demanded = types.toList();
        byte[] list = new byte[demanded.size()];
        for (int i = 0; i < list.length; i++) {
            list[i] = demanded.get(i).byteValue();
        }
        byte[] hmacs = new byte[2 * settings.hmacs().size()];
        for (int i = 0; 2 * i < hmacs.length; i++) {
            Bytes.put16(hmacs, 2 * i, settings.hmacs().get(i));
        }
        byte[] random = new byte[RANDOM];
        entropy.fill(random);
        byte[] octets = new byte[3 * SctpParameters.HEAD + random.length + list.length + hmacs.length];
        int at = SctpParameters.writeOctets(octets, 0, SctpParameters.RANDOM, random, 0, random.length);
        if (list.length > 0) {
            at = SctpParameters.writeOctets(octets, at, SctpParameters.CHUNK_LIST, list, 0, list.length);
        }
        at = SctpParameters.writeOctets(octets, at, SctpParameters.HMAC_ALGORITHMS, hmacs, 0, hmacs.length);
        return new KeyVector(Arrays.copyOf(octets, at));
    }

    /// Whether octets that came from elsewhere are those of [#toOctets]: parameters, among them a random number
    /// and an algorithm that this host has.
    public static boolean isWhole(byte[] octets) {
        int at = 0;
        while (at < octets.length) {
            if (!SctpParameters.check(octets, at, octets.length).ok()) {
                return false;
            }
            at += SctpParameters.length(octets, at);
        }
        var vector = new KeyVector(octets);
        return vector.find(SctpParameters.RANDOM) >= 0
                && vector.find(SctpParameters.HMAC_ALGORITHMS) >= 0
                && vector.bestHmac() != 0;
    }

    /// One that [#toOctets] gave.
    public static KeyVector of(byte[] octets) {
        return new KeyVector(octets.clone());
    }

    /// The parameters of an INIT or INIT ACK at `at`, which passed its gate; null unless there are a random
    /// number and algorithms.
    public static @Nullable KeyVector read(byte[] b, int at) {
        int end = SctpChunks.valueEnd(b, at);
        byte[] octets = new byte[end - at];
        int length = 0;
        for (int part : PARTS) {
            int found = -1;
            for (int p = SctpChunks.variableAt(b, at);
                    p < end && SctpParameters.check(b, p, end).ok();
                    p = SctpParameters.next(b, p, end)) {
                if (found < 0 && SctpParameters.type(b, p) == part) {
                    found = p;
                }
            }
            if (found >= 0) {
                int n = SctpParameters.length(b, found);
                System.arraycopy(b, found, octets, length, n);
                length += n;
            }
        }
        var vector = new KeyVector(Arrays.copyOf(octets, length));
        boolean whole = vector.find(SctpParameters.RANDOM) >= 0 && vector.find(SctpParameters.HMAC_ALGORITHMS) >= 0;
        return whole ? vector : null;
    }

    private int find(int part) {
        for (int at = 0; at < octets.length; at += SctpParameters.length(octets, at)) {
            if (SctpParameters.type(octets, at) == part) {
                return at;
            }
        }
        return -1;
    }

    /// Where the parameter after that at `at` begins; the first one begins at 0, and after the last one comes
    /// [#length].
    public int next(int at) {
        return at + SctpParameters.length(octets, at);
    }

    /// Octets of all.
    public int length() {
        return octets.length;
    }

    /// All octets.
    public byte[] toOctets() {
        return octets.clone();
    }

    /// The chunk types that this side wants to be authenticated. RFC 4895 §3.2: those that cannot be are not
    /// taken.
    public ChunkTypes chunkTypes() {
        var types = ChunkTypes.NONE;
        int at = find(SctpParameters.CHUNK_LIST);
        if (at >= 0) {
            for (int i = at + SctpParameters.HEAD; i < SctpParameters.valueEnd(octets, at); i++) {
                int type = Bytes.u8(octets, i);
                types = SctpAuthentication.mayBeAuthenticated(type) ? types.with(type) : types;
            }
        }
        return types;
    }

    /// Whether this side takes codes of an algorithm.
    public boolean takes(int hmacId) {
        int at = find(SctpParameters.HMAC_ALGORITHMS);
        for (int i = 0; i < SctpParameters.numbers(octets, at); i++) {
            if (SctpParameters.number(octets, at, i) == hmacId) {
                return true;
            }
        }
        return false;
    }

    /// RFC 4895 §3.3: the identifiers are listed "in order of preference": the first one that this host has;
    /// 0 for none.
    public int bestHmac() {
        int at = find(SctpParameters.HMAC_ALGORITHMS);
        for (int i = 0; i < SctpParameters.numbers(octets, at); i++) {
            int id = SctpParameters.number(octets, at, i);
            if (id == SctpAuthHeader.SHA_1 || id == SctpAuthHeader.SHA_256) {
                return id;
            }
        }
        return 0;
    }

    /// §6.1: the association shared key: "selecting the numerically smaller key vector and concatenating it
    /// to the endpoint pair shared key, and then concatenating the numerically larger key vector to that. If
    /// the key vectors are equal as numbers but differ in length, then the concatenation order is the
    /// endpoint shared key, followed by the shorter key vector, followed by the longer key vector."
    static byte[] associationKey(byte[] secret, KeyVector one, KeyVector other) {
        boolean inOrder = compare(one.octets, other.octets) <= 0;
        byte[] first = inOrder ? one.octets : other.octets;
        byte[] second = inOrder ? other.octets : one.octets;
        byte[] key = Arrays.copyOf(secret, secret.length + first.length + second.length);
        System.arraycopy(first, 0, key, secret.length, first.length);
        System.arraycopy(second, 0, key, secret.length + first.length, second.length);
        return key;
    }

    /// As numbers in network byte order, then by length.
    private static int compare(byte[] a, byte[] b) {
        int most = Math.max(a.length, b.length);
        for (int i = 0; i < most; i++) {
            int x = i < most - a.length ? 0 : a[i - (most - a.length)] & 0xff;
            int y = i < most - b.length ? 0 : b[i - (most - b.length)] & 0xff;
            if (x != y) {
                return x - y;
            }
        }
        return a.length - b.length;
    }
}
