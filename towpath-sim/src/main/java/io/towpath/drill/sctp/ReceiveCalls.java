package io.towpath.drill.sctp;

import io.towpath.drill.script.Arguments;
import io.towpath.drill.script.Errno;
import io.towpath.drill.script.Outcome;
import io.towpath.drill.script.Value;
import io.towpath.drill.sctp.SctpSocket.Reading;
import io.towpath.sctp.Association;
import io.towpath.sctp.AssociationState;
import io.towpath.sctp.Message;
import io.towpath.sctp.Notification;
import io.towpath.sctp.Received;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Calls that receive messages and notifications (RFC 6458 §3.1.4, §5.3, §6, §9.8, §9.13), and what they tell
/// of them.
///
/// A call takes a message out of the association only when it reads of it, so that what was not read keeps the
/// window closed.
final class ReceiveCalls {
    private final SctpSession session;
    private final SctpSocket socket;
    private final Arguments arguments;
    private boolean wait;
    private boolean peek;

    ReceiveCalls(SctpSession session, SctpSocket socket, Arguments arguments) {
        this.session = session;
        this.socket = socket;
        this.arguments = arguments;
        this.wait = !socket.nonBlocking;
    }

    /// Gets a call ready to be tried.
    Outcome.Attempt prepare(String name) {
        return switch (name) {
            case "read" -> () -> plain((int) arguments.number(2));
            case "readv" -> () -> plain(Buffers.length(arguments, arguments.at(1)));
            case "recv", "recvfrom" -> {
                flags(arguments.names(3));
                yield () -> plain((int) arguments.number(2));
            }
            case "recvmsg" -> {
                flags(arguments.names(2));
                yield this::message;
            }
            case "sctp_recvmsg" -> this::receiveMessage;
            default -> this::receiveVector;
        };
    }

    private void flags(List<String> names) {
        for (String name : names) {
            switch (name) {
                case "MSG_DONTWAIT" -> wait = false;
                case "MSG_PEEK" -> peek = true;
                default -> throw arguments.notUnderstood("the flag " + name);
            }
        }
    }

    private @Nullable Outcome plain(int length) {
        Reading reading = next();
        return reading == null ? nothing() : Outcome.of(take(reading, length));
    }

    /// What a call returns when there is nothing to read.
    private @Nullable Outcome nothing() {
        if (socket.all().isEmpty() && !socket.many) {
            return Outcome.error(Errno.ENOTCONN);
        }
        Errno error = socket.takeError();
        if (error != null) {
            return Outcome.error(error);
        }
        if (socket.readShut || !socket.many && isOver(socket.all().getFirst())) {
            return Outcome.DONE;
        }
        return wait ? null : Outcome.error(Errno.EAGAIN);
    }

    /// Whether the peer sends nothing any more.
    private static boolean isOver(Association a) {
        return a.isClosed()
                || a.stateName() == AssociationState.Name.SHUTDOWN_RECEIVED
                || a.stateName() == AssociationState.Name.SHUTDOWN_ACK_SENT;
    }

    /// What the user reads: the rest of what was begun, else the next message or notification; null when there
    /// is none.
    private @Nullable Reading next() {
        Reading begun = socket.reading;
        if (begun != null) {
            return begun;
        }
        new SocketCalls(session).adopt(socket);
        socket.all().forEach(this::peek);
        Reading asked = socket.asked.poll();
        if (asked != null) {
            socket.reading = asked;
            return asked;
        }
        for (Association a : socket.all()) {
            Received received = peek(a);
            if (received != null) {
                session.sctp().receive(session.now(), a);
                Reading reading = reading(a, received);
                socket.reading = reading;
                return reading;
            }
        }
        return null;
    }

    private Reading reading(Association a, Received received) {
        return switch (received) {
            case Message message -> new Reading(a, message, null, message.length());
            case Notification notification -> {
                Structure notice = notices().structure(a, notification);
                yield new Reading(a, null, notice, notice.octets());
            }
        };
    }

    private Notices notices() {
        return new Notices(socket, session.profile);
    }

