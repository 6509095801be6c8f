package io.towpath.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.observe.TextStyle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A user's mistake gets one line on standard error that says what was expected, and exit code 2")
class WrongUsageTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @ParameterizedTest(name = "towpath {0}")
    @CsvSource(delimiter = '|', textBlock = """
        demo --loss abc      | towpath demo: --loss expects a percentage such as 5%, not 'abc'
        demo --loss 0.05     | towpath demo: --loss expects a percentage such as 5%, not '0.05'
        demo --loss 101%     | towpath demo: --loss expects a percentage up to 100%, not '101%'
        demo --loss 95%      | towpath demo: --loss expects less than 90%, or hardly anything would ever arrive
        demo --loss -1%      | towpath demo: --loss expects a percentage such as 5%, not '-1%'
        demo --loss          | towpath demo: --loss needs a value: PERCENT
        demo --delay 20      | towpath demo: --delay expects a duration such as 20ms, 1.5s or 2min (at most 24h), not '20'
        demo --delay 2h      | towpath demo: --delay expects at most 60s
        demo --size big      | towpath demo: --size expects a size such as 20M, 1.5G or 64KiB, not 'big'
        demo --size 100G     | towpath demo: --size expects at most 4G: every packet of it is played
        demo --seed x        | towpath demo: --seed expects a whole number, not 'x'
        demo --seed 99999999999999999999 | towpath demo: --seed expects a whole number from -9223372036854775808 to 9223372036854775807, not 99999999999999999999
        demo --los 5%        | towpath demo: unknown option '--los'; did you mean --loss?
        demo --frobnicate    | towpath demo: unknown option '--frobnicate'; see towpath demo --help
        demo now             | towpath demo: unexpected argument 'now'; see towpath demo --help
        dmeo                 | towpath: unknown command 'dmeo'; did you mean demo?
        xyzzy                | towpath: unknown command 'xyzzy'; see towpath --help
        sim --seeds 0        | towpath sim: --seeds expects 1 to 1000000, not 0
        sim --seeds many     | towpath sim: --seeds expects a whole number, not 'many'
        sim --replay 5 --seeds 3 | towpath sim: --replay plays one seed; --seeds is for a run of many
        sim --base 3 --replay 5  | towpath sim: --replay plays one seed; --base is for a run of many
        sim --replay 5 --list    | towpath sim: --replay plays one seed; --list is for a run of many
        sim --threads 0      | towpath sim: --threads expects 1 to 256, not 0
        host                 | towpath host: --tun NAME is required
        host --tun t         | towpath host: --address CIDR is required
        host --tun t --address 10.0.0.1      | towpath host: --address expects an address with a prefix length such as 10.77.0.2/24, not '10.0.0.1'
        host --tun t --address 10.0.0.1/33   | towpath host: --address expects an address with a prefix length such as 10.77.0.2/24: not a prefix: "10.0.0.1/33" ("33" is not a length from 0 to 32)
        host --tun t --address 10.0.0.1/32   | towpath host: --address 10.0.0.1/32 is a network of one address: expected a shorter prefix, to leave one for the kernel
        host --tun t --address 224.0.0.1/24  | towpath host: --address expects the address of one host, not 224.0.0.1/24
        host --tun t --address 10.0.0.1/24 --address 10.0.0.1/24 | towpath host: --address 10.0.0.1/24 is given twice
        host --tun a/b --address 10.0.0.1/24 | towpath host: --tun expects a device name of 1 to 15 visible characters without / : %, not 'a/b'
        host --tun t --address fd77::1/64 --mtu 1000          | towpath host: --mtu expects 1280 to 65535 with IPv6, not 1000
        host --tun t --address 10.0.0.1/24 --peer ten         | towpath host: --peer expects an address such as 10.77.0.1: not an IP address: "ten" (expected four numbers like 10.0.0.1, or an IPv6 address)
        host --tun t --address 10.0.0.1/24 --peer 10.1.0.1    | towpath host: --peer 10.1.0.1 is in none of the networks of --address
        host --tun t --address 10.0.0.1/24 --service gopher   | towpath host: --service: unknown service "gopher": expected echo, discard, daytime, chargen or time, each with an optional :PORT, or http=DIR[:PORT]
        host --tun t --address 10.0.0.1/24 --service http=/no/such/dir | towpath host: --service: "http=/no/such/dir": no such directory: "/no/such/dir"
        host --tun t --address 10.0.0.1/24 --service echo,discard:7    | towpath host: --service: two services on port 7 in "echo,discard:7"
        ss a/b               | towpath ss: NAME expects the name of a device, not 'a/b'
        completion           | towpath completion: SHELL is required: bash or zsh
        completion tcsh      | towpath completion: SHELL expects one of bash, zsh, not 'tcsh'
        bench tcp --link dsl | towpath bench tcp: --link expects one of memory, tun, not 'dsl'
        bench tcp --mtu 1    | towpath bench tcp: --mtu expects 576 to 65535, not 1
        bench tcp --only dsl   | towpath bench tcp: --only expects a part of a name, which "dsl" is not
        bench tcp --seconds 0  | towpath bench tcp: --seconds expects 0.1 to 3600, not 0.0
        bench tcp --seconds -1 | towpath bench tcp: --seconds expects a number above 0, not '-1'
        bench sockets --seconds -1 | towpath bench sockets: --seconds expects a number above 0, not '-1'
        bench sctp --seconds -0.5  | towpath bench sctp: --seconds expects a number above 0, not '-0.5'
        bench sctp --only nothing  | towpath bench sctp: --only expects a part of a name, which "nothing" is not
        bench tcp --seconds x  | towpath bench tcp: --seconds expects a number, not 'x'
        """)
    void isToldInOneLine(String arguments, String line) {
        var outcome = Terminal.run(arguments.split(" "));

        assertThat(outcome.err()).isEqualTo(line + System.lineSeparator());
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.exitCode()).isEqualTo(2);
    }

    @Test
    @DisplayName("A capture that cannot be written is a failure: one line, exit code 1")
    void aCaptureThatCannotBeWritten() {
        Path file = folder.resolve("missing").resolve("x.pcapng");

        var outcome = Terminal.run("demo", "--size", "1k", "--json", "--pcap", file.toString());

        assertThat(outcome.err())
                .isEqualTo("towpath demo: cannot write " + file + ": no such directory" + System.lineSeparator());
        assertThat(outcome.exitCode()).isEqualTo(1);
    }

    @Test
    @DisplayName("A demo that cannot begin prints nothing on standard output")
    void aDemoThatCannotBegin() {
        Path file = folder.resolve("missing").resolve("x.pcapng");

        assertThat(Terminal.run("demo", "--size", "1k", "--pcap", file.toString())
                        .out())
                .isEmpty();
    }

    @ParameterizedTest(name = "towpath {0}")
    @ValueSource(strings = {"demo --size 1k", "sim --seeds 1", "--help", "completion bash"})
    @DisplayName("Output that cannot be written is a failure: one line, exit code 1")
    void outputThatCannotBeWritten(String arguments) {
        var err = new ByteArrayOutputStream();

        int exitCode = Main.run(console(failing("No space left on device"), err, false), arguments.split(" "));

        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("towpath: cannot write to standard output")
                .hasLineCount(1);
        assertThat(exitCode).isEqualTo(1);
    }

    @ParameterizedTest(name = "towpath {0} | head")
    @ValueSource(strings = {"demo --size 1k", "sim --seeds 1", "--help", "completion bash"})
    @DisplayName("A reader that has read enough is nothing to complain of")
    void aReaderThatHasReadEnough(String arguments) {
        var err = new ByteArrayOutputStream();

        int exitCode = Main.run(console(failing("Broken pipe"), err, true), arguments.split(" "));

        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(exitCode).isEqualTo(1);
    }

    private static Console console(PrintStream out, OutputStream err, boolean pipe) {
        var complaints = new PrintStream(err, true, StandardCharsets.UTF_8);
        return new Console(out, complaints, new TextStyle(100, true, false), false, pipe);
    }

    private static PrintStream failing(String why) {
        var stream = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(why);
            }
        };
        return new PrintStream(stream, false, StandardCharsets.UTF_8);
    }
}
