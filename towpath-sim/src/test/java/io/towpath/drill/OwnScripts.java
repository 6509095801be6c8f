package io.towpath.drill;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/// The scripts of this project, by RFC and section.
final class OwnScripts {
    private OwnScripts() {}

    /// The folder with the scripts.
    static Path folder() {
        URL found = Objects.requireNonNull(OwnScripts.class.getResource("/drill"), "the scripts are missing");
        try {
            return Path.of(found.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /// All scripts, in a fixed order.
    static List<Path> files() {
        try (var files = Files.walk(folder())) {
            return files.filter(file -> file.toString().endsWith(".pkt"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The name of a script for people: folder and file.
    static String name(Path file) {
        return folder().relativize(file).toString();
    }

    /// The text of a script.
    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
