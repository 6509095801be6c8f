package io.towpath.sctp.auth;

import io.towpath.core.Context;
import io.towpath.sctp.Association;
import io.towpath.sctp.Notification;
import io.towpath.sctp.SctpError;
import io.towpath.wire.SctpAuthHeader;
import io.towpath.wire.SctpChunks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Authenticated chunks of one association (RFC 4895): what each side demands, the keys, and the codes
/// themselves. One that knows its own [KeyVector] only waits for the peer's. Single owner; signing and
/// checking allocate nothing once a key was used.
public final class Authentication {
    /// What became of an AUTH chunk.
    public enum Verdict {
        /// All chunks after it are authenticated.
        AUTHENTIC,
        /// An algorithm that this side did not offer.
        UNSUPPORTED_HMAC,
        /// No such key, or a code that is not that of the packet: the rest of the packet is nobody's.
        FORGED
    }

    private static final int CODE_MAX = 32;

    /// A code under one key by one algorithm.
    private record Code(int keyId, int hmacId, Hmac hmac) {}

    private final KeyVector own;
    private final SharedKeys keys;
    private final List<Code> codes = new ArrayList<>(1);
    private final byte[] scratch = new byte[CODE_MAX];
    private @Nullable KeyVector peer;
    private final ChunkTypes ownDemands;
    private ChunkTypes peerDemands = ChunkTypes.NONE;
    private int hmacId;
    private int reserve;
    private int lastKeyId;

    /// One side knows what it told the peer.
    public Authentication(KeyVector own, SharedKeys keys) {
        this.own = own;
        this.keys = keys;
        this.ownDemands = own.chunkTypes();
    }

    /// The authentication of an association if both sides agreed on it, else null.
    public static @Nullable Authentication agreed(Association a) {
        Authentication present = a.authentication;
        return present != null && present.peer != null ? present : null;
    }

    /// Bytes that an AUTH chunk may take in any packet of the association.
    public static int reserve(Association a) {
        Authentication present = agreed(a);
        return present == null ? 0 : present.reserve;
    }

    /// The peer told its part: from now on the keys are known.
    ///
    /// @return false when there is no algorithm in common
    public boolean agree(KeyVector peers) {
        int best = peers.bestHmac();
        if (best == 0) {
            return false;
        }
        peer = peers;
        hmacId = best;
        peerDemands = peers.chunkTypes();
        // Address changes are rare and go first: packets of data need not keep room for them.
        reserve = peerDemands.hasOthersThan(SctpChunks.ASCONF, SctpChunks.ASCONF_ACK) ? chunkLength() : 0;
        codes.clear();
        lastKeyId = keys.active();
        return true;
    }

    /// What this side told the peer.
    public KeyVector own() {
        return own;
    }

    /// What the peer told, null before.
    public @Nullable KeyVector peer() {
        return peer;
    }

    /// The keys.
    public SharedKeys keys() {
        return keys;
    }

    /// Chunk types that the peer must authenticate.
    public ChunkTypes ownDemands() {
        return ownDemands;
    }

    /// Chunk types that this side must authenticate.
    public ChunkTypes peerDemands() {
        return peerDemands;
    }

    /// Bytes of an AUTH chunk of this side.
    public int chunkLength() {
        return SctpAuthHeader.LENGTH + codeLength(hmacId);
    }

    private static int codeLength(int hmac) {
        return hmac == SctpAuthHeader.SHA_1 ? 20 : CODE_MAX;
    }

    /// Writes an AUTH chunk at `at`, whose code [#sign] fills in when the packet is complete.
    ///
    /// @param keyId the key, [io.towpath.sctp.SendOptions#ACTIVE_KEY] for the active one
    /// @return where the next chunk begins
    public int write(byte[] b, int at, int keyId) {
        return SctpAuthHeader.write(b, at, keys.resolve(keyId), hmacId, codeLength(hmacId));
    }

    /// Whether the AUTH chunk of this side at `at` is under the key `keyId`, or the active one.
    public boolean isUnder(byte[] b, int at, int keyId) {
        return SctpAuthHeader.keyId(b, at) == keys.resolve(keyId);
    }

    /// RFC 4895 §6.2: the data "is given by the AUTH chunk with its HMAC field set to zero […] followed by
    /// all the chunks that are placed after the AUTH chunk in the SCTP packet".
    ///
    /// @param at where the AUTH chunk begins
    /// @param end of the packet
    public void sign(byte[] b, int at, int end) {
        Hmac hmac = hmac(SctpAuthHeader.keyId(b, at), hmacId);
        if (hmac != null) {
            hmac.write(b, at, end, b, at + SctpAuthHeader.LENGTH);
        }
    }

