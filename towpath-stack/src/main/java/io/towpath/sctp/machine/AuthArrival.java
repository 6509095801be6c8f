package io.towpath.sctp.machine;

import io.towpath.core.Drop;
import io.towpath.sctp.Association;
import io.towpath.sctp.Notification;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpEndpoint;
import io.towpath.sctp.SctpEvent;
import io.towpath.sctp.auth.Authentication;
import io.towpath.sctp.auth.KeyVector;
import io.towpath.sctp.auth.SharedKeys;
import io.towpath.sctp.handshake.PeerInit;
import io.towpath.sctp.handshake.StateCookie;
import io.towpath.sctp.packet.UnknownChunks;
import io.towpath.sctp.path.Path;
import io.towpath.wire.Malformed;
import io.towpath.wire.SctpAuthHeader;
import io.towpath.wire.SctpCauses;
import io.towpath.wire.SctpChunks;
import org.jspecify.annotations.Nullable;

/// AUTH chunks that come in (RFC 4895 §6.3): what they let pass, and what does not pass without one.
final class AuthArrival {
    private final Engine engine;

    AuthArrival(Engine engine) {
        this.engine = engine;
    }

    /// Where the chunk that says what a packet is begins: behind an AUTH chunk that is before a COOKIE ECHO,
    /// else the first one. RFC 4895 §6.3: such an AUTH chunk can only be judged when the cookie was read.
    static int lead(byte[] b, int first, int end) {
        return behind(b, first, end, SctpChunks.COOKIE_ECHO);
    }

    /// Whether a packet is a SHUTDOWN ACK, behind an AUTH chunk or not. Who has no keys yet cannot judge that
    /// chunk, and its sender needs the answer.
    static boolean isShutdownAck(byte[] b, int first, int end) {
        return SctpChunks.type(b, behind(b, first, end, SctpChunks.SHUTDOWN_ACK)) == SctpChunks.SHUTDOWN_ACK;
    }

    private static int behind(byte[] b, int first, int end, int type) {
        if (SctpChunks.type(b, first) != SctpChunks.AUTH || SctpChunks.check(b, first, end) != Malformed.NONE) {
            return first;
        }
        int second = SctpChunks.next(b, first, end);
        boolean follows = SctpChunks.check(b, second, end) == Malformed.NONE && SctpChunks.type(b, second) == type;
        return follows ? second : first;
    }

    /// Judges the AUTH chunk at `at` of an association that agreed on AUTH. False when the rest of the packet
    /// must be discarded.
    boolean on(long now, Association a, Path from, byte[] b, int at, int end) {
        Authentication own = Authentication.agreed(a);
        if (own == null) {
            return UnknownChunks.on(a, from, b, at);
        }
        int keyId = SctpAuthHeader.keyId(b, at);
        return switch (own.verify(b, at, end)) {
            case AUTHENTIC -> {
                if (own.isNewKey(keyId)) {
                    a.note(now, engine.context, SctpEvent.Note.KEY_CHANGED, keyId);
                    a.notify(
                            engine.context,
                            new Notification.Authentication(Notification.Authentication.Change.NEW_KEY, keyId));
                }
                yield true;
            }
            case UNSUPPORTED_HMAC -> {
                // §6.3: "If this algorithm was not specified by the receiver in the HMAC-ALGO parameter in
                // the INIT or INIT-ACK chunk during association setup, the AUTH chunk and all the chunks
                // after it MUST be discarded and an ERROR chunk SHOULD be sent with the error cause defined
                // in Section 4.1."
                byte[] cause = new byte[SctpCauses.HEAD + 2];
                SctpCauses.writeUnsupportedHmac(cause, 0, SctpAuthHeader.hmacId(b, at));
                a.control.reply(
                        UnknownChunks.error(SctpCauses.UNSUPPORTED_HMAC, cause, SctpCauses.HEAD, cause.length), from);
                refused(now, a, SctpChunks.AUTH);
                yield false;
            }
            case FORGED -> {
                refused(now, a, SctpChunks.AUTH);
                yield false;
            }
        };
    }

    /// Whether a chunk that no AUTH chunk comes before must be dropped. §6.3: "The receiver has a list of
    /// chunk types which it expects to be received only after an AUTH-chunk. […] It MUST silently discard
    /// these chunks if they are not placed after an AUTH chunk in the packet."
    boolean isDemanded(long now, Association a, int type) {
        Authentication own = Authentication.agreed(a);
        if (own == null || !own.ownDemands().has(type)) {
            return false;
        }
        refused(now, a, type);
        return true;
    }

    private void refused(long now, Association a, int type) {
        a.tally.notAuthenticated++;
        engine.context.counters().dropped(Drop.SCTP_NOT_AUTHENTICATED);
        a.note(now, engine.context, SctpEvent.Note.NOT_AUTHENTICATED, type);
    }

    /// What a COOKIE ECHO must be judged by: what both sides told in the handshake that the cookie is of,
    /// with the keys of the association if there is one, else of the endpoint. Null when they did not agree
    /// on AUTH.
    static @Nullable Authentication ofCookie(
            StateCookie.Content cookie, @Nullable Association a, @Nullable SctpEndpoint endpoint) {
        KeyVector own = cookie.keyVector();
        SctpConfig config = a != null ? a.config() : endpoint != null ? endpoint.config() : null;
        if (own == null || config == null) {
            return null;
        }
        KeyVector peers = PeerInit.read(cookie.bytes(), cookie.initAt(), config).keyVector;
        Authentication present = a == null ? null : a.authentication;
        SharedKeys keys = present != null
                ? present.keys()
                : new SharedKeys(config.extensions().authentication());
        var authentication = new Authentication(own, keys);
        return peers != null && authentication.agree(peers) ? authentication : null;
    }

    /// Whether a COOKIE ECHO may be taken that comes after the AUTH chunk at `auth`, or after none if that is
    /// -1.
    static boolean accepts(@Nullable Authentication authentication, byte[] b, int auth, int end) {
        if (auth >= 0) {
            return authentication != null && authentication.verify(b, auth, end) == Authentication.Verdict.AUTHENTIC;
        }
        return authentication == null || !authentication.ownDemands().has(SctpChunks.COOKIE_ECHO);
    }
}
