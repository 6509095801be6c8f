package io.towpath.drill.sctp;

import io.towpath.drill.sctp.Form.Tail;
import io.towpath.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/// Whether the octets behind the fixed fields of an element are what the script says.
final class TailJudge {
    private static final long IP4_PREFIX = 0xffff_0000_0000L;

    private final byte[] b;
    private final int at;
    private final int end;

    TailJudge(byte[] packet, int at, int end) {
        this.b = packet;
        this.at = at;
        this.end = end;
    }

    /// Whether they are.
    boolean isRight(Tail tail, Notation expected) {
        if (expected instanceof Notation.Any) {
            return true;
        }
        return switch (tail) {
            case OCTETS -> numbers(1, at).equals(numbers(expected, PacketWriter::number));
            case TEXT ->
                expected instanceof Notation.Text(String text)
                        ? text.equals(text())
                        : numbers(1, at).equals(numbers(expected, PacketWriter::number));
            // Neither the order of streams in a FORWARD-TSN says anything, nor that one is named twice.
            case STREAMS -> sorted(tuples(4)).equals(sorted(spelled(expected, 2)));
            case MESSAGES -> sorted(tuples(8)).equals(sorted(spelled(expected, 3)));
            case WORDS ->
                sortedNumbers(numbers(2, at)).equals(sortedNumbers(numbers(expected, PacketWriter::addressType)));
            case CHUNK_TYPES ->
                sortedNumbers(numbers(1, at)).equals(sortedNumbers(numbers(expected, PacketWriter::chunkType)));
            case PARAMETER_TYPES -> numbers(2, at + 4).equals(numbers(expected, PacketWriter::parameterType));
            case ADDRESS -> expected instanceof Notation.Address(IpAddress address) && address.equals(address());
            case NONE, DATA, PARAMETERS, CAUSES, SACK, NR_SACK, PARAMETER, PARAMETER_LIST, CHUNK ->
                throw new IllegalStateException("not a plain tail: " + tail);
        };
    }

    private static List<Long> numbers(Notation expected, ToLongFunction<Notation> meaning) {
        return PacketWriter.items(expected).stream().map(meaning::applyAsLong).toList();
    }

    private List<Long> numbers(int octets, int from) {
        var numbers = new ArrayList<Long>();
        for (int next = from; next + octets <= end; next += octets) {
            numbers.add(number(next, octets));
        }
        return numbers;
    }

    private long number(int from, int octets) {
        long value = 0;
        for (int i = 0; i < octets; i++) {
            value = value << 8 | b[from + i] & 0xff;
        }
        return value;
    }

    private static List<Long> sortedNumbers(List<Long> numbers) {
        return numbers.stream().sorted().toList();
    }

    private static List<String> sorted(List<String> tuples) {
        return tuples.stream().distinct().sorted().toList();
    }

    /// Streams with what was skipped: `1,0` or, with the flag of unordered messages, `1,0,7`.
    private List<String> tuples(int octets) {
        var tuples = new ArrayList<String>();
        for (int next = at; next + octets <= end; next += octets) {
            tuples.add(
                    octets == 4
                            ? number(next, 2) + "," + number(next + 2, 2)
                            : number(next, 2) + "," + (number(next + 2, 2) & 1) + "," + number(next + 4, 4));
        }
        return tuples;
    }

    private static List<String> spelled(Notation expected, int size) {
        var tuples = new ArrayList<String>();
        for (Notation item : PacketWriter.items(expected)) {
            if (item instanceof Notation.Tuple(List<Notation> items) && items.size() >= 2) {
                long first = PacketWriter.number(items.getFirst());
                long last = PacketWriter.number(items.getLast());
                long flag = items.size() > 2 ? PacketWriter.unordered(items.get(1)) : 0;
                tuples.add(first + "," + (size == 3 ? flag + "," : "") + last);
            }
        }
        return tuples;
    }

    private String text() {
        var text = new StringBuilder();
        for (int i = at; i < end && b[i] != 0; i++) {
            text.append((char) (b[i] & 0xff));
        }
        return text.toString();
    }

    private IpAddress address() {
        return end - at == 4
                ? IpAddress.of(0, IP4_PREFIX | number(at, 4))
                : IpAddress.of(number(at, 8), number(at + 8, 8));
    }
}
