package io.towpath.rfc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A numbered requirement of an RFC: its id, the section that states it, what it asks for in our words, and, where it
/// is not met on purpose or not yet, why (else empty).
record Requirement(String id, String section, String asks, String whyNot) {

    /// Reads `docs/rfc/<number>-requirements.tsv`.
    static List<Requirement> of(Path root, int rfc) throws IOException {
        return Files.readAllLines(root.resolve("docs/rfc/" + rfc + "-requirements.tsv")).stream()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .map(Requirement::parse)
                .toList();
    }

    /// `MUST` of `MUST-66`; `rules` when the RFC numbers none of them and the id is ours, such as `8985-6.2-1`.
    String level() {
        return Character.isDigit(id.charAt(0)) ? "rules" : id.substring(0, id.indexOf('-'));
    }

    private static Requirement parse(String line) {
        String[] fields = line.split("\t");
        if (fields.length < 3 || fields.length > 4) {
            throw new IllegalArgumentException(
                    "expected id, section, text and perhaps a reason, tabs between: " + line);
        }
        return new Requirement(fields[0], fields[1], fields[2], fields.length == 4 ? fields[3] : "");
    }
}
