package io.towpath.sctp.handshake;

import io.towpath.core.Entropy;
import io.towpath.core.Time;
import io.towpath.sctp.auth.Hmac;
import io.towpath.sctp.auth.KeyVector;
import io.towpath.wire.Bytes;
import io.towpath.wire.IpAddress;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpInitHeader;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// State cookies (RFC 9260 §5.1.3): "a MAC, a timestamp on when the State Cookie is created, and the lifespan
/// of the State Cookie, along with all the information necessary for it to establish the association". The
/// latter is what this side chose, and the peer's INIT as it came.
///
/// "The secret key SHOULD be random; it SHOULD be changed reasonably frequently, and the timestamp in the State
/// Cookie MAY be used to determine which key is used to verify the MAC": the key of each period follows from a
/// master secret and the period's number.
///
/// ```text
///  0 MAC (32)            52 this side's initial TSN      72 source of the INIT (16)
/// 32 created at (8)      56 local tie-tag                88 destination of the INIT (16)
/// 40 lifespan (8)        60 peer's tie-tag              104 the INIT chunk
/// 48 this side's tag     64 local port, 66 remote port; 68 zero    then its part of the keys of AUTH, if any
/// ```
public final class StateCookie {
    private static final int MAC = 32;
    private static final int FIXED = 104;
    private static final long KEY_PERIOD = 600 * Time.SECOND;

    private final byte[] master = new byte[32];
    private long keyPeriod = -1;
    private Hmac key;

    /// Cookies under secrets drawn from `entropy`.
    public StateCookie(Entropy entropy) {
        entropy.fill(master);
        key = Hmac.sha256(master);
    }

    /// What a cookie tells.
    ///
    /// @param bytes all of it
    public record Content(byte[] bytes) {
        /// When it was made.
        public long createdAt() {
            return Bytes.i64(bytes, 32);
        }

        /// How long it may be used, in nanoseconds.
        public long life() {
            return Bytes.i64(bytes, 40);
        }

        /// This side's tag.
        public int localTag() {
            return Bytes.i32(bytes, 48);
        }

        /// This side's initial TSN.
        public int localTsn() {
            return Bytes.i32(bytes, 52);
        }

        /// The tag that this side had in the association that existed; 0 if there was none.
        public int localTieTag() {
            return Bytes.i32(bytes, 56);
        }

        /// The peer's tag then.
        public int peerTieTag() {
            return Bytes.i32(bytes, 60);
        }

        /// Own port.
        public int localPort() {
            return Bytes.u16(bytes, 64);
        }

        /// The peer's port.
        public int remotePort() {
            return Bytes.u16(bytes, 66);
        }

        /// Where the INIT came from and the INIT ACK went to.
        public IpAddress source() {
            return IpAddress.of(Bytes.i64(bytes, 72), Bytes.i64(bytes, 80));
        }

        /// The own address that the INIT was sent to.
        public IpAddress destination() {
            return IpAddress.of(Bytes.i64(bytes, 88), Bytes.i64(bytes, 96));
        }

        /// The peer's tag.
        public int peerTag() {
            return SctpInitHeader.initiateTag(bytes, FIXED);
        }

        /// What this side told of the keys of AUTH in its INIT ACK, null if nothing.
        public @Nullable KeyVector keyVector() {
            int at = FIXED + SctpChunks.length(bytes, FIXED);
            return at < bytes.length ? KeyVector.of(Arrays.copyOfRange(bytes, at, bytes.length)) : null;
        }

        /// Where the peer's INIT chunk begins in [#bytes].
        public int initAt() {
            return FIXED;
        }
    }

    /// What this side chose for an association to be.
    ///
    /// @param tag its tag
    /// @param tsn its initial TSN
    /// @param localTieTag of the association that exists, or 0
    /// @param peerTieTag of the association that exists, or 0
    /// @param keyVector its part of the keys of AUTH, null for none
    public record Choice(
            int tag,
            int tsn,
            int localTieTag,
            int peerTieTag,
            @Nullable KeyVector keyVector) {}

    /// Bytes of a cookie for an INIT chunk of this length.
    public static int length(int initLength) {
        return FIXED + initLength;
    }

    /// Makes a cookie.
    ///
    /// @param life in nanoseconds
    /// @param init where the INIT chunk begins in `b`
    public byte[] make(
            long now,
            long life,
            Choice choice,
            int localPort,
            int remotePort,
            IpAddress source,
            IpAddress destination,
            byte[] b,
            int init) {
        int initLength = SctpChunks.length(b, init);
        KeyVector vector = choice.keyVector();
        byte[] keyVector = vector == null ? new byte[0] : vector.toOctets();
        byte[] cookie = new byte[length(initLength) + keyVector.length];
        Bytes.put64(cookie, 32, now);
        Bytes.put64(cookie, 40, life);
        Bytes.put32(cookie, 48, choice.tag());
        Bytes.put32(cookie, 52, choice.tsn());
        Bytes.put32(cookie, 56, choice.localTieTag());
        Bytes.put32(cookie, 60, choice.peerTieTag());
        Bytes.put16(cookie, 64, localPort);
        Bytes.put16(cookie, 66, remotePort);
        Bytes.put64(cookie, 72, source.high());
        Bytes.put64(cookie, 80, source.low());
        Bytes.put64(cookie, 88, destination.high());
        Bytes.put64(cookie, 96, destination.low());
        System.arraycopy(b, init, cookie, FIXED, initLength);
        System.arraycopy(keyVector, 0, cookie, FIXED + initLength, keyVector.length);
        key(now).write(cookie, MAC, cookie.length, cookie, 0);
        return cookie;
    }

    /// Reads a cookie that came back in `b[at..end)`; null when this host did not make it (§5.1.5, 1 and 2).
    public @Nullable Content open(long now, byte[] b, int at, int end) {
        if (end - at < FIXED + SctpInitHeader.LENGTH) {
            return null;
        }
        long createdAt = Bytes.i64(b, at + 32);
        if (createdAt < 0 || createdAt > now) {
            return null;
        }
        if (!key(createdAt).matches(b, at + MAC, end, b, at)) {
            return null;
        }
        return new Content(Arrays.copyOfRange(b, at, end));
    }

    private Hmac key(long at) {
        long period = at / KEY_PERIOD;
        if (period != keyPeriod) {
            byte[] number = new byte[8];
            Bytes.put64(number, 0, period);
            byte[] secret = new byte[32];
            Hmac.sha256(master).write(number, 0, 8, secret, 0);
            key = Hmac.sha256(secret);
            keyPeriod = period;
        }
        return key;
    }
}
