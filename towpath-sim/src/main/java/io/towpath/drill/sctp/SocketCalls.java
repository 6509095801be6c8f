package io.towpath.drill.sctp;

import io.towpath.drill.script.Arguments;
import io.towpath.drill.script.Errno;
import io.towpath.drill.script.Outcome;
import io.towpath.drill.script.Value;
import io.towpath.sctp.Association;
import io.towpath.sctp.SctpEndpoint;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.SctpInfo;
import io.towpath.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Calls that make, connect and end SCTP sockets (RFC 6458 §3, §4, §9).
final class SocketCalls {
    private static final int MODE_READ_WRITE = 2;
    private static final int MODE_NON_BLOCKING = 4;
    private static final int MODE_NON_BLOCKING_LINUX = 0x800;

    private final SctpSession session;

    SocketCalls(SctpSession session) {
        this.session = session;
    }

    /// The calls that only SCTP has.
    static boolean isKnown(String name) {
        return switch (name) {
            case "sctp_bindx",
                    "sctp_connectx",
                    "sctp_peeloff",
                    "sctp_getladdrs",
                    "sctp_freeladdrs",
                    "sctp_getpaddrs",
                    "sctp_freepaddrs",
                    "sctp_send",
                    "sctp_sendx",
                    "sctp_sendmsg",
                    "sctp_sendv",
                    "sctp_recvmsg",
                    "sctp_recvv",
                    "sctp_opt_info",
                    "sctp_getassocid" -> true;
            default -> false;
        };
    }

    /// Gets a call ready to be tried.
    Outcome.Attempt prepare(String name, Arguments arguments, @Nullable Long result) {
        if (name.equals("socket")) {
            return () -> socket(arguments, result);
        }
        if (name.startsWith("sctp_free")) {
            return () -> Outcome.DONE;
        }
        int descriptor = (int) arguments.number(0);
        SctpSocket socket = session.sockets.get(descriptor);
        if (socket == null) {
            return () -> Outcome.error(Errno.EBADF);
        }
        return switch (name) {
            case "bind", "sctp_bindx" -> () -> bind(socket, arguments);
            case "listen" -> () -> listen(socket, (int) arguments.number(1));
            case "accept" -> () -> accept(socket, session.descriptor(arguments, result));
            case "connect", "sctp_connectx" -> connect(socket, arguments);
            case "sctp_peeloff" -> () -> peelOff(socket, arguments, result);
            case "close" -> close(socket, descriptor);
            case "shutdown" -> () -> shutdown(socket, (int) arguments.number(1));
            case "fcntl" -> () -> control(socket, arguments);
            case "sctp_getladdrs" -> () -> addresses(socket, arguments, true);
            case "sctp_getpaddrs" -> () -> addresses(socket, arguments, false);
            case "sctp_getassocid" -> () -> identifier(socket);
            case "setsockopt" -> () -> new Options(session).set(socket, arguments);
            case "getsockopt" -> () -> new Options(session).get(socket, arguments);
            // sctp_opt_info(fd, id, option, value, [length])
            case "sctp_opt_info" -> () -> new Options(session).get(socket, arguments);
            case "write", "writev", "send", "sendto", "sendmsg" ->
                new SendCalls(session, socket, arguments).prepare(name);
            case "sctp_send", "sctp_sendx", "sctp_sendmsg", "sctp_sendv" ->
                new SendCalls(session, socket, arguments).prepare(name);
            case "read", "readv", "recv", "recvfrom", "recvmsg", "sctp_recvmsg", "sctp_recvv" ->
                new ReceiveCalls(session, socket, arguments).prepare(name);
            default -> throw arguments.notUnderstood("a call that is not there for SCTP");
        };
    }

    private Outcome socket(Arguments arguments, @Nullable Long result) {
        List<String> type = arguments.names(1);
        boolean many = type.contains("SOCK_SEQPACKET");
        if (!many && !type.contains("SOCK_STREAM")) {
            return Outcome.error(Errno.EINVAL);
        }
        var socket = new SctpSocket(many, session.setUp.config().withVersions(isIp4(), !isIp4()));
        socket.nonBlocking = type.contains("SOCK_NONBLOCK");
        int descriptor = session.descriptor(arguments, result);
        session.sockets.put(descriptor, socket);
        return Outcome.of(descriptor);
    }

    private boolean isIp4() {
        return session.local.isIp4();
    }

    /// Sockets are bound to the only address that there is, or to all, which is the same.
    private Outcome bind(SctpSocket socket, Arguments arguments) {
        Value address = arguments.at(1);
        if (address instanceof Value.Listing(List<Value> items) && !items.isEmpty()) {
            address = items.getFirst();
        }
        int port = address instanceof Value.Fields ? port(arguments, address) : SctpSession.PORT;
        IpAddress own = Fields.address(arguments, address);
        if (own != null && !own.isUnspecified() && !own.equals(session.local)) {
            return Outcome.error(Errno.EADDRNOTAVAIL);
        }
        if (socket.localPort != 0) {
            return Outcome.error(Errno.EINVAL);
        }
        socket.localPort = port;
        return open(socket);
    }

