package io.towpath.drill.sctp;

import io.towpath.drill.script.Cursor;
import io.towpath.drill.sctp.Form.Field;
import io.towpath.drill.sctp.Form.Tail;
import io.towpath.drill.sctp.Notation.Element;
import io.towpath.wire.IpAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Reads the SCTP packets of scripts, as in
///
/// ```
/// sctp(tag=2): SACK[flgs=0, cum_tsn=1, a_rwnd=..., gaps=[2:3], dups=[]];
///              DATA[flgs=BE, len=116, tsn=1, sid=0, ssn=0, ppid=0]
/// ```
///
/// In front of the colon there may be `(tag=…)`, `(bad_crc32c)` or both, and `/udp(9899 > 9899)`. A chunk may
/// be a list of octets. Names and fields that are not known are not understood; a field that is missing
/// neither.
public final class PacketReader {
    private static final long MAX_32 = 0xffff_ffffL;

    private final Cursor in;
    private @Nullable Long tag;
    private boolean badChecksum;

    private PacketReader(Cursor in) {
        this.in = in;
    }

    /// Reads what stands behind the word `sctp`.
    ///
    /// @param inbound whether the host is to get it: then nothing may be left open
    public static PacketNotation parse(Cursor in, boolean inbound) {
        return new PacketReader(in).packet(inbound);
    }

    private PacketNotation packet(boolean inbound) {
        int begin = in.place();
        PacketNotation.UdpPorts udp = in.accept("/") ? encapsulation() : null;
        if (in.accept("(")) {
            headerFields();
        }
        udp = udp == null && in.accept("/") ? encapsulation() : udp;
        in.expect(":");
        var chunks = new ArrayList<Element>();
        do {
            chunks.add(in.isAt("[") ? octets() : element(Forms.CHUNKS, true));
        } while (in.accept(";"));
        chunks.forEach(this::requirePlainLists);
        if (inbound) {
            new Completeness(in).require(chunks);
        } else if (badChecksum || chunks.stream().anyMatch(chunk -> chunk.name().isEmpty())) {
            throw in.notUnderstood("octets or a wrong checksum expected from the host");
        }
        return new PacketNotation(tag, badChecksum, udp, List.copyOf(chunks), "sctp" + in.since(begin));
    }

    /// `...` stands for a whole value; within a list, or for the type of a chunk without a name, it is not
    /// understood.
    private void requirePlainLists(Element element) {
        for (String type : new String[] {"type", "code"}) {
            if (element.field(type) instanceof Notation.Any) {
                throw in.notUnderstood(element.name() + " of any " + type);
            }
        }
        element.fields().values().forEach(value -> requirePlain(value, false));
        element.inner().forEach(this::requirePlainLists);
    }

    private void requirePlain(Notation value, boolean inList) {
        switch (value) {
            case Notation.Any _ -> {
                if (inList) {
                    throw in.notUnderstood("'...' in a list");
                }
            }
            case Notation.Listing(List<Notation> items) -> items.forEach(item -> requirePlain(item, true));
            case Notation.Tuple(List<Notation> items) -> items.forEach(item -> requirePlain(item, true));
            case Element element -> requirePlainLists(element);
            default -> {}
        }
    }

    private PacketNotation.UdpPorts encapsulation() {
        if (!in.acceptWord("udp")) {
            throw in.notUnderstood("encapsulation before " + in.rest());
        }
        in.expect("(");
        int source = (int) in.number(0xffff);
        in.expect(">");
        int destination = (int) in.number(0xffff);
        in.expect(")");
        return new PacketNotation.UdpPorts(source, destination);
    }

    private void headerFields() {
        do {
            String name = in.word();
            switch (name) {
                case "tag" -> {
                    in.expect("=");
                    tag = in.number(MAX_32);
                }
                case "bad_crc32c" -> badChecksum = true;
                default -> throw in.notUnderstood("field '" + name + "' of an SCTP header");
            }
        } while (in.accept(","));
        in.expect(")");
    }

    private Element octets() {
        return new Element("", Map.of("val", value()), List.of(), false);
    }

    private Element element(Forms forms, boolean chunk) {
        String name = in.word();
        Form form = forms.find(name);
        if (form == null) {
            throw in.notUnderstood("'" + name + "' before " + in.rest());
        }
        in.expect("[");
        var fields = new LinkedHashMap<String, Notation>();
        var inner = new ArrayList<Element>();
        boolean open = false;
        while (!in.accept("]")) {
            if (!fields.isEmpty() || !inner.isEmpty() || open) {
                in.expect(",");
            }
            if (in.accept("...")) {
                open = true;
                continue;
            }
            int place = in.place();
            String word = in.word();
            if (in.accept("=")) {
                String tailName = form.tailName();
                boolean isTail = word.equals(tailName) || form.tail() == Tail.PARAMETER_LIST && word.equals("params");
                fields.put(isTail && tailName != null ? tailName : word, isTail ? tail(form.tail()) : value());
            } else {
                in.back(place);
                inner.add(innerElement(form));
            }
        }
        requireFields(forms, form, fields, chunk, open);
        return new Element(name, fields, List.copyOf(inner), open);
    }

