package io.towpath.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReadmeExampleTest {
    @Test
    void theExamplesInTheReadmeAreThoseThatCompile() throws IOException {
        String readme = Files.readString(Path.of("..", "README.md"));
        Path junit = Path.of("..", "towpath-junit", "src", "test", "java", "io", "towpath", "junit");

        var blocks = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(readme)
                .results()
                .map(match -> match.group(1));

        assertThat(blocks)
                .containsExactly(
                        example(Path.of("src", "test", "java", "io", "towpath", "cli", "Hello.java")),
                        inAnotherPackage(example(junit.resolve("LossyNetworkTest.java"))));
    }

    /// The file is a neighbour of what a reader has to import (and the formatter lets no neighbour be imported).
    private static String inAnotherPackage(String example) {
        String neighbours = Stream.of("Network", "TowpathTest", "Wire")
                .map(name -> "import io.towpath.junit." + name + ";\n")
                .collect(Collectors.joining());
        return example.replace("import io.towpath.net.Host;", neighbours + "import io.towpath.net.Host;");
    }

    private static String example(Path file) throws IOException {
        String source = Files.readString(file);
        return source.substring(source.indexOf("import "));
    }

    @Test
    void theExamplePrintsWhatWasSent() throws Exception {
        PrintStream before = System.out;
        var printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            Hello.main(new String[0]);
        } finally {
            System.setOut(before);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualTo("hello" + System.lineSeparator());
    }
}
