package io.towpath.drill;

import io.towpath.drill.script.Arguments;
import io.towpath.drill.script.Errno;
import io.towpath.drill.script.Outcome;
import io.towpath.drill.script.Value;
import io.towpath.drill.sctp.SctpSession;
import io.towpath.tcp.TcpConnection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The system calls that scripts can make, by name. Names, flags and options that are not here are
/// [NotUnderstood].
final class SystemCalls {
    private static final int MODE_READ_WRITE = 2;
    private static final int MODE_NON_BLOCKING_LINUX = 0x800;
    private static final int MODE_NON_BLOCKING_BSD = 4;

    private final Session session;
    private final SocketOptions options;

    SystemCalls(Session session) {
        this.session = session;
        this.options = new SocketOptions(session);
    }

    /// The names of all calls.
    static boolean isKnown(String name) {
        return switch (name) {
            case "socket", "bind", "listen", "accept", "accept4", "connect", "close", "shutdown" -> true;
            case "read", "readv", "recv", "recvfrom", "recvmsg" -> true;
            case "write", "writev", "send", "sendto", "sendmsg" -> true;
            case "setsockopt", "getsockopt", "fcntl", "ioctl", "poll", "open", "sendfile" -> true;
            case "epoll_create", "epoll_create1", "epoll_ctl", "epoll_wait" -> true;
            default -> SctpSession.isKnown(name);
        };
    }

    /// Gets a call ready to be tried.
    Outcome.Attempt prepare(int line, Step.Call call) {
        var arguments = new Arguments(line, call.name(), call.arguments());
        Long result = call.result();
        if (session.sctp.handles(call.name(), call.arguments())) {
            return session.sctp.prepare(line, call.name(), call.arguments(), result);
        }
        return switch (call.name()) {
            case "socket" -> () -> socket(arguments, result);
            case "poll" -> new PollCall(session, arguments);
            case "open" -> () -> open(arguments, result);
            case "epoll_create", "epoll_create1" -> () -> epoll(result);
            case "epoll_ctl" -> () -> epollSet(arguments).control(arguments);
            case "epoll_wait" -> epollSet(arguments).await(arguments);
            default -> onSocket(call, arguments, result);
        };
    }

    private Outcome.Attempt onSocket(Step.Call call, Arguments arguments, @Nullable Long result) {
        int descriptor = (int) arguments.number(0);
        if (call.name().equals("close")
                && (session.epolls().remove(descriptor) != null
                        || session.files().remove(descriptor))) {
            return () -> Outcome.DONE;
        }
        DrillSocket socket = session.descriptors().get(descriptor);
        if (socket == null) {
            return () -> Outcome.error(Errno.EBADF);
        }
        var calls = new StreamCalls(session, socket);
        return switch (call.name()) {
            case "bind" -> () -> bind(socket, arguments);
            case "listen" -> () -> calls.listen((int) arguments.number(1));
            case "accept" -> () -> calls.accept(descriptor(result), false);
            case "accept4" -> () -> calls.accept(descriptor(result), isNonBlocking(arguments));
            case "connect" -> socket.stream ? calls.connect(arguments) : new DatagramCalls(session, socket)::connect;
            case "read" -> receive(calls, socket, arguments, size(arguments), List.of());
            case "readv" -> receive(calls, socket, arguments, vector(arguments), List.of());
            case "recv", "recvfrom" -> receive(calls, socket, arguments, size(arguments), arguments.names(3));
            case "recvmsg" -> receiveMessage(calls, socket, arguments);
            case "write" -> send(calls, socket, arguments, size(arguments), List.of());
            case "writev" -> send(calls, socket, arguments, vector(arguments), List.of());
            case "send", "sendto" -> send(calls, socket, arguments, size(arguments), arguments.names(3));
            case "sendmsg" -> send(calls, socket, arguments, MessageCalls.messageLength(arguments), arguments.names(2));
            case "sendfile" -> sendFile(calls, socket, arguments);
            case "close" -> close(calls, socket, descriptor);
            case "shutdown" -> () -> calls.shutdown((int) arguments.number(1));
            case "setsockopt" -> () -> options.set(socket, arguments);
            case "getsockopt" -> () -> options.get(socket, arguments);
            case "fcntl" -> () -> fcntl(socket, arguments);
            case "ioctl" -> () -> options.ioctl(socket, arguments);
            default -> throw arguments.notUnderstood("no such system call");
        };
    }

    private int descriptor(@Nullable Long result) {
        int lowest = 3;
        while (isOpen(lowest)) {
            lowest++;
        }
        // Descriptors have the numbers that the script gives them, whatever the system would choose. One that is given
        // again means the newer socket; the older one stays open, as the script cannot close it any more.
        return result == null || result < 0 ? lowest : Math.toIntExact(result);
    }

    private boolean isOpen(int descriptor) {
        return session.descriptors().containsKey(descriptor)
                || session.epolls().containsKey(descriptor)
                || session.files().contains(descriptor);
    }

    /// A file to read from: what it holds makes no difference, and there is always more.
    private Outcome open(Arguments arguments, @Nullable Long result) {
        if (!(arguments.at(0) instanceof Value.Text) || !arguments.names(1).equals(List.of("O_RDONLY"))) {
            throw arguments.notUnderstood("opening " + arguments.at(0) + " as " + arguments.at(1));
        }
        int descriptor = descriptor(result);
        session.files().add(descriptor);
        return Outcome.of(descriptor);
    }

