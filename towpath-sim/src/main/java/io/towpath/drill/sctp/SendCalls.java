package io.towpath.drill.sctp;

import io.towpath.core.Time;
import io.towpath.drill.script.Arguments;
import io.towpath.drill.script.Errno;
import io.towpath.drill.script.Outcome;
import io.towpath.drill.script.Value;
import io.towpath.sctp.Association;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.SendOptions;
import io.towpath.sctp.SendOptions.Policy;
import io.towpath.wire.IpAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Calls that send messages (RFC 6458 §3.1.3, §5.3, §9.7 to §9.12).
final class SendCalls {
    private final SctpSession session;
    private final SctpSocket socket;
    private final Arguments arguments;
    private SendOptions options;
    private int flags;
    private @Nullable IpAddress destination;
    private boolean wait;
    private int keyId = SendOptions.ACTIVE_KEY;

    SendCalls(SctpSession session, SctpSocket socket, Arguments arguments) {
        this.session = session;
        this.socket = socket;
        this.arguments = arguments;
        this.options = socket.defaults;
        this.wait = !socket.nonBlocking;
    }

    /// Gets a call ready to be tried.
    Outcome.Attempt prepare(String name) {
        int length = switch (name) {
            case "write" -> (int) arguments.number(2);
            case "writev" -> Buffers.length(arguments, arguments.at(1));
            case "send" -> {
                flags(arguments.names(3));
                yield (int) arguments.number(2);
            }
            case "sendto" -> {
                flags(arguments.names(3));
                to(arguments.at(4));
                yield (int) arguments.number(2);
            }
            case "sendmsg" -> message();
            case "sctp_send" -> {
                sendReceiveInfo(Fields.of(arguments, arguments.at(3)));
                flags(arguments.names(4));
                yield (int) arguments.number(2);
            }
            case "sctp_sendx" -> {
                to(arguments.at(3));
                sendReceiveInfo(Fields.of(arguments, arguments.at(5)));
                flags(arguments.names(6));
                yield (int) arguments.number(2);
            }
            case "sctp_sendmsg" -> sendMessage();
            default -> sendVector();
        };
        if ((flags & Constants.ADDR_OVER) != 0 && destination != null) {
            options = options.withDestination(destination);
        }
        return () -> send(length);
    }

    private void flags(List<String> names) {
        for (String name : names) {
            switch (name) {
                case "MSG_DONTWAIT" -> wait = false;
                case "MSG_NOSIGNAL" -> {}
                case "MSG_EOR" -> flags |= Constants.EOR;
                case "MSG_EOF", "MSG_FIN" -> flags |= Constants.EOF;
                default -> throw arguments.notUnderstood("the flag " + name);
            }
        }
    }

    private void to(Value address) {
        destination = Fields.address(arguments, address);
        if (destination != null && !destination.equals(session.remote)) {
            throw arguments.notUnderstood("a peer that is not " + session.remote);
        }
    }

    /// `sctp_sendmsg(fd, message, length, to, tolen, ppid, flags, stream, timetolive, context)`.
    private int sendMessage() {
        to(arguments.at(3));
        options = SendOptions.stream((int) arguments.number(7))
                .withPpid(Constants.inNetworkOrder(arguments, "ppid", arguments.at(5)))
                .withContext(Constants.number(arguments, arguments.at(9)));
        sctpFlags((int) Constants.number(arguments, arguments.at(6)));
        lifetime(flags & Constants.PR_MASK, arguments.number(8));
        return (int) arguments.number(2);
    }

    private void sctpFlags(int value) {
        if ((value & Constants.SEND_ALL) != 0) {
            throw arguments.notUnderstood("SCTP_SENDALL");
        }
        flags = value;
        options = options.withUnordered((value & Constants.UNORDERED) != 0)
                .withSackImmediately((value & Constants.SACK_IMMEDIATELY) != 0);
    }

    /// A time to live without a policy is a lifetime (RFC 6458 §9.8).
    private void lifetime(int policy, long value) {
        policy(policy == 0 && value > 0 ? 1 : policy, value);
    }

    private void policy(int policy, long value) {
        options = switch (policy) {
            case 0 -> options.withPolicy(Policy.RELIABLE, 0);
            case 1 -> options.withPolicy(value == 0 ? Policy.RELIABLE : Policy.LIFETIME, value * Time.MILLISECOND);
            case 2 -> options.withPolicy(Policy.PRIORITY, value);
            case 3 -> options.withPolicy(Policy.RETRANSMISSIONS, value);
            default -> throw arguments.notUnderstood("the policy " + policy);
        };
    }

    private void sendReceiveInfo(Fields info) {
        options = SendOptions.stream((int) info.numberOr0("sinfo_stream"))
                .withPpid(info.numberOr0("sinfo_ppid"))
                .withContext(info.numberOr0("sinfo_context"));
        sctpFlags((int) info.numberOr0("sinfo_flags"));
        lifetime(flags & Constants.PR_MASK, info.numberOr0("sinfo_timetolive"));
    }

