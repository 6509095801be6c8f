package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Offloads;
import io.towpath.tcp.config.EcnConfig;
import io.towpath.wire.InternetChecksum;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.TcpSegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Two hosts go through the same: segments and calls at random. One of them gets a broken segment in front of each, so
/// that it knows no runs. Nothing else may tell them apart.
class SegmentRunDifferenceTest {
    private static final int STEPS = 150;
    private static final int SEEDS = 40;

    /// The two hosts.
    private static final class Pair {
        private final Random random;
        private final boolean stamps;
        private final List<Ladder> both = new ArrayList<>();
        private int next;
        private int stamp = 100;

        private Pair(long seed) {
            random = new Random(seed);
            stamps = random.nextBoolean();
            TcpConfig config = TcpConfig.defaults()
                    .withTimestamps(stamps)
                    .withWindowScaling(false)
                    .withNoDelay(random.nextBoolean())
                    .withReceiveBuffer(random.nextBoolean() ? 4_000 : 60_000)
                    .withEcn(random.nextBoolean() ? EcnConfig.ACCEPT : EcnConfig.OFF);
            for (int i = 0; i < 2; i++) {
                var t = new Ladder(config);
                t.listen();
                both.add(t);
            }
            if (random.nextInt(3) == 0) {
                both.forEach(t -> t.offloads(new Offloads(true, 60_000)));
            }
            open();
        }

        private String stamp(int value) {
            return stamps ? ",TS val " + value + " ecr 0" : "";
        }

        private void open() {
            next = 1;
            stamp += 10;
            String ecn = random.nextBoolean() ? "SEW" : "S";
            both.forEach(t -> {
                t.ecn = 0;
                t.in(ecn + " 0:0(0) win 20000 <mss 1000,sackOK" + stamp(stamp) + ">");
                t.ignore();
                t.in(". 1:1(0) ack 1 win 20000" + (stamps ? " <" + stamp(stamp).substring(1) + ">" : ""));
                t.accept();
                t.signals();
            });
        }

        private static void mend(byte[] b) {
            long pseudo = InternetChecksum.pseudo(
                    Ladder.PEER.high(),
                    Ladder.PEER.low(),
                    Ladder.HOST.high(),
                    Ladder.HOST.low(),
                    IpProtocol.TCP,
                    b.length);
            TcpHeader.writeChecksum(b, 0, b.length, pseudo);
        }

        private void segment() {
            Ladder t = both.getFirst();
            int length = random.nextInt(4) == 0 ? random.nextInt(1000) : 500;
            int from = switch (random.nextInt(12)) {
                case 0 -> next + random.nextInt(3000);
                case 1 -> Math.max(1, next - random.nextInt(2000));
                default -> next;
            };
            String flags = switch (random.nextInt(60)) {
                case 0 -> "F.";
                case 1 -> "R.";
                case 2 -> "S.";
                case 3, 4, 5, 6, 7 -> "P.";
                default -> ".";
            };
            if (flags.charAt(0) != 'F' && flags.charAt(0) != 'R' && flags.charAt(0) != 'S' && from == next) {
                next += length;
            }
            long sent = t.connection().snd.nxt - t.connection().snd.iss;
            long ack = random.nextInt(4) == 0 ? Math.max(1, sent - random.nextInt(3) * 1000) : Math.max(1, sent);
            int window = random.nextInt(8) == 0 ? random.nextInt(30_000) : 20_000;
            stamp += random.nextInt(4) == 0 ? 1 : 0;
            int own = random.nextInt(20) == 0 ? stamp - 50 : stamp;
            boolean without = random.nextInt(30) == 0;
            String options = stamps && !without ? " <" + stamp(own).substring(1) + ">" : "";
            byte[] bytes = t.segment(flags + " " + from + ":" + (from + length) + "(" + length + ") ack " + ack
                            + " win " + window + options)
                    .emit(Ladder.PEER, Ladder.HOST);
            byte[] broken = bytes.clone();
            broken[16] ^= 1;
            if (random.nextInt(15) == 0) {
                bytes[12 + random.nextInt(Math.min(20, TcpHeader.dataOffset(bytes, 0) - 12))] ^=
                        (byte) (1 << random.nextInt(8));
                mend(bytes);
            }
            if (random.nextInt(25) == 0) {
                TcpHeader.setFlags(bytes, 0, TcpHeader.flags(bytes, 0) | TcpHeader.URG);
                bytes[19] = (byte) random.nextInt(100);
                mend(bytes);
            }
            int ecn = random.nextInt(6) == 0 ? random.nextInt(4) : 0;
            int pieces = random.nextInt(20) == 0 ? 100 : 0;
            both.forEach(each -> each.ecn = ecn);
            both.get(1).inject(broken, 0);
            both.forEach(each -> each.inject(bytes, pieces));
        }