    /// What waits first, after notifications that nobody asked for were thrown away.
    private @Nullable Received peek(Association a) {
        while (session.sctp().peek(a) instanceof Notification notification
                && !notices().isWanted(notification)) {
            session.sctp().receive(session.now(), a);
            onSkipped(a, notification);
        }
        return session.sctp().peek(a);
    }

    /// RFC 6458 §6.1.8: who asks for news of authentication hears that there is none, also when this side does
    /// not offer it.
    private void onSkipped(Association a, Notification notification) {
        boolean off = !a.config().features().authentication();
        if (notification instanceof Notification.CommunicationUp && off) {
            var none = new Notification.Authentication(Notification.Authentication.Change.NONE, 0);
            if (notices().isWanted(none)) {
                Structure notice = notices().structure(a, none);
                socket.asked.add(new Reading(a, null, notice, notice.octets()));
            }
        }
    }

    /// Reads up to `length` octets.
    private int take(Reading reading, int length) {
        int count = Math.min(length, reading.length - reading.read);
        if (!peek) {
            reading.read += count;
            if (reading.read == reading.length) {
                socket.reading = null;
            }
        }
        return count;
    }

    private static boolean isEnd(Reading reading) {
        Message message = reading.message;
        return reading.read == reading.length && (message == null || message.last());
    }

    private static int flagsOf(Reading reading) {
        return (isEnd(reading) ? Constants.MSG_EOR : 0) | (reading.notice == null ? 0 : Constants.MSG_NOTIFICATION);
    }

    private void requireFlags(Value expected, Reading reading) {
        long actual = flagsOf(reading);
        Value wanted = expected instanceof Value.Listing(List<Value> items) ? items.getFirst() : expected;
        if (wanted instanceof Value.Any) {
            return;
        }
        long value =
                wanted instanceof Value.Number(long literal) ? ofLiteral(literal) : Constants.number(arguments, wanted);
        if (value != actual) {
            throw arguments.mismatch("flags", wanted.toString(), text(actual));
        }
    }

    /// Numbers are those of the system: MSG_EOR is 0x80 in Linux, MSG_NOTIFICATION 0x8000.
    private long ofLiteral(long literal) {
        return session.profile == SctpProfile.LINUX && (literal & 0x8080) != 0
                ? literal >>> 4 | literal >>> 2 & 0x2000
                : literal;
    }

    private static String text(long flags) {
        List<String> names = new ArrayList<>();
        if ((flags & Constants.MSG_NOTIFICATION) != 0) {
            names.add("MSG_NOTIFICATION");
        }
        if ((flags & Constants.MSG_EOR) != 0) {
            names.add("MSG_EOR");
        }
        return names.isEmpty() ? "0" : String.join("|", names);
    }

    private void requireContent(Value expected, Reading reading) {
        if (expected instanceof Value.Fields) {
            Structure notice = reading.notice;
            if (notice == null) {
                throw arguments.mismatch("what was received", expected.toString(), "a message");
            }
            notice.require(arguments, expected);
        }
    }

    private void requireFrom(Value expected) {
        if (expected instanceof Value.Fields) {
            Fields.socketAddress(session.remote, SctpSession.PORT).require(arguments, expected);
        }
    }

    /// `recvmsg(fd, {…}, flags)`.
    private @Nullable Outcome message() {
        Map<String, Value> message = Buffers.message(arguments);
        Value vector = Buffers.vector(arguments, message);
        Reading reading = next();
        if (reading == null) {
            return nothing();
        }
        requireContent(Buffers.base(arguments, vector), reading);
        int count = take(reading, Buffers.length(arguments, vector));
        requireFrom(message.getOrDefault("msg_name", new Value.Any()));
        requireFlags(message.getOrDefault("msg_flags", new Value.Any()), reading);
        if (message.containsKey("msg_control") && !(message.get("msg_control") instanceof Value.Any)) {
            requireControl(Buffers.control(arguments, message), reading);
        }
        return Outcome.of(count);
    }

    private void requireControl(List<Value> expected, Reading reading) {
        List<Structure> actual = controls(reading);
        if (expected.size() != actual.size()) {
            throw arguments.mismatch("control messages", expected.toString(), actual.toString());
        }
        for (int i = 0; i < actual.size(); i++) {
            actual.get(i).require(arguments, expected.get(i));
        }
    }

