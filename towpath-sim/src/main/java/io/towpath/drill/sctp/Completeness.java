package io.towpath.drill.sctp;

import io.towpath.drill.script.Cursor;
import io.towpath.drill.sctp.Form.Tail;
import io.towpath.drill.sctp.Notation.Element;
import io.towpath.drill.sctp.Notation.Listing;
import java.util.List;
import java.util.Map;

/// Whether a packet that the host is to get says all that it must: octets and lengths may be left open, for
/// there is a usual answer; nothing else may.
final class Completeness {
    private final Cursor in;

    Completeness(Cursor in) {
        this.in = in;
    }

    /// @throws io.towpath.drill.script.NotUnderstood when something is left open
    void require(List<Element> chunks) {
        for (Element chunk : chunks) {
            if (chunk.name().isEmpty()) {
                requireOctets(chunk);
            } else {
                require(Forms.CHUNKS, chunk);
            }
        }
    }

    private void requireOctets(Element chunk) {
        if (!(chunk.field("val") instanceof Listing(List<Notation> octets))
                || octets.stream().anyMatch(octet -> !isOctet(octet))) {
            throw in.notUnderstood("octets expected, not " + chunk.field("val"));
        }
    }

    private static boolean isOctet(Notation value) {
        return value instanceof Notation.Number(long number) && number <= 0xff;
    }

    private void require(Forms forms, Element element) {
        if (element.open()) {
            throw open(element, "...");
        }
        Form form = forms.get(element.name());
        boolean octets = form.tail() == Tail.OCTETS || form.tail() == Tail.DATA;
        for (Map.Entry<String, Notation> field : element.fields().entrySet()) {
            boolean may =
                    octets && (field.getKey().equals("len") || field.getKey().equals(form.tailName()));
            if (field.getValue() instanceof Notation.Any && !may || form.tail() == Tail.DATA && element.isAny("len")) {
                throw open(element, field.getKey());
            }
            if (form.tail() == Tail.OCTETS
                    && field.getKey().equals(form.tailName())
                    && !(field.getValue() instanceof Notation.Any)) {
                requireOctets(new Element("", Map.of("val", field.getValue()), List.of(), false));
            }
        }
        Forms inner = form.tail() == Tail.CAUSES ? Forms.CAUSES : Forms.PARAMETERS;
        element.inner().forEach(each -> require(inner, each));
    }

    private RuntimeException open(Element element, String field) {
        return in.notUnderstood("a packet to be sent to the host with a wildcard: " + field + " of " + element.name());
    }
}
