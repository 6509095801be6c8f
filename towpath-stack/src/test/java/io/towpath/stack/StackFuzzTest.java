package io.towpath.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.core.Entropy;
import io.towpath.core.Packet;
import io.towpath.core.Time;
import io.towpath.ip.IpConfig;
import io.towpath.udp.UdpConfig;
import io.towpath.udp.UdpEndpoint;
import io.towpath.wire.Bytes;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.Prefix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever bytes a link brings: no exception, no packet lost, no unbounded memory.
class StackFuzzTest {
    private static final String MAC = "02:00:00:00:00:01";

    private final IpConfig config =
            IpConfig.defaults().withForwarding(true).withIcmpErrors(new IpConfig.IcmpErrors(1_000_000, 1000));
    private final TestHost host = new TestHost("fuzzed", 9, config);
    private final Interface raw = host.raw(1500, "10.0.0.1/24", "fd00::1/64");
    private final Interface ethernet = host.ethernet(MAC, "10.1.0.1/24", "fd01::1/64", "fe80::1/64");
    private final UdpEndpoint socket = bind();

    private UdpEndpoint bind() {
        host.stack.addRoute(Prefix.parse("0.0.0.0/0"), ethernet, io.towpath.wire.IpAddress.parse("10.1.0.9"), 0);
        host.stack.addRoute(Prefix.parse("::/0"), raw, null, 0);
        var bound = host.stack.udp().bind(0, null, 7, UdpConfig.defaults().withReceive(20_000, 50));
        return ((UdpEndpoint.Bound) bound).endpoint();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void arbitraryBytesAreCountedDrops(long seed) {
        Entropy chance = Entropy.seeded(seed);
        run(chance, 20_000, () -> {
            byte[] bytes = new byte[chance.nextInt(200)];
            chance.fill(bytes);
            return bytes;
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void mutatedPacketsAreTakenOrCountedDrops(long seed) {
        Entropy chance = Entropy.seeded(seed);
        List<byte[]> corpus = corpus();
        run(chance, 40_000, () -> mutate(chance, corpus.get(chance.nextInt(corpus.size()))));
        // The mutants do reach the depths.
        assertThat(host.stack.snapshot(0).counters())
                .containsKeys(
                        Counter.UDP_IN,
                        Counter.IP_REASSEMBLED,
                        Counter.IP_FORWARDED,
                        Counter.ICMP_ECHO_REPLIES,
                        Counter.ICMP_OUT);
        assertThat(host.stack.snapshot(0).drops()).hasSizeGreaterThan(20);
    }

    private void run(Entropy chance, int count, java.util.function.Supplier<byte[]> source) {
        long now = 0;
        for (int i = 0; i < count; i++) {
            byte[] bytes = source.get();
            boolean framed = chance.chance(0.4);
            host.in(now, framed ? ethernet : raw, framed ? framed(chance, bytes) : bytes);
            if (chance.chance(0.1)) {
                now += chance.nextInt(100) * Time.MILLISECOND;
                if (host.stack.deadline() <= now) {
                    host.tick(now);
                }
                drain(now);
            }
            if (i % 1000 == 0) {
                assertThat(host.stack.ip().reassemblyBytes()).isLessThanOrEqualTo(4 << 20);
                assertThat(host.stack.ip().neighbors()).hasSizeLessThanOrEqualTo(1024);
            }
        }
        drain(now);
        assertThat(host.pool.outstanding()).isEqualTo(host.stack.ip().packetsHeld());
        // In time everything that waits is given up.
        for (long end = now + 200 * Time.SECOND; now < end; now += Time.SECOND) {
            host.tick(now);
            drain(now);
        }
        assertThat(host.pool.outstanding()).isZero();
    }

    private void drain(long now) {
        host.frames(now, raw);
        host.frames(now, ethernet);
        for (Packet packet = socket.receive(); packet != null; packet = socket.receive()) {
            packet.release();
        }
        host.context.signals().discard();
    }

    private static byte[] framed(Entropy chance, byte[] bytes) {
        byte[] frame = new byte[14 + bytes.length];
        System.arraycopy(bytes, 0, frame, 14, bytes.length);
        byte[] to = chance.chance(0.2) ? new byte[] {-1, -1, -1, -1, -1, -1} : new byte[] {2, 0, 0, 0, 0, 1};
        System.arraycopy(to, 0, frame, 0, 6);
        frame[6] = 2;
        frame[11] = (byte) (2 + chance.nextInt(5));
        int version = bytes.length > 0 ? Bytes.u8(bytes, 0) >>> 4 : 0;
        Bytes.put16(frame, 12, version == 4 ? 0x0800 : version == 6 ? 0x86dd : 0x0806);
        return frame;
    }

    private static byte[] mutate(Entropy chance, byte[] original) {
        byte[] bytes = original.clone();
        int changes = chance.nextInt(4);
        for (int i = 0; i < changes; i++) {
            int at = chance.nextInt(Math.min(bytes.length, 100));
            bytes[at] = (byte) (chance.chance(0.5) ? chance.nextInt(256) : bytes[at] ^ 1 << chance.nextInt(8));
        }
        if (chance.chance(0.1)) {
            bytes = Arrays.copyOf(bytes, chance.nextInt(bytes.length + 1));
        }
        boolean ip4 = bytes.length >= 20 && Bytes.u8(bytes, 0) >>> 4 == 4;
        // Most mutants should get past the checksums.
        if (ip4 && (bytes[0] & 0xf) >= 5 && (bytes[0] & 0xf) * 4 <= bytes.length && chance.chance(0.9)) {
            Packets.mended4(bytes);
        }
        return bytes;
    }

    private static List<byte[]> corpus() {
        byte[] data = Packets.data(3000);
        List<byte[]> corpus = new ArrayList<>();
        corpus.add(Packets.udp(Packets.PEER4, 99, Packets.HOST4, 7, Packets.data(100)));
        corpus.add(Packets.udp(Packets.PEER6, 99, Packets.HOST6, 7, Packets.data(100)));
        corpus.add(Packets.udp(Packets.PEER4, 99, Packets.HOST4, 9));
        corpus.add(Packets.udp(Packets.PEER6, 99, Packets.HOST6, 9));
        corpus.add(Packets.echo(Packets.PEER4, Packets.HOST4, 1, Packets.data(64)));
        corpus.add(Packets.echo(Packets.PEER6, Packets.HOST6, 1, Packets.data(64)));
        corpus.add(Packets.ip(Packets.PEER4, io.towpath.wire.IpAddress.parse("192.0.2.1"), 17, Packets.data(1400)));
        corpus.add(Packets.ip(Packets.PEER6, io.towpath.wire.IpAddress.parse("2001:db8::1"), 17, Packets.data(1400)));
        corpus.add(Packets.ip(Packets.PEER4, Packets.HOST4, 200, Packets.data(10)));
        corpus.add(Packets.error(
                Packets.PEER4, Packets.HOST4, 3, 4, 1000, Packets.udp(Packets.HOST4, 7, Packets.PEER4, 99)));
        corpus.add(Packets.error(
                Packets.PEER6, Packets.HOST6, 2, 0, 1300, Packets.udp(Packets.HOST6, 7, Packets.PEER6, 99)));
        for (int offset = 0; offset < 3000; offset += 1000) {
            boolean more = offset < 2000;
            corpus.add(Packets.fragment4(5, IpProtocol.UDP, data, offset, offset + 1000, more));
            corpus.add(Packets.fragment6(5, IpProtocol.UDP, data, offset, offset + 1000, more));
        }
        byte[] options = new byte[8 + 20];
        options[0] = IpProtocol.UDP;
        corpus.add(Packets.ip(Packets.PEER6, Packets.HOST6, IpProtocol.HOP_BY_HOP, options));
        corpus.add(Packets.ip(Packets.PEER6, Packets.HOST6, IpProtocol.DESTINATION_OPTIONS, options));
        corpus.add(Packets.ip(Packets.PEER6, Packets.HOST6, IpProtocol.ROUTING, options));
        byte[] arp = new byte[28];
        io.towpath.wire.ArpHeader.write(arp, 0, 1, 0x0200_0000_0002L, 0x0a01_0002, 0, 0x0a01_0001);
        corpus.add(arp);
        byte[] solicitation = new byte[32];
        io.towpath.wire.NdHeader.writeSolicitation(solicitation, 0, 0xfd01_0000_0000_0000L, 1);
        io.towpath.wire.NdOptions.writeLink(solicitation, 24, 1, 0x0200_0000_0002L);
        var from = io.towpath.wire.IpAddress.parse("fd01::2");
        var to = io.towpath.wire.IpAddress.parse("fd01::1");
        long pseudo = io.towpath.wire.InternetChecksum.pseudo(
                from.high(), from.low(), to.high(), to.low(), IpProtocol.ICMPV6, 32);
        io.towpath.wire.Icmp6Header.writeChecksum(solicitation, 0, 32, pseudo);
        corpus.add(Packets.ip(from, to, 255, IpProtocol.ICMPV6, solicitation));
        return corpus;
    }
}
