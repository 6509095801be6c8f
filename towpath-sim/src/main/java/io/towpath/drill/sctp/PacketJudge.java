package io.towpath.drill.sctp;

import io.towpath.drill.sctp.Form.Tail;
import io.towpath.drill.sctp.Notation.Element;
import io.towpath.wire.Crc32c;
import io.towpath.wire.Malformed;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpHeader;
import io.towpath.wire.SctpInitHeader;
import io.towpath.wire.SctpParameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whether an SCTP packet that the host sent is the one that the script expects.
///
/// Chunks must be the same in the same order. So must be the parameters of a chunk, but for those of INIT and
/// INIT ACK, whose order means nothing (RFC 9260 §3.2.1 lets a receiver take them one by one); behind `...`
/// others may follow. Octets and texts that the script leaves open are not looked at, nor is user data.
final class PacketJudge {
    private final SctpFlow flow;
    private final byte[] b;
    private final List<String> found;

    /// Whether the numbers are the host's; those of a chunk that it quotes are the peer's.
    private final boolean own;

    private PacketJudge(SctpFlow flow, byte[] packet, boolean own, List<String> found) {
        this.flow = flow;
        this.b = packet;
        this.own = own;
        this.found = found;
    }

    /// What differs; empty when nothing does. Notes in `flow` what the packet teaches.
    ///
    /// @param packet from the SCTP header on
    static List<String> differences(PacketNotation expected, byte[] packet, SctpFlow flow) {
        var judge = new PacketJudge(flow, packet, true, new ArrayList<>());
        judge.packet(expected);
        return judge.found;
    }

    private void packet(PacketNotation expected) {
        if (SctpHeader.check(b, 0, b.length) != Malformed.NONE) {
            found.add("no SCTP packet");
            return;
        }
        if (!SctpHeader.checksumOk(b, 0, b.length, new Crc32c())) {
            found.add("checksum");
        }
        List<Integer> chunks = chunks(SctpHeader.LENGTH, b.length);
        learn(expected, chunks);
        tag(expected.tag(), chunks);
        if (chunks.size() != expected.chunks().size()) {
            found.add("number of chunks");
            return;
        }
        for (int i = 0; i < chunks.size(); i++) {
            chunk(expected.chunks().get(i), chunks.get(i));
        }
    }

    private List<Integer> chunks(int from, int end) {
        var places = new ArrayList<Integer>();
        for (int next = from; next < end; next = SctpChunks.next(b, next, end)) {
            Malformed fault = SctpChunks.check(b, next, end);
            if (fault == Malformed.TRUNCATED || fault == Malformed.BAD_HEADER_LENGTH) {
                found.add("malformed chunk");
                break;
            }
            places.add(next);
        }
        return places;
    }

    private List<Integer> parameters(int from, int end) {
        var places = new ArrayList<Integer>();
        for (int next = from; next < end; next = SctpParameters.next(b, next, end)) {
            Malformed fault = SctpParameters.check(b, next, end);
            if (fault == Malformed.TRUNCATED || fault == Malformed.BAD_HEADER_LENGTH) {
                found.add("malformed parameter");
                break;
            }
            places.add(next);
        }
        return places;
    }

    /// Takes from the packet what later ones of the script refer to.
    private void learn(PacketNotation expected, List<Integer> chunks) {
        for (int i = 0; i < chunks.size(); i++) {
            int at = chunks.get(i);
            int type = SctpChunks.type(b, at);
            boolean init = type == SctpChunks.INIT || type == SctpChunks.INIT_ACK;
            if (init && SctpChunks.check(b, at, b.length) == Malformed.NONE) {
                Element named = i < expected.chunks().size() ? expected.chunks().get(i) : null;
                flow.onHostTag(
                        type == SctpChunks.INIT_ACK,
                        SctpInitHeader.initiateTag(b, at) & 0xffff_ffffL,
                        name(named, "tag"),
                        SctpInitHeader.initialTsn(b, at) & 0xffff_ffffL,
                        name(named, "tsn"));
            }
            if (init || type == SctpChunks.HEARTBEAT) {
                learnParameters(at, SctpChunks.valueEnd(b, at), init ? SctpInitHeader.LENGTH : SctpChunks.HEAD);
            }
        }
    }

