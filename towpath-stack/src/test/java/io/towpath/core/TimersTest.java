package io.towpath.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TimersTest {
    private enum Timer {
        RETRANSMIT,
        PERSIST,
        KEEPALIVE
    }

    private final Timers<Timer> timers = new Timers<>(Timer.values());

    @Test
    void allAreStoppedAtFirst() {
        for (var timer : Timer.values()) {
            assertThat(timers.isSet(timer)).isFalse();
            assertThat(timers.at(timer)).isEqualTo(Time.NEVER);
        }
        assertThat(timers.earliest()).isEqualTo(Time.NEVER);
        assertThat(timers.due(Time.NEVER - 1)).isNull();
        assertThat(timers).hasToString("{}");
    }

    @Test
    void theEarliestIsTheLeastMoment() {
        timers.set(Timer.KEEPALIVE, 30);
        timers.set(Timer.PERSIST, 20);
        assertThat(timers.earliest()).isEqualTo(20);
        assertThat(timers).hasToString("{PERSIST=20 KEEPALIVE=30}");
    }

    @Test
    void aTimerIsDueFromItsMomentOn() {
        timers.set(Timer.PERSIST, 20);
        assertThat(timers.due(19)).isNull();
        assertThat(timers.due(20)).isEqualTo(Timer.PERSIST);
        assertThat(timers.isSet(Timer.PERSIST)).isTrue();
    }

    @Test
    void ofSeveralTheEarlierIsDueFirst() {
        timers.set(Timer.RETRANSMIT, 30);
        timers.set(Timer.KEEPALIVE, 10);
        assertThat(timers.due(40)).isEqualTo(Timer.KEEPALIVE);
        timers.stop(Timer.KEEPALIVE);
        assertThat(timers.due(40)).isEqualTo(Timer.RETRANSMIT);
    }

    @Test
    void ofEqualMomentsTheFirstNamedIsDueFirst() {
        timers.set(Timer.KEEPALIVE, 10);
        timers.set(Timer.PERSIST, 10);
        assertThat(timers.due(10)).isEqualTo(Timer.PERSIST);
    }

    @Test
    void settingToNeverStops() {
        timers.set(Timer.PERSIST, 10);
        timers.set(Timer.PERSIST, Time.NEVER);
        assertThat(timers.isSet(Timer.PERSIST)).isFalse();
    }

    @Test
    void stoppingAllStopsAll() {
        timers.set(Timer.PERSIST, 10);
        timers.set(Timer.RETRANSMIT, 10);
        timers.stopAll();
        assertThat(timers.earliest()).isEqualTo(Time.NEVER);
    }
}
