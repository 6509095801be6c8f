package io.towpath.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.wire.SecurityLabel;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PacketTest {
    private final PacketPool pool = new PacketPool();

    @Test
    void aFreshPacketIsEmptyBehindItsHeadroom() {
        var packet = pool.take(100);
        assertThat(packet.at).isEqualTo(Packet.HEADROOM);
        assertThat(packet.length()).isZero();
        assertThat(packet.pool()).isSameAs(pool);
        packet.release();
    }

    @Test
    void itsLengthIsWhatLiesBetweenAtAndEnd() {
        var packet = pool.take(100);
        packet.bytes[packet.end++] = 1;
        packet.bytes[packet.end++] = 2;
        packet.bytes[--packet.at] = 0;
        assertThat(packet.length()).isEqualTo(3);
        assertThat(packet.toBytes()).containsExactly(0, 1, 2);
        packet.release();
    }

    @Test
    void aPacketThatComesBackHasForgottenEverything() throws IllegalAccessException {
        var packet = pool.take(100);
        fillEveryField(packet);
        packet.release();
        var again = pool.take(100);
        assertThat(again).isSameAs(packet);
        for (var field : Packet.class.getFields()) {
            if (isMetadata(field)
                    && !field.getName().equals("at")
                    && !field.getName().equals("end")) {
                assertThat(field.get(again)).as(field.getName()).isIn(0, 0L, false, null);
            }
        }
        assertThat(again.at).isEqualTo(Packet.HEADROOM);
        assertThat(again.end).isEqualTo(Packet.HEADROOM);
        again.release();
    }

    @Test
    void whatALinkKeepsWithTheArrayStaysWithIt() {
        var packet = pool.take(100);
        var view = new Object();
        packet.view = view;
        packet.release();
        var again = pool.take(100);
        assertThat(again).isSameAs(packet);
        assertThat(again.view).isSameAs(view);
        var copy = pool.take(100);
        copy.copyFrom(again);
        assertThat(copy.view).isNull();
        again.release();
        copy.release();
    }

    @Test
    void aCopyHasTheSameBytesAtTheSamePlaceAndTheSameMetadata() throws IllegalAccessException {
        var packet = pool.take(100);
        fillEveryField(packet);
        packet.at = 120;
        packet.end = 170;
        Arrays.fill(packet.bytes, 120, 170, (byte) 7);
        var copy = pool.take(100);
        copy.copyFrom(packet);
        for (var field : Packet.class.getFields()) {
            if (isMetadata(field)) {
                assertThat(field.get(copy)).as(field.getName()).isEqualTo(field.get(packet));
            }
        }
        assertThat(copy.toBytes()).isEqualTo(packet.toBytes());
        packet.bytes[130] = 99;
        assertThat(copy.bytes[130]).isEqualTo((byte) 7);
        packet.release();
        copy.release();
        assertThat(pool.outstanding()).isZero();
    }

    @Test
    void releasingTwiceIsNoticed() {
        var packet = pool.take(100);
        packet.release();
        assertThatThrownBy(packet::release).isInstanceOf(AssertionError.class);
    }

    @Test
    void anAdoptedPacketIsOnTheNewPoolsBooks() {
        var other = new PacketPool();
        var packet = pool.take(100);
        packet.adoptBy(other);
        assertThat(pool.outstanding()).isZero();
        assertThat(other.outstanding()).isEqualTo(1);
        packet.release();
        assertThat(other.outstanding()).isZero();
        assertThat(other.take(100)).isSameAs(packet);
    }

    @Test
    void aDetachedPacketIsOnNobodysBooks() {
        var other = new PacketPool();
        var packet = pool.take(100);
        packet.detach();
        assertThat(pool.outstanding()).isZero();
        assertThatThrownBy(packet::release).isInstanceOf(AssertionError.class);
        other.adopt(packet);
        assertThat(packet.pool()).isSameAs(other);
        assertThatThrownBy(() -> pool.adopt(packet)).isInstanceOf(AssertionError.class);
        packet.release();
        assertThat(other.outstanding()).isZero();
    }

    private static void fillEveryField(Packet packet) throws IllegalAccessException {
        int value = 101;
        for (var field : Packet.class.getFields()) {
            if (isMetadata(field)) {
                if (field.getType() == boolean.class) {
                    field.setBoolean(packet, true);
                } else if (field.getType() == int.class) {
                    field.setInt(packet, value++);
                } else if (field.getType() == SecurityLabel.class) {
                    field.set(packet, SecurityLabel.basic(SecurityLabel.Level.SECRET, 0));
                } else {
                    field.setLong(packet, value++);
                }
            }
        }
    }

    /// Every public field but the array: a new one is copied and cleared, or a test here fails.
    /// What a link keeps with the array is none: it goes with the array, neither cleared nor copied.
    private static boolean isMetadata(java.lang.reflect.Field field) {
        return !Modifier.isStatic(field.getModifiers())
                && !Modifier.isFinal(field.getModifiers())
                && !field.getName().equals("view");
    }
}
