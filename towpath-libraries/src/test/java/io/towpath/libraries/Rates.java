package io.towpath.libraries;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Requests per second of servers that know nothing of Towpath, on Towpath and on the operating system's loopback.
///
/// Each side is a JVM of its own, for Towpath's has another selector provider, and what the JIT learns of one side
/// must not slow the other down. They work in turns.
final class Rates {
    private static final int ROUNDS = 3;
    private static final double WARM_UP_SECONDS = 10;
    private static final double SECONDS = 4;
    private static final List<String> PROGRAMS = List.of("Netty echo", "JDK HttpServer");

    private Rates() {}

    /// Is the side of that name.
    public static void main(String... args) throws Exception {
        beSide(args[0].equals("towpath") ? Sockets.ofTowpath() : Sockets.ofTheSystem());
    }

    /// Measures the programs that have `text` in their name, and prints what came out.
    static void print(String text) throws IOException {
        String provider = "-Djava.nio.channels.spi.SelectorProvider=io.towpath.net.TowpathSelectorProvider";
        try (Side towpath = new Side("towpath", provider, "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED");
                Side system = new Side("loopback")) {
            for (String program :
                    PROGRAMS.stream().filter(name -> name.contains(text)).toList()) {
                towpath.rate(program, WARM_UP_SECONDS);
                system.rate(program, WARM_UP_SECONDS);
                List<Double> ratios = new ArrayList<>();
                for (int round = 0; round < ROUNDS; round++) {
                    double ours = towpath.rate(program, SECONDS);
                    double theirs = system.rate(program, SECONDS);
                    ratios.add(ours / theirs);
                    System.out.printf(
                            Locale.ROOT,
                            "%-16s towpath %,9.0f/s  loopback %,9.0f/s  ratio %.2f%n",
                            program,
                            ours,
                            theirs,
                            ours / theirs);
                }
                ratios.sort(null);
                System.out.printf(Locale.ROOT, "%-16s median ratio %.2f%n", program, ratios.get(ROUNDS / 2));
            }
        }
    }

    /// Answers each line of a program's name, a tab and seconds by a line with its rate.
    private static void beSide(Sockets sockets) throws Exception {
        EchoRate echo = new EchoRate(sockets);
        PageRate page = new PageRate(sockets);
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line;
        while ((line = questions.readLine()) != null) {
            String[] words = line.split("\t", 2);
            double seconds = Double.parseDouble(words[1]);
            System.out.println(words[0].equals(PROGRAMS.getFirst()) ? echo.measured(seconds) : page.measured(seconds));
        }
        System.exit(0);
    }

    /// The other JVM. It ends when this one has nothing more to ask.
    private static final class Side implements AutoCloseable {
        private final Process process;
        private final BufferedWriter questions;
        private final BufferedReader answers;

        Side(String name, String... flags) throws IOException {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xmx1g"));
            // Otherwise the JDK's server leaves Nagle's algorithm on, and the figure is a timer's.
            command.add("-Dsun.net.httpserver.nodelay=true");
            command.addAll(List.of(flags));
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), Rates.class.getName(), name));
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            questions = process.outputWriter(StandardCharsets.UTF_8);
            answers = process.inputReader(StandardCharsets.UTF_8);
        }

        double rate(String program, double seconds) throws IOException {
            questions.write(program + '\t' + seconds + '\n');
            questions.flush();
            String answer = answers.readLine();
            if (answer == null) {
                throw new EOFException("the other JVM has ended");
            }
            return Double.parseDouble(answer);
        }

        @Override
        public void close() throws IOException {
            questions.close();
            process.destroy();
        }
    }
}
