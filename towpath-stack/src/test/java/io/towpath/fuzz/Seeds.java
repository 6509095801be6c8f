package io.towpath.fuzz;

import io.towpath.stack.Packets;
import io.towpath.wire.ArpHeader;
import io.towpath.wire.Bytes;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.NdHeader;
import io.towpath.wire.NdOptions;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.TcpOption;
import io.towpath.wire.TcpSegment;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Programs for a [FuzzedHost] that each reach something deep: where a fuzzer begins to change bytes. Run [#main]
/// to write them into the corpus.
final class Seeds {
    private static final int FIN = TcpHeader.FIN;
    private static final int SYN = TcpHeader.SYN;
    private static final int RST = TcpHeader.RST;
    private static final int PSH = TcpHeader.PSH;
    private static final int ACK = TcpHeader.ACK;
    private static final int URG = TcpHeader.URG;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private Seeds() {}

    /// All of them, by name.
    static Map<String, byte[]> all() {
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        network(seeds);
        neighbors(seeds);
        opening(seeds);
        data(seeds);
        closing(seeds);
        return seeds;
    }

    private static void network(Map<String, byte[]> seeds) {
        byte[] data = Packets.data(2600);
        seeds.put("udp4", raw(Packets.udp(Packets.PEER4, 99, Packets.HOST4, 7, Packets.data(40))));
        seeds.put("udp6", raw(Packets.udp(Packets.PEER6, 99, Packets.HOST6, 7, Packets.data(40))));
        seeds.put("udp-closed-port", raw(Packets.udp(Packets.PEER4, 99, Packets.HOST4, 9)));
        seeds.put("echo4", raw(Packets.echo(Packets.PEER4, Packets.HOST4, 1, Packets.data(64))));
        seeds.put("echo6", raw(Packets.echo(Packets.PEER6, Packets.HOST6, 1, Packets.data(64))));
        seeds.put("forwarded", raw(Packets.udp(Packets.PEER4, 9, IpAddress.parse("10.1.0.7"), 9, Packets.data(20))));
        seeds.put("unknown-protocol", raw(Packets.ip(Packets.PEER4, Packets.HOST4, 200, Packets.data(10))));
        seeds.put(
                "fragments4",
                raw(
                        Packets.fragment4(5, IpProtocol.UDP, data, 1304, 2600, false),
                        Packets.fragment4(5, IpProtocol.UDP, data, 0, 1304, true)));
        seeds.put(
                "fragments6",
                raw(
                        Packets.fragment6(5, IpProtocol.UDP, data, 0, 1304, true),
                        Packets.fragment6(5, IpProtocol.UDP, data, 1304, 2600, false)));
        seeds.put(
                "fragments-overlap",
                raw(
                        Packets.fragment4(6, IpProtocol.UDP, data, 0, 800, true),
                        Packets.fragment4(6, IpProtocol.UDP, data, 400, 1200, true)));
        byte[] options = new byte[28];
        options[0] = IpProtocol.UDP;
        seeds.put("hop-by-hop", raw(Packets.ip(Packets.PEER6, Packets.HOST6, IpProtocol.HOP_BY_HOP, options)));
        byte[] about = Packets.udp(Packets.HOST4, 7, Packets.PEER4, 99);
        seeds.put("icmp-unreachable", raw(Packets.error(Packets.PEER4, Packets.HOST4, 3, 3, 0, about)));
        byte[] mended = Packets.udp(Packets.PEER4, 99, Packets.HOST4, 7, Packets.data(8));
        seeds.put("mended", new Seeds().op(FuzzedHost.Op.MENDED).packet(mended).bytes());
    }

    private static void neighbors(Map<String, byte[]> seeds) {
        byte[] arp = new byte[28];
        ArpHeader.write(arp, 0, 1, 0x0200_0000_0002L, 0x0a01_0002, 0, 0x0a01_0001);
        seeds.put("arp", frames(frame(0x0806, arp)));
        byte[] solicitation = new byte[32];
        NdHeader.writeSolicitation(solicitation, 0, 0xfd01_0000_0000_0000L, 1);
        NdOptions.writeLink(solicitation, 24, 1, 0x0200_0000_0002L);
        var from = IpAddress.parse("fd01::2");
        var to = IpAddress.parse("fd01::1");
        long pseudo = io.towpath.wire.InternetChecksum.pseudo(
                from.high(), from.low(), to.high(), to.low(), IpProtocol.ICMPV6, 32);
        io.towpath.wire.Icmp6Header.writeChecksum(solicitation, 0, 32, pseudo);
        seeds.put("solicitation", frames(frame(0x86dd, Packets.ip(from, to, 255, IpProtocol.ICMPV6, solicitation))));
        var peer = IpAddress.parse("10.1.0.2");
        var own = IpAddress.parse("10.1.0.1");
        seeds.put("frame-udp", frames(frame(0x0800, Packets.udp(peer, 99, own, 7, Packets.data(9)))));
    }

    private static void opening(Map<String, byte[]> seeds) {
        var options = List.<TcpOption>of(
                new TcpOption.Mss(1400),
                new TcpOption.SackPermitted(),
                new TcpOption.Timestamps(1, 0),
                new TcpOption.WindowScale(7));
        byte[] syn = new TcpSegment(3000, 80, 5, 0, SYN, 1000, 0, options, io.towpath.wire.Octets.EMPTY)
                .emit(Packets.PEER4, Packets.HOST4);
        byte[] syn6 = TcpSegment.of(3000, 80, SYN, 5, 0, 1000).emit(Packets.PEER6, Packets.HOST6);
        seeds.put("syn", raw(Packets.ip(Packets.PEER4, Packets.HOST4, IpProtocol.TCP, syn)));
        seeds.put("syn6", raw(Packets.ip(Packets.PEER6, Packets.HOST6, IpProtocol.TCP, syn6)));
        byte[] stray = TcpSegment.of(3000, 81, ACK, 5, 9, 1000).emit(Packets.PEER4, Packets.HOST4);
        seeds.put("stray", raw(Packets.ip(Packets.PEER4, Packets.HOST4, IpProtocol.TCP, stray)));
        seeds.put(
                "syn-flood",
                new Seeds()
                        .segment(0, SYN, 0, 0, 0)
                        .segment(0, SYN, 1, 0, 0)
                        .segment(0, SYN, 2, 0, 0)
                        .time(32)
                        .call(0, 7, 0)
                        .bytes());
        seeds.put(
                "passive-open",
                new Seeds()
                        .packets(Packets.ip(Packets.PEER4, Packets.HOST4, IpProtocol.TCP, syn))
                        .handshake(0, 0)
                        .call(0, 7, 0)
                        .segment(2, ACK, 0, 0, 10)
                        .call(2, 0, 3000)
                        .segment(2, ACK | FIN, 0, 0, 0)
                        .bytes());
        seeds.put(
                "passive-open-refused",
                new Seeds()
                        .packets(Packets.ip(Packets.PEER4, Packets.HOST4, IpProtocol.TCP, syn))
                        .handshake(9, 0)
                        .handshake(0, 20)
                        .bytes());
        seeds.put(
                "connect",
                new Seeds()
                        .call(0, 8, 0)
                        .segment(2, SYN | ACK, 0, 1, 0)
                        .segment(2, ACK, 0, 1, 10)
                        .bytes());
        seeds.put(
                "simultaneous-open",
                new Seeds()
                        .call(0, 8, 0)
                        .segment(2, SYN, 0, 0, 0)
                        .segment(2, SYN | ACK, -1, 1, 0)
                        .bytes());
    }

    private static void data(Map<String, byte[]> seeds) {
        for (int c = 0; c < 2; c++) {
            String name = c == 0 ? "" : "-options";
            seeds.put(
                    "data" + name,
                    new Seeds()
                            .segment(c, ACK | PSH, 0, 0, 100)
                            .segment(c, ACK, 1600, 0, 100)
                            .segment(c, ACK, 800, 0, 100)
                            .call(c, 2, 2400)
                            .time(26)
                            .bytes());
            seeds.put(
                    "send" + name,
                    new Seeds()
                            .call(c, 0, 4000)
                            .segment(c, ACK, 0, 1400, 0)
                            .segment(c, ACK, 0, 0, 0)
                            .segment(c, ACK, 0, 0, 0)
                            .segment(c, ACK, 0, 0, 0)
                            .time(30)
                            .segment(c, ACK, 0, 2000, 0)
                            .bytes());
            seeds.put(
                    "sack" + name,
                    new Seeds()
                            .call(c, 0, 4000)
                            .call(c, 0, 4000)
                            .sack(c, 1388, 2776)
                            .sack(c, 1388, 4164)
                            .sack(c, 1388, 6000)
                            .segment(c, ACK, 0, 4164, 0)
                            .time(31)
                            .bytes());
            seeds.put(
                    "probe" + name,
                    new Seeds()
                            .call(c, 0, 100)
                            .segment(c, ACK, 0, 100, 0, 0)
                            .call(c, 0, 100)
                            .time(31)
                            .segment(c, ACK, 0, 0, 0, 0)
                            .time(32)
                            .segment(c, ACK, 0, 1, 0)
                            .bytes());
            seeds.put(
                    "too-big" + name,
                    new Seeds()
                            .call(c, 0, 4000)
                            .icmp(3, 4, 600, c, 0)
                            .segment(c, ACK, 0, 500, 0)
                            .bytes());
            seeds.put(
                    "keep-alive" + name, new Seeds().time(33).time(33).time(33).bytes());
        }
        seeds.put(
                "urgent",
                new Seeds()
                        .call(0, 0, 50)
                        .call(0, 6, 0)
                        .segment(0, ACK | URG, 0, 0, 10)
                        .bytes());
        seeds.put(
                "icmp-soft",
                new Seeds().call(0, 0, 50).icmp(3, 1, 0, 0, 0).time(33).bytes());
        seeds.put("icmp-hard", new Seeds().call(0, 8, 0).icmp(3, 3, 0, 2, 0).bytes());
    }

    private static void closing(Map<String, byte[]> seeds) {
        seeds.put(
                "close",
                new Seeds()
                        .call(0, 3, 0)
                        .segment(0, ACK, 0, 1, 0)
                        .segment(0, ACK | FIN, 0, 0, 0)
                        .segment(0, ACK | FIN, -1, 0, 0)
                        .time(33)
                        .bytes());
        seeds.put(
                "simultaneous-close",
                new Seeds()
                        .call(1, 3, 0)
                        .segment(1, ACK | FIN, 0, 0, 0)
                        .segment(1, ACK, 0, 1, 0)
                        .bytes());
        seeds.put(
                "passive-close",
                new Seeds()
                        .segment(0, ACK | FIN, 0, 0, 20)
                        .call(0, 2, 160)
                        .call(0, 3, 0)
                        .segment(0, ACK, 0, 1, 0)
                        .bytes());
        seeds.put(
                "fin-beyond-hole",
                new Seeds()
                        .segment(1, ACK | FIN, 80, 0, 10)
                        .segment(1, ACK, 0, 0, 10)
                        .call(1, 4, 0)
                        .bytes());
        seeds.put(
                "release-unread",
                new Seeds().segment(0, ACK, 0, 0, 10).call(0, 4, 0).bytes());
        seeds.put(
                "orphan",
                new Seeds().call(0, 0, 3000).call(0, 4, 0).time(33).time(33).bytes());
        seeds.put(
                "reset",
                new Seeds().segment(0, RST, 5, 0, 0).segment(0, RST, 0, 0, 0).bytes());
        seeds.put(
                "abort",
                new Seeds()
                        .call(1, 0, 500)
                        .call(1, 5, 0)
                        .segment(1, ACK, 0, 0, 3)
                        .bytes());
        seeds.put(
                "time-wait-reuse",
                new Seeds()
                        .call(0, 3, 0)
                        .segment(0, ACK | FIN, 0, 1, 0)
                        .call(0, 8, 0)
                        .segment(0, SYN, 100, 0, 0)
                        .bytes());
    }

    private static byte[] raw(byte[]... packets) {
        return new Seeds().packets(packets).bytes();
    }

    private static byte[] frames(byte[]... packets) {
        var seed = new Seeds();
        for (byte[] packet : packets) {
            seed.op(FuzzedHost.Op.FRAME).packet(packet);
        }
        return seed.bytes();
    }

    private static byte[] frame(int type, byte[] payload) {
        byte[] frame = new byte[14 + payload.length];
        frame[0] = 2;
        frame[5] = 1;
        frame[6] = 2;
        frame[11] = 2;
        Bytes.put16(frame, 12, type);
        System.arraycopy(payload, 0, frame, 14, payload.length);
        return frame;
    }

    private Seeds packets(byte[]... packets) {
        for (byte[] packet : packets) {
            op(FuzzedHost.Op.RAW).packet(packet);
        }
        return this;
    }

    private Seeds handshake(int offset, int text) {
        op(FuzzedHost.Op.HANDSHAKE);
        out.write(offset);
        out.write(text);
        return this;
    }

    private Seeds op(FuzzedHost.Op op) {
        out.write(op.ordinal());
        return this;
    }

    private Seeds packet(byte[] packet) {
        u16(packet.length);
        out.writeBytes(packet);
        return this;
    }

    private Seeds segment(int target, int flags, int seq, int ack, int text) {
        return segment(target, flags, seq, ack, text, 30_000);
    }

    private Seeds segment(int target, int flags, int seq, int ack, int text, int window) {
        op(FuzzedHost.Op.SEGMENT);
        out.write(target);
        out.write(flags);
        out.write(0);
        u16(seq);
        u16(ack);
        u16(window);
        u16(1);
        out.write(0);
        out.write(text);
        return this;
    }

    private Seeds sack(int target, int left, int right) {
        op(FuzzedHost.Op.SACK);
        out.write(target);
        out.write(0);
        u16(left);
        u16(right);
        return this;
    }

    private Seeds icmp(int type, int code, int rest, int target, int offset) {
        op(FuzzedHost.Op.ICMP);
        out.write(type);
        out.write(code);
        u16(rest);
        out.write(target);
        u16(offset);
        return this;
    }

    private Seeds time(int exponent) {
        op(FuzzedHost.Op.TIME);
        out.write(exponent);
        return this;
    }

    private Seeds call(int target, int call, int amount) {
        op(FuzzedHost.Op.CALL);
        out.write(target);
        out.write(call);
        u16(amount);
        return this;
    }

    private void u16(int value) {
        out.write(value >>> 8);
        out.write(value);
    }

    private byte[] bytes() {
        return out.toByteArray();
    }

    /// Writes the seeds into the directory named by the first argument.
    public static void main(String[] args) throws IOException {
        Path to = Files.createDirectories(Path.of(args[0]));
        for (var seed : all().entrySet()) {
            Files.write(to.resolve("seed-" + seed.getKey()), seed.getValue());
        }
    }
}
