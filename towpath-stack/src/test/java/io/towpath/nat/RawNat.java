package io.towpath.nat;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Drop;
import io.towpath.ip.IpConfig;
import io.towpath.stack.Interface;
import io.towpath.stack.Packets;
import io.towpath.stack.TestHost;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.PacketText;
import io.towpath.wire.Prefix;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.TcpSegment;
import java.util.ArrayList;
import java.util.List;

/// A box with a NAT between two raw links: packets go in as bytes and are looked at as they come out.
final class RawNat {
    static final IpAddress ALICE = IpAddress.parse("10.0.0.2");
    static final IpAddress BOB = IpAddress.parse("10.0.0.3");
    static final IpAddress BOX = IpAddress.parse("203.0.113.1");
    static final IpAddress SERVER = IpAddress.parse("198.51.100.7");
    static final IpAddress OTHER = IpAddress.parse("198.51.100.8");
    static final IpAddress ALICE6 = IpAddress.parse("fd00::2");
    static final IpAddress BOX6 = IpAddress.parse("2001:db8::1");
    static final IpAddress SERVER6 = IpAddress.parse("2001:db8:7::7");

    final TestHost box = new TestHost("box", 3, IpConfig.defaults().withForwarding(true));
    final Interface inside = box.raw(1500, "10.0.0.1/24", "fd00::1/64");
    final Interface outside = box.raw(1500, "203.0.113.1/24", "2001:db8::1/64");
    final Nat nat;
    long now;

    RawNat() {
        this(config());
    }

    RawNat(NatConfig config) {
        box.stack.addRoute(Prefix.parse("0.0.0.0/0"), outside, null, 0);
        box.stack.addRoute(Prefix.parse("::/0"), outside, null, 0);
        nat = box.stack.nat(config);
    }

    static NatConfig config() {
        return NatConfig.outside(2);
    }

    /// Puts a packet in from inside and takes what leaves outside, in the one-line notation.
    List<String> out(byte[] packet) {
        return text(outFrames(packet));
    }

    List<byte[]> outFrames(byte[] packet) {
        box.in(now, inside, packet);
        return box.frames(now, outside);
    }

    /// Puts a packet in from outside and takes what leaves inside.
    List<String> in(byte[] packet) {
        return text(inFrames(packet));
    }

    List<byte[]> inFrames(byte[] packet) {
        box.in(now, outside, packet);
        return box.frames(now, inside);
    }

    /// Puts a packet in from inside and takes what leaves inside.
    List<String> turn(byte[] packet) {
        box.in(now, inside, packet);
        return text(box.frames(now, inside));
    }

    static List<String> text(List<byte[]> frames) {
        List<String> all = new ArrayList<>();
        for (byte[] frame : frames) {
            all.add(PacketText.ofIp(frame, 0, frame.length));
        }
        return all;
    }

    static byte[] udp(IpAddress from, int fromPort, IpAddress to, int toPort) {
        return Packets.udp(from, fromPort, to, toPort, (byte) 1, (byte) 2, (byte) 3);
    }

    static byte[] tcp(IpAddress from, int fromPort, IpAddress to, int toPort, int flags, long sequence, long ack) {
        TcpSegment segment = TcpSegment.of(fromPort, toPort, flags, sequence, ack, 1000);
        return Packets.ip(from, to, IpProtocol.TCP, segment.emit(from, to));
    }

    static byte[] syn(IpAddress from, int fromPort, IpAddress to, int toPort, long sequence) {
        return tcp(from, fromPort, to, toPort, TcpHeader.SYN, sequence, 0);
    }

    /// Alice's port `port` has a connection to port 80 of the server: 100 and 500 are the next numbers.
    void connect(int port) {
        int outsidePort = open(port);
        assertThat(in(tcp(SERVER, 80, BOX, outsidePort, TcpHeader.SYN | TcpHeader.ACK, 499, 100)))
                .hasSize(1);
        assertThat(out(tcp(ALICE, port, SERVER, 80, TcpHeader.ACK, 100, 500))).hasSize(1);
    }

    /// Alice's SYN with the number 99; gives the port that the server sees.
    int open(int port) {
        byte[] out = outFrames(syn(ALICE, port, SERVER, 80, 99)).getFirst();
        return TcpHeader.sourcePort(out, 20);
    }

    List<NatMapping> mappings() {
        return nat.mappings(now);
    }

    NatMapping.State state() {
        return mappings().getLast().state();
    }

    void pass(long nanos) {
        now += nanos;
        box.tick(now);
    }

    long drops(Drop reason) {
        return box.drops(reason);
    }

    void nothingIsLost() {
        box.stack.shutDown(now);
        assertThat(box.pool.outstanding()).isZero();
    }
}
