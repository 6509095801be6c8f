package io.towpath.net.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.net.Host;
import io.towpath.net.HostPair;
import io.towpath.net.Towpath;
import io.towpath.sctp.Notification;
import io.towpath.wire.Endpoint;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What docs/sctp.md says of the interfaces: its tables name what there is, and its recipes compile and run.
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SctpDocumentTest {
    /// The options of RFC 6458 §8 and the ancillary data of §5.3.
    private static final List<String> OPTIONS = List.of(
            ("SCTP_RTOINFO SCTP_ASSOCINFO SCTP_INITMSG SO_LINGER SCTP_NODELAY SO_RCVBUF SO_SNDBUF SCTP_AUTOCLOSE"
                            + " SCTP_PRIMARY_ADDR SCTP_ADAPTATION_LAYER SCTP_DISABLE_FRAGMENTS SCTP_PEER_ADDR_PARAMS"
                            + " SCTP_DEFAULT_SEND_PARAM SCTP_EVENTS SCTP_I_WANT_MAPPED_V4_ADDR SCTP_MAXSEG"
                            + " SCTP_HMAC_IDENT SCTP_AUTH_ACTIVE_KEY SCTP_DELAYED_SACK SCTP_FRAGMENT_INTERLEAVE"
                            + " SCTP_PARTIAL_DELIVERY_POINT SCTP_USE_EXT_RCVINFO SCTP_AUTO_ASCONF SCTP_MAX_BURST"
                            + " SCTP_CONTEXT SCTP_EXPLICIT_EOR SCTP_REUSE_PORT SCTP_EVENT SCTP_RECVRCVINFO"
                            + " SCTP_RECVNXTINFO SCTP_DEFAULT_SNDINFO SCTP_DEFAULT_PRINFO SCTP_STATUS"
                            + " SCTP_GET_PEER_ADDR_INFO SCTP_PEER_AUTH_CHUNKS SCTP_LOCAL_AUTH_CHUNKS"
                            + " SCTP_GET_ASSOC_NUMBER SCTP_GET_ASSOC_ID_LIST SCTP_SET_PEER_PRIMARY_ADDR"
                            + " SCTP_AUTH_CHUNK SCTP_AUTH_KEY SCTP_AUTH_DEACTIVATE_KEY SCTP_AUTH_DELETE_KEY SCTP_INIT"
                            + " SCTP_SNDRCV SCTP_EXTRCV SCTP_SNDINFO SCTP_RCVINFO SCTP_NXTINFO SCTP_PRINFO"
                            + " SCTP_AUTHINFO SCTP_DSTADDRV4 SCTP_DSTADDRV6")
                    .split(" "));

    /// The notifications of RFC 6458 §6.1.
    private static final List<String> EVENTS = List.of(
            ("SCTP_COMM_UP SCTP_COMM_LOST SCTP_RESTART SCTP_SHUTDOWN_COMP SCTP_CANT_STR_ASSOC SCTP_PEER_ADDR_CHANGE"
                            + " SCTP_REMOTE_ERROR SCTP_SEND_FAILED SCTP_SHUTDOWN_EVENT SCTP_ADAPTATION_INDICATION"
                            + " SCTP_PARTIAL_DELIVERY_EVENT SCTP_AUTHENTICATION_EVENT SCTP_SENDER_DRY_EVENT"
                            + " SCTP_NOTIFICATIONS_STOPPED_EVENT SCTP_SEND_FAILED_EVENT")
                    .split(" "));

    private static final Pattern CODE = Pattern.compile("`([A-Z][A-Za-z]+)(?:\\.([A-Za-z]+))?`");

    private final String text = document();

    private static String document() {
        try {
            Path folder = Path.of("").toAbsolutePath();
            while (!Files.exists(folder.resolve("docs/sctp.md"))) {
                folder = folder.getParent();
            }
            return Files.readString(folder.resolve("docs/sctp.md"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private String section(String title) {
        int from = text.indexOf("\n## " + title);
        assertThat(from).as(title).isPositive();
        int to = text.indexOf("\n## ", from + 1);
        return text.substring(from, to < 0 ? text.length() : to);
    }

    private static List<String[]> rows(String section) {
        return section.lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("|---"))
                .map(line -> Arrays.stream(line.substring(1).split("\\|"))
                        .map(String::strip)
                        .toArray(String[]::new))
                .toList();
    }

    private static boolean names(String cell, String word) {
        return Pattern.compile("\\b" + word + "\\b").matcher(cell).find();
    }

    // ---- tables ---------------------------------------------------------------------------------------------------

    @Test
    void everyOptionHasARow() {
        List<String[]> rows = rows(section("RFC 6458: option"));
        assertThat(OPTIONS).allSatisfy(option -> assertThat(rows).as(option).anyMatch(row -> names(row[0], option)));
    }

    @Test
    void everyNotificationHasARowAndEveryRecordToo() {
        List<String[]> rows = rows(section("RFC 6458: notification"));
        assertThat(EVENTS).allSatisfy(event -> assertThat(rows).as(event).anyMatch(row -> names(row[0], event)));
        assertThat(Notification.class.getPermittedSubclasses())
                .allSatisfy(kind -> assertThat(rows)
                        .as(kind.getSimpleName())
                        .anyMatch(row -> row[1].contains("`Notification." + kind.getSimpleName() + "`")));
    }

    @Test
    void everyMethodThatATableNamesIsThere() {
        List<String> missing = new ArrayList<>();
        for (String title : List.of("RFC 6458: option", "RFC 6458: notification", "From a wrapper")) {
            for (String[] row : rows(section(title))) {
                CODE.matcher(row[1]).results().filter(code -> !exists(code)).forEach(code -> missing.add(code.group()));
            }
        }
        assertThat(missing).isEmpty();
    }

    private static boolean exists(MatchResult code) {
        String type = code.group(1);
        String member = code.group(2);
        return Stream.of("io.towpath.sctp.", "io.towpath.net.sctp.", "io.towpath.net.", "io.towpath.sctp.Notification$")
                .anyMatch(prefix -> has(prefix + type, member));
    }

    private static boolean has(String type, String member) {
        try {
            Class<?> found = Class.forName(type, false, SctpDocumentTest.class.getClassLoader());
            return member == null
                    || Arrays.stream(found.getMethods())
                            .anyMatch(each -> each.getName().equals(member))
                    || Arrays.stream(found.getClasses())
                            .anyMatch(each -> each.getSimpleName().equals(member));
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    // ---- recipes --------------------------------------------------------------------------------------------------

    /// The code block behind a mark.
    private String recipe(String name) {
        int mark = text.indexOf("<!-- recipe: " + name + " -->");
        assertThat(mark).as(name).isPositive();
        int from = text.indexOf("```java\n", mark) + "```java\n".length();
        return text.substring(from, text.indexOf("```", from));
    }

    private static final String CHANNEL_IMPORTS = """
        import static java.nio.charset.StandardCharsets.UTF_8;
        import com.sun.nio.sctp.*;
        import java.io.IOException;
        import java.net.InetSocketAddress;
        import java.nio.ByteBuffer;
        import java.util.List;
        """;

    @Test
    void codeForTheJdksChannelsCompilesAsItIs(@TempDir Path folder) throws Exception {
        compile(folder, "Greeter", CHANNEL_IMPORTS + recipe("channels")).close();
    }

    @Test
    void codeForTheJdksChannelsRunsOnceItOpensThemHere(@TempDir Path folder) throws Exception {
        String code = recipe("channels");
        for (String[] row : rows(section("`com.sun.nio.sctp`"))) {
            if (row.length == 2 && row[0].contains(".open(")) {
                code = code.replace(row[0].replace("`", ""), row[1].replace("`", ""));
            }
        }
        assertThat(code).doesNotContain("Channel.open(");
        String field = "final class Greeter { static io.towpath.net.sctp.SctpChannels channels;";
        String changed = CHANNEL_IMPORTS + code.replaceFirst("final class Greeter \\{", field);
        try (HostPair pair = Towpath.memoryPair("10.0.0.1/24", "10.0.0.2/24");
                URLClassLoader serving = compile(folder.resolve("a"), "Greeter", changed);
                URLClassLoader asking = compile(folder.resolve("b"), "Greeter", changed)) {
            Class<?> server = open(serving, pair.b());
            Class<?> client = open(asking, pair.a());
            InetSocketAddress at = new InetSocketAddress(InetAddress.ofLiteral("10.0.0.2"), 5000);
            Thread serves = Thread.ofVirtual().start(() -> invoke(method(server, "serve"), at));
            List<String> events = new ArrayList<>();
            Object answer = null;
            while (answer == null) {
                try {
                    answer = invoke(method(client, "ask"), at, "who goes there", events);
                } catch (IllegalStateException e) {
                    assertThat(e).as("not listening yet").hasCauseInstanceOf(ConnectException.class);
                }
            }
            assertThat(answer).isEqualTo("3: who goes there");
            assertThat(events).containsExactly("COMM_UP");
            serves.join();
        }
    }

    private static Class<?> open(URLClassLoader loader, Host host) throws ReflectiveOperationException {
        Class<?> greeter = loader.loadClass("Greeter");
        var channels = greeter.getDeclaredField("channels");
        channels.setAccessible(true);
        channels.set(null, host.sctp().channels());
        return greeter;
    }

    @Test
    void codeThatReplacesAWrapperRuns(@TempDir Path folder) throws Exception {
        String imports = """
            import static io.towpath.core.Time.SECOND;
            import static java.nio.charset.StandardCharsets.UTF_8;
            import io.towpath.net.*;
            import io.towpath.net.sctp.*;
            import io.towpath.net.sctp.SctpMultiSocket.Arrival;
            import io.towpath.sctp.*;
            import io.towpath.wire.Endpoint;
            import java.io.IOException;
            import java.util.List;
            """;
        try (HostPair pair = Towpath.memoryPair("10.0.0.1/24", "10.0.0.2/24");
                URLClassLoader loader = compile(folder, "Relay", imports + recipe("native"));
                SctpMultiSocket socket = pair.b().sctp().bind(5000)) {
            Class<?> relay = loader.loadClass("Relay");
            List<String> log = new CopyOnWriteArrayList<>();
            Thread serves = Thread.ofVirtual().start(() -> {
                try {
                    invoke(method(relay, "serve"), socket, log);
                } catch (IllegalStateException closed) {
                    log.add("closed");
                }
            });
            assertThat(invoke(method(relay, "ask"), pair.a(), Endpoint.parse("10.0.0.2:5000"), "quick"))
                    .isEqualTo("51: quick");
            while (!log.contains("done")) {
                Thread.onSpinWait();
            }
            socket.close();
            serves.join();
            assertThat(log).containsExactly("up, 10 streams", "done", "closed");
        }
    }

    private static Method method(Class<?> type, String name) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(each -> each.getName().equals(name))
                .findAny()
                .orElseThrow();
    }

    private static Object invoke(Method method, Object... arguments) {
        try {
            method.setAccessible(true);
            return method.invoke(null, arguments);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(e.getCause());
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static URLClassLoader compile(Path folder, String name, String source) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve(name + ".java");
        Files.writeString(file, source);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter output = new StringWriter();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            boolean done = compiler.getTask(
                            output,
                            files,
                            null,
                            List.of("-cp", System.getProperty("java.class.path"), "-d", folder.toString()),
                            null,
                            files.getJavaFileObjects(file))
                    .call();
            assertThat(done).as(output.toString()).isTrue();
        }
        return new URLClassLoader(new java.net.URL[] {folder.toUri().toURL()}, SctpDocumentTest.class.getClassLoader());
    }
}