    private Element innerElement(Form form) {
        return switch (form.tail()) {
            case PARAMETERS -> element(Forms.PARAMETERS, false);
            case CAUSES -> element(Forms.CAUSES, false);
            default -> throw in.notUnderstood("'" + in.rest() + "' in " + form.name());
        };
    }

    private Notation tail(Tail tail) {
        if (in.accept("...")) {
            return new Notation.Any();
        }
        return switch (tail) {
            case ADDRESS -> address();
            case PARAMETER -> element(Forms.PARAMETERS, false);
            case CHUNK -> element(Forms.CHUNKS, true);
            case PARAMETER_LIST -> {
                in.expect("[");
                var items = new ArrayList<Notation>();
                while (!in.accept("]")) {
                    if (!items.isEmpty()) {
                        in.expect(",");
                    }
                    items.add(element(Forms.PARAMETERS, false));
                }
                yield new Notation.Listing(items);
            }
            default -> value();
        };
    }

    private Notation address() {
        String text = in.accept("\"") ? in.until("\"") : in.runOf("0123456789abcdefABCDEF:.");
        try {
            return new Notation.Address(IpAddress.parse(text));
        } catch (IllegalArgumentException e) {
            throw in.notUnderstood("the address " + text);
        }
    }

    private Notation value() {
        if (in.accept("...")) {
            return new Notation.Any();
        }
        if (in.accept("[")) {
            return new Notation.Listing(list("]"));
        }
        if (in.accept("{")) {
            return new Notation.Tuple(list("}"));
        }
        if (in.accept("\"")) {
            return new Notation.Text(in.until("\""));
        }
        if (Character.isDigit(in.peek())) {
            long number = in.number(MAX_32);
            return in.accept(":") ? new Notation.Range(number, in.number(MAX_32)) : new Notation.Number(number);
        }
        String word = in.word();
        if (word.isEmpty()) {
            throw in.notUnderstood("a value expected before " + in.rest());
        }
        return new Notation.Word(word);
    }

    private List<Notation> list(String end) {
        var items = new ArrayList<Notation>();
        while (!in.accept(end)) {
            if (!items.isEmpty()) {
                in.expect(",");
            }
            items.add(value());
        }
        return List.copyOf(items);
    }

    /// A field that is not known would never be looked at, and one that is forgotten neither.
    private void requireFields(Forms forms, Form form, Map<String, Notation> fields, boolean chunk, boolean open) {
        Set<String> known = new TreeSet<>(Set.of("len"));
        Set<String> needed = new TreeSet<>(tails(form));
        if (chunk) {
            known.add("flgs");
        }
        if (form.type() < 0) {
            needed.add(forms.typeField());
        }
        for (Field field : form.fields()) {
            if (field.name().endsWith("?")) {
                known.add(field.name().replace("?", ""));
            } else if (field.name().contains("|")) {
                requireOneOf(form, fields, field.name());
                known.addAll(List.of(field.name().split("\\|")));
            } else if (!field.name().isEmpty()) {
                needed.add(field.name());
            }
        }
        known.addAll(needed);
        for (String name : fields.keySet()) {
            if (!known.contains(name)) {
                throw in.notUnderstood("the field " + name + " of " + form.name());
            }
        }
        for (String name : needed) {
            if (!fields.containsKey(name) && !open) {
                throw in.notUnderstood(form.name() + " without its field " + name);
            }
        }
        requireFlags(form, fields.get("flgs"));
    }

    private void requireOneOf(Form form, Map<String, Notation> fields, String names) {
        for (String name : names.split("\\|")) {
            if (fields.containsKey(name)) {
                return;
            }
        }
        throw in.notUnderstood(form.name() + " without one of its fields " + names);
    }

    private static Set<String> tails(Form form) {
        return switch (form.tail()) {
            case SACK -> Set.of("gaps", "dups");
            case NR_SACK -> Set.of("gaps", "nr_gaps", "dups");
            case DATA -> Set.of("len");
            default -> {
                String name = form.tailName();
                yield name == null ? Set.of() : Set.of(name);
            }
        };
    }

    private void requireFlags(Form form, @Nullable Notation flags) {
        if (flags instanceof Notation.Word(String letters)
                && letters.chars().anyMatch(letter -> form.flags().indexOf(letter) < 0)) {
            throw in.notUnderstood("the flags " + letters + " of " + form.name());
        }
    }
}
