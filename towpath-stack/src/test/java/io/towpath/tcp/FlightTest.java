package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.towpath.congestion.AckSample;
import io.towpath.congestion.DeliveryRate;
import io.towpath.core.Entropy;
import io.towpath.tcp.send.Delivery;
import io.towpath.tcp.send.Flight;
import io.towpath.wire.testing.Rfc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The flight against a list that does the same things slowly.
class FlightTest {
    private static final class Entry {
        long start;
        int length;
        long sentAt;
        boolean sacked;
        boolean lost;
        boolean resent;
        boolean everResent;
        boolean looked;
        boolean appLimited;
        /// What the delivery rate was when it left: delivered, delivered time, first send time, lost, in flight.
        long[] then = new long[5];

        long end() {
            return start + length;
        }

        Entry piece(int from, int size) {
            var piece = new Entry();
            piece.start = start + from;
            piece.length = size;
            piece.sentAt = sentAt;
            piece.sacked = sacked;
            piece.lost = lost;
            piece.resent = resent;
            piece.everResent = everResent;
            piece.then = then;
            piece.appLimited = appLimited;
            return piece;
        }
    }

    private final Flight flight = new Flight();
    private final Delivery delivery = new Delivery();
    /// Told of every segment by itself.
    private final DeliveryRate rate = new DeliveryRate();
    private List<Entry> model = new ArrayList<>();
    private long una = 1L << 33;
    private long nxt = una;
    private int mss = 1000;
    private long now;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    @Rfc(value = 8985, section = "6.1", requirement = "8985-6.1-1")
    @Rfc(value = 6675, section = "4", requirement = "6675-4-2")
    void doesWhatTheModelDoes(long seed) {
        Entropy chance = Entropy.seeded(seed);
        for (int step = 0; step < 20_000; step++) {
            now++;
            // Longer and shorter flights by turns.
            act(chance, chance.nextInt(step / 500 % 2 == 0 ? 100 : 70));
            check("seed " + seed + " step " + step);
        }
    }

    private void act(Entropy chance, int dice) {
        if (dice < 20) {
            acknowledge(chance);
        } else if (dice < 38) {
            sack(chance);
        } else if (dice < 44) {
            markLostBelow(una + chance.nextInt((int) (nxt - una) + 1));
        } else if (dice < 54) {
            resend();
        } else if (dice < 57) {
            markFirstLost();
        } else if (dice < 58) {
            markAllLost();
        } else if (dice < 60) {
            flight.beginMarking();
            model.forEach(e -> e.looked = false);
        } else if (dice < 61 && !model.isEmpty()) {
            flight.onProbed(now);
            model.getFirst().everResent = true;
            model.getFirst().sentAt = now;
        } else if (dice < 64) {
            markAnyLost(chance);
        } else if (dice == 64 && chance.chance(0.3)) {
            unmarkLost();
        } else if (dice == 65) {
            resendLast();
        } else if (dice == 66 && chance.chance(0.1)) {
            resegment(mss == 1000 ? 300 : 1000);
        } else if (dice == 67) {
            flight.rate().onApplicationLimited(flight.pipe());
            rate.onApplicationLimited(flight.pipe());
        } else if (dice > 67) {
            add(1 + chance.nextInt(mss), chance.chance(0.3) ? 1 + chance.nextInt(5) : 1);
        }
        if (model.isEmpty()) {
            flight.trim();
        }
    }

    private void add(int length, int count) {
        long pipe = flight.pipe();
        for (int i = 0; i < count; i++) {
            var entry = new Entry();
            entry.start = nxt + (long) i * length;
            entry.length = length;
            leave(entry, pipe + (long) i * length);
            model.add(entry);
        }
        flight.addRun(nxt, length, count, now);
        nxt += (long) length * count;
    }

    private void leave(Entry e, long pipe) {
        e.sentAt = now;
        rate.onLost(flight.rate().lost() - rate.lost());
        rate.onSent(now, pipe);
        e.appLimited = rate.isApplicationLimited();
        e.then =
                new long[] {rate.delivered(), rate.deliveredTime(), rate.firstSendTime(), rate.lost(), pipe + e.length};
    }

    private void begin(long fack, long point) {
        delivery.begin(now, 0, fack, point);
        flight.rate().begin(now);
        rate.onLost(flight.rate().lost() - rate.lost());
        rate.begin(now);
    }

    private void arrived(Entry e, int bytes) {
        rate.onBytes(bytes);
        if (bytes == e.length) {
            rate.onDelivered(
                    e.sentAt, e.end(), (int) e.then[0], e.then[1], e.then[2], (int) e.then[3], e.then[4], e.appLimited);
        }
    }

    private void checkRate() {
        flight.rate().finish(0);
        rate.finish(0);
        assertThat(told(flight.rate())).containsExactly(told(rate));
    }

