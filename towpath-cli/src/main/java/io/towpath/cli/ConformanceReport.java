package io.towpath.cli;

import io.towpath.drill.DrillResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What became of many scripts, by suite: the first folder of their names; of absolute ones the last folder.
final class ConformanceReport {
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, int[]> suites = new TreeMap<>();

    /// One script's end.
    ///
    /// @param name of the script
    /// @param result how it ended
    private record Entry(String name, DrillResult result) {}

    /// Notes how a script ended.
    void add(String name, DrillResult result) {
        entries.add(new Entry(name, result));
        suites.computeIfAbsent(suite(name), key -> new int[3])[
                switch (result) {
                    case DrillResult.Passed _ -> 0;
                    case DrillResult.Failed _ -> 1;
                    case DrillResult.Skipped _ -> 2;
                }]++;
    }

    private static String suite(String name) {
        Path path = Path.of(name);
        if (path.isAbsolute() && path.getNameCount() > 1) {
            return path.getName(path.getNameCount() - 2).toString();
        }
        int slash = name.indexOf('/');
        return slash < 0 ? name : name.substring(0, slash);
    }

    /// A line for each suite: name, passed, failed, skipped, with tabs between.
    List<String> counts() {
        var lines = new ArrayList<String>();
        lines.add("suite\tpassed\tfailed\tskipped");
        suites.forEach((suite, n) -> lines.add(suite + "\t" + n[0] + "\t" + n[1] + "\t" + n[2]));
        return lines;
    }

    /// The suites in which fewer scripts passed than a table from [#counts] says.
    List<String> below(Path table) {
        var found = new ArrayList<String>();
        for (String line : lines(table)) {
            String[] columns = line.split("\t", -1);
            if (columns.length >= 2 && columns[1].matches("[0-9]+")) {
                int expected = Integer.parseInt(columns[1]);
                int[] now = suites.getOrDefault(columns[0], new int[3]);
                if (now[0] < expected) {
                    found.add(columns[0] + ": " + now[0] + " passed, " + expected + " did before");
                }
            }
        }
        return found;
    }

    private static List<String> lines(Path table) {
        try {
            return Files.readAllLines(table);
        } catch (IOException e) {
            throw CommandFailure.failed("cannot read " + table + ": " + Reasons.of(e));
        }
    }

    /// The report for people, in Markdown.
    ///
    /// @param reasons lines of a script's name, or the beginning of several with `*` behind it, a tab, and why its
    ///     failure is accepted
    String markdown(List<String> reasons) {
        var text = new StringBuilder();
        text.append("| suite | passed | failed | skipped |\n|---|---:|---:|---:|\n");
        int[] sum = new int[3];
        suites.forEach((suite, n) -> {
            text.append(row(suite, n));
            for (int i = 0; i < n.length; i++) {
                sum[i] += n[i];
            }
        });
        text.append(row("**all**", sum));
        text.append("\n| script | what happens | why we accept it |\n|---|---|---|\n");
        for (Entry entry : entries) {
            String what = switch (entry.result) {
                case DrillResult.Passed _ -> "";
                case DrillResult.Failed failed ->
                    "line " + failed.line() + ": " + failed.what() + ", expected `" + failed.expected() + "`, got `"
                            + failed.actual() + "`";
                case DrillResult.Skipped skipped ->
                    "line " + skipped.line() + " is not understood: " + skipped.reason();
            };
            if (!what.isEmpty()) {
                text.append("| ")
                        .append(entry.name)
                        .append(" | ")
                        .append(what.replace("|", "\\|").replace('\n', ' '))
                        .append(" | ")
                        .append(reason(reasons, entry.name))
                        .append(" |\n");
            }
        }
        return text.toString();
    }

    private static String row(String name, int[] n) {
        return "| " + name + " | " + n[0] + " | " + n[1] + " | " + n[2] + " |\n";
    }

    private static String reason(List<String> reasons, String name) {
        for (String line : reasons) {
            String[] columns = line.split("\t", -1);
            String pattern = columns[0];
            boolean matches = pattern.endsWith("*")
                    ? name.startsWith(pattern.substring(0, pattern.length() - 1))
                    : name.equals(pattern);
            if (columns.length > 1 && matches) {
                return columns[1];
            }
        }
        return "*not looked at yet*";
    }

    /// Replaces what stands between the two marks of a page by the report.
    void writeInto(Path page, Path reasons) {
        String begin = "<!-- results -->\n";
        String end = "<!-- end of results -->";
        try {
            String before = Files.readString(page);
            int from = before.indexOf(begin);
            int to = before.indexOf(end);
            if (from < 0 || to < from) {
                throw CommandFailure.failed(page + " has no lines '" + begin.strip() + "' and '" + end + "'");
            }
            String after =
                    before.substring(0, from) + begin + "\n" + markdown(lines(reasons)) + "\n" + before.substring(to);
            Files.writeString(page, after);
        } catch (IOException e) {
            throw CommandFailure.failed("cannot write " + page + ": " + Reasons.of(e));
        }
    }
}