    private static int port(Arguments arguments, Value address) {
        Fields fields = Fields.of(arguments, address);
        return (int) (fields.has("sin_port") ? fields.number("sin_port") : fields.numberOr0("sin6_port"));
    }

    /// Makes the endpoint of a socket.
    private Outcome open(SctpSocket socket) {
        if (socket.endpoint != null) {
            return Outcome.DONE;
        }
        return switch (session.sctp().bind(session.now(), List.of(), socket.localPort, socket.config)) {
            case SctpEndpoint.Bound(SctpEndpoint endpoint) -> {
                socket.endpoint = endpoint;
                socket.localPort = endpoint.localPort();
                yield Outcome.DONE;
            }
            case SctpEndpoint.Failed(SctpError error) -> failed(error);
        };
    }

    static Outcome failed(SctpError error) {
        Errno errno = SctpSocket.errno(error);
        return Outcome.error(errno == null ? Errno.ECONNABORTED : errno);
    }

    private Outcome listen(SctpSocket socket, int backlog) {
        if (socket.localPort == 0) {
            socket.localPort = SctpSession.PORT;
        }
        Outcome opened = open(socket);
        SctpEndpoint endpoint = socket.endpoint;
        if (endpoint != null) {
            endpoint.config(socket.config);
            session.sctp().listen(session.now(), endpoint, backlog);
            session.onListen(endpoint.localPort());
        }
        return opened;
    }

    private @Nullable Outcome accept(SctpSocket socket, int descriptor) {
        SctpEndpoint endpoint = socket.endpoint;
        if (endpoint == null || !endpoint.isListening() || socket.many) {
            return Outcome.error(socket.many ? Errno.EOPNOTSUPP : Errno.EINVAL);
        }
        Association association = session.sctp().accept(session.now(), endpoint);
        if (association == null) {
            return socket.nonBlocking ? Outcome.error(Errno.EAGAIN) : null;
        }
        session.sockets.put(descriptor, heir(socket, association));
        return Outcome.of(descriptor);
    }

    /// A socket for an association of another one, with its settings (RFC 6458 §4.1.4, §9.2).
    private static SctpSocket heir(SctpSocket socket, Association association) {
        var heir = new SctpSocket(false, association.config());
        heir.association = association;
        heir.localPort = socket.localPort;
        heir.connectTold = true;
        heir.events.addAll(socket.events);
        heir.dataEvents = socket.dataEvents;
        heir.tellsInfo = socket.tellsInfo;
        heir.tellsNext = socket.tellsNext;
        heir.tellsExtended = socket.tellsExtended;
        heir.defaults = socket.defaults;
        heir.values.putAll(socket.values);
        return heir;
    }

    private Outcome.Attempt connect(SctpSocket socket, Arguments arguments) {
        boolean[] begun = {false};
        return () -> {
            Association present = socket.association;
            if (present != null && begun[0]) {
                return waitForOpen(socket);
            }
            if (present != null) {
                Errno error = socket.takeError();
                return Outcome.error(socket.isOpening() ? Errno.EALREADY : error == null ? Errno.EISCONN : error);
            }
            begun[0] = true;
            return begin(socket, arguments);
        };
    }

    private static @Nullable Outcome waitForOpen(SctpSocket socket) {
        if (socket.isOpening()) {
            return null;
        }
        Errno error = socket.takeError();
        return error == null ? Outcome.DONE : Outcome.error(error);
    }

    private @Nullable Outcome begin(SctpSocket socket, Arguments arguments) {
        IpAddress wanted = Fields.address(arguments, arguments.at(1));
        if (wanted != null && !wanted.equals(session.remote)) {
            throw arguments.notUnderstood("a peer that is not " + session.remote);
        }
        Outcome opened = open(socket);
        SctpEndpoint endpoint = socket.endpoint;
        if (endpoint == null) {
            return opened;
        }
        Outcome outcome = associate(socket, endpoint);
        if (outcome.errno() != null) {
            return outcome;
        }
        if (socket.many) {
            return Outcome.DONE;
        }
        return socket.nonBlocking ? Outcome.error(Errno.EINPROGRESS) : null;
    }

    /// Begins an association with the peer.
    private Outcome associate(SctpSocket socket, SctpEndpoint endpoint) {
        var result = session.sctp()
                .connect(session.now(), endpoint, List.of(session.remote), SctpSession.PORT, socket.config);
        return switch (result) {
            case Association.Opened(Association association) -> {
                if (socket.many) {
                    socket.associations.add(association);
                } else {
                    socket.association = association;
                }
                session.onConnect(endpoint.localPort());
                yield Outcome.DONE;
            }
            case Association.Failed(SctpError error) -> failed(error);
        };
    }

