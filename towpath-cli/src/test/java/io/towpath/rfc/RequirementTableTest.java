package io.towpath.rfc;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.wire.testing.Rfc;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Writes `docs/rfc/<number>.md` for each RFC whose requirements are listed in `docs/rfc/<number>-requirements.tsv`:
/// the requirements against the tests that prove them.
class RequirementTableTest {
    private static final int TCP = 9293;

    private static final String LIST = "-requirements.tsv";

    private static final Path ROOT = root();

    private static final List<Evidence> EVIDENCE = evidence();

    @ParameterizedTest
    @MethodSource("rfcs")
    void everyRequirementNamedByATestExists(int rfc) throws IOException {
        Set<String> known =
                Requirement.of(ROOT, rfc).stream().map(Requirement::id).collect(Collectors.toSet());
        List<Evidence> unknown = EVIDENCE.stream()
                .filter(it -> it.rfc() == rfc && !it.requirement().isEmpty() && !known.contains(it.requirement()))
                .toList();
        assertThat(unknown)
                .as("@Rfc with a requirement that docs/rfc/" + rfc + LIST + " does not list")
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("rfcs")
    void noRequirementIsListedTwice(int rfc) throws IOException {
        assertThat(Requirement.of(ROOT, rfc)).extracting(Requirement::id).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("rfcs")
    void theTableIsWritten(int rfc) throws IOException {
        String table = table(rfc, Requirement.of(ROOT, rfc), EVIDENCE);
        Path file = ROOT.resolve("docs/rfc/" + rfc + ".md");
        if (!Files.exists(file) || !Files.readString(file).equals(table)) {
            Files.writeString(file, table);
        }
        assertThat(file).content().startsWith("# RFC " + rfc).contains("Proven by at least one test: ");
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
                TCP,
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

    private static String table(int rfc, List<Requirement> requirements, List<Evidence> evidence) {
        Map<String, Set<String>> proofs = new TreeMap<>();
        for (Evidence it : evidence) {
            if (it.rfc() == rfc) {
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
        boolean own = requirements.getFirst().id().startsWith(rfc + "-");
        return """
            # RFC %d: what the tests prove

            Written by the build from the `@Rfc` annotations of the tests; do not edit. %s,
            and a requirement that no test claims says so.

            Proven by at least one test: %s.

            | id | section | requirement | proven by |
            |---|---|---|---|
            %s\
            """.formatted(
                        rfc,
                        own ? "Ids and wording are ours" : "The ids are the RFC's, the wording is ours",
                        totals,
                        rows)
                .replace("\r\n", "\n");
    }

    static List<Integer> rfcs() throws IOException {
        try (Stream<Path> files = Files.list(ROOT.resolve("docs/rfc"))) {
            return files.map(it -> it.getFileName().toString())
                    .filter(it -> it.endsWith(LIST))
                    .map(it -> Integer.valueOf(it.substring(0, it.length() - LIST.length())))
                    .sorted()
                    .toList();
        }
    }

    private static List<Evidence> evidence() {
        try {
            return Evidence.under(ROOT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("docs/rfc/9293" + LIST))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException("docs/rfc not found above the working folder");
            }
        }
        return folder;
    }
}
