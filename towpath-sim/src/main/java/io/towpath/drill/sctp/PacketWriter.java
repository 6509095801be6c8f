package io.towpath.drill.sctp;

import io.towpath.drill.sctp.Form.Field;
import io.towpath.drill.sctp.Form.Kind;
import io.towpath.drill.sctp.Notation.Element;
import io.towpath.drill.sctp.Notation.Listing;
import io.towpath.drill.sctp.Notation.Tuple;
import io.towpath.wire.Crc32c;
import io.towpath.wire.Ip4Address;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpHeader;
import io.towpath.wire.SctpParameters;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes octets of the packets that a script sends to the host. Lengths that the script gives are written as
/// they stand, right or wrong.
final class PacketWriter {
    private static final int HEAD = 4;

    private final SctpFlow flow;
    private byte[] b = new byte[1024];
    private int at;

    private PacketWriter(SctpFlow flow) {
        this.flow = flow;
    }

    /// The octets of `packet`, from the SCTP header on.
    static byte[] write(PacketNotation packet, SctpFlow flow) {
        return new PacketWriter(flow).packet(packet);
    }

    private byte[] packet(PacketNotation packet) {
        Element first = packet.chunks().getFirst();
        Long explicit = packet.tag();
        long tag = explicit == null ? usualTag(first) : flow.wireTag(explicit);
        SctpHeader.write(b, 0, flow.remotePort, flow.localPort, (int) tag);
        at = SctpHeader.LENGTH;
        for (Element chunk : packet.chunks()) {
            chunk(chunk);
        }
        if (!packet.chunks().getLast().name().isEmpty()) {
            align();
        }
        SctpHeader.writeChecksum(b, 0, at, new Crc32c());
        if (packet.badChecksum()) {
            b[SctpHeader.LENGTH - 1] ^= 0x55;
        }
        flow.onInbound(tag);
        return Arrays.copyOf(b, at);
    }

    /// RFC 9260 §8.5: INIT has the tag 0; ABORT and SHUTDOWN COMPLETE with the T bit have their sender's own.
    private long usualTag(Element first) {
        if (first.name().equals("INIT")) {
            return 0;
        }
        boolean reflected = !first.name().isEmpty() && (flags(first) & SctpChunks.T) != 0;
        return switch (first.name()) {
            case "ABORT", "SHUTDOWN_COMPLETE" -> reflected ? flow.peerTag() : flow.hostTag();
            default -> flow.hostTag();
        };
    }

    private void chunk(Element chunk) {
        align();
        if (chunk.name().isEmpty()) {
            octets(chunk.field("val"));
            return;
        }
        Form form = Forms.CHUNKS.get(chunk.name());
        int begin = at;
        int type = type(form, chunk, Forms.CHUNKS);
        number(1, type);
        number(1, flags(chunk));
        number(2, 0);
        body(form, chunk, type);
        finish(chunk, begin);
        if (chunk.name().equals("INIT") || chunk.name().equals("INIT_ACK")) {
            flow.onPeerTag(number(chunk.field("tag")));
        }
    }

    private void element(Forms forms, Element element, int container) {
        Form form = forms.get(element.name());
        align();
        int begin = at;
        number(2, type(form, element, forms));
        number(2, 0);
        if (element.name().equals("STALE_COOKIE_ERROR")) {
            flow.onStaleCookie();
        }
        body(form, element, container);
        finish(element, begin);
    }

    /// RFC 9260 §3.2: lengths count the padding of what is inside, but of the last one.
    private void align() {
        while ((at & 3) != 0) {
            number(1, 0);
        }
    }

    /// Writes the length.
    private void finish(Element element, int begin) {
        Notation length = element.field("len");
        int end = at;
        at = begin + 2;
        number(2, length instanceof Notation.Number(long given) ? given : end - begin);
        at = end;
    }

    private static int type(Form form, Element element, Forms forms) {
        return form.type() >= 0 ? form.type() : (int) number(element.field(forms.typeField()));
    }

    private static int flags(Element chunk) {
        Notation flags = chunk.field("flgs");
        if (flags instanceof Notation.Word(String letters)) {
            String names = Forms.CHUNKS.get(chunk.name()).flags();
            return letters.chars().map(letter -> 1 << names.indexOf(letter)).reduce(0, (x, y) -> x | y);
        }
        return flags == null ? 0 : (int) number(flags);
    }

    private void body(Form form, Element element, int container) {
        for (Field field : form.fields()) {
            field(element, field);
        }
        tail(form, element, container);
    }

    private void field(Element element, Field field) {
        if (field.name().endsWith("?")) {
            Notation value = element.field(field.name().replace("?", ""));
            if (value != null) {
                number(field.octets(), flow.toWire(field.kind(), false, number(value)));
            }
            return;
        }
        Notation value = null;
        for (String name : field.name().split("\\|")) {
            value = element.field(name) == null ? value : element.field(name);
        }
        number(field.octets(), value == null ? 0 : flow.toWire(field.kind(), false, number(value)));
    }

    private void tail(Form form, Element element, int container) {
        Notation value = form.tailName() == null ? null : element.field(form.tailName());
        switch (form.tail()) {
            case NONE -> {}
            case DATA -> zeros(wantedOctets(element) - HEAD - form.fixedOctets());
            case OCTETS -> octetsOrUsual(form, element, value, container);
            case TEXT -> text(value);
            case PARAMETERS -> element.inner().forEach(each -> element(Forms.PARAMETERS, each, form.type()));
            case CAUSES -> element.inner().forEach(each -> element(Forms.CAUSES, each, form.type()));
            case SACK -> sack(element);
            case NR_SACK -> nrSack(element);
            case STREAMS -> items(value).forEach(each -> skipped(each, 2));
            case MESSAGES -> items(value).forEach(each -> skipped(each, 4));
            case WORDS -> items(value).forEach(each -> number(2, addressType(each)));
            case CHUNK_TYPES -> items(value).forEach(each -> number(1, chunkType(each)));
            case PARAMETER_TYPES -> {
                number(4, items(value).size());
                items(value).forEach(each -> number(2, parameterType(each)));
            }
            case ADDRESS -> address(value);
            case PARAMETER -> items(value).forEach(each -> inner(Forms.PARAMETERS, each));
            case PARAMETER_LIST -> items(value).forEach(each -> inner(Forms.PARAMETERS, each));
            case CHUNK -> items(value).forEach(each -> chunk((Element) each));
        }
    }

