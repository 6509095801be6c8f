package io.towpath.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A table of scripts, one line each: path relative to the table, a tab, a class, perhaps a tab and more. The first
/// line names the columns.
final class ScriptIndex {
    private ScriptIndex() {}

    /// The scripts of some classes, in the table's order.
    ///
    /// @param classes the classes that count; all when there is none
    static List<Path> scripts(Path table, Set<String> classes) {
        Path folder = table.toAbsolutePath().getParent();
        var found = new ArrayList<Path>();
        try {
            for (String line : Files.readAllLines(table)) {
                String[] columns = line.split("\t", -1);
                boolean counts = columns.length > 1 && (classes.isEmpty() || classes.contains(columns[1]));
                if (counts && columns[0].endsWith(".pkt") && folder != null) {
                    found.add(folder.resolve(columns[0]));
                }
            }
        } catch (IOException e) {
            throw CommandFailure.failed("cannot read " + table + ": " + Reasons.of(e));
        }
        return found;
    }

    /// The name of a script in reports: its path relative to the table.
    static String name(Path table, Path script) {
        Path folder = table.toAbsolutePath().getParent();
        Path path = script.toAbsolutePath();
        return folder != null && path.startsWith(folder)
                ? folder.relativize(path).toString().replace('\\', '/')
                : script.toString();
    }
}