    private static @Nullable Long name(@Nullable Element element, String field) {
        return element != null && element.field(field) instanceof Notation.Number(long value) ? value : null;
    }

    private void learnParameters(int at, int end, int head) {
        for (int place : parameters(at + head, end)) {
            byte[] value = Arrays.copyOfRange(b, place + SctpParameters.HEAD, SctpParameters.valueEnd(b, place));
            switch (SctpParameters.type(b, place)) {
                case SctpParameters.STATE_COOKIE -> flow.onCookie(value);
                case SctpParameters.HEARTBEAT_INFO -> flow.onHeartbeat(value);
                default -> {}
            }
        }
    }

    /// RFC 9260 §8.5 says which verification tag a packet has.
    private void tag(@Nullable Long expected, List<Integer> chunks) {
        long tag = SctpHeader.verificationTag(b, 0) & 0xffff_ffffL;
        boolean right;
        if (expected != null) {
            right = tag == expected;
        } else if (chunks.isEmpty()) {
            right = true;
        } else {
            int first = chunks.getFirst();
            int type = SctpChunks.type(b, first);
            boolean mayReflect = type == SctpChunks.ABORT || type == SctpChunks.SHUTDOWN_COMPLETE;
            boolean reflected = mayReflect && (SctpChunks.flags(b, first) & SctpChunks.T) != 0;
            right = type == SctpChunks.INIT ? tag == 0 : reflected ? tag == flow.lastInboundTag() : flow.isPeerTag(tag);
        }
        if (!right) {
            found.add("verification tag");
        }
    }

    private void chunk(Element expected, int at) {
        Form form = Forms.CHUNKS.get(expected.name());
        int type = form.type() >= 0 ? form.type() : (int) PacketWriter.number(expected.field("type"));
        if (SctpChunks.type(b, at) != type) {
            found.add("chunk type");
            return;
        }
        flags(form, expected.field("flgs"), SctpChunks.flags(b, at));
        element(form, expected, at, SctpChunks.valueEnd(b, at), SctpChunks.flags(b, at));
    }

    private void flags(Form form, @Nullable Notation expected, int actual) {
        boolean same = switch (expected) {
            case null -> true;
            case Notation.Any _ -> true;
            case Notation.Word(String letters) ->
                letters.chars().map(letter -> 1 << form.flags().indexOf(letter)).reduce(0, (x, y) -> x | y) == actual;
            case Notation.Number(long number) -> number == actual;
            default -> false;
        };
        if (!same) {
            found.add("flags");
        }
    }

    private void element(Form form, Element expected, int at, int end, int flags) {
        if (expected.field("len") instanceof Notation.Number(long length) && length != end - at) {
            found.add("length");
        }
        int next = at + 4;
        for (Form.Field field : form.fields()) {
            next = field(expected, field, next, end, flags);
            if (next < 0) {
                found.add("length of " + form.name());
                return;
            }
        }
        tail(form, expected, next, end);
    }

    /// The offset after the field; −1 when the element ends before.
    private int field(Element expected, Form.Field field, int at, int end, int flags) {
        if (field.name().endsWith("?")) {
            Notation wanted = expected.field(field.name().replace("?", ""));
            if (at == end) {
                if (wanted != null) {
                    found.add(field.name().replace("?", ""));
                }
                return at;
            }
            if (wanted == null) {
                found.add(field.name().replace("?", ""));
                return at + field.octets();
            }
        }
        if (at + field.octets() > end) {
            return -1;
        }
        String name = field.name().replace("?", "");
        if (name.equals("ppid|fsn")) {
            name = (flags & 2) != 0 ? "ppid" : "fsn";
            if (expected.field(name) == null) {
                found.add(name);
            }
        }
        long actual = flow.toScript(field.kind(), own, read(at, field.octets()));
        if (expected.field(name) instanceof Notation.Number(long number) && number != actual) {
            found.add(name);
        } else if (!(expected.field(name) instanceof Notation.Number) && !expected.isAny(name)) {
            found.add(name);
        }
        return at + field.octets();
    }