    private Outcome.Attempt sendFile(StreamCalls calls, DrillSocket socket, Arguments arguments) {
        if (!socket.stream || !session.files().contains((int) arguments.number(1))) {
            throw arguments.notUnderstood("descriptor " + arguments.at(1) + " is no file");
        }
        return calls.send(arguments, (int) arguments.number(3), List.of());
    }

    private static boolean isNonBlocking(Arguments arguments) {
        List<String> flags = arguments.names(3);
        if (!flags.isEmpty() && !flags.equals(List.of("SOCK_NONBLOCK"))) {
            throw arguments.notUnderstood("flags " + flags);
        }
        return !flags.isEmpty();
    }

    private Outcome epoll(@Nullable Long result) {
        int descriptor = descriptor(result);
        session.epolls().put(descriptor, new EpollSet(session));
        return Outcome.of(descriptor);
    }

    private EpollSet epollSet(Arguments arguments) {
        EpollSet set = session.epolls().get((int) arguments.number(0));
        if (set == null) {
            throw arguments.notUnderstood("descriptor " + arguments.at(0) + " is none of epoll");
        }
        return set;
    }

    private static int size(Arguments arguments) {
        return (int) arguments.number(2);
    }

    private static int vector(Arguments arguments) {
        return MessageCalls.length(arguments, arguments.at(1));
    }

    private Outcome.Attempt receiveMessage(StreamCalls calls, DrillSocket socket, Arguments arguments) {
        int length = MessageCalls.messageLength(arguments);
        if (arguments.names(2).equals(List.of("MSG_ERRQUEUE"))) {
            return () -> ErrorQueue.receive(arguments, socket);
        }
        Outcome.Attempt receiving = receive(calls, socket, arguments, length, arguments.names(2));
        return () -> {
            Outcome outcome = receiving.attempt();
            if (outcome != null && outcome.errno() == null) {
                MessageCalls.requireControl(arguments, socket, left(socket.connection));
            }
            return outcome;
        };
    }

    /// Linux counts the end of the stream as one octet when nothing else is left, so that its user reads on.
    private static int left(@Nullable TcpConnection c) {
        int left = c == null ? 0 : c.receiveRing().readable();
        return left == 0 && c != null && c.endOfStream() ? 1 : left;
    }

    private Outcome socket(Arguments arguments, @Nullable Long result) {
        List<String> type = arguments.names(1);
        boolean stream = type.contains("SOCK_STREAM");
        if (!stream && !type.contains("SOCK_DGRAM")) {
            throw arguments.notUnderstood("a socket of type " + type);
        }
        if (arguments.at(2) instanceof Value.Names(List<String> names)
                && !names.equals(List.of(stream ? "IPPROTO_TCP" : "IPPROTO_UDP"))) {
            throw arguments.notUnderstood("a socket of " + names);
        }
        var socket = new DrillSocket(stream, session.setUp.tcp());
        socket.nonBlocking = type.contains("SOCK_NONBLOCK");
        int descriptor = descriptor(result);
        session.descriptors().put(descriptor, socket);
        return Outcome.of(descriptor);
    }

    private Outcome bind(DrillSocket socket, Arguments arguments) {
        socket.localPort = arguments.port(1, Session.PORT);
        if (!socket.stream) {
            new DatagramCalls(session, socket).bind(socket.localPort);
        } else if (session.setUp.profile() == DrillProfile.BSD) {
            new StreamCalls(session, socket).take();
        }
        return Outcome.DONE;
    }

    private Outcome.Attempt receive(
            StreamCalls calls, DrillSocket socket, Arguments arguments, int length, List<String> flags) {
        if (socket.stream) {
            return calls.receive(arguments, length, flags);
        }
        if (!flags.isEmpty()) {
            throw arguments.notUnderstood("flags " + flags);
        }
        return () -> new DatagramCalls(session, socket).receive(length);
    }

    private Outcome.Attempt send(
            StreamCalls calls, DrillSocket socket, Arguments arguments, int length, List<String> flags) {
        if (socket.stream) {
            return calls.send(arguments, length, flags);
        }
        if (!flags.isEmpty()) {
            throw arguments.notUnderstood("flags " + flags);
        }
        return () -> new DatagramCalls(session, socket).send(length);
    }

    private Outcome.Attempt close(StreamCalls calls, DrillSocket socket, int descriptor) {
        boolean[] begun = {false};
        long patienceUntil = session.now() + socket.lingerNanos;
        return () -> {
            if (!begun[0]) {
                begun[0] = true;
                session.descriptors().remove(descriptor);
                if (!socket.stream) {
                    new DatagramCalls(session, socket).close();
                    return Outcome.DONE;
                }
                calls.close();
            }
            // SO_LINGER: a call that blocks waits until the peer has everything.
            boolean waits = !socket.nonBlocking && session.now() < patienceUntil;
            return waits && socket.isFinUnacknowledged() ? null : Outcome.DONE;
        };
    }

    private Outcome fcntl(DrillSocket socket, Arguments arguments) {
        int nonBlocking = session.setUp.profile() == DrillProfile.BSD ? MODE_NON_BLOCKING_BSD : MODE_NON_BLOCKING_LINUX;
        return switch (String.join("|", arguments.names(1))) {
            case "F_GETFL" -> Outcome.of(MODE_READ_WRITE | (socket.nonBlocking ? nonBlocking : 0));
            case "F_SETFL" -> {
                socket.nonBlocking = arguments.names(2).contains("O_NONBLOCK");
                yield Outcome.DONE;
            }
            default -> throw arguments.notUnderstood("the command " + arguments.at(1));
        };
    }
}
