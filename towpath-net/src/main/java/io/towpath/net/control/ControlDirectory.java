package io.towpath.net.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/// Where the control sockets of one user's hosts are: `$XDG_RUNTIME_DIR/towpath`, or `towpath-USER` in the directory
/// for temporary files. Only its owner may enter it.
///
/// A socket is called `NAME:PROCESS.sock`: two hosts may have the same name, each in its own network namespace.
public final class ControlDirectory {
    private static final String SUFFIX = ".sock";

    private ControlDirectory() {}

    /// The directory, which need not exist.
    public static Path path() {
        String runtime = System.getenv("XDG_RUNTIME_DIR");
        if (runtime != null && !runtime.isEmpty()) {
            return Path.of(runtime, "towpath");
        }
        return Path.of(System.getProperty("java.io.tmpdir"), "towpath-" + System.getProperty("user.name"));
    }

    /// The socket in [#path()] of the host with this name in the process with number `process`.
    ///
    /// @throws IllegalArgumentException when the name cannot be a file's
    public static Path socket(String hostName, long process) {
        check(hostName);
        return path().resolve(hostName + ":" + process + SUFFIX);
    }

    /// The sockets of all hosts with this name, in the order of their files. There may be nobody behind one.
    ///
    /// @throws IllegalArgumentException when the name cannot be a file's
    public static List<Path> sockets(String hostName) throws IOException {
        check(hostName);
        return sockets().stream().filter(file -> isOf(hostName, file)).toList();
    }

    private static boolean isOf(String hostName, Path file) {
        String name = path().relativize(file).toString();
        return name.startsWith(hostName + ":")
                && name.substring(hostName.length() + 1, name.length() - SUFFIX.length())
                        .matches("[0-9]+");
    }

    private static void check(String hostName) {
        if (hostName.isEmpty() || hostName.startsWith(".") || hostName.contains("/") || hostName.indexOf(0) >= 0) {
            throw new IllegalArgumentException("\"" + hostName + "\" cannot name a control socket");
        }
    }

    /// The sockets that are there, in the order of their names. There may be nobody behind one.
    public static List<Path> sockets() throws IOException {
        Path directory = path();
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        }
    }

    /// Makes the directory if it is missing.
    ///
    /// @throws IOException when it belongs to somebody else, who could listen in
    static void make(Path directory) throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        PosixFileAttributes attributes =
                Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        String owner = attributes.owner().getName();
        if (!owner.equals(System.getProperty("user.name"))) {
            throw new IOException(directory + " belongs to " + owner);
        }
        if (!PosixFilePermissions.toString(attributes.permissions()).endsWith("------")) {
            throw new IOException(directory + " is open to others: expected mode 700");
        }
    }
}
