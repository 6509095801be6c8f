package io.towpath.sctp.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpentTagsTest {
    @Test
    void itRemembersAsManyAsItMayHold() {
        var spent = new SpentTags(1 << 14);
        for (int tag = 1; tag <= 1 << 14; tag++) {
            spent.add(0, tag, 1000);
        }
        assertThat(spent.has(0, 1)).isTrue();
    }

    @Test
    void beyondItsBoundTheOldestIsForgotten() {
        var spent = new SpentTags(8);
        for (int tag = 1; tag <= 9; tag++) {
            spent.add(0, tag, 1000);
        }
        assertThat(spent.has(0, 1)).isFalse();
        assertThat(spent.has(0, 2)).isTrue();
        assertThat(spent.has(0, 9)).isTrue();
    }
}
