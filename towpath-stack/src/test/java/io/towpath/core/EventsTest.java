package io.towpath.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class EventsTest {
    private final Events events = new Events();
    private final ArrayList<String> heard = new ArrayList<>();

    private record Told(long at, Kind kind) implements Event {}

    @Test
    void nobodyWantsAnythingAtFirst() {
        for (var kind : Event.Kind.values()) {
            assertThat(events.wants(kind)).isFalse();
        }
        events.emit(new Told(1, Event.Kind.TCP_ACK));
    }

    @Test
    void kindsAreWantedWhenSomebodyReadsThem() {
        events.add(event -> heard.add("x"), Event.Kind.TCP_ACK);
        assertThat(events.wants(Event.Kind.TCP_ACK)).isTrue();
        assertThat(events.wants(Event.Kind.TCP_STATE)).isFalse();
    }

    @Test
    void aReaderWithoutKindsReadsAll() {
        events.add(event -> heard.add(event.kind().name()));
        for (var kind : Event.Kind.values()) {
            assertThat(events.wants(kind)).isTrue();
            events.emit(new Told(1, kind));
        }
        assertThat(heard).hasSize(Event.Kind.values().length);
    }

    @Test
    void readersHearTheirKindsInTheOrderInWhichTheyCame() {
        events.add(event -> heard.add("first " + event.at()), Event.Kind.TCP_ACK);
        events.add(event -> heard.add("second " + event.at()), Event.Kind.TCP_ACK, Event.Kind.TCP_STATE);
        events.emit(new Told(1, Event.Kind.TCP_ACK));
        events.emit(new Told(2, Event.Kind.TCP_STATE));
        events.emit(new Told(3, Event.Kind.UDP_DATAGRAM));
        assertThat(heard).containsExactly("first 1", "second 1", "second 2");
    }

    @Test
    void allKindsFitTheMask() {
        assertThat(Event.Kind.values()).hasSizeLessThanOrEqualTo(64);
    }
}