    private static long[] told(DeliveryRate rate) {
        var sample = new AckSample();
        rate.tell(sample);
        return new long[] {
            sample.hasRate ? 1 : 0,
            sample.applicationLimited ? 1 : 0,
            rate.isRateApplicationLimited() ? 1 : 0,
            sample.deliveryRate,
            sample.deliveredTotal,
            sample.rateDelivered,
            sample.priorDelivered,
            sample.rateInterval,
            sample.lostSinceSent,
            sample.lostTotal,
            sample.inFlightWhenSent
        };
    }

    private void acknowledge(Entropy chance) {
        long before = una;
        una += chance.nextInt((int) Math.min(nxt - una, 4000) + 1);
        long fack = before + chance.nextInt(4000);
        long point = before + chance.nextInt(4000);
        begin(fack, point);
        flight.acknowledge(una, delivery);
        long delivered = 0;
        long sampleSentAt = -1;
        long resentAt = -1;
        List<Entry> whole = new ArrayList<>();
        while (!model.isEmpty() && model.getFirst().start < una) {
            Entry e = model.getFirst();
            int taken = (int) Math.min(e.length, una - e.start);
            if (!e.sacked) {
                delivered += taken;
                sampleSentAt = sampleSentAt < 0 ? e.sentAt : sampleSentAt;
                resentAt = resentAt < 0 && e.everResent ? e.sentAt : resentAt;
                arrived(e, taken);
            }
            if (taken == e.length) {
                model.removeFirst();
                if (!e.sacked) {
                    whole.add(e);
                }
            } else {
                e.start += taken;
                e.length -= taken;
            }
        }
        assertThat(delivery.bytes).isEqualTo(delivered);
        assertThat(delivery.resentAt).isEqualTo(resentAt);
        assertThat(delivery.ackedSentAt).isEqualTo(resentAt >= 0 ? -1 : sampleSentAt);
        checkOrderTold(whole, fack, point);
        checkRate();
    }

    /// What the segments delivered whole tell of the order in which they left and arrived.
    private void checkOrderTold(List<Entry> whole, long fack, long point) {
        assertThat(delivery.segments).isEqualTo(whole.size());
        if (whole.isEmpty()) {
            return;
        }
        Entry latest = whole.stream()
                .max(Comparator.<Entry>comparingLong(e -> e.sentAt).thenComparingLong(Entry::end))
                .orElseThrow();
        assertThat(delivery.latestSentAt).isEqualTo(latest.sentAt);
        assertThat(delivery.latestEnd).isEqualTo(latest.end());
        assertThat(delivery.highestEnd).isEqualTo(Math.max(fack, whole.getLast().end()));
        assertThat(delivery.lowestOvertaken)
                .isEqualTo(whole.stream()
                        .filter(e -> !e.everResent && e.end() <= fack)
                        .mapToLong(e -> e.start)
                        .min()
                        .orElse(Long.MAX_VALUE));
        assertThat(delivery.original).isEqualTo(whole.stream().anyMatch(e -> !e.everResent && e.end() - 1 <= point));
    }

    /// A block as a receiver reports it: above SND.UNA, and often one that it reported before, grown.
    private void sack(Entropy chance) {
        if (nxt - una < 2) {
            return;
        }
        long left = una + 1 + chance.nextInt((int) (nxt - una) - 1);
        if (chance.chance(0.7)) {
            for (Entry e : model) {
                if (e.start > una && e.start >= left - 500) {
                    left = e.start;
                    break;
                }
            }
        }
        long right = left + 1 + chance.nextInt((int) Math.min(nxt - left, 5000));
        long fresh = 0;
        List<Entry> news = new ArrayList<>();
        for (Entry e : model) {
            if (e.start >= left && e.end() <= right && !e.sacked) {
                e.sacked = true;
                e.lost = false;
                e.resent = false;
                fresh += e.length;
                news.add(e);
            }
        }
        begin(0, 0);
        flight.sack(left, right, delivery);
        assertThat(delivery.sackedBytes).isEqualTo(fresh);
        news.forEach(e -> arrived(e, e.length));
        checkRate();
    }

    private void markLostBelow(long seq) {
        for (Entry e : model) {
            if (e.looked) {
                continue;
            }
            if (e.end() > seq) {
                break;
            }
            e.looked = true;
            e.lost |= !e.sacked;
        }
        flight.markLostBelow(seq);
    }

    private void markFirstLost() {
        if (!model.isEmpty() && !model.getFirst().sacked) {
            model.getFirst().resent = false;
            model.getFirst().lost = true;
        }
        flight.markFirstLost();
    }

    private void markAllLost() {
        boolean reneged = !model.isEmpty() && model.getFirst().sacked;
        assertThat(flight.isReneged()).isEqualTo(reneged);
        if (reneged) {
            flight.forgetSacks();
        }
        for (Entry e : model) {
            e.sacked &= !reneged;
            e.lost = !e.sacked;
            e.resent = false;
            e.looked = true;
        }
        flight.markAllLost();
    }

