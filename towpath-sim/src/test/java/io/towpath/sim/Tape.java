package io.towpath.sim;

import io.towpath.wire.Bytes;
import io.towpath.wire.InternetChecksum;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// What passed at one host's end of a wire, to be played to a checker again, whole or doctored.
final class Tape {
    /// One packet.
    record Frame(long at, boolean outbound, byte[] bytes) {
        Sighting seen() {
            var seen = new Sighting();
            seen.read(bytes, 0, bytes.length);
            return seen;
        }
    }

    /// Changes one packet's bytes.
    interface Doctor {
        void change(byte[] b, Sighting seen);
    }

    private final List<Frame> frames = new ArrayList<>();

    static Tape record(Lab lab) {
        var tape = new Tape();
        lab.wire.capture(
                lab.client,
                (now, outbound, b, at, end, meta) ->
                        tape.frames.add(new Frame(now, outbound, java.util.Arrays.copyOfRange(b, at, end))));
        return tape;
    }

    /// A tape written by hand.
    static Tape of(Frame... frames) {
        var tape = new Tape();
        tape.frames.addAll(List.of(frames));
        return tape;
    }

    List<Frame> frames() {
        return frames;
    }

    int find(Predicate<Frame> which, int nth) {
        int found = 0;
        for (int i = 0; i < frames.size(); i++) {
            if (which.test(frames.get(i)) && found++ == nth) {
                return i;
            }
        }
        throw new AssertionError("no such packet on the tape");
    }

    /// A copy in which packet `index` was changed, its checksums made right again.
    Tape doctored(int index, Doctor doctor) {
        var copy = new Tape();
        copy.frames.addAll(frames);
        Frame frame = frames.get(index);
        byte[] changed = frame.bytes().clone();
        doctor.change(changed, frame.seen());
        mend(changed);
        copy.frames.set(index, new Frame(frame.at(), frame.outbound(), changed));
        return copy;
    }

    /// A copy in which packet `index` was changed and nothing was mended.
    Tape damaged(int index, Doctor doctor) {
        var copy = new Tape();
        copy.frames.addAll(frames);
        Frame frame = frames.get(index);
        byte[] changed = frame.bytes().clone();
        doctor.change(changed, frame.seen());
        copy.frames.set(index, new Frame(frame.at(), frame.outbound(), changed));
        return copy;
    }

    /// A copy without packet `index`.
    Tape without(int index) {
        var copy = new Tape();
        copy.frames.addAll(frames);
        copy.frames.remove(index);
        return copy;
    }

    /// What a fresh lint says of it, one line for each complaint.
    List<String> judge(int mtu) {
        return judge(mtu, 0);
    }

    List<String> judge(int mtu, int signature) {
        var findings = new Findings();
        long own = new Lab(0, Lab.TEN_MILLIS).client.address(4).low();
        var lint = new WireLint("client", (high, low) -> low == own, false, findings);
        lint.signedBy(signature);
        for (Frame frame : frames) {
            if (frame.outbound()) {
                lint.out(frame.at(), frame.bytes(), 0, frame.bytes().length, 0, mtu);
            } else {
                lint.in(frame.at(), frame.bytes(), 0, frame.bytes().length);
            }
        }
        return findings.kept().stream().map(Finding::text).toList();
    }

    /// Makes the checksums of an IPv4 packet with a TCP segment right.
    static void mend(byte[] b) {
        int header = (b[0] & 15) * 4;
        Bytes.put16(b, 10, 0);
        Bytes.put16(b, 10, InternetChecksum.finish(InternetChecksum.add(0, b, 0, header)));
        Bytes.put16(b, header + 16, 0);
        long sum = InternetChecksum.pseudo4(Bytes.i32(b, 12), Bytes.i32(b, 16), 6, b.length - header);
        Bytes.put16(b, header + 16, InternetChecksum.finish(InternetChecksum.add(sum, b, header, b.length)));
    }
}