    /// The association that a message goes to: the only one, or that of a one-to-many socket with the peer,
    /// which is begun by the first message (RFC 6458 §3.1.1).
    ///
    /// @return null when there is none
    @Nullable
    Association target(SctpSocket socket) {
        adopt(socket);
        if (socket.many && socket.associations.stream().allMatch(Association::isClosed)) {
            open(socket);
            SctpEndpoint endpoint = socket.endpoint;
            if (endpoint == null || associate(socket, endpoint).errno() != null) {
                return null;
            }
        }
        return socket.all().isEmpty() ? null : socket.all().getLast();
    }

    /// Associations that peers begin with a one-to-many socket are its own at once.
    void adopt(SctpSocket socket) {
        SctpEndpoint endpoint = socket.endpoint;
        if (socket.many && endpoint != null) {
            for (Association a = session.sctp().accept(session.now(), endpoint);
                    a != null;
                    a = session.sctp().accept(session.now(), endpoint)) {
                socket.associations.add(a);
            }
        }
    }

    private Outcome peelOff(SctpSocket socket, Arguments arguments, @Nullable Long result) {
        adopt(socket);
        long wanted = arguments.number(1);
        for (Association a : socket.all()) {
            if (socket.many && SctpSession.idOf(a) == wanted) {
                int descriptor = session.descriptor(arguments, result);
                socket.associations.remove(a);
                session.sockets.put(descriptor, heir(socket, a));
                return Outcome.of(descriptor);
            }
        }
        return Outcome.error(socket.many ? Errno.ENOENT : Errno.EINVAL);
    }

    private Outcome.Attempt close(SctpSocket socket, int descriptor) {
        return () -> {
            session.sockets.remove(descriptor);
            SctpEndpoint endpoint = socket.endpoint;
            adopt(socket);
            for (Association a : List.copyOf(socket.all())) {
                end(socket, a);
            }
            if (endpoint != null) {
                session.sctp().release(session.now(), endpoint);
            }
            return Outcome.DONE;
        };
    }

    private void end(SctpSocket socket, Association a) {
        if (a.isClosed()) {
            return;
        }
        if (socket.closeAborts) {
            session.sctp().abort(session.now(), a);
        } else {
            session.sctp().shutdown(session.now(), a);
        }
    }

    private Outcome shutdown(SctpSocket socket, int how) {
        Association a = socket.association;
        if (socket.many || a == null) {
            return Outcome.error(socket.many ? Errno.EOPNOTSUPP : Errno.ENOTCONN);
        }
        socket.readShut |= how != 1;
        if (how != 0) {
            socket.writeShut = true;
            session.sctp().shutdown(session.now(), a);
        }
        return Outcome.DONE;
    }

    private Outcome control(SctpSocket socket, Arguments arguments) {
        int nonBlocking = session.profile == SctpProfile.LINUX ? MODE_NON_BLOCKING_LINUX : MODE_NON_BLOCKING;
        return switch (String.join("|", arguments.names(1))) {
            case "F_GETFL" -> Outcome.of(MODE_READ_WRITE | (socket.nonBlocking ? nonBlocking : 0));
            case "F_SETFL" -> {
                socket.nonBlocking = arguments.names(2).contains("O_NONBLOCK");
                yield Outcome.DONE;
            }
            default -> throw arguments.notUnderstood("the command " + arguments.at(1));
        };
    }

    /// `sctp_getladdrs(fd, id, [addresses])`, `sctp_getpaddrs`: how many, and which.
    private Outcome addresses(SctpSocket socket, Arguments arguments, boolean own) {
        List<IpAddress> addresses = new ArrayList<>();
        int port = own ? socket.localPort : SctpSession.PORT;
        if (own) {
            addresses.add(session.local);
        } else {
            Association a = socket.all().isEmpty() ? null : socket.all().getFirst();
            if (a == null || a.isClosed()) {
                return Outcome.error(Errno.ENOTCONN);
            }
            session.sctp().info(session.now(), a).paths().stream()
                    .map(SctpInfo.PathInfo::address)
                    .forEach(addresses::add);
        }
        if (arguments.at(2) instanceof Value.Listing(List<Value> wanted)
                && !(wanted.size() == 1 && wanted.getFirst() instanceof Value.Any)) {
            if (wanted.size() != addresses.size()) {
                throw arguments.mismatch("addresses", wanted.toString(), addresses.toString());
            }
            for (int i = 0; i < addresses.size(); i++) {
                Fields.socketAddress(addresses.get(i), port).require(arguments, wanted.get(i));
            }
        }
        return Outcome.of(addresses.size());
    }

    private static Outcome identifier(SctpSocket socket) {
        return socket.all().isEmpty()
                ? Outcome.error(Errno.ENOENT)
                : Outcome.of(SctpSession.idOf(socket.all().getFirst()));
    }
}
