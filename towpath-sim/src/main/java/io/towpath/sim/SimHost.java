package io.towpath.sim;

import io.towpath.core.Context;
import io.towpath.core.Event;
import io.towpath.core.PacketPool;
import io.towpath.core.SignalSource;
import io.towpath.nat.NatConfig;
import io.towpath.stack.Stack;
import io.towpath.stack.StackConfig;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpEvent;
import io.towpath.tcp.TcpLayer;
import io.towpath.udp.UdpLayer;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Prefix;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A host of a simulated network: a stack, its ends of wires, and its users.
///
/// Name its addresses and configuration first, connect it ([World#connect]), then use it:
///
/// ```java
/// var server = world.host("server").address("10.0.0.1/24").address("fd00::1/64");
/// ```
public final class SimHost {
    /// One line of the routing table, to be entered again after a reboot.
    private record RouteLine(Prefix destination, Port via, IpAddress gateway) {}

    /// Polls of the stack before others get their turn.
    private static final int POLLS_MAX = 64;

    private final World world;
    private final int index;
    private final String name;
    private final List<Port> ports = new ArrayList<>();
    private final List<RouteLine> routes = new ArrayList<>();
    private final List<Actor> actors = new ArrayList<>();
    private final List<Prefix> nextAddresses = new ArrayList<>();
    private final Transitions transitions;
    private WireLint lint;
    private @Nullable NatConfig nat;
    private @Nullable IpAddress seenAs;
    private StackConfig config;
    private Context context;
    private Stack stack;
    private int boots;
    private boolean rebooted;

    SimHost(World world, int index, String name) {
        this.world = world;
        this.index = index;
        this.name = name;
        transitions = new Transitions(name, world.findings());
        config = StackConfig.defaults(name);
        lint = freshLint();
        context = freshContext();
        stack = new Stack(config, context);
    }

    private Context freshContext() {
        boots++;
        var chance = world.entropy().split("host " + name + " boot " + boots);
        var fresh = Context.of(new PacketPool(), chance);
        fresh.events().add(this::onState, Event.Kind.TCP_STATE);
        world.subscribe(this, fresh);
        return fresh;
    }

    private WireLint freshLint() {
        return new WireLint(
                name,
                (high, low) -> nat == null && stack.ip().isLocal(high, low),
                config.ip().forwarding(),
                world.findings());
    }

    private void onState(Event event) {
        if (event instanceof TcpEvent.StateChanged changed) {
            transitions.on(changed);
        }
    }

    /// Gives it an address at the wire that it is connected to next. May be called for several addresses.
    ///
    /// @param cidr address with the length of the network's prefix: `10.0.0.1/24`, `fd00::1/64`
    /// @throws IllegalArgumentException when it is none
    public SimHost address(String cidr) {
        nextAddresses.add(Prefix.parse(cidr));
        return this;
    }

    /// Sets the stack's configuration. Before it is connected, since it makes a new stack.
    ///
    /// @throws IllegalStateException when it is connected already
    public SimHost configure(StackConfig value) {
        if (!ports.isEmpty()) {
            throw new IllegalStateException(name + " is connected already");
        }
        config = value;
        lint = freshLint();
        context = freshContext();
        stack = new Stack(config, context);
        return this;
    }

    /// Sets the configuration of its TCP connections. Before it is connected.
    public SimHost tcpDefaults(TcpConfig value) {
        return configure(config.withTcp(value));
    }

    /// Makes it pass on packets for others. Before it is connected.
    public SimHost forwarding() {
        return configure(config.withIp(config.ip().withForwarding(true)));
    }

    /// Makes it a NAT, which it is again after a reboot, without its mappings. Before that it must forward.
    /// What it sends itself is no longer judged: it looks like what others send through it.
    ///
    /// @param settings interfaces count from 1 in the order in which it was connected
    public SimHost nat(NatConfig settings) {
        nat = settings;
        Object ignored = stack.nat(settings);
        return this;
    }

    /// Says that others see it by this address: it is behind a NAT, which leaves its ports as they are.
    public SimHost seenAs(String address) {
        seenAs = IpAddress.parse(address);
        return this;
    }

    /// What others see of one of its sockets.
    Endpoint seen(IpAddress address, int port) {
        IpAddress other = seenAs;
        return new Endpoint(other == null ? address : other, port);
    }

    /// Adds a route.
    ///
    /// @param destination `0.0.0.0/0`
    /// @param gateway address of a neighbour at one of this host's wires
    /// @throws IllegalArgumentException when no wire of this host leads to the gateway
    public SimHost route(String destination, String gateway) {
        var via = IpAddress.parse(gateway);
        for (Port port : ports) {
            for (Prefix own : port.addresses()) {
                if (own.contains(via)) {
                    var line = new RouteLine(Prefix.parse(destination), port, via);
                    routes.add(line);
                    enter(line);
                    return this;
                }
            }
        }
        throw new IllegalArgumentException(name + " has no wire to " + gateway);
    }

    private void enter(RouteLine line) {
        stack.addRoute(line.destination(), line.via().iface(), line.gateway(), 0);
    }

