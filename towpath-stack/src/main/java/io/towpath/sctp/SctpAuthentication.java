package io.towpath.sctp;

import io.towpath.wire.SctpAuthHeader;
import io.towpath.wire.SctpChunks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// How an endpoint authenticates chunks (RFC 4895). Used where [SctpFeatures#authentication] is on at both
/// ends.
///
/// @param chunkTypes chunk types that the peer must authenticate. ASCONF and ASCONF-ACK are among them whenever
///     [SctpFeatures#addressConfiguration] is on
/// @param hmacs HMAC identifiers that the peer may use, the best first; [SctpAuthHeader#SHA_1] is always one of
///     them (RFC 4895 §3.3)
/// @param keys endpoint pair shared keys; without one of identifier 0, that is the empty key
/// @param activeKey the identifier of the key to send with
public record SctpAuthentication(List<Integer> chunkTypes, List<Integer> hmacs, List<Key> keys, int activeKey) {
    /// An endpoint pair shared key.
    ///
    /// @param id 0 to 65,535
    /// @param secret its octets, which both ends must know; copied neither in nor out, so leave it as it is
    public record Key(int id, byte[] secret) {
        /// @throws IllegalArgumentException if the identifier is none
        public Key {
            checkId(id);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && key.id == id && Arrays.equals(key.secret, secret);
        }

        @Override
        public int hashCode() {
            return 31 * id + Arrays.hashCode(secret);
        }

        /// The identifier; the secret stays one.
        @Override
        public String toString() {
            return "key " + id;
        }
    }

    private static final SctpAuthentication DEFAULTS =
            new SctpAuthentication(List.of(), List.of(SctpAuthHeader.SHA_256, SctpAuthHeader.SHA_1), List.of(), 0);

    /// @throws IllegalArgumentException with one line that says which value cannot be
    public SctpAuthentication {
        for (int type : chunkTypes) {
            if (type < 0 || type > 0xff || !mayBeAuthenticated(type)) {
                throw new IllegalArgumentException("chunks of this type cannot be authenticated: " + type);
            }
        }
        for (int hmac : hmacs) {
            if (hmac != SctpAuthHeader.SHA_1 && hmac != SctpAuthHeader.SHA_256) {
                throw new IllegalArgumentException("HMAC identifiers are 1 (SHA-1) and 3 (SHA-256), not " + hmac);
            }
        }
        if (!hmacs.contains(SctpAuthHeader.SHA_1)) {
            throw new IllegalArgumentException("HMAC-SHA-1 must be among the algorithms (RFC 4895 §3.3)");
        }
        checkId(activeKey);
        chunkTypes = List.copyOf(chunkTypes);
        hmacs = List.copyOf(hmacs);
        keys = List.copyOf(keys);
    }

    private static void checkId(int id) {
        if (id < 0 || id > 0xffff) {
            throw new IllegalArgumentException("key identifiers are 0 to 65535, not " + id);
        }
    }

    /// RFC 4895 §3.2: "The chunk types for INIT, INIT-ACK, SHUTDOWN-COMPLETE, and AUTH chunks MUST NOT be
    /// listed in the CHUNKS parameter."
    public static boolean mayBeAuthenticated(int chunkType) {
        return chunkType != SctpChunks.INIT
                && chunkType != SctpChunks.INIT_ACK
                && chunkType != SctpChunks.SHUTDOWN_COMPLETE
                && chunkType != SctpChunks.AUTH;
    }

    /// No chunk must be authenticated; HMAC-SHA-256 before HMAC-SHA-1; the empty key 0 is active.
    public static SctpAuthentication defaults() {
        return DEFAULTS;
    }

    /// The same with these chunk types to be authenticated by the peer.
    public SctpAuthentication withChunkTypes(Integer... types) {
        return new SctpAuthentication(List.of(types), hmacs, keys, activeKey);
    }

    /// The same with other algorithms, the best first.
    public SctpAuthentication withHmacs(Integer... identifiers) {
        return new SctpAuthentication(chunkTypes, List.of(identifiers), keys, activeKey);
    }

    /// The same with one more key, in the place of one of its identifier.
    public SctpAuthentication withKey(int id, byte[] secret) {
        List<Key> all = new ArrayList<>(keys);
        all.removeIf(key -> key.id() == id);
        all.add(new Key(id, secret));
        return new SctpAuthentication(chunkTypes, hmacs, all, activeKey);
    }

    /// The same with another key to send with.
    public SctpAuthentication withActiveKey(int id) {
        return new SctpAuthentication(chunkTypes, hmacs, keys, id);
    }
}
