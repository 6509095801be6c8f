package io.towpath.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.wire.testing.Rfc;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class InternetChecksumTest {
    private final SplittableRandom random = new SplittableRandom(1071);

    /// The definition, word by word: slow and plainly right.
    private static int byDefinition(byte[] b, int from, int to) {
        int sum = 0;
        for (int i = from; i < to; i++) {
            sum += (i - from) % 2 == 0 ? (b[i] & 0xff) << 8 : b[i] & 0xff;
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return sum;
    }

    @Test
    @Rfc(value = 1071, section = "3")
    void theExampleOfTheRfcSumsToDdf2() {
        byte[] b = Octets.ofHex("0001 f203 f4f5 f6f7").toArray();
        long sum = InternetChecksum.add(0, b, 0, b.length);
        assertThat(InternetChecksum.fold(sum)).isEqualTo(0xddf2);
        assertThat(InternetChecksum.finish(sum)).isEqualTo(0x220d);
    }

    @Test
    void everyLengthAtEveryAlignmentAgreesWithTheDefinition() {
        byte[] b = new byte[400];
        random.nextBytes(b);
        for (int from = 0; from < 9; from++) {
            for (int to = from; to <= 300; to++) {
                assertThat(InternetChecksum.fold(InternetChecksum.add(0, b, from, to)))
                        .as("octets %d to %d", from, to)
                        .isEqualTo(byDefinition(b, from, to));
            }
        }
    }

    @Test
    void aLongRangeOfOnesDoesNotOverflow() {
        byte[] b = new byte[1 << 20];
        java.util.Arrays.fill(b, (byte) 0xff);
        long sum = 0;
        for (int i = 0; i < 64; i++) {
            sum = InternetChecksum.add(sum, b, 0, b.length);
        }
        assertThat(InternetChecksum.fold(sum)).isEqualTo(0xffff);
    }

    @Test
    void rangesOfEvenLengthMayBeAddedOneByOne() {
        byte[] b = new byte[1461];
        random.nextBytes(b);
        long parts = InternetChecksum.add(InternetChecksum.add(0, b, 700, b.length), b, 0, 700);
        assertThat(InternetChecksum.fold(parts)).isEqualTo(byDefinition(b, 0, b.length));
    }

    @Test
    void aLongAddsItsFourWords() {
        byte[] b = new byte[8];
        for (int i = 0; i < 1000; i++) {
            long v = random.nextLong();
            Bytes.put64(b, 0, v);
            assertThat(InternetChecksum.fold(InternetChecksum.add(0, v))).isEqualTo(byDefinition(b, 0, 8));
        }
    }

    @Test
    void copyingSumsWhatWasCopied() {
        byte[] from = new byte[2000];
        random.nextBytes(from);
        byte[] to = new byte[2000];
        long sum = InternetChecksum.copyAndAdd(17, from, 3, to, 11, 1461);
        assertThat(Octets.of(to, 11, 1472)).isEqualTo(Octets.of(from, 3, 1464));
        assertThat(sum).isEqualTo(InternetChecksum.add(17, from, 3, 1464));
        assertThat(to[10]).isZero();
        assertThat(to[1472]).isZero();
    }

    @Test
    void nothingButZerosFoldsToZero() {
        assertThat(InternetChecksum.fold(InternetChecksum.add(0, new byte[40], 0, 40)))
                .isZero();
        assertThat(InternetChecksum.fold(0xffff)).isEqualTo(0xffff);
        assertThat(InternetChecksum.fold(Long.MAX_VALUE)).isEqualTo(0x7fff);
    }

    @Test
    void foldingIsTheRemainderByTheLargestWord() {
        for (int i = 0; i < 100_000; i++) {
            long sum = random.nextLong() >>> 1 + random.nextInt(62);
            long remainder = sum % 0xffff;
            assertThat(InternetChecksum.fold(sum)).isEqualTo((int) (remainder == 0 && sum > 0 ? 0xffff : remainder));
        }
        for (long edge : new long[] {1, 0xfffe, 0xffff, 0x1_0000, 0x1_ffff, 0xffff_0000L, 0xffff_ffffL, 1L << 32}) {
            long remainder = edge % 0xffff;
            assertThat(InternetChecksum.fold(edge)).isEqualTo((int) (remainder == 0 ? 0xffff : remainder));
        }
    }

    @Test
    void thePseudoHeaderOfMappedAddressesIsTheOneOfIpv4() {
        for (int i = 0; i < 10_000; i++) {
            var source = new Ip4Address(random.nextInt());
            var destination = new Ip4Address(random.nextInt());
            int length = random.nextInt(65536);
            long by4 = InternetChecksum.pseudo4(source.bits(), destination.bits(), IpProtocol.TCP, length);
            long by6 = InternetChecksum.pseudo(
                    source.high(), source.low(), destination.high(), destination.low(), IpProtocol.TCP, length);
            assertThat(InternetChecksum.fold(by6)).isEqualTo(InternetChecksum.fold(by4));
        }
    }

    @Test
    @Rfc(value = 8200, section = "8.1")
    void thePseudoHeaderOfIpv6IsTheSumOfItsForm() {
        byte[] form = new byte[40];
        for (int i = 0; i < 1000; i++) {
            random.nextBytes(form);
            Bytes.put32(form, 32, random.nextInt(1 << 20));
            Bytes.put32(form, 36, random.nextInt(256));
            long sum = InternetChecksum.pseudo(
                    Bytes.i64(form, 0),
                    Bytes.i64(form, 8),
                    Bytes.i64(form, 16),
                    Bytes.i64(form, 24),
                    Bytes.i32(form, 36),
                    Bytes.i32(form, 32));
            assertThat(InternetChecksum.fold(sum)).isEqualTo(byDefinition(form, 0, 40));
        }
    }

    @Test
    @Rfc(value = 1624, section = "4")
    void theExampleOfTheRfcIsUpdatedToZeroNotToMinusZero() {
        assertThat(InternetChecksum.update16(0xdd2f, 0x5555, 0x3285)).isZero();
    }

    @Test
    void anUpdatedChecksumVerifiesLikeAComputedOne() {
        byte[] b = new byte[64];
        for (int i = 0; i < 10_000; i++) {
            random.nextBytes(b);
            Bytes.put16(b, 10, 0);
            Bytes.put16(b, 10, InternetChecksum.finish(InternetChecksum.add(0, b, 0, 64)));
            int wide = random.nextInt(4, 15) * 4;
            int narrow = random.nextInt(5) * 2;
            int checksum = InternetChecksum.update32(Bytes.u16(b, 10), Bytes.i32(b, wide), i);
            checksum = InternetChecksum.update16(checksum, Bytes.u16(b, narrow), i & 0xffff);
            Bytes.put32(b, wide, i);
            Bytes.put16(b, narrow, i & 0xffff);
            Bytes.put16(b, 10, checksum);
            assertThat(byDefinition(b, 0, 64)).isEqualTo(0xffff);
        }
    }
}
