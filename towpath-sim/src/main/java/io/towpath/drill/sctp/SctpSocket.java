package io.towpath.drill.sctp;

import io.towpath.drill.script.Errno;
import io.towpath.sctp.Association;
import io.towpath.sctp.Message;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpEndpoint;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.SendOptions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// An SCTP socket as the calls of a script see it (RFC 6458).
final class SctpSocket {
    /// Whether it is one-to-many (`SOCK_SEQPACKET`); else one-to-one.
    final boolean many;

    /// How its associations behave, or will.
    SctpConfig config;

    boolean nonBlocking;
    int localPort;

    /// `SO_LINGER` with a time of 0: closing aborts.
    boolean closeAborts;

    boolean readShut;
    boolean writeShut;
    private boolean errorTaken;

    /// Whether `connect` told already that the association is there.
    boolean connectTold;

    /// Notifications that the user asked for, by number.
    final Set<Integer> events = new TreeSet<>();

    /// `SCTP_EVENTS` asked for `SCTP_SNDRCV` with each message.
    boolean dataEvents;

    /// `SCTP_RECVRCVINFO`, `SCTP_RECVNXTINFO`, `SCTP_USE_EXT_RCVINFO`.
    boolean tellsInfo;

    boolean tellsNext;
    boolean tellsExtended;

    /// `SCTP_CONTEXT`: told with every message that is received.
    long context;

    /// What is sent without instructions goes so.
    SendOptions defaults = SendOptions.defaults();

    /// Options that have a value and nothing else, by name.
    final Map<String, Long> values = new TreeMap<>();

    /// `SCTP_EXPLICIT_EOR`: the beginning of a message whose end was not written yet.
    byte @Nullable [] unfinished;

    @Nullable
    SctpEndpoint endpoint;

    /// The association of a one-to-one socket.
    @Nullable
    Association association;

    /// Those of a one-to-many socket.
    final List<Association> associations = new ArrayList<>();

    /// Notifications that asking for them brought at once.
    final ArrayDeque<Reading> asked = new ArrayDeque<>();

    /// A message or notification of which the user has read a part.
    @Nullable
    Reading reading;

    /// What the user reads at the moment.
    static final class Reading {
        final Association association;

        /// The message; null for a notification.
        final @Nullable Message message;

        /// The notification as its structure.
        final @Nullable Structure notice;

        final int length;
        int read;

        Reading(Association association, @Nullable Message message, @Nullable Structure notice, int length) {
            this.association = association;
            this.message = message;
            this.notice = notice;
            this.length = length;
        }
    }

    SctpSocket(boolean many, SctpConfig config) {
        this.many = many;
        this.config = config;
    }

    /// All associations it has, or had.
    List<Association> all() {
        Association one = association;
        return one == null ? associations : List.of(one);
    }

    /// Why its association ended, once.
    @Nullable
    Errno takeError() {
        Errno error = waitingError();
        errorTaken |= error != null;
        return error;
    }

    /// Why its association ended, null when the user knows.
    @Nullable
    Errno waitingError() {
        Association one = association;
        SctpError error = one == null ? null : one.error();
        return error == null || errorTaken ? null : errno(error);
    }

    /// What a user of sockets hears of an error.
    static @Nullable Errno errno(SctpError error) {
        return switch (error) {
            case ADDRESS_IN_USE -> Errno.EADDRINUSE;
            case ADDRESS_NOT_AVAILABLE, NO_PORTS -> Errno.EADDRNOTAVAIL;
            case NO_ROUTE -> Errno.EHOSTUNREACH;
            case BAD_DESTINATION, BAD_STREAM, BAD_KEY, INVALID, EMPTY -> Errno.EINVAL;
            case ALREADY_CONNECTED -> Errno.EISCONN;
            case WOULD_BLOCK -> Errno.EAGAIN;
            case TOO_LONG -> Errno.EMSGSIZE;
            case SHUTTING_DOWN -> Errno.EPIPE;
            case CLOSED -> Errno.ENOTCONN;
            case REFUSED -> Errno.ECONNREFUSED;
            case ABORTED -> Errno.ECONNRESET;
            case TIMED_OUT, SHUTDOWN_TIMED_OUT, STALE_COOKIE -> Errno.ETIMEDOUT;
            case PROTOCOL_VIOLATION -> Errno.ECONNABORTED;
            case USER_ABORT, HANDED_OVER -> null;
            case EXPIRED, NOT_SUPPORTED -> Errno.EOPNOTSUPP;
            case IN_PROGRESS -> Errno.EALREADY;
            case DENIED -> Errno.EACCES;
        };
    }

    /// Whether the handshake has not ended yet.
    boolean isOpening() {
        Association a = association;
        return a != null
                && switch (a.stateName()) {
                    case COOKIE_WAIT, COOKIE_ECHOED -> true;
                    default -> false;
                };
    }
}