    private List<Structure> controls(Reading reading) {
        var controls = new ArrayList<Structure>();
        Message message = reading.message;
        if (message == null) {
            return controls;
        }
        var information = information(reading, message);
        Structure next = socket.tellsNext || socket.tellsExtended ? information.next() : null;
        if (socket.tellsInfo) {
            controls.add(control("SCTP_RCVINFO", information.received()));
        }
        if (socket.tellsNext && next != null) {
            controls.add(control("SCTP_NXTINFO", next));
        }
        if (socket.dataEvents) {
            controls.add(
                    socket.tellsExtended
                            ? control("SCTP_EXTRCV", information.extended())
                            : control("SCTP_SNDRCV", information.sendReceive()));
        }
        return controls;
    }

    private static Structure control(String type, Structure data) {
        int header = 12;
        return new Structure("control message", header + data.octets())
                .with("cmsg_len", header + data.octets())
                .with("cmsg_level", Constants.of("IPPROTO_SCTP"))
                .with("cmsg_type", Constants.of(type))
                .with("cmsg_data", data);
    }

    private MessageInfo information(Reading reading, Message message) {
        return new MessageInfo(reading.association, message, following(), session.profile, socket.context);
    }

    /// What the next call would give.
    private @Nullable Received following() {
        for (Association a : socket.all()) {
            Received received = peek(a);
            if (received != null) {
                return received;
            }
        }
        return null;
    }

    /// `sctp_recvmsg(fd, buffer, length, from, fromlen, sinfo, flags)`.
    private @Nullable Outcome receiveMessage() {
        Reading reading = next();
        if (reading == null) {
            return nothing();
        }
        requireContent(arguments.at(1), reading);
        int count = take(reading, (int) arguments.number(2));
        requireFrom(arguments.at(3));
        Message message = reading.message;
        if (message != null && arguments.at(5) instanceof Value.Fields) {
            information(reading, message).sendReceive().require(arguments, arguments.at(5));
        }
        requireFlags(arguments.at(6), reading);
        return Outcome.of(count);
    }

    /// `sctp_recvv(fd, iov, iovlen, from, fromlen, info, [infolen], [infotype], [flags])`.
    private @Nullable Outcome receiveVector() {
        Reading reading = next();
        if (reading == null) {
            return nothing();
        }
        requireContent(Buffers.base(arguments, arguments.at(1)), reading);
        int count = take(reading, Buffers.length(arguments, arguments.at(1)));
        requireFrom(arguments.at(3));
        requireInfo(reading);
        requireFlags(arguments.at(8), reading);
        return Outcome.of(count);
    }

    private void requireInfo(Reading reading) {
        Message message = reading.message;
        MessageInfo information = message == null ? null : information(reading, message);
        Structure next = information == null || !socket.tellsNext ? null : information.next();
        Structure received = information == null || !socket.tellsInfo ? null : information.received();
        Structure info = received == null ? next : received;
        int type = received == null ? next == null ? 0 : 2 : next == null ? 1 : 3;
        if (received != null && next != null) {
            info = new Structure("sctp_recvv_rn", received.octets() + next.octets())
                    .with("recvv_rcvinfo", received)
                    .with("recvv_nxtinfo", next);
        }
        if (info != null && arguments.at(5) instanceof Value.Fields) {
            info.require(arguments, arguments.at(5));
        }
        requireBoxed("infolen", 6, info == null ? 0 : info.octets());
        requireBoxed("infotype", 7, type);
        if (info == null && arguments.at(5) instanceof Value.Fields) {
            throw arguments.mismatch("information", arguments.at(5).toString(), "none");
        }
    }

    private void requireBoxed(String what, int index, long actual) {
        if (arguments.at(index) instanceof Value.Listing(List<Value> items) && !items.isEmpty()) {
            Value wanted = items.getFirst();
            if (!(wanted instanceof Value.Any) && Constants.number(arguments, wanted) != actual) {
                throw arguments.mismatch(what, wanted.toString(), Long.toString(actual));
            }
        }
    }
}
