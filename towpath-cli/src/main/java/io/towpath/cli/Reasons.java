package io.towpath.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Why something failed, in a few words: the JDK's file exceptions often say nothing but the file's name.
final class Reasons {
    private Reasons() {}

    static String of(IOException problem) {
        return switch (problem) {
            case NoSuchFileException missing -> isFolderThere(missing) ? "no such file" : "no such directory";
            case AccessDeniedException denied -> "permission denied";
            case FileSystemException other
            when other.getReason() != null -> other.getReason().toLowerCase(java.util.Locale.ROOT);
            default -> problem.getMessage() == null ? problem.getClass().getSimpleName() : problem.getMessage();
        };
    }

    private static boolean isFolderThere(NoSuchFileException missing) {
        Path folder = Path.of(missing.getFile()).toAbsolutePath().getParent();
        return folder != null && Files.isDirectory(folder);
    }
}
