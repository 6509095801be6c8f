package io.towpath.drill;

import io.towpath.core.Time;
import io.towpath.drill.script.Cursor;
import io.towpath.drill.script.NotUnderstood;
import io.towpath.drill.script.Value;
import io.towpath.wire.IpAddress;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.TcpOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads scripts: options, then steps, each a time and what happens then. What cannot be read is
/// [NotUnderstood].
final class ScriptParser {
    private final Cursor in;
    private final Script.Options options = new Script.Options();
    private final List<Step> steps = new ArrayList<>();

    private ScriptParser(String text, Map<String, String> defines) {
        in = Cursor.ofScript(text, defines);
    }

    /// The script in `text`.
    ///
    /// @param system the name that counts in `#ifdef`
    /// @param defines words that stand for others
    static Script parse(String text, String system, Map<String, String> defines) {
        var parser = new ScriptParser(withoutOthers(text, system), new TreeMap<>(defines));
        while (!parser.in.isAtEnd()) {
            parser.next();
        }
        return new Script(parser.options, List.copyOf(parser.steps));
    }

    /// Lines between `#ifdef NAME` and `#endif` belong to the systems of that name; those behind `#ifndef` to
    /// all others. They may stand in one another.
    private static String withoutOthers(String text, String system) {
        var kept = new StringBuilder();
        var outer = new ArrayDeque<Boolean>();
        boolean counts = true;
        for (String line : text.split("\n", -1)) {
            String[] words = line.strip().split("\\s+");
            boolean named = words.length > 1 && words[1].equals(system);
            switch (words[0]) {
                case "#ifdef" -> {
                    outer.push(counts);
                    counts &= named;
                }
                case "#ifndef" -> {
                    outer.push(counts);
                    counts &= words.length > 1 && !named;
                }
                case "#else" -> counts = (outer.isEmpty() || outer.peek()) && !counts;
                case "#endif" -> counts = outer.isEmpty() || outer.pop();
                default -> kept.append(counts ? line : "");
            }
            kept.append('\n');
        }
        return kept.toString();
    }

    private void next() {
        int line = in.beginStep();
        if (in.accept("--")) {
            option(in.untilBlank());
            return;
        }
        char first = in.peek();
        if (first == '`') {
            steps.add(new Step(line, When.AT_ONCE, commands()));
        } else if (first == '%') {
            steps.add(new Step(line, When.AT_ONCE, assertions()));
        } else {
            When when = When.parse(in);
            Step.Action action = action();
            if (when.kind() == When.Kind.BLOCKING && !(action instanceof Step.Call)) {
                throw new NotUnderstood(line, "only calls block");
            }
            if (isLoose(when) && !(action instanceof Step.Outbound)) {
                throw new NotUnderstood(line, "only packets that the host sends may come at any time or in a range");
            }
            steps.add(new Step(line, when, action));
        }
    }

    private static boolean isLoose(When when) {
        return when.kind() == When.Kind.ANY || when.kind() == When.Kind.RANGE;
    }

    private Step.Action action() {
        if (in.accept("<")) {
            PacketSpec packet = PacketParser.parse(in, true);
            if (packet instanceof PacketSpec.Tcp tcp) {
                requireComplete(tcp);
            }
            return new Step.Inbound(packet);
        }
        if (in.accept(">")) {
            return new Step.Outbound(PacketParser.parse(in, false));
        }
        return switch (in.peek()) {
            case '`' -> commands();
            case '%' -> assertions();
            default -> call();
        };
    }

    private void requireComplete(PacketSpec.Tcp tcp) {
        if (tcp.sequence() == null || tcp.options() == null) {
            throw in.notUnderstood("a segment to be sent to the host with a wildcard");
        }
        if (TcpOption.emit(tcp.options()).length > TcpHeader.LENGTH_MAX - TcpHeader.LENGTH) {
            throw in.notUnderstood("options of more than 40 octets");
        }
        if (tcp.window() == null) {
            throw in.notUnderstood("a segment to be sent to the host without its window");
        }
    }

    private Step.Action commands() {
        in.expect("`");
        var lines = new ArrayList<String>();
        String text = in.until("`").replaceAll("\\\\\\s*\n", " ").replaceAll("(?m)(^|\\s)#.*$", "");
        for (String line : text.split("\n|;|&&")) {
            if (!line.isBlank()) {
                lines.add(line.strip());
            }
        }
        return new Step.Commands(List.copyOf(lines));
    }

    private Step.Action assertions() {
        in.expect("%{");
        return new Step.Assertions(in.until("}%"));
    }

    private Step.Action call() {
        String name = in.word();
        if (name.isEmpty() || !in.accept("(")) {
            throw in.notUnderstood("a step expected, not '" + name + "' before " + in.rest());
        }
        List<Value> arguments = Value.list(in, ")");
        in.expect("=");
        if (in.accept("...")) {
            return new Step.Call(name, arguments, null, null);
        }
        long result = in.number();
        String errno = null;
        if (result == -1 && !in.isAtLineEnd()) {
            errno = errno(in.word());
        }
        if (!in.isAtLineEnd() && in.accept("(")) {
            in.until(")");
        }
        return new Step.Call(name, List.copyOf(arguments), result, errno);
    }

    /// The error by its usual name; null when the script does not name it.
    private static @Nullable String errno(String word) {
        return switch (word) {
            case "" -> null;
            case "EWOULDBLOCK" -> "EAGAIN";
            default -> word;
        };
    }

    private void option(String text) {
        int equals = text.indexOf('=');
        String name = equals < 0 ? text : text.substring(0, equals);
        String value = equals < 0 ? "" : text.substring(equals + 1).replaceAll("^\"|\"$", "");
        try {
            switch (name) {
                case "ip_version" -> ipVersion(value);
                case "tolerance_usecs" -> options.toleranceNanos = Long.parseLong(value) * Time.MICROSECOND;
                case "tcp_ts_tick_usecs" -> options.timestampTickNanos = Long.parseLong(value) * Time.MICROSECOND;
                case "tcp_ts_ecr_scaled" -> options.timestampsScaled = true;
                case "mtu" -> options.mtu = Integer.parseInt(value);
                case "local_ip" -> options.local = IpAddress.parse(value);
                case "remote_ip" -> options.remote = IpAddress.parse(value);
                case "strict_segments" -> options.strictSegments = true;
                case "define" -> define(value);
                // The ports that are used anyway.
                case "bind_port", "connect_port" -> requireSame(name, Integer.parseInt(value), Session.PORT);
                // The size of reads and writes that name none; every call here names its own.
                case "mss" -> Integer.parseInt(value);
                // How to set up a real network device, and what the program prints: neither is done here.
                case "gateway_ip", "netmask_ip", "speed", "persistent_tun_dev", "verbose", "debug" -> {}
                default -> throw in.notUnderstood("option --" + name);
            }
        } catch (IllegalArgumentException e) {
            throw in.notUnderstood("option --" + text);
        }
    }

    private void define(String assignment) {
        int equals = assignment.indexOf('=');
        if (equals <= 0) {
            throw in.notUnderstood("option --define " + assignment);
        }
        in.define(assignment.substring(0, equals), assignment.substring(equals + 1));
    }

    private void requireSame(String name, int value, int expected) {
        if (value != expected) {
            throw in.notUnderstood("option --" + name + "=" + value);
        }
    }

    private void ipVersion(String value) {
        switch (value) {
            case "ipv4", "ipv4-mapped-ipv6" -> options.ip6 = false;
            case "ipv6" -> options.ip6 = true;
            default -> throw in.notUnderstood("IP version " + value);
        }
    }
}
