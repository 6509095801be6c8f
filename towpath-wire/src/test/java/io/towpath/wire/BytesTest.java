package io.towpath.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BytesTest {
    private final byte[] b = new byte[16];

    @Test
    void numbersAreWrittenInNetworkOrderAtAnyOffset() {
        Bytes.put8(b, 0, 0x1ff);
        Bytes.put16(b, 1, 0x1_8203);
        Bytes.put32(b, 3, 0x84050607);
        Bytes.put64(b, 7, 0x88090a0b0c0d0e0fL);
        assertThat(Octets.of(b)).isEqualTo(Octets.ofHex("ff 8203 84050607 88090a0b0c0d0e0f 00"));
    }

    @Test
    void whatWasWrittenIsReadUnsignedWhereItSaysSo() {
        Bytes.put64(b, 3, 0xfffefdfcfbfaf9f8L);
        assertThat(Bytes.u8(b, 3)).isEqualTo(0xff);
        assertThat(Bytes.u16(b, 4)).isEqualTo(0xfefd);
        assertThat(Bytes.u32(b, 3)).isEqualTo(0xfffefdfcL);
        assertThat(Bytes.i32(b, 3)).isEqualTo(0xfffefdfc);
        assertThat(Bytes.i64(b, 3)).isEqualTo(0xfffefdfcfbfaf9f8L);
    }

    @Test
    void anUnsignedNumberInALongLosesItsUpperHalf() {
        Bytes.putU32(b, 5, 0x7_ffff_fffeL);
        assertThat(Bytes.u32(b, 5)).isEqualTo(0xffff_fffeL);
        assertThat(Bytes.u8(b, 4)).isZero();
    }

    @Test
    void aFieldThatLeavesTheArrayIsRefused() {
        assertThatThrownBy(() -> Bytes.u32(b, 13)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> Bytes.put64(b, -1, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
