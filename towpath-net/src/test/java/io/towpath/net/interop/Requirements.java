package io.towpath.net.interop;

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Skips tests where this machine cannot run them, and says why on the standard output.
final class Requirements implements ExecutionCondition {
    private static final List<String> TOOLS = List.of("ip", "nft", "ping", "curl", "socat", "tshark", "hping3", "nmap");

    /// Files that a test needs besides.
    @Target(ElementType.TYPE)
    @Retention(RetentionPolicy.RUNTIME)
    @Inherited
    @interface Needs {
        String[] value();
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        String missing = missing();
        Needs files = context.getTestClass()
                .map(type -> type.getAnnotation(Needs.class))
                .orElse(null);
        for (String file : files == null ? new String[0] : files.value()) {
            missing = missing.isEmpty() && !Files.exists(Path.of(file)) ? "needs " + file : missing;
        }
        if (missing.isEmpty()) {
            return ConditionEvaluationResult.enabled("everything is here");
        }
        System.out.println("SKIPPED " + context.getDisplayName() + ": " + missing);
        return ConditionEvaluationResult.disabled(missing);
    }

    private static String missing() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return "needs Linux";
        }
        if (!System.getProperty("user.name").equals("root")) {
            return "needs root, to make a network namespace";
        }
        if (!Files.exists(Path.of("/dev/net/tun"))) {
            return "needs /dev/net/tun (modprobe tun)";
        }
        List<String> absent = new ArrayList<>(TOOLS);
        absent.removeIf(Requirements::isOnPath);
        if (!absent.isEmpty()) {
            return "needs the commands " + String.join(", ", absent);
        }
        return namespaces();
    }

    private static boolean isOnPath(String tool) {
        for (String directory : System.getenv("PATH").split(":")) {
            if (Files.isExecutable(Path.of(directory, tool))) {
                return true;
            }
        }
        return false;
    }

    private static String namespaces() {
        String name = "towpath-try-" + ProcessHandle.current().pid();
        try {
            if (new ProcessBuilder("ip", "netns", "add", name).start().waitFor() != 0) {
                return "needs permission to make a network namespace";
            }
            return new ProcessBuilder("ip", "netns", "del", name).start().waitFor() == 0 ? "" : "cannot delete " + name;
        } catch (IOException e) {
            return "cannot run ip: " + e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "was interrupted";
        }
    }
}
