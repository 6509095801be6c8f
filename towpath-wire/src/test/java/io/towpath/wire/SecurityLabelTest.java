package io.towpath.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.towpath.wire.SecurityLabel.Level;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

class SecurityLabelTest {
    @Test
    @Rfc(value = 1108, section = "2")
    void theBasicOptionIsLevelAndAuthorities() {
        byte[] b = new byte[6];
        SecurityLabel.basic(Level.TOP_SECRET, 0x41).write(b, 1);
        assertThat(Octets.of(b)).isEqualTo(Octets.ofHex("00 82 04 3d 40 00"));
        assertThat(SecurityLabel.basic(Level.TOP_SECRET, 0x40).headerBytes()).isEqualTo(4);
        assertThat(SecurityLabel.basic(Level.SECRET, 0x40)).hasToString("SECRET/40");
    }

    @Test
    @Rfc(value = 791, section = "3.1")
    void theOldOptionHasElevenOctets() {
        var label = SecurityLabel.of(0xf135, 0xabcd, 0x4142, 0x123456);
        byte[] b = new byte[12];
        label.write(b, 0);
        assertThat(Octets.of(b)).isEqualTo(Octets.ofHex("82 0b f135 abcd 4142 123456 00"));
        assertThat(label.headerBytes()).isEqualTo(12);
        assertThat(label.value()).isEqualTo(Octets.ofHex("f135abcd4142123456"));
        assertThat(label).hasToString("f135abcd4142123456");
    }

    @Test
    void aLabelMatchesItsOwnOptionAndNoOther() {
        var label = SecurityLabel.of(Octets.ofHex("5a8000"));
        byte[] own = Octets.ofHex("82 05 5a8000").toArray();
        assertThat(label.matches(own, 0)).isTrue();
        assertThat(label.matches(Octets.ofHex("82 05 5a8001").toArray(), 0)).isFalse();
        assertThat(label.matches(Octets.ofHex("82 04 5a80 00").toArray(), 0)).isFalse();
        assertThat(label.matches(Octets.ofHex("82 09 5a8000").toArray(), 0)).isFalse();
        assertThat(label)
                .isEqualTo(SecurityLabel.of(Octets.ofHex("5a8000")))
                .hasSameHashCodeAs(SecurityLabel.of(Octets.ofHex("5a8000")));
        assertThat(label).isNotEqualTo(SecurityLabel.of(Octets.ofHex("5a80")));
    }

    @Test
    void aLabelFitsAHeader() {
        assertThat(SecurityLabel.of(Octets.of(new byte[38])).headerBytes()).isEqualTo(40);
        assertThatIllegalArgumentException().isThrownBy(() -> SecurityLabel.of(Octets.of(new byte[39])));
        assertThatIllegalArgumentException().isThrownBy(() -> SecurityLabel.of(Octets.EMPTY));
    }
}
