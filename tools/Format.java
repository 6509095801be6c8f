import com.palantir.javaformat.java.Main;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Runs palantir-java-format over every Java source of the project, in one JVM.
///
/// `--check` lists the files whose format differs and exits with 1; `--write` mends them.
/// The build starts it (see the root pom.xml); files that have not changed since the last clean
/// check are skipped.
final class Format {
    private static final Path STAMP = Path.of("target", "format.checked");

    private static final int COLUMNS = 120;

    private Format() {}

    static void main(String[] args) throws Exception {
        boolean write = args.length == 1 && args[0].equals("--write");
        if (!write && !(args.length == 1 && args[0].equals("--check"))) {
            System.err.println("Format: expected --check or --write");
            System.exit(2);
        }
        Instant started = Instant.now();
        List<String> files = write ? sources(FileTime.fromMillis(0)) : sources(lastCheck());
        if (files.isEmpty()) {
            return;
        }
        List<String> wide = wideDocumentation(files);
        if (!wide.isEmpty()) {
            System.err.println("Documentation lines (///) of more than " + COLUMNS + " columns; break them by hand:");
            wide.forEach(line -> System.err.println("  " + line));
            System.exit(1);
        }
        if (write) {
            files.add(0, "--replace");
        } else {
            files.addAll(0, List.of("--dry-run", "--set-exit-if-changed"));
        }
        files.add(0, "--palantir");
        StringWriter listed = new StringWriter();
        StringWriter failed = new StringWriter();
        int exit = new Main(new PrintWriter(listed, true), new PrintWriter(failed, true), InputStream.nullInputStream())
                .format(files.toArray(String[]::new));
        System.err.print(failed);
        if (exit != 0) {
            if (!listed.toString().isBlank()) {
                System.err.println("These files are not formatted:");
                listed.toString().lines().sorted().forEach(file -> System.err.println("  " + file));
                System.err.println("To mend them: tools/format");
            }
            System.exit(1);
        }
        Files.createDirectories(STAMP.getParent());
        Files.writeString(STAMP, "");
        Files.setLastModifiedTime(STAMP, FileTime.from(started));
        // The formatter leaves its worker threads running.
        System.exit(0);
    }

    private static FileTime lastCheck() throws IOException {
        FileTime never = FileTime.fromMillis(0);
        if (!Files.exists(STAMP)) {
            return never;
        }
        FileTime checked = Files.getLastModifiedTime(STAMP);
        // A new formatter version comes with a new pom.
        return changedAt(Path.of("pom.xml")).compareTo(checked) >= 0 ? never : checked;
    }

    /// The sources changed at or after `since`, sorted.
    private static List<String> sources(FileTime since) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> top = Files.list(Path.of(""))) {
            for (Path module : top.filter(Files::isDirectory).toList()) {
                for (Path root : List.of(module, module.resolve("src"))) {
                    boolean flat = root.equals(module);
                    if (flat ? !module.endsWith("tools") : !Files.isDirectory(root)) {
                        continue;
                    }
                    try (Stream<Path> tree = Files.walk(root)) {
                        tree.filter(file -> file.toString().endsWith(".java"))
                                .filter(file -> changedAt(file).compareTo(since) >= 0)
                                .forEach(file -> found.add(file.toString()));
                    }
                }
            }
        }
        found.sort(null);
        return found;
    }

    /// The formatter would break such a line and leave the rest of it outside the comment, then report a syntax error.
    private static List<String> wideDocumentation(List<String> files) throws IOException {
        List<String> found = new ArrayList<>();
        for (String file : files) {
            int number = 0;
            for (String line : Files.readAllLines(Path.of(file))) {
                number++;
                if (line.length() > COLUMNS && line.stripLeading().startsWith("///")) {
                    found.add(file + ":" + number);
                }
            }
        }
        return found;
    }

    private static FileTime changedAt(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return FileTime.fromMillis(Long.MAX_VALUE / 2);
        }
    }
}
