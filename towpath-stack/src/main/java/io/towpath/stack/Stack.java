package io.towpath.stack;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Medium;
import io.towpath.core.Packet;
import io.towpath.core.TxBatch;
import io.towpath.ip.IpInterface;
import io.towpath.ip.IpLayer;
import io.towpath.nat.Nat;
import io.towpath.nat.NatConfig;
import io.towpath.sctp.SctpLayer;
import io.towpath.tcp.TcpLayer;
import io.towpath.udp.UdpConfig;
import io.towpath.udp.UdpEndpoint;
import io.towpath.udp.UdpLayer;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Prefix;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One host. A driver turns it: [#input] for every packet from a link, [#tick] when [#deadline] has come, [#poll]
/// until it returns false, then packets from the interfaces' outboxes to the links, then signals from
/// [Context#signals] to their users.
///
/// It has one owner at a time and never blocks. `now` must not go back.
public final class Stack {
    /// Packets that a transport may write before other transports and the links get their turn.
    private static final int BATCH = 64;

    /// TCP, UDP and SCTP. They are called by their names below: each turn would look up three classes behind one
    /// interface otherwise, which was a fifteenth of the work of a short connection.
    private static final int TRANSPORTS = 3;

    private final StackConfig config;
    private final Context context;
    private final IpLayer ip;
    private final TcpLayer tcp;
    private final UdpLayer udp;
    private final SctpLayer sctp;
    private final List<Interface> interfaces = new ArrayList<>();
    private final TxBatch batch = new TxBatch(BATCH);
    private final TxBatch looped;
    private int turn;
    private @Nullable Nat nat;

    /// A host with a loopback interface, index 0, and nothing else.
    public Stack(StackConfig config, Context context) {
        this.config = config;
        this.context = context;
        ip = new IpLayer(context, config.ip(), config.outboxMax());
        tcp = new TcpLayer(context, ip, config.tcp());
        udp = new UdpLayer(context, ip);
        ip.register(tcp);
        sctp = new SctpLayer(context, ip);
        ip.register(udp);
        ip.register(sctp);
        looped = new TxBatch(config.outboxMax());
        encapsulate(config.encapsulation());
        interfaces.add(wrap(ip.interfaces().getFirst()));
    }

    /// RFC 6951: what comes to one UDP port is handed to SCTP.
    private void encapsulate(StackConfig.UdpEncapsulation how) {
        if (how.localPort() != 0
                && udp.bind(0, null, how.localPort(), UdpConfig.defaults())
                        instanceof UdpEndpoint.Bound(var endpoint)) {
            udp.carry(endpoint, sctp, () -> context.counters().get(Counter.SCTP_UDP_OUT));
            sctp.encapsulate(how.localPort(), how.remotePort());
        }
    }

    private Interface wrap(IpInterface inner) {
        return new Interface(ip, inner, BATCH, config.outboxMax());
    }

    /// Adds an interface, which is up and has no address yet.
    ///
    /// @throws IllegalArgumentException with one line that says which value cannot be
    public Interface addInterface(String name, InterfaceConfig settings) {
        var added = wrap(ip.addInterface(new IpInterface.Settings(
                name, settings.medium(), settings.mtu(), settings.offloads(), settings.mac(), config.outboxMax())));
        interfaces.add(added);
        return added;
    }

    /// Adds a route. Routes to the networks of interface addresses are there by themselves.
    ///
    /// @param gateway the next hop, or null when the destination is on the link; on [Medium#RAW_IP] links it makes
    ///     no difference
    /// @param metric lower wins among routes to the same network
    public void addRoute(Prefix destination, Interface via, @Nullable IpAddress gateway, int metric) {
        ip.addRoute(destination, via.inner(), gateway, metric);
    }

    /// Makes this host a NAT between the interfaces that `settings` call outside and all others. The interfaces may
    /// come later, and so may their addresses.
    ///
    /// @throws IllegalStateException when the host does not forward packets, or is a NAT already
    public Nat nat(NatConfig settings) {
        if (!config.ip().forwarding()) {
            throw new IllegalStateException("a NAT must forward packets: IpConfig.withForwarding(true)");
        }
        if (nat != null) {
            throw new IllegalStateException("this host is a NAT already");
        }
        nat = new NatBox(ip, tcp, udp, sctp).install(settings, context);
        return nat;
    }

    /// Makes this host a NAT with these settings, whether it is one already or not. What it knows stays as far as it
    /// fits them: see [Nat#change].
    ///
    /// @throws IllegalStateException when the host does not forward packets
    public Nat changeNat(long now, NatConfig settings) {
        Nat known = nat;
        if (known == null) {
            return nat(settings);
        }
        ip.reassembleAll(settings.ip6() == NatConfig.Ip6.TRANSLATED);
        known.change(now, settings);
        return known;
    }

    /// The NAT, null when this host is none.
    public @Nullable Nat nat() {
        return nat;
    }

    /// Takes a packet from the link behind `from`: an Ethernet frame or an IP packet at `packet.at`, by the
    /// interface's medium. Takes ownership. Changes state; writes nothing before the next [#poll].
    public void input(long now, Interface from, Packet packet) {
        ip.input(now, from.inner(), packet);
    }

    /// When [#tick] wants to be called next; not after `now` when it should be called at once,
    /// [io.towpath.core.Time#NEVER] when only input can wake this host.
    public long deadline() {
        if (!interfaces.getFirst().outbox().isEmpty()) {
            return 0;
        }
        long earliest = Math.min(ip.deadline(), tcp.deadline());
        earliest = Math.min(earliest, Math.min(udp.deadline(), sctp.deadline()));
        if (nat != null) {
            earliest = Math.min(earliest, nat.deadline());
        }
        for (int i = 0; i < interfaces.size(); i++) {
            earliest = Math.min(earliest, interfaces.get(i).stallAt());
        }
        return earliest;
    }

    /// Runs the timers whose moment has come.
    public void tick(long now) {
        ip.tick(now);
        tcp.tick(now);
        udp.tick(now);
        sctp.tick(now);
        if (nat != null) {
            nat.tick(now);
        }
    }

    /// Moves packets that are due into the outboxes. Returns true when calling it again at once would move more;
    /// false when there is nothing to send or no room: call it again after packets were taken from an outbox.
    ///
    /// Packets to this host's own addresses come in again here, at the beginning of the next call.
    public boolean poll(long now) {
        ip.inputLoopback(now, looped);
        ip.flush();
        boolean more = false;
        // The transports take turns in going first.
        turn = (turn + 1) % TRANSPORTS;
        boolean open = mayPoll(now);
        for (int i = 0; open && i < TRANSPORTS; i++) {
            more |= poll(now, (turn + i) % TRANSPORTS);
            if (!batch.isEmpty()) {
                handOver(now);
                open = mayPoll(now);
            }
        }
        ip.flush();
        boolean again = more && mayPoll(now);
        return again || !interfaces.getFirst().outbox().isEmpty();
    }

    private boolean poll(long now, int transport) {
        return switch (transport) {
            case 0 -> tcp.poll(now, batch);
            case 1 -> udp.poll(now, batch);
            default -> sctp.poll(now, batch);
        };
    }

    private void handOver(long now) {
        for (int i = 0; i < batch.size(); i++) {
            Packet packet = batch.get(i);
            interfaces.get(packet.interfaceIndex).inner().put(now, packet);
        }
        batch.clear();
    }

    /// Transports write only while every link has room for what they may write, so that queues stay short and
    /// bounded. A link that has taken nothing for a while no longer holds up the others.
    private boolean mayPoll(long now) {
        boolean some = false;
        boolean blocked = false;
        for (int i = 0; i < interfaces.size(); i++) {
            Interface each = interfaces.get(i);
            if (each.hasRoom(now)) {
                some = true;
            } else {
                blocked |= !each.isStalled();
            }
        }
        return some && !blocked;
    }

    /// Switches the host off without a word to anybody: sockets of UDP are closed, interfaces go down, and every
    /// packet that waits somewhere is dropped. Connections of TCP and associations of SCTP stay as they
    /// are and find no way out.
    public void shutDown(long now) {
        if (nat != null) {
            nat.forgetAll(now);
        }
        udp.shutDown(now);
        sctp.shutDown(now);
        ip.shutDown(now);
    }

    /// Packets of the pool that this host holds: in queues of interfaces, sockets and neighbours, and fragments.
    public int packetsHeld() {
        return ip.packetsHeld() + udp.packetsHeld() + sctp.packetsHeld() + (nat == null ? 0 : nat.packetsHeld());
    }

    /// TCP.
    public TcpLayer tcp() {
        return tcp;
    }

    /// UDP.
    public UdpLayer udp() {
        return udp;
    }

    /// SCTP.
    public SctpLayer sctp() {
        return sctp;
    }

    /// The Internet layer: hooks, routes, neighbours, ICMP.
    public IpLayer ip() {
        return ip;
    }

    /// What the engines share.
    public Context context() {
        return context;
    }

    /// The settings.
    public StackConfig config() {
        return config;
    }

    /// All interfaces by index; 0 is the loopback interface. Immutable.
    public List<Interface> interfaces() {
        return List.copyOf(interfaces);
    }

    /// A new sender of echo requests, to be closed after use.
    ///
    /// @throws IllegalStateException when 65,536 are open
    public Pinger openPinger() {
        return new Pinger(context.signals(), ip.icmp());
    }

    /// Everything that can be seen of this host at this moment.
    public Snapshot snapshot(long now) {
        return Snapshot.of(now, this);
    }
}
