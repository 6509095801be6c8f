package io.towpath.drill.sctp;

import io.towpath.drill.sctp.Notation.Element;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whether the blocks of a SACK or NR-SACK are those that the script expects.
final class SackJudge {
    private final SctpFlow flow;
    private final byte[] b;
    private final List<String> found;

    /// @param found takes what differs
    SackJudge(SctpFlow flow, byte[] packet, List<String> found) {
        this.flow = flow;
        this.b = packet;
        this.found = found;
    }

    /// Looks at the counts at `at` and the blocks behind them.
    void judge(boolean keepsSome, Element expected, int at, int end) {
        int gaps = half(at);
        int kept = keepsSome ? half(at + 2) : 0;
        int duplicates = half(keepsSome ? at + 4 : at + 2);
        int next = at + (keepsSome ? 8 : 4);
        if (next + 4 * (gaps + kept + duplicates) != end) {
            found.add("counts of blocks");
            return;
        }
        compare("gaps", expected.field("gaps"), blocks(next, gaps));
        if (keepsSome) {
            compare("nr_gaps", expected.field("nr_gaps"), blocks(next + 4 * gaps, kept));
        }
        compare("dups", expected.field("dups"), tsns(next + 4 * (gaps + kept), duplicates));
    }

    private int half(int at) {
        return (b[at] & 0xff) << 8 | b[at + 1] & 0xff;
    }

    private List<Notation> blocks(int at, int count) {
        var blocks = new ArrayList<Notation>();
        for (int i = 0; i < count; i++) {
            blocks.add(new Notation.Range(half(at + 4 * i), half(at + 4 * i + 2)));
        }
        return blocks;
    }

    private List<Notation> tsns(int at, int count) {
        var tsns = new ArrayList<Notation>();
        for (int i = 0; i < count; i++) {
            long wire = (long) half(at + 4 * i) << 16 | half(at + 4 * i + 2);
            tsns.add(new Notation.Number(flow.toScript(Forms.duplicates(), true, wire)));
        }
        return tsns;
    }

    private void compare(String name, @Nullable Notation expected, List<Notation> actual) {
        if (expected != null
                && !(expected instanceof Notation.Any)
                && !PacketWriter.items(expected).equals(actual)) {
            found.add(name);
        }
    }
}
