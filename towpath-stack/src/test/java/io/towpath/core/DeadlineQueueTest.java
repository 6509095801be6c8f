package io.towpath.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DeadlineQueueTest {
    private final DeadlineQueue<Item> queue = new DeadlineQueue<>();

    @Test
    void anEmptyQueueWaitsForNothing() {
        assertThat(queue.earliest()).isEqualTo(Time.NEVER);
        assertThat(queue.pollDue(Time.NEVER)).isNull();
        assertThat(queue.size()).isZero();
    }

    @Test
    void itemsComeOutInTheOrderOfTheirDeadlines() {
        var c = queued(30);
        var a = queued(10);
        var b = queued(20);
        assertThat(drain(100)).containsExactly(a, b, c);
    }

    @Test
    void equalDeadlinesComeOutInTheOrderOfArrival() {
        var items = new ArrayList<Item>();
        for (int i = 0; i < 50; i++) {
            items.add(queued(7));
        }
        assertThat(drain(7)).isEqualTo(items);
    }

    @Test
    void nothingComesOutBeforeItsMoment() {
        var item = queued(10);
        assertThat(queue.pollDue(9)).isNull();
        assertThat(queue.pollDue(10)).isSameAs(item);
        assertThat(item.queueIndex()).isEqualTo(-1);
    }

    @Test
    void anItemMovedEarlierRises() {
        var a = queued(10);
        var b = queued(20);
        b.deadline = 5;
        queue.update(b);
        assertThat(queue.earliest()).isEqualTo(5);
        assertThat(drain(100)).containsExactly(b, a);
    }

    @Test
    void anItemMovedLaterIsFoundAtItsNewMomentOnly() {
        var a = queued(10);
        var b = queued(20);
        a.deadline = 30; // nobody tells the queue
        assertThat(queue.pollDue(15)).isNull();
        assertThat(queue.earliest()).isEqualTo(20);
        assertThat(drain(25)).containsExactly(b);
        assertThat(drain(30)).containsExactly(a);
    }

    @Test
    void anItemPutOffForEverLeavesWhenItComesToTheTop() {
        var a = queued(10);
        a.deadline = Time.NEVER;
        queue.update(a);
        assertThat(queue.size()).isEqualTo(1);
        assertThat(queue.earliest()).isEqualTo(Time.NEVER);
        assertThat(queue.size()).isZero();
        assertThat(a.queueIndex()).isEqualTo(-1);
    }

    @Test
    void anItemThatWaitsForNothingIsNotQueued() {
        queue.update(new Item(Time.NEVER));
        assertThat(queue.size()).isZero();
    }

    @Test
    void anItemThatWasTakenOutMayComeBack() {
        var a = queued(10);
        assertThat(queue.pollDue(10)).isSameAs(a);
        a.deadline = 20;
        queue.update(a);
        assertThat(drain(20)).containsExactly(a);
    }

    @Test
    void removingTakesAnItemOutFromAnywhere() {
        var items = new ArrayList<Item>();
        for (int i = 0; i < 20; i++) {
            items.add(queued((i * 7) % 20));
        }
        var gone = items.remove(11);
        queue.remove(gone);
        queue.remove(gone);
        assertThat(gone.queueIndex()).isEqualTo(-1);
        items.sort(Comparator.comparingLong(Item::deadline));
        assertThat(drain(100)).isEqualTo(items);
    }

    @Test
    void behavesLikeASortedListUnderRandomMoves() {
        for (int seed = 0; seed < 100; seed++) {
            runAgainstModel(new SplittableRandom(seed), "seed " + seed);
        }
    }

    private void runAgainstModel(SplittableRandom random, String where) {
        var tested = new DeadlineQueue<Item>();
        var model = new ArrayList<Item>(); // in the order of arrival; sorting is stable
        var pool = new ArrayList<Item>();
        for (int i = 0; i < 30; i++) {
            pool.add(new Item(Time.NEVER));
        }
        long now = 0;
        for (int step = 0; step < 300; step++) {
            var item = pool.get(random.nextInt(pool.size()));
            switch (random.nextInt(8)) {
                case 0 -> {
                    tested.remove(item);
                    model.remove(item);
                }
                case 1 -> {
                    now += random.nextInt(30);
                    for (Item due = next(model, now); due != null; due = next(model, now)) {
                        assertThat(tested.pollDue(now)).as(where).isSameAs(due);
                        model.remove(due);
                    }
                    assertThat(tested.pollDue(now)).as(where).isNull();
                }
                case 2 -> { // put off, and nobody tells the queue
                    if (item.queueIndex() >= 0) {
                        item.deadline += random.nextInt(50);
                    }
                }
                default -> {
                    item.deadline = now + random.nextInt(60);
                    tested.update(item);
                    if (!model.contains(item)) {
                        model.add(item);
                    }
                }
            }
            assertThat(tested.size()).as(where).isEqualTo(model.size());
            if (random.nextBoolean()) {
                var first = next(model, Time.NEVER);
                assertThat(tested.earliest()).as(where).isEqualTo(first == null ? Time.NEVER : first.deadline);
            }
        }
    }

    private static @org.jspecify.annotations.Nullable Item next(List<Item> model, long now) {
        return model.stream()
                .filter(item -> item.deadline <= now)
                .min(Comparator.comparingLong(Item::deadline))
                .orElse(null);
    }

    private Item queued(long deadline) {
        var item = new Item(deadline);
        queue.update(item);
        return item;
    }

    private List<Item> drain(long now) {
        var items = new ArrayList<Item>();
        for (Item item = queue.pollDue(now); item != null; item = queue.pollDue(now)) {
            items.add(item);
        }
        return items;
    }

    private static final class Item implements Deadlined {
        private long deadline;
        private int index = -1;

        Item(long deadline) {
            this.deadline = deadline;
        }

        @Override
        public long deadline() {
            return deadline;
        }

        @Override
        public int queueIndex() {
            return index;
        }

        @Override
        public void queueIndex(int index) {
            this.index = index;
        }
    }
}
