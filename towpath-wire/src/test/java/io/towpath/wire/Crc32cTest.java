package io.towpath.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.wire.testing.Rfc;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class Crc32cTest {
    private final Crc32c crc = new Crc32c();

    @Test
    void theCheckValueOfTheAlgorithmComesOut() {
        byte[] b = "123456789".getBytes(StandardCharsets.US_ASCII);
        assertThat(crc.of(b, 0, b.length)).isEqualTo(0xe3069283);
        assertThat(crc.of(b, 0, 0)).isZero();
    }

    @Test
    @Rfc(value = 3720, section = "B.4")
    void theExamplesOfIscsiComeOut() {
        byte[] b = new byte[32];
        assertThat(crc.of(b, 0, 32)).isEqualTo(0x8a9136aa);
        java.util.Arrays.fill(b, (byte) 0xff);
        assertThat(crc.of(b, 0, 32)).isEqualTo(0x62a8ab43);
        for (int i = 0; i < 32; i++) {
            b[i] = (byte) i;
        }
        assertThat(crc.of(b, 0, 32)).isEqualTo(0x46dd794e);
    }

    @Test
    void fourOctetsCountAsZeroWhateverTheyAre() {
        var generated = new Generated(4960);
        for (int i = 0; i < 2_000; i++) {
            byte[] b = generated.bytes(12 + generated.below(100));
            int from = generated.below(4);
            int zeroAt = from + generated.below(b.length - from - 3);
            byte[] copy = b.clone();
            Bytes.put32(copy, zeroAt, 0);
            assertThat(crc.ofWithZeros(b, from, b.length, zeroAt)).isEqualTo(crc.of(copy, from, b.length));
        }
    }

    @Test
    void zerosOutsideTheRangeAreRefused() {
        assertThatThrownBy(() -> crc.ofWithZeros(new byte[20], 0, 11, 8)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> crc.of(new byte[4], 0, 5)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