    private void inner(Forms forms, Notation each) {
        if (each instanceof Element element) {
            element(forms, element, -1);
        }
    }

    private static int wantedOctets(Element element) {
        return element.field("len") instanceof Notation.Number(long length) ? (int) length : HEAD;
    }

    /// Octets that are left open are what the host gave: its cookie, the information of its heartbeat. With a
    /// length they are zeros.
    private void octetsOrUsual(Form form, Element element, @Nullable Notation value, int container) {
        if (value instanceof Listing) {
            octets(value);
        } else if (element.field("len") instanceof Notation.Number(long length)) {
            zeros((int) length - HEAD - form.fixedOctets());
        } else if (form.type() == SctpChunks.COOKIE_ECHO && form.name().equals("COOKIE_ECHO")) {
            append(flow.cookie());
        } else if (form.name().equals("HEARTBEAT_INFORMATION") && container == SctpChunks.HEARTBEAT_ACK) {
            append(flow.heartbeat());
        } else {
            zeros(8);
        }
    }

    private void sack(Element sack) {
        List<Notation> gaps = items(sack.field("gaps"));
        List<Notation> duplicates = items(sack.field("dups"));
        number(2, gaps.size());
        number(2, duplicates.size());
        gaps.forEach(this::range);
        duplicates.forEach(each -> number(4, flow.toWire(Forms.duplicates(), false, number(each))));
    }

    private void nrSack(Element sack) {
        List<Notation> gaps = items(sack.field("gaps"));
        List<Notation> kept = items(sack.field("nr_gaps"));
        List<Notation> duplicates = items(sack.field("dups"));
        number(2, gaps.size());
        number(2, kept.size());
        number(2, duplicates.size());
        number(2, 0);
        gaps.forEach(this::range);
        kept.forEach(this::range);
        duplicates.forEach(each -> number(4, flow.toWire(Kind.ACKNOWLEDGED, false, number(each))));
    }

    private void range(Notation gap) {
        if (gap instanceof Notation.Range(long start, long end)) {
            number(2, start);
            number(2, end);
        }
    }

    /// `{stream, number}`, with `{stream, unordered, number}` for messages that may be unordered.
    private void skipped(Notation each, int octets) {
        if (each instanceof Tuple(List<Notation> items)) {
            number(2, number(items.getFirst()));
            if (octets == 4) {
                number(2, items.size() > 2 ? unordered(items.get(1)) : 0);
            }
            number(octets, number(items.getLast()));
        }
    }

    /// `U`, `0` or `1`.
    static long unordered(Notation flag) {
        return flag instanceof Notation.Word(String word) ? word.equals("U") ? 1 : 0 : number(flag);
    }

    static long addressType(Notation each) {
        if (each instanceof Notation.Word(String word)) {
            return switch (word) {
                case "IPv4" -> SctpParameters.IPV4;
                case "IPv6" -> SctpParameters.IPV6;
                default -> SctpParameters.HOST_NAME;
            };
        }
        return number(each);
    }

    static long chunkType(Notation each) {
        Form form = each instanceof Notation.Word(String word) ? Forms.CHUNKS.find(word) : null;
        return form == null ? number(each) : form.type();
    }

    static long parameterType(Notation each) {
        Form form = each instanceof Notation.Word(String word) ? Forms.PARAMETERS.find(word) : null;
        return form == null ? number(each) : form.type();
    }

    private void address(@Nullable Notation value) {
        if (value instanceof Notation.Address(var address)) {
            if (address instanceof Ip4Address) {
                number(4, address.low());
            } else {
                number(4, address.high() >>> 32);
                number(4, address.high());
                number(4, address.low() >>> 32);
                number(4, address.low());
            }
        }
    }

    private void text(@Nullable Notation value) {
        if (value instanceof Notation.Text(String text)) {
            append(text.getBytes(StandardCharsets.US_ASCII));
        } else {
            octets(value);
        }
    }

    private void octets(@Nullable Notation value) {
        items(value).forEach(each -> number(1, number(each)));
    }

    private void append(byte[] octets) {
        for (byte octet : octets) {
            number(1, octet);
        }
    }

    private void zeros(int count) {
        for (int i = 0; i < count; i++) {
            number(1, 0);
        }
    }

    /// The items of a list; a value alone is a list of one.
    static List<Notation> items(@Nullable Notation value) {
        return switch (value) {
            case null -> List.of();
            case Listing(List<Notation> items) -> items;
            default -> List.of(value);
        };
    }

    /// The number that `value` is.
    ///
    /// @throws IllegalArgumentException when it is none
    static long number(@Nullable Notation value) {
        if (value instanceof Notation.Number(long number)) {
            return number;
        }
        throw new IllegalArgumentException("'" + value + "' where a number belongs");
    }

    private void number(int octets, long value) {
        if (at + octets > b.length) {
            b = Arrays.copyOf(b, 2 * b.length);
        }
        for (int i = octets - 1; i >= 0; i--) {
            b[at++] = (byte) (value >>> 8 * i);
        }
    }
}
