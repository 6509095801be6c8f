package io.towpath.rfc;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.wire.testing.Rfc;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Writes `docs/rfc/9293.md`: the requirements of RFC 9293 against the tests that prove them.
class RequirementTableTest {
    private static final int TCP = 9293;

    private static final Path ROOT = root();

    @Test
    void everyRequirementNamedByATestExists() throws IOException {
        Set<String> known =
                Requirement.of(ROOT, TCP).stream().map(Requirement::id).collect(Collectors.toSet());
        List<Evidence> unknown = Evidence.under(ROOT).stream()
                .filter(it -> it.rfc() == TCP && !it.requirement().isEmpty() && !known.contains(it.requirement()))
                .toList();
        assertThat(unknown)
                .as("@Rfc with a requirement that docs/rfc/9293-requirements.tsv does not list")
                .isEmpty();
    }

    @Test
    void theTableOfRfc9293IsWritten() throws IOException {
        String table = table(Requirement.of(ROOT, TCP), Evidence.under(ROOT));
        Path file = ROOT.resolve("docs/rfc/9293.md");
        if (!Files.exists(file) || !Files.readString(file).equals(table)) {
            Files.writeString(file, table);
        }
        assertThat(file).content().startsWith("# RFC 9293").contains("| MUST-69 |");
    }

    @Test
    @Rfc(value = 0, section = "one", requirement = "A-1")
    @Rfc(value = 0, section = "two", requirement = "A-2")
    void repeatedAnnotationsAreAllFound() throws IOException {
        String file = "/" + RequirementTableTest.class.getName().replace('.', '/') + ".class";
        try (var bytes = RequirementTableTest.class.getResourceAsStream(file)) {
            assertThat(bytes).isNotNull();
            String test = "RequirementTableTest.repeatedAnnotationsAreAllFound";
            assertThat(Evidence.in(ClassFile.of().parse(bytes.readAllBytes())))
                    .containsExactly(new Evidence(0, "one", "A-1", test), new Evidence(0, "two", "A-2", test));
        }
    }

    @Test
    void whatNoTestClaimsIsCalledNotProvenYet() {
        String table = table(
                List.of(
                        new Requirement("MUST-1", "3.1", "first", "a reason that a test outdates"),
                        new Requirement("MUST-2", "3.1", "second", ""),
                        new Requirement("MAY-1", "3.1", "third", "not offered")),
                List.of(new Evidence(TCP, "3.1", "MUST-1", "ATest.a"), new Evidence(1122, "", "MUST-2", "ATest.b")));
        assertThat(table)
                .contains("| MUST-1 | 3.1 | first | `ATest.a` |")
                .contains("| MUST-2 | 3.1 | second | not proven yet |")
                .contains("| MAY-1 | 3.1 | third | not proven: not offered |")
                .contains("MUST: 1 of 2, MAY: 0 of 1.");
    }

    private static String table(List<Requirement> requirements, List<Evidence> evidence) {
        Map<String, Set<String>> proofs = new TreeMap<>();
        for (Evidence it : evidence) {
            if (it.rfc() == TCP) {
                proofs.computeIfAbsent(it.requirement(), key -> new TreeSet<>()).add(it.test());
            }
        }
        Map<String, int[]> counts = new LinkedHashMap<>();
        StringBuilder rows = new StringBuilder();
        for (Requirement it : requirements) {
            Set<String> tests = proofs.getOrDefault(it.id(), Set.of());
            int[] count = counts.computeIfAbsent(it.level(), key -> new int[2]);
            count[0] += tests.isEmpty() ? 0 : 1;
            count[1]++;
            String proof = tests.isEmpty()
                    ? it.whyNot().isEmpty() ? "not proven yet" : "not proven: " + it.whyNot()
                    : tests.stream().collect(Collectors.joining("`<br>`", "`", "`"));
            rows.append("| %s | %s | %s | %s |%n".formatted(it.id(), it.section(), it.asks(), proof));
        }
        String totals = counts.entrySet().stream()
                .map(it -> "%s: %d of %d".formatted(it.getKey(), it.getValue()[0], it.getValue()[1]))
                .collect(Collectors.joining(", "));
        return """
            # RFC 9293: what the tests prove

            Written by the build from the `@Rfc` annotations of the tests; do not edit. The ids are those of the RFC's
            Appendix B, the wording is ours, and a requirement that no test claims says so.

            Proven by at least one test: %s.

            | id | section | requirement | proven by |
            |---|---|---|---|
            %s\
            """.formatted(totals, rows).replace("\r\n", "\n");
    }

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("docs/rfc/9293-requirements.tsv"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException("docs/rfc not found above the working folder");
            }
        }
        return folder;
    }
}
