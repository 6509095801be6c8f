package io.towpath.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DrillCommandTest {
    private static final String LISTEN = """
        0  socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
        +0 bind(3, ..., ...) = 0
        +0 listen(3, 1) = 0
        +0 < S 0:0(0) win 8000 <mss 1000>
        +0 > S. 0:0(0) ack 1 <mss MSS>
        """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private Path script(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void passedFailedAndSkippedScriptsAreCounted() throws IOException {
        script("a.pkt", LISTEN.replace("MSS", "1460"));
        script("b.pkt", LISTEN.replace("MSS", "1400"));
        script("c.pkt", "0 frobnicate() = 0\n");
        script("notes.txt", "not a script");

        var outcome = Terminal.run("drill", folder.toString());

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out())
                .contains("PASS " + folder.resolve("a.pkt"))
                .contains("FAIL " + folder.resolve("b.pkt") + ":5: options")
                .contains("  expected: S. 0:0(0) ack 1 <mss 1400>")
                .contains("  actual:   S. 0:0(0) ack 1 win 65535 <mss 1460>")
                .contains("SKIP " + folder.resolve("c.pkt") + ":1: system call frobnicate")
                .endsWith("1 passed, 1 failed, 1 skipped" + System.lineSeparator());
    }

    @Test
    void theStepsAreShownWhenAskedFor() throws IOException {
        var outcome = Terminal.run(
                "drill", "-v", script("a.pkt", LISTEN.replace("MSS", "1460")).toString());

        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out()).contains("0.000000  line 4    < S 0:0(0) win 8000 <mss 1000>");
    }

    @Test
    void aProfileOrFileThatDoesNotExistIsWrongUsage() throws IOException {
        var profile = Terminal.run("drill", "--profile", "vms", folder.toString());
        var file = Terminal.run("drill", folder.resolve("none.pkt").toString());

        assertThat(profile.exitCode()).isEqualTo(2);
        assertThat(profile.err()).contains("--profile expects one of standard, linux, bsd, auto, not 'vms'");
        assertThat(file.exitCode()).isEqualTo(2);
        assertThat(file.err()).contains("no such file: " + folder.resolve("none.pkt"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        --index TABLE FOLDER          | --index takes the place of FILE: give one of both
        --class x FOLDER              | --class needs --index
        --reasons r.tsv FOLDER        | --reasons needs --report
        --report r.md FOLDER          | --report needs --reasons
        --index TABLE --class z       | no script (.pkt) of class z in TABLE
        -D MSS FOLDER                 | -D expects NAME=VALUE, not 'MSS'
        """)
    void optionsThatDoNotFitAreWrongUsage(String arguments, String complaint) throws IOException {
        String table = table().toString();
        var outcome = Terminal.run(("drill " + arguments)
                .replace("TABLE", table)
                .replace("FOLDER", folder.toString())
                .split(" "));

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err().strip()).isEqualTo("towpath drill: " + complaint.replace("TABLE", table));
    }

    private Path table() throws IOException {
        Files.createDirectories(folder.resolve("one"));
        Files.createDirectories(folder.resolve("two"));
        script("one/a.pkt", LISTEN.replace("MSS", "1460"));
        script("one/b.pkt", LISTEN.replace("MSS", "1400"));
        script("two/c.pkt", "0 frobnicate() = 0\n");
        return script(
                "INDEX.tsv",
                "script\tclass\treason\none/a.pkt\tx\t\none/b.pkt\tx\t\ntwo/c.pkt\ty\tz\none/d.pkt\tq\t\n");
    }

    @Test
    void theScriptsOfATableAreCountedBySuite() throws IOException {
        var outcome = Terminal.run("drill", "--index", table().toString(), "--class", "x,y", "--summary");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out().lines())
                .containsExactly(
                        "suite\tpassed\tfailed\tskipped",
                        "one\t1\t1\t0",
                        "two\t0\t0\t1",
                        "1 passed, 1 failed, 1 skipped");
    }

    @Test
    void fewerPassesThanBeforeAreAFailure() throws IOException {
        String table = table().toString();
        Path same = script("same.tsv", "suite\tpassed\none\t1\n");
        Path more = script("more.tsv", "suite\tpassed\none\t2\ntwo\t0\n");

        var good = Terminal.run("drill", "--index", table, "--class", "x,y", "--counts", same.toString());
        var bad = Terminal.run("drill", "--index", table, "--class", "x,y", "--counts", more.toString());

        assertThat(good.exitCode()).isZero();
        assertThat(bad.exitCode()).isEqualTo(1);
        assertThat(bad.out()).contains("one: 1 passed, 2 did before");
    }

    @Test
    void aReportListsWhatDidNotPassAndWhy() throws IOException {
        String table = table().toString();
        Path page = script("page.md", "before\n<!-- results -->\nold\n<!-- end of results -->\nafter\n");
        Path reasons = script("reasons.tsv", "one/*\tbecause\n");

        Terminal.run(
                "drill",
                "--index",
                table,
                "--class",
                "x,y",
                "--summary",
                "--report",
                page.toString(),
                "--reasons",
                reasons.toString());

        assertThat(Files.readString(page))
                .startsWith("before\n<!-- results -->\n")
                .contains("| one | 1 | 1 | 0 |")
                .contains("| one/b.pkt | line 5: options, expected `S. 0:0(0) ack 1 <mss 1400>`")
                .contains("| because |")
                .contains("| two/c.pkt | line 1 is not understood: system call frobnicate | *not looked at yet* |")
                .doesNotContain("one/a.pkt")
                .endsWith("<!-- end of results -->\nafter\n");
    }

    @Test
    void wordsMayStandForOthers() throws IOException {
        var outcome =
                Terminal.run("drill", "-D", "MSS=1460", script("a.pkt", LISTEN).toString());

        assertThat(outcome.exitCode()).isZero();
    }
}