    private long read(int at, int octets) {
        long value = 0;
        for (int i = 0; i < octets; i++) {
            value = value << 8 | b[at + i] & 0xff;
        }
        return value;
    }

    private void tail(Form form, Element expected, int at, int end) {
        if (form.tail() == Tail.PARAMETERS || form.tail() == Tail.CAUSES) {
            boolean causes = form.tail() == Tail.CAUSES;
            boolean init = form.type() == SctpChunks.INIT || form.type() == SctpChunks.INIT_ACK;
            inner(causes ? Forms.CAUSES : Forms.PARAMETERS, expected, parameters(at, end), init || expected.open());
            return;
        }
        Notation value = form.tailName() == null ? null : expected.field(form.tailName());
        switch (form.tail()) {
            case SACK, NR_SACK -> new SackJudge(flow, b, found).judge(form.tail() == Tail.NR_SACK, expected, at, end);
            case PARAMETER -> quoted(value, parameters(at, end));
            case PARAMETER_LIST -> quoted(value, parameters(at, end));
            case CHUNK -> {
                if (value instanceof Element chunk) {
                    new PacketJudge(flow, b, false, found).chunk(chunk, at);
                }
            }
            case NONE -> {
                if (at != end) {
                    found.add("octets behind " + form.name());
                }
            }
            default -> {
                if (value != null && !new TailJudge(b, at, end).isRight(form.tail(), value)) {
                    found.add(form.tailName());
                }
            }
        }
    }

    /// Parameters or causes that another element quotes.
    private void quoted(@Nullable Notation expected, List<Integer> places) {
        if (expected == null || expected instanceof Notation.Any) {
            return;
        }
        List<Notation> items = PacketWriter.items(expected);
        if (items.size() != places.size()) {
            found.add("number of parameters");
            return;
        }
        for (int i = 0; i < places.size(); i++) {
            if (items.get(i) instanceof Element element) {
                parameter(Forms.PARAMETERS, element, places.get(i));
            }
        }
    }

    private void inner(Forms forms, Element expected, List<Integer> places, boolean anyOrder) {
        var left = new ArrayList<>(places);
        for (Element wanted : expected.inner()) {
            Integer match = anyOrder ? match(forms, wanted, left) : left.isEmpty() ? null : left.getFirst();
            if (match == null) {
                found.add(wanted.name());
                return;
            }
            left.remove(match);
            if (!anyOrder) {
                parameter(forms, wanted, match);
            }
        }
        if (!left.isEmpty() && !expected.open()) {
            found.add(forms == Forms.CAUSES ? "more causes" : "more parameters");
        }
    }

    private @Nullable Integer match(Forms forms, Element wanted, List<Integer> places) {
        for (Integer place : places) {
            var alone = new PacketJudge(flow, b, own, new ArrayList<>());
            alone.parameter(forms, wanted, place);
            if (alone.found.isEmpty()) {
                return place;
            }
        }
        return null;
    }

    private void parameter(Forms forms, Element expected, int at) {
        Form form = forms.get(expected.name());
        int type = form.type() >= 0 ? form.type() : (int) PacketWriter.number(expected.field(forms.typeField()));
        if (SctpParameters.type(b, at) != type) {
            found.add(expected.name());
            return;
        }
        element(form, expected, at, SctpParameters.valueEnd(b, at), 0);
    }
}