    private void sendInfo(Fields info) {
        options = SendOptions.stream((int) info.numberOr0("snd_sid"))
                .withPpid(info.numberOr0("snd_ppid"))
                .withContext(info.numberOr0("snd_context"))
                .withPolicy(options.policy(), options.policyValue());
        sctpFlags((int) info.numberOr0("snd_flags"));
    }

    private void policyInfo(Fields info) {
        policy((int) info.numberOr0("pr_policy"), info.numberOr0("pr_value"));
    }

    private void key(Fields info) {
        keyId = (int) info.number("auth_keynumber");
    }

    /// `sendmsg(fd, {msg_name, msg_iov, msg_control, msg_flags}, flags)`.
    private int message() {
        Map<String, Value> message = Buffers.message(arguments);
        flags(arguments.names(2));
        to(message.getOrDefault("msg_name", new Value.Any()));
        for (Value item : Buffers.control(arguments, message)) {
            control(Fields.of(arguments, item));
        }
        return Buffers.length(arguments, Buffers.vector(arguments, message));
    }

    private void control(Fields control) {
        int type = (int) control.number("cmsg_type");
        if (type == Constants.of("SCTP_SNDRCV")) {
            sendReceiveInfo(control.inner("cmsg_data"));
        } else if (type == Constants.of("SCTP_SNDINFO")) {
            sendInfo(control.inner("cmsg_data"));
        } else if (type == Constants.of("SCTP_PRINFO")) {
            policyInfo(control.inner("cmsg_data"));
        } else if (type == Constants.of("SCTP_DSTADDRV4") || type == Constants.of("SCTP_DSTADDRV6")) {
            destination = session.remote;
        } else if (type == Constants.of("SCTP_AUTHINFO")) {
            key(control.inner("cmsg_data"));
        } else {
            throw control.arguments().notUnderstood("the control message " + type);
        }
    }

    /// `sctp_sendv(fd, iov, iovcnt, addresses, addrcnt, info, infolen, infotype, flags)`.
    private int sendVector() {
        to(arguments.at(3));
        switch ((int) Constants.number(arguments, arguments.at(7))) {
            case 0 -> {}
            case 1 -> sendInfo(Fields.of(arguments, arguments.at(5)));
            case 2 -> policyInfo(Fields.of(arguments, arguments.at(5)));
            case 3 -> key(Fields.of(arguments, arguments.at(5)));
            case 4 -> {
                Fields all = Fields.of(arguments, arguments.at(5));
                long valid = all.numberOr0("sendv_flags");
                if ((valid & 1) != 0) {
                    sendInfo(all.inner("sendv_sndinfo"));
                }
                if ((valid & 2) != 0) {
                    policyInfo(all.inner("sendv_prinfo"));
                }
                if ((valid & 4) != 0) {
                    key(all.inner("sendv_authinfo"));
                }
            }
            default -> throw arguments.notUnderstood("the information " + arguments.at(7));
        }
        flags(arguments.names(8));
        return Buffers.length(arguments, arguments.at(1));
    }

    private @Nullable Outcome send(int length) {
        if (socket.writeShut) {
            return Outcome.error(Errno.EPIPE);
        }
        Association a = new SocketCalls(session).target(socket);
        if (a == null) {
            return Outcome.error(Errno.ENOTCONN);
        }
        Errno error = socket.takeError();
        if (error != null) {
            return Outcome.error(error);
        }
        if ((flags & Constants.ABORT) != 0) {
            session.sctp().abort(session.now(), a, new byte[length]);
            return Outcome.of(length);
        }
        byte[] earlier = socket.unfinished;
        if (socket.values.getOrDefault("SCTP_EXPLICIT_EOR", 0L) != 0 && (flags & Constants.EOR) == 0) {
            socket.unfinished = new byte[length + (earlier == null ? 0 : earlier.length)];
            return Outcome.of(length);
        }
        byte[] data = new byte[length + (earlier == null ? 0 : earlier.length)];
        SctpError refused = data.length == 0 && (flags & Constants.EOF) != 0
                ? null
                // A key makes no difference to an association without authentication.
                : session.sctp()
                        .send(
                                session.now(),
                                a,
                                data,
                                0,
                                data.length,
                                a.agreed.authentication() ? options.withKey(keyId) : options);
        if (refused == SctpError.WOULD_BLOCK && wait) {
            return null;
        }
        if (refused != null) {
            return failed(a, refused);
        }
        socket.unfinished = null;
        if ((flags & Constants.EOF) != 0) {
            session.sctp().shutdown(session.now(), a);
        }
        return Outcome.of(length);
    }

    private static Outcome failed(Association a, SctpError refused) {
        // A write on an association that is over, after its user was told why.
        return refused == SctpError.CLOSED && a.error() == null
                ? Outcome.error(Errno.EPIPE)
                : SocketCalls.failed(refused);
    }
}
