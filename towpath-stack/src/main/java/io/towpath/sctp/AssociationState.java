package io.towpath.sctp;

import io.towpath.sctp.path.Path;
import io.towpath.sctp.path.PathPicker;
import io.towpath.sctp.path.Paths;
import org.jspecify.annotations.Nullable;

/// The state of an association (RFC 9260 §4): one object per state, which holds what only that state needs. A
/// state that is left takes its data with it.
public sealed interface AssociationState {
    /// No association any more.
    record Closed() implements AssociationState {
        @Override
        public Name name() {
            return Name.CLOSED;
        }
    }

    /// An INIT was sent.
    final class CookieWait implements AssociationState {
        /// Where the INIT goes.
        public Path path;

        /// The INIT is to be sent.
        public boolean initDue = true;

        /// INITs that were not answered.
        public int retransmissions;

        /// A cookie of this host's lived too shortly: the extension to ask for, in milliseconds; 0 for none.
        public int preservativeMillis;

        /// When the INIT was sent last, -1 before.
        public long sentAt = -1;

        /// Handshakes that ended with a stale cookie before this one.
        public final int staleCookies;

        /// Waits for an INIT ACK.
        public CookieWait(Path path, int staleCookies) {
            this.path = path;
            this.staleCookies = staleCookies;
        }

        @Override
        public Name name() {
            return Name.COOKIE_WAIT;
        }
    }

    /// The cookie was sent back.
    final class CookieEchoed implements AssociationState {
        /// The peer's cookie.
        public final byte[] cookie;

        /// Where it goes.
        public Path path;

        /// When it was sent first, to measure the round trip if it turns out stale.
        public long echoedAt;

        /// The COOKIE ECHO is to be sent.
        public boolean echoDue = true;

        /// COOKIE ECHOs that were not answered.
        public int retransmissions;

        /// Stale cookies before this one.
        public final int staleCookies;

        /// Waits for a COOKIE ACK.
        public CookieEchoed(byte[] cookie, Path path, int staleCookies) {
            this.cookie = cookie;
            this.path = path;
            this.staleCookies = staleCookies;
        }

        @Override
        public Name name() {
            return Name.COOKIE_ECHOED;
        }
    }

    /// Data flows both ways.
    record Established() implements AssociationState {
        @Override
        public Name name() {
            return Name.ESTABLISHED;
        }
    }

    /// The user wants to shut down; outstanding data comes first.
    record ShutdownPending() implements AssociationState {
        @Override
        public Name name() {
            return Name.SHUTDOWN_PENDING;
        }
    }

    /// A SHUTDOWN was sent.
    final class ShutdownSent implements AssociationState {
        /// The SHUTDOWN is still to be sent.
        public ShutdownSent() {}

        /// The SHUTDOWN is to be sent.
        public boolean shutdownDue = true;

        /// SHUTDOWNs that were not answered.
        public int retransmissions;

        /// Where it goes; null for the usual way.
        public @Nullable Path path;

        /// Where it goes.
        public Path path(Paths paths) {
            Path chosen = path;
            return chosen == null ? PathPicker.forData(paths, null) : chosen;
        }

        @Override
        public Name name() {
            return Name.SHUTDOWN_SENT;
        }
    }

    /// The peer's SHUTDOWN came; outstanding data comes first.
    record ShutdownReceived() implements AssociationState {
        @Override
        public Name name() {
            return Name.SHUTDOWN_RECEIVED;
        }
    }

    /// A SHUTDOWN ACK was sent.
    final class ShutdownAckSent implements AssociationState {
        /// The SHUTDOWN ACK is still to be sent.
        public ShutdownAckSent() {}

        /// The SHUTDOWN ACK is to be sent.
        public boolean ackDue = true;

        /// SHUTDOWN ACKs that were not answered.
        public int retransmissions;

        /// Where it goes; null for the usual way.
        public @Nullable Path path;

        /// Where it goes.
        public Path path(Paths paths) {
            Path chosen = path;
            return chosen == null ? PathPicker.forData(paths, null) : chosen;
        }

        @Override
        public Name name() {
            return Name.SHUTDOWN_ACK_SENT;
        }
    }

    /// The RFC's name of the state.
    Name name();

    /// The names of RFC 9260 §4.
    enum Name {
        /// No association.
        CLOSED,
        /// After INIT.
        COOKIE_WAIT,
        /// After COOKIE ECHO.
        COOKIE_ECHOED,
        /// Open.
        ESTABLISHED,
        /// Closing by this side, data outstanding.
        SHUTDOWN_PENDING,
        /// Closing by this side, SHUTDOWN sent.
        SHUTDOWN_SENT,
        /// Closing by the peer, data outstanding.
        SHUTDOWN_RECEIVED,
        /// Closing, SHUTDOWN ACK sent.
        SHUTDOWN_ACK_SENT;

        /// Whether the association may go from this state to `next` (RFC 9260 §4, with the collisions of §5.2.4
        /// and the restart of a handshake after a stale cookie).
        public boolean mayBecome(Name next) {
            return switch (this) {
                case CLOSED -> next == COOKIE_WAIT || next == ESTABLISHED;
                case COOKIE_WAIT -> next == CLOSED || next == COOKIE_ECHOED || next == ESTABLISHED;
                case COOKIE_ECHOED -> next == CLOSED || next == ESTABLISHED || next == COOKIE_WAIT;
                case ESTABLISHED ->
                    next == CLOSED || next == ESTABLISHED || next == SHUTDOWN_PENDING || next == SHUTDOWN_RECEIVED;
                case SHUTDOWN_PENDING ->
                    next == CLOSED || next == ESTABLISHED || next == SHUTDOWN_SENT || next == SHUTDOWN_RECEIVED;
                case SHUTDOWN_SENT -> next == CLOSED || next == ESTABLISHED || next == SHUTDOWN_ACK_SENT;
                case SHUTDOWN_RECEIVED -> next == CLOSED || next == ESTABLISHED || next == SHUTDOWN_ACK_SENT;
                case SHUTDOWN_ACK_SENT -> next == CLOSED;
            };
        }
    }

    /// Whether DATA may be received.
    default boolean takesData() {
        return switch (name()) {
            case ESTABLISHED, SHUTDOWN_PENDING, SHUTDOWN_SENT -> true;
            // RFC 9260 §6: "DATA chunks MUST only be received according to the rules below in ESTABLISHED,
            // SHUTDOWN-PENDING, and SHUTDOWN-SENT"; in the others they are discarded.
            case CLOSED, COOKIE_WAIT, COOKIE_ECHOED, SHUTDOWN_RECEIVED, SHUTDOWN_ACK_SENT -> false;
        };
    }

    /// Whether DATA may be sent, old or new (that which waits goes out before a shutdown).
    default boolean sendsData() {
        return switch (name()) {
            case ESTABLISHED, SHUTDOWN_PENDING, SHUTDOWN_RECEIVED -> true;
            case CLOSED, COOKIE_WAIT, COOKIE_ECHOED, SHUTDOWN_SENT, SHUTDOWN_ACK_SENT -> false;
        };
    }

    /// Whether the user may hand over new messages.
    default boolean takesMessages() {
        return switch (name()) {
            case COOKIE_WAIT, COOKIE_ECHOED, ESTABLISHED -> true;
            case CLOSED, SHUTDOWN_PENDING, SHUTDOWN_SENT, SHUTDOWN_RECEIVED, SHUTDOWN_ACK_SENT -> false;
        };
    }
}