    /// The latest transmission of what may still arrive is lost too, as RACK says of any entry.
    private void markAnyLost(Entropy chance) {
        if (model.isEmpty()) {
            return;
        }
        int at = chance.nextInt(model.size());
        Entry e = model.get(at);
        boolean again = !e.sacked && e.resent;
        assertThat(flight.markLost(flight.firstIndex() + at)).isEqualTo(again);
        if (!e.sacked) {
            e.lost = true;
            e.resent = false;
        }
    }

    private void unmarkLost() {
        for (Entry e : model) {
            e.lost = false;
            e.looked = false;
        }
        flight.unmarkLost();
    }

    /// A probe of the tail: sent again without being lost.
    private void resendLast() {
        if (!model.isEmpty() && !model.getLast().sacked) {
            Entry e = model.getLast();
            leave(e, flight.pipe());
            flight.onResent(flight.lastIndex(), now);
            e.resent = true;
            e.everResent = true;
        }
    }

    private void resend() {
        long index = flight.nextLost();
        if (index >= 0) {
            Entry e = nextLost();
            leave(e, flight.pipe());
            flight.onResent(index, now);
            e.resent = true;
            e.everResent = true;
        }
    }

    private Entry nextLost() {
        for (Entry e : model) {
            if (e.lost && !e.resent) {
                return e;
            }
        }
        return null;
    }

    private void resegment(int size) {
        mss = size;
        flight.resegment(size);
        List<Entry> pieces = new ArrayList<>();
        for (Entry e : model) {
            for (int done = 0; done < e.length; done += size) {
                pieces.add(e.piece(done, Math.min(size, e.length - done)));
            }
        }
        model = pieces;
    }

    private void check(String when) {
        long outstanding = 0;
        long sacked = 0;
        long lost = 0;
        long resent = 0;
        for (Entry e : model) {
            outstanding += e.length;
            sacked += e.sacked ? e.length : 0;
            lost += e.lost ? e.length : 0;
            resent += e.resent ? e.length : 0;
        }
        assertThat(flight.outstanding()).as(when).isEqualTo(outstanding).isEqualTo(nxt - una);
        assertThat(flight.sacked()).as(when).isEqualTo(sacked);
        assertThat(flight.lost()).as(when).isEqualTo(lost);
        assertThat(flight.pipe()).as(when).isEqualTo(outstanding - sacked - lost + resent);
        assertThat(flight.size()).as(when).isEqualTo(model.size());
        assertThat(flight.isEmpty()).as(when).isEqualTo(model.isEmpty());
        long next = flight.nextLost();
        Entry wanted = nextLost();
        assertThat(next >= 0 ? flight.start(next) : -1).as(when).isEqualTo(wanted == null ? -1 : wanted.start);
        if (wanted != null) {
            assertThat(flight.length(next)).as(when).isEqualTo(wanted.length);
        }
        assertThat(flight.sackedSegments()).as(when).isEqualTo(count(e -> e.sacked));
        assertThat(flight.lostSegments()).as(when).isEqualTo(count(e -> e.lost));
        assertThat(flight.resentSegments()).as(when).isEqualTo(count(e -> e.resent));
        checkOrder(when);
    }

    private int count(Predicate<Entry> which) {
        return (int) model.stream().filter(which).count();
    }

    /// What may still arrive, in the order of transmission.
    private void checkOrder(String when) {
        int listed = 0;
        long sentAt = Long.MIN_VALUE;
        for (long i = flight.earliestSent(); i >= 0; i = flight.sentAfter(i)) {
            Entry e = model.get((int) (i - flight.firstIndex()));
            assertThat(e.sacked || e.lost && !e.resent).as(when).isFalse();
            assertThat(flight.sentAt(i)).as(when).isEqualTo(e.sentAt).isGreaterThanOrEqualTo(sentAt);
            sentAt = e.sentAt;
            listed++;
        }
        assertThat(listed).as(when).isEqualTo(count(e -> !e.sacked && (!e.lost || e.resent)));
    }

    @Test
    void blocksThatCoverTheSameSmallEntriesAgainAndAgainAreCheap() {
        int entries = 29_000; // a megabyte in the smallest segments that a peer can ask for
        int mss = 36;
        var flight = new Flight();
        for (int i = 0; i < entries; i++) {
            flight.add(1 + (long) i * mss, mss, 0);
        }
        long end = 1 + (long) entries * mss;
        // Walked anew for each block, this would be ten thousand million steps: minutes.
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            delivery.begin(0, 0, 0, 0);
            for (int block = 0; block < 400_000; block++) {
                flight.sack(1 + mss + block % (1000L * mss), end, delivery);
            }
            assertThat(delivery.sackedBytes).isEqualTo(end - 1 - mss);
        });
        assertThat(flight.sacked()).isEqualTo(end - 1 - mss);
    }

    @Test
    void aTrimmedFlightStartsAnew() {
        flight.add(nxt, 100, 1);
        flight.acknowledge(nxt + 100, delivery);
        flight.trim();
        flight.add(nxt + 100, 50, 2);
        assertThat(flight.outstanding()).isEqualTo(50);
        assertThat(flight.start(flight.firstIndex())).isEqualTo(nxt + 100);
    }
}
