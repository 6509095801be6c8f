package io.towpath.drill.sctp;

import io.towpath.drill.script.Arguments;
import io.towpath.drill.script.Outcome;
import io.towpath.drill.script.Value;
import io.towpath.sctp.Association;
import io.towpath.sctp.SctpLayer;
import io.towpath.stack.Stack;
import io.towpath.wire.IpAddress;
import io.towpath.wire.SctpPacket;
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
        return setUp.apply(name, value);
    }

    /// The octets of a packet for the host, from the SCTP header on.
    ///
    /// @throws IllegalArgumentException when a value does not fit its field
    public byte[] octets(PacketNotation packet) {
        return PacketWriter.write(packet, flow());
    }

    /// What differs between an expected packet and one that the host sent; empty when nothing does.
    public List<String> differences(PacketNotation expected, byte[] packet) {
        return PacketJudge.differences(expected, packet, flow());
    }

    /// A packet of the host in the notation of scripts, its numbers as the script counts them.
    public String text(byte[] packet) {
        SctpPacket read = SctpPacket.parse(packet, 0, packet.length);
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
