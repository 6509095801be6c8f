package io.towpath.drill.sctp;

import io.towpath.core.Counter;
import io.towpath.drill.script.Arguments;
import io.towpath.drill.script.Outcome;
import io.towpath.drill.script.Value;
import io.towpath.sctp.Association;
import io.towpath.sctp.SctpLayer;
import io.towpath.stack.Stack;
import io.towpath.udp.UdpConfig;
import io.towpath.udp.UdpEndpoint;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Octets;
import io.towpath.wire.SctpPacket;
import io.towpath.wire.UdpDatagram;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What the SCTP steps of one run share: the sockets, the settings, and the association that the script speaks
/// of, which is that which was begun last.
public final class SctpSession {
    /// The port that sockets get when a script leaves it open, and the peer's when the host connects.
    static final int PORT = 8080;

    private static final int FIRST_REMOTE_PORT = 40_000;

    /// FreeBSD's first association identifier; 0 to 2 mean future, current and all ones.
    private static final int FIRST_ASSOCIATION_ID = 3;

    final Stack stack;
    final IpAddress local;
    final IpAddress remote;
    final SctpProfile profile;
    final SctpSetUp setUp;
    final Map<Integer, SctpSocket> sockets = new TreeMap<>();

    private final LongSupplier clock;
    private final IntPredicate othersHave;
    private boolean tunneling;
    private int listenPort = PORT;
    private int nextRemotePort = FIRST_REMOTE_PORT;
    private @Nullable SctpFlow flow;

    /// @param clock the host's time in nanoseconds
    /// @param local the host's address
    /// @param remote the peer's
    /// @param othersHave whether a descriptor is one of another protocol
    public SctpSession(
            Stack stack,
            LongSupplier clock,
            IpAddress local,
            IpAddress remote,
            SctpProfile profile,
            IntPredicate othersHave) {
        this.stack = stack;
        this.clock = clock;
        this.local = local;
        this.remote = remote;
        this.profile = profile;
        this.othersHave = othersHave;
        this.setUp = new SctpSetUp(profile.config());
    }

    long now() {
        return clock.getAsLong();
    }

    SctpLayer sctp() {
        return stack.sctp();
    }

    /// Whether a call is one of SCTP alone.
    public static boolean isKnown(String name) {
        return SocketCalls.isKnown(name);
    }

    /// Whether a call is about SCTP: by its name, its socket, or the socket that it makes.
    public boolean handles(String name, List<Value> arguments) {
        return switch (name) {
            case "socket" ->
                arguments.size() > 2
                        && arguments.get(2) instanceof Value.Names(List<String> names)
                        && names.equals(List.of("IPPROTO_SCTP"));
            default ->
                isKnown(name)
                        || !arguments.isEmpty()
                                && arguments.getFirst() instanceof Value.Number(long descriptor)
                                && sockets.containsKey((int) descriptor);
        };
    }

    /// Gets a call ready to be tried.
    ///
    /// @param result what it should return, null when the script does not say
    public Outcome.Attempt prepare(int line, String name, List<Value> arguments, @Nullable Long result) {
        return new SocketCalls(this).prepare(name, new Arguments(line, name, arguments), result);
    }

    /// Obeys a setting by its name in FreeBSD or Linux.
    ///
    /// @return false when it is not known
    public boolean set(String name, String value) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "udp_tunneling_port", "udp_port" -> value.matches("[0-9]{1,5}") && tunnel(Integer.parseInt(value));
            default -> setUp.apply(name, value);
        };
    }

    /// The octets of a packet for the host, from the SCTP header on.
    ///
    /// @throws IllegalArgumentException when a value does not fit its field
    public byte[] octets(PacketNotation packet) {
        return PacketWriter.write(packet, flow());
    }

    /// What differs between an expected packet and one that the host sent; empty when nothing does.
    ///
    /// @param packet an SCTP packet in IP, null when it is none
    /// @param datagram a UDP datagram, null when it is none
    public List<String> differences(PacketNotation expected, @Nullable Octets packet, @Nullable UdpDatagram datagram) {
        PacketNotation.UdpPorts ports = expected.encapsulation();
        Octets octets = ports == null ? packet : datagram == null ? null : datagram.payload();
        if (octets == null) {
            return List.of(ports == null ? "no SCTP packet" : "no SCTP packet in UDP");
        }
        var found = new ArrayList<>(PacketJudge.differences(expected, octets.toArray(), flow()));
        if (ports != null
                && datagram != null
                && (datagram.sourcePort() != ports.source() || datagram.destinationPort() != ports.destination())) {
            found.add("UDP ports");
        }
        return found;
    }

    /// Lets packets travel in UDP, as `net.inet.sctp.udp_tunneling_port` does (RFC 6951).
    ///
    /// @param port own UDP port, 0 for none
    /// @return false when it cannot be
    boolean tunnel(int port) {
        if (port == 0) {
            return !tunneling;
        }
        if (tunneling
                || !(stack.udp().bind(now(), null, port, UdpConfig.defaults())
                        instanceof UdpEndpoint.Bound(UdpEndpoint endpoint))) {
            return false;
        }
        stack.udp()
                .carry(endpoint, stack.sctp(), () -> stack.context().counters().get(Counter.SCTP_UDP_OUT));
        stack.sctp().encapsulate(port, 0);
        tunneling = true;
        return true;
    }

    /// A packet of the host in the notation of scripts, its numbers as the script counts them.
    public String text(Octets packet) {
        SctpPacket read = SctpPacket.parse(packet.toArray(), 0, packet.length());
        return read.text(flow().hostBase(), 0);
    }

    /// A socket listens: the next INIT begins an association.
    void onListen(int port) {
        listenPort = port;
        flow = null;
    }

    /// A socket begins an association.
    void onConnect(int localPort) {
        flow = new SctpFlow(localPort, PORT);
    }

    SctpFlow flow() {
        SctpFlow present = flow;
        if (present == null) {
            present = new SctpFlow(listenPort, nextRemotePort++);
            flow = present;
        }
        return present;
    }

    /// The identifier of an association in FreeBSD.
    static long idOf(Association a) {
        return FIRST_ASSOCIATION_ID - 1 + a.id();
    }

    /// A descriptor for a new socket: the one that the script gives it, else the lowest that is free.
    int descriptor(Arguments arguments, @Nullable Long result) {
        int lowest = 3;
        while (isOpen(lowest)) {
            lowest++;
        }
        int descriptor = result == null || result < 0 ? lowest : Math.toIntExact(result);
        if (isOpen(descriptor)) {
            throw arguments.notUnderstood("descriptor " + descriptor + " is in use");
        }
        return descriptor;
    }

    private boolean isOpen(int descriptor) {
        return sockets.containsKey(descriptor) || othersHave.test(descriptor);
    }
}
