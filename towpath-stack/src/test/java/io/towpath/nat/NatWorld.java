package io.towpath.nat;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Drop;
import io.towpath.ip.IpConfig;
import io.towpath.stack.Interface;
import io.towpath.stack.TestHost;
import io.towpath.stack.TestWire;
import io.towpath.udp.UdpConfig;
import io.towpath.udp.UdpEndpoint;
import io.towpath.udp.UdpError;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Prefix;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Two hosts inside (10.0.0.2 and .3), a box (10.0.0.1, 203.0.113.1) and two hosts outside (203.0.113.7 and
/// .8). Inside is interface 1 of the box, outside 2.
final class NatWorld {
    static final int OUTSIDE = 2;
    static final IpAddress ALICE = IpAddress.parse("10.0.0.2");
    static final IpAddress BOB = IpAddress.parse("10.0.0.3");
    static final IpAddress BOX = IpAddress.parse("203.0.113.1");
    static final IpAddress SERVER = IpAddress.parse("203.0.113.7");
    static final IpAddress OTHER = IpAddress.parse("203.0.113.8");

    final TestHost alice = new TestHost("alice", 1);
    final TestHost bob = new TestHost("bob", 2);
    final TestHost box = new TestHost("box", 3, IpConfig.defaults().withForwarding(true));
    final TestHost server = new TestHost("server", 4);
    final TestHost other = new TestHost("other", 5);
    final Interface atAlice = alice.ethernet("02:00:00:00:00:02", "10.0.0.2/24", "fd00::2/64");
    final Interface atBob = bob.ethernet("02:00:00:00:00:03", "10.0.0.3/24", "fd00::3/64");
    final Interface boxInside = box.ethernet("02:00:00:00:00:01", "10.0.0.1/24", "fd00::1/64");
    final Interface boxOutside = box.ethernet("02:00:00:00:01:01", "203.0.113.1/24", "2001:db8::1/64");
    final Interface atServer = server.ethernet("02:00:00:00:01:07", "203.0.113.7/24", "2001:db8::7/64");
    final Interface atOther = other.ethernet("02:00:00:00:01:08", "203.0.113.8/24", "2001:db8::8/64");
    final TestWire inside = new TestWire().join(alice, atAlice).join(bob, atBob).join(box, boxInside);
    final TestWire outside =
            new TestWire().join(box, boxOutside).join(server, atServer).join(other, atOther);
    final Nat nat;
    long now;

    NatWorld() {
        this(NatConfig.outside(OUTSIDE));
    }

    NatWorld(NatConfig config) {
        alice.stack.addRoute(Prefix.parse("0.0.0.0/0"), atAlice, IpAddress.parse("10.0.0.1"), 0);
        alice.stack.addRoute(Prefix.parse("::/0"), atAlice, IpAddress.parse("fd00::1"), 0);
        bob.stack.addRoute(Prefix.parse("0.0.0.0/0"), atBob, IpAddress.parse("10.0.0.1"), 0);
        bob.stack.addRoute(Prefix.parse("::/0"), atBob, IpAddress.parse("fd00::1"), 0);
        server.stack.addRoute(Prefix.parse("10.0.0.0/24"), atServer, BOX, 0);
        server.stack.addRoute(Prefix.parse("fd00::/64"), atServer, IpAddress.parse("2001:db8::1"), 0);
        nat = box.stack.nat(config);
    }

    List<TestHost> hosts() {
        return List.of(alice, bob, box, server, other);
    }

    /// Carries frames until nothing moves.
    void settle() {
        int before;
        do {
            before = inside.frames.size() + outside.frames.size();
            inside.settle(now);
            outside.settle(now);
        } while (inside.frames.size() + outside.frames.size() != before);
    }

    /// Lets time pass, with the timers of all hosts.
    void pass(long nanos) {
        long until = now + nanos;
        for (long next = earliest(); next <= until; next = earliest()) {
            now = Math.max(now, next);
            hosts().forEach(host -> host.tick(now));
            settle();
        }
        now = until;
        hosts().forEach(host -> host.tick(now));
        settle();
    }

    private long earliest() {
        return hosts().stream().mapToLong(host -> host.stack.deadline()).min().orElseThrow();
    }

    static UdpEndpoint udp(TestHost host, int port) {
        var bound = host.stack.udp().bind(0, null, port, UdpConfig.defaults());
        assertThat(bound).isInstanceOf(UdpEndpoint.Bound.class);
        return ((UdpEndpoint.Bound) bound).endpoint();
    }

    /// Sends a datagram and settles.
    void send(TestHost host, UdpEndpoint from, IpAddress to, int port, String text) {
        @Nullable UdpError error = host.stack.udp().send(now, from, to, port, text.getBytes(), 0, text.length());
        assertThat(error).isNull();
        settle();
    }

    /// The next datagram of a socket: its sender and its text; null when there is none.
    static @Nullable Datagram receive(UdpEndpoint at) {
        var packet = at.receive();
        if (packet == null) {
            return null;
        }
        var got = new Datagram(
                new Endpoint(IpAddress.of(packet.sourceHigh, packet.sourceLow), UdpEndpoint.sourcePort(packet)),
                new String(packet.toBytes()));
        packet.release();
        return got;
    }

    record Datagram(Endpoint from, String text) {}

    long drops(Drop reason) {
        return box.drops(reason);
    }

    /// No host holds a packet, and none was lost.
    void nothingIsLost() {
        for (TestHost host : hosts()) {
            host.stack.shutDown(now);
            assertThat(host.pool.outstanding()).isZero();
        }
    }
}