    /// Judges an AUTH chunk, which passed its gate (RFC 4895 §6.3).
    ///
    /// @param end of the packet
    public Verdict verify(byte[] b, int at, int end) {
        int id = SctpAuthHeader.hmacId(b, at);
        if (!own.takes(id)) {
            return Verdict.UNSUPPORTED_HMAC;
        }
        int length = codeLength(id);
        Hmac hmac = SctpAuthHeader.hmacLength(b, at) == length ? hmac(SctpAuthHeader.keyId(b, at), id) : null;
        if (hmac == null) {
            return Verdict.FORGED;
        }
        int code = at + SctpAuthHeader.LENGTH;
        System.arraycopy(b, code, scratch, 0, length);
        Arrays.fill(b, code, code + length, (byte) 0);
        boolean right = hmac.matches(b, at, end, scratch, 0);
        System.arraycopy(scratch, 0, b, code, length);
        return right ? Verdict.AUTHENTIC : Verdict.FORGED;
    }

    /// Whether the peer uses this key for the first time since it used another one.
    public boolean isNewKey(int keyId) {
        boolean fresh = keyId != lastKeyId;
        lastKeyId = keyId;
        return fresh;
    }

    private @Nullable Hmac hmac(int keyId, int algorithm) {
        for (int i = 0; i < codes.size(); i++) {
            Code code = codes.get(i);
            if (code.keyId == keyId && code.hmacId == algorithm) {
                return code.hmac;
            }
        }
        byte[] secret = keys.secret(keyId);
        KeyVector other = peer;
        if (secret == null || other == null) {
            return null;
        }
        byte[] key = KeyVector.associationKey(secret, own, other);
        Hmac hmac = algorithm == SctpAuthHeader.SHA_1 ? Hmac.sha1(key) : Hmac.sha256(key);
        codes.add(new Code(keyId, algorithm, hmac));
        return hmac;
    }

    /// SCTP_AUTH_KEY (RFC 6458 §8.3.3). A key that packets are on their way under should not change its
    /// secret: give the new one another identifier.
    public void putKey(int id, byte[] secret) {
        keys.put(id, secret);
        codes.removeIf(code -> code.keyId == id);
    }

    /// SCTP_AUTH_ACTIVE_KEY (RFC 6458 §8.1.18). Null when done.
    public @Nullable SctpError activateKey(int id) {
        return keys.activate(id);
    }

    /// SCTP_AUTH_DEACTIVATE_KEY (RFC 6458 §8.3.4): no new message is sent under it. The user hears when the last one
    /// is acknowledged, at once if there is none. Null when done.
    public @Nullable SctpError deactivateKey(Association a, int id) {
        boolean before = keys.isDeactivated(id);
        boolean used = a.sendQueue.usesKey(id);
        SctpError refused = keys.deactivate(id, used);
        if (refused == null && !before && !used) {
            a.inbox.add(free(id));
        }
        return refused;
    }

    /// SCTP_AUTH_DELETE_KEY (RFC 6458 §8.3.5): it "must not be in use for any packet being sent by the SCTP
    /// implementation. This means, in particular, that it must be deactivated first." *Deviation*: a key that no
    /// message is sent under may be deleted at once. Null when done.
    public @Nullable SctpError deleteKey(Association a, int id) {
        if (a.sendQueue.usesKey(id)) {
            return SctpError.INVALID;
        }
        boolean told = keys.isDeactivated(id) && !keys.leaving().contains(id);
        SctpError refused = keys.delete(id);
        if (refused == null) {
            codes.removeIf(code -> code.keyId == id);
            if (!told) {
                a.inbox.add(free(id));
            }
        }
        return refused;
    }

    private static Notification free(int id) {
        return new Notification.Authentication(Notification.Authentication.Change.FREE_KEY, id);
    }

    /// Messages were acknowledged or given up: RFC 6458 §6.1.8, SCTP_AUTH_FREE_KEY: "the SCTP implementation will no
    /// longer use the key identifier".
    public static void tellFree(Context context, Association a) {
        Authentication own = a.authentication;
        if (own == null || own.keys.leaving().isEmpty()) {
            return;
        }
        List<Integer> leaving = own.keys.leaving();
        for (int i = leaving.size() - 1; i >= 0; i--) {
            int id = leaving.get(i);
            if (!a.sendQueue.usesKey(id)) {
                leaving.remove(i);
                a.notify(context, free(id));
            }
        }
    }
}
