package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.ByteRing;
import io.towpath.core.Entropy;
import io.towpath.tcp.receive.Receiver;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The receiver against one that keeps a note for every sequence number: random segments go in, the stream comes out
/// byte for byte, and the SACK blocks say what is held.
class ReceiverTest {
    private static final int BUFFER = 400;
    private static final int STREAM = 20_000;

    private final long irs = (1L << 32) - 7777; // the stream crosses the wrap of the wire's numbers
    private final long first = irs + 1;
    private final ByteRing ring = new ByteRing(BUFFER);
    private final Receiver receiver = new Receiver(irs, BUFFER, ring);
    private final boolean[] held = new boolean[STREAM + 1]; // the last one is the FIN
    private int nxt;
    private int edge = BUFFER;
    private int consumed;
    private int lastBeyond = -1;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void streamAndBlocksAreThoseOfTheModel(long seed) {
        Entropy chance = Entropy.seeded(seed);
        int steps = 0;
        while (!receiver.finReached() || consumed < STREAM) {
            assertThat(++steps).as("the stream ends").isLessThan(200_000);
            switch (chance.nextInt(10)) {
                case 0, 1 -> read(chance.nextInt(300));
                case 2 -> offer();
                default -> segment(chance);
            }
            check();
        }
        assertThat(receiver.nxt).isEqualTo(first + STREAM + 1);
        assertThat(receiver.hasHoles()).isFalse();
    }

    private void segment(Entropy chance) {
        int from = Math.clamp(nxt - 50 + chance.nextInt(edge - nxt + 100), 0, STREAM);
        int to = Math.min(STREAM, from + chance.nextInt(chance.chance(0.2) ? 300 : 60));
        if (chance.chance(0.2)) {
            from = Math.min(nxt, STREAM);
            to = Math.min(STREAM, from + 1 + chance.nextInt(60));
        }
        boolean fin = to == STREAM;
        int length = to - from + (fin ? 1 : 0);
        boolean acceptable = isAcceptable(from, length);
        assertThat(receiver.isAcceptable(first + from, length)).isEqualTo(acceptable);
        if (!acceptable || length == 0) {
            return;
        }
        byte[] text = Ladder.content(from, to - from + 3);
        Receiver.Text outcome = receiver.onText(text, 0, to - from, first + from, fin);
        assertThat(outcome).isEqualTo(take(from, Math.min(from + length, edge)));
    }

    /// RFC 9293 §3.10.7.4, the table of four cases.
    private boolean isAcceptable(int seq, int length) {
        int wnd = edge - nxt;
        if (length == 0) {
            return wnd == 0 ? seq == nxt : nxt <= seq && seq < edge;
        }
        boolean head = nxt <= seq && seq < edge;
        boolean tail = nxt <= seq + length - 1 && seq + length - 1 < edge;
        return wnd > 0 && (head || tail);
    }

    private Receiver.Text take(int from, int to) {
        boolean hadBeyond = beyond();
        boolean news = false;
        for (int i = Math.max(from, nxt); i < to; i++) {
            news |= !held[i];
            held[i] = true;
        }
        int before = nxt;
        while (nxt < held.length && held[nxt]) {
            nxt++;
        }
        if (nxt > before) {
            return hadBeyond ? Receiver.Text.FILLED_HOLE : Receiver.Text.IN_ORDER;
        }
        if (Math.max(from, nxt) < to) {
            lastBeyond = Math.max(from, nxt);
        }
        return news ? Receiver.Text.OUT_OF_ORDER : Receiver.Text.DUPLICATE;
    }

    private boolean beyond() {
        for (int i = nxt; i < Math.min(edge, held.length); i++) {
            if (held[i]) {
                return true;
            }
        }
        return false;
    }

    private void read(int most) {
        byte[] bytes = new byte[most];
        int n = ring.read(bytes, 0, most);
        assertThat(java.util.Arrays.copyOf(bytes, n)).isEqualTo(Ladder.content(consumed, n));
        consumed += n;
    }

    private void offer() {
        long offer = receiver.offer(60, false);
        receiver.onOffered(offer);
        int right = (int) (receiver.nxt - first + offer);
        assertThat(right).isGreaterThanOrEqualTo(edge);
        int fin = receiver.finReached() ? 1 : 0; // takes no room in the buffer
        assertThat(right).isLessThanOrEqualTo(Math.max(edge, consumed + BUFFER + fin));
        edge = right;
    }

    private void check() {
        assertThat(receiver.nxt).isEqualTo(first + nxt);
        assertThat(receiver.wnd()).isEqualTo(edge - nxt);
        assertThat(ring.readable()).isEqualTo(Math.min(nxt, STREAM) - consumed);
        List<String> blocks = blocks();
        assertThat(receiver.hasHoles()).isEqualTo(!blocks.isEmpty());
        int count = receiver.sackBlocks(4);
        assertThat(count).isEqualTo(Math.min(4, blocks.size()));
        List<String> reported = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            reported.add(receiver.sackLeft(i) - first + ":" + (receiver.sackRight(i) - first));
        }
        assertThat(reported).doesNotHaveDuplicates();
        assertThat(blocks).containsAll(reported);
        if (count > 0 && lastBeyond >= nxt) {
            assertThat(receiver.sackLeft(0) - first).isLessThanOrEqualTo(lastBeyond);
            assertThat(receiver.sackRight(0) - first).isGreaterThan(lastBeyond);
        }
    }

    private List<String> blocks() {
        List<String> blocks = new ArrayList<>();
        for (int i = nxt; i < Math.min(edge, held.length); i++) {
            if (held[i]) {
                int start = i;
                while (i < held.length && held[i]) {
                    i++;
                }
                blocks.add(start + ":" + i);
            }
        }
        return blocks;
    }
}
