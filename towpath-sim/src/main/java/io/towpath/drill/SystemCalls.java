package io.towpath.drill;

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
            case "socket",
                    "bind",
                    "listen",
                    "accept",
                    "connect",
                    "read",
                    "recv",
                    "recvfrom",
                    "write",
                    "send",
                    "sendto",
                    "close",
                    "shutdown",
                    "setsockopt",
                    "getsockopt",
                    "fcntl",
                    "ioctl",
                    "poll" -> true;
            default -> false;
        };
    }

    /// Gets a call ready to be tried.
    Outcome.Attempt prepare(int line, Step.Call call) {
        var arguments = new Arguments(line, call);
        Long result = call.result();
        return switch (call.name()) {
            case "socket" -> () -> socket(arguments, result);
            case "poll" -> new PollCall(session, arguments);
            default -> onSocket(call, arguments, result);
        };
    }

    private Outcome.Attempt onSocket(Step.Call call, Arguments arguments, @Nullable Long result) {
        int descriptor = (int) arguments.number(0);
        DrillSocket socket = session.descriptors().get(descriptor);
        if (socket == null) {
            return () -> Outcome.error(Errno.EBADF);
        }
        var calls = new StreamCalls(session, socket);
        return switch (call.name()) {
            case "bind" -> () -> bind(socket, arguments);
            case "listen" -> () -> calls.listen((int) arguments.number(1));
            case "accept" -> () -> calls.accept(descriptor(arguments, result));
            case "connect" -> socket.stream ? calls.connect(arguments) : new DatagramCalls(session, socket)::connect;
            case "read" -> receive(calls, socket, arguments, List.of());
            case "recv", "recvfrom" -> receive(calls, socket, arguments, arguments.names(3));
            case "write" -> send(calls, socket, arguments, List.of());
            case "send", "sendto" -> send(calls, socket, arguments, arguments.names(3));
            case "close" -> () -> close(calls, descriptor);
            case "shutdown" -> () -> calls.shutdown((int) arguments.number(1));
            case "setsockopt" -> () -> options.set(socket, arguments);
            case "getsockopt" -> () -> options.get(socket, arguments);
            case "fcntl" -> () -> fcntl(socket, arguments);
            case "ioctl" -> () -> options.ioctl(socket, arguments);
            default -> throw arguments.notUnderstood("no such system call");
        };
    }

    private int descriptor(Arguments arguments, @Nullable Long result) {
        int lowest = 3;
        while (session.descriptors().containsKey(lowest)) {
            lowest++;
        }
        // Descriptors have the numbers that the script gives them, whatever the system would choose.
        int descriptor = result == null || result < 0 ? lowest : Math.toIntExact(result);
        if (session.descriptors().containsKey(descriptor)) {
            throw arguments.notUnderstood("descriptor " + descriptor + " is in use");
        }
        return descriptor;
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
        int descriptor = descriptor(arguments, result);
        session.descriptors().put(descriptor, socket);
        return Outcome.of(descriptor);
    }

    private Outcome bind(DrillSocket socket, Arguments arguments) {
        socket.localPort = arguments.port(1, Session.PORT);
        if (!socket.stream) {
            new DatagramCalls(session, socket).bind(socket.localPort);
        }
        return Outcome.DONE;
    }

    private Outcome.Attempt receive(StreamCalls calls, DrillSocket socket, Arguments arguments, List<String> flags) {
        int length = (int) arguments.number(2);
        if (socket.stream) {
            return calls.receive(arguments, length, flags);
        }
        if (!flags.isEmpty()) {
            throw arguments.notUnderstood("flags " + flags);
        }
        return () -> new DatagramCalls(session, socket).receive(length);
    }

    private Outcome.Attempt send(StreamCalls calls, DrillSocket socket, Arguments arguments, List<String> flags) {
        int length = (int) arguments.number(2);
        if (socket.stream) {
            return calls.send(arguments, length, flags);
        }
        if (!flags.isEmpty()) {
            throw arguments.notUnderstood("flags " + flags);
        }
        return () -> new DatagramCalls(session, socket).send(length);
    }

    private Outcome close(StreamCalls calls, int descriptor) {
        DrillSocket socket = session.descriptors().remove(descriptor);
        if (socket != null && !socket.stream) {
            new DatagramCalls(session, socket).close();
        } else {
            calls.close();
        }
        return Outcome.DONE;
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