    List<Prefix> takeAddresses() {
        var taken = List.copyOf(nextAddresses);
        nextAddresses.clear();
        return taken;
    }

    void add(Port port) {
        ports.add(port);
    }

    /// Adds a user, who is asked to look around at once.
    public void add(Actor actor) {
        actors.add(actor);
        actor.on(world.now());
    }

    /// The host loses all memory: its stack is replaced by a fresh one with the same addresses and routes. Packets on
    /// the wires are not touched.
    public void reboot() {
        rebooted = true;
        context = freshContext();
        stack = new Stack(config, context);
        lint.restart();
        transitions.restart();
        ports.forEach(port -> port.plug(stack));
        routes.forEach(this::enter);
        if (nat != null) {
            Object ignored = stack.nat(nat);
        }
        actors.removeIf(Actor::isDone);
        for (Actor actor : List.copyOf(actors)) {
            actor.onReboot(world.now());
        }
    }

    /// Changes the MTU of its interface at `wire`, as an administrator who restarts the host with another setting.
    public void rebootWithMtu(Wire wire, int mtu) {
        wire.port(this).mtu(mtu);
        reboot();
    }

    // ------------------------------------------------------------------------------------------- its turn

    /// Does everything that can be done now, once.
    ///
    /// @return true when something happened
    boolean turn(long now) {
        boolean busy = false;
        for (int i = 0; i < ports.size(); i++) {
            busy |= ports.get(i).receive(now);
        }
        if (stack.deadline() <= now) {
            stack.tick(now);
        }
        busy |= runActors(now);
        boolean more = true;
        for (int turns = 0; more && turns < POLLS_MAX; turns++) {
            more = stack.poll(now);
            for (int i = 0; i < ports.size(); i++) {
                busy |= ports.get(i).transmit(now);
            }
        }
        return busy | more;
    }

    private boolean runActors(long now) {
        boolean busy = false;
        for (SignalSource source = context.signals().next();
                source != null;
                source = context.signals().next()) {
            busy = true;
            source.takeSignals();
            if (source.attachment() instanceof Actor actor) {
                actor.on(now);
            }
        }
        for (int i = 0; i < actors.size(); i++) {
            Actor actor = actors.get(i);
            if (actor.deadline() <= now) {
                busy = true;
                actor.on(now);
            }
        }
        return busy;
    }

    long deadline() {
        long earliest = stack.deadline();
        for (int i = 0; i < ports.size(); i++) {
            earliest = Math.min(earliest, ports.get(i).deadline());
        }
        for (int i = 0; i < actors.size(); i++) {
            earliest = Math.min(earliest, actors.get(i).deadline());
        }
        return earliest;
    }

    /// Who of this host wants to be called at or before `now`, for messages.
    String whoIsDue(long now) {
        var who = new StringBuilder();
        if (stack.deadline() <= now) {
            who.append(name)
                    .append("'s stack (deadline ")
                    .append(SimText.time(stack.deadline()))
                    .append(") ");
        }
        for (Port port : ports) {
            if (port.deadline() <= now) {
                who.append(name).append("'s link ").append(port.name).append(' ');
            }
        }
        for (Actor actor : actors) {
            if (actor.deadline() <= now) {
                who.append('[').append(actor.status()).append("] ");
            }
        }
        return who.toString();
    }

    // ------------------------------------------------------------------------------------------- what it has

    /// Its name.
    public String name() {
        return name;
    }

    /// Its place in the world, from 0.
    public int index() {
        return index;
    }

    /// The moment of its world.
    public long now() {
        return world.now();
    }

    /// Its stack: another one after each reboot.
    public Stack stack() {
        return stack;
    }

    /// What its engines share.
    public Context context() {
        return context;
    }

    /// Its TCP.
    public TcpLayer tcp() {
        return stack.tcp();
    }

    /// Its UDP.
    public UdpLayer udp() {
        return stack.udp();
    }

    /// Its first address of IP version 4 or 6.
    ///
    /// @throws IllegalStateException when it has none
    public IpAddress address(int version) {
        for (Port port : ports) {
            for (Prefix prefix : port.addresses()) {
                if (prefix.address().version() == version) {
                    return prefix.address();
                }
            }
        }
        throw new IllegalStateException(name + " has no IPv" + version + " address");
    }

    /// True when it has an address of IP version 4 or 6.
    public boolean hasAddress(int version) {
        for (Port port : ports) {
            for (Prefix prefix : port.addresses()) {
                if (prefix.address().version() == version) {
                    return true;
                }
            }
        }
        return false;
    }

    /// The world that it is in.
    public World world() {
        return world;
    }

    /// True when it lost its memory at least once.
    public boolean isRebooted() {
        return rebooted;
    }

    /// Its users.
    public List<Actor> actors() {
        return List.copyOf(actors);
    }

    /// The watcher of its TCP states.
    public Transitions transitions() {
        return transitions;
    }

    WireLint lint() {
        return lint;
    }

    List<Port> ports() {
        return ports;
    }

    @Override
    public String toString() {
        return name;
    }
}