        private void call() {
            int what = random.nextInt(8);
            int n = 1 + random.nextInt(5000);
            List<String> read = new ArrayList<>();
            both.forEach(t -> {
                TcpConnection c = t.connection();
                boolean open = t.state() == TcpState.ESTABLISHED || t.state() == TcpState.CLOSE_WAIT;
                switch (what) {
                    case 0, 1 -> {
                        if (open && c.sendRing().writable() >= n) {
                            c.sendRing().write(Ladder.content(c.sendRing().tail(), n), 0, n);
                            t.tcp.written(t.now, c);
                        }
                    }
                    case 2, 3, 4 -> {
                        byte[] data = new byte[n];
                        read.add(c.receiveRing().read(data, 0, n) + " octets " + Arrays.hashCode(data));
                        t.tcp.consumed(t.now, c);
                    }
                    case 5 -> t.tcp.configure(t.now, c, c.config().withNoDelay(n % 2 == 0));
                    case 6 -> t.tcp.quickAck(t.now, c, n % 2 == 0);
                    default -> {
                        if (n < 200) {
                            t.close();
                        }
                    }
                }
                t.pendingSegments();
            });
            assertThat(new HashSet<>(read)).hasSizeLessThan(2);
        }

        private static String told(Ladder t) {
            StringBuilder told = new StringBuilder();
            while (t.pendingSegments() > 0) {
                TcpSegment segment = t.next();
                told.append(segment).append(" ecn ").append(t.ecnOut).append('\n');
            }
            for (Drop reason : Drop.values()) {
                if (reason != Drop.BAD_TCP_CHECKSUM && t.dropped(reason) > 0) {
                    told.append(reason).append(' ').append(t.dropped(reason)).append('\n');
                }
            }
            for (Counter counter : Counter.values()) {
                told.append(counter)
                        .append(' ')
                        .append(t.counters().get(counter))
                        .append(' ');
            }
            told.append(t.signals()).append(' ').append(t.segmentSizes).append('\n');
            told.append(t.events).append('\n').append(t.info());
            t.events.clear();
            t.segmentSizes.clear();
            return told.toString();
        }

        private void go(long seed) {
            for (int i = 0; i < STEPS; i++) {
                switch (random.nextInt(10)) {
                    case 0 -> {
                        double millis = random.nextInt(5) == 0 ? 500 : random.nextInt(50);
                        both.forEach(t -> t.after(millis));
                    }
                    case 1, 2 -> call();
                    default -> segment();
                }
                assertThat(told(both.get(1))).as("seed %d, step %d", seed, i).isEqualTo(told(both.get(0)));
                TcpState state = both.getFirst().state();
                if (state == TcpState.CLOSED) {
                    open();
                } else if (random.nextInt(80) == 0) {
                    both.forEach(t -> {
                        t.abort();
                        t.ignore();
                    });
                    open();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 1_001, 2_001, 3_001})
    void aSegmentOfARunIsTakenAsItWouldBeAlone(long first) {
        for (long seed = first; seed < first + SEEDS; seed++) {
            new Pair(seed).go(seed);
        }
    }
}
