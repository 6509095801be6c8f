package io.towpath.drill;

import io.towpath.core.Time;
import io.towpath.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;

/// Reads scripts: options, then steps, each a time and what happens then. What cannot be read is
/// [NotUnderstood].
final class ScriptParser {
    private final Cursor in;
    private final Script.Options options = new Script.Options();
    private final List<Step> steps = new ArrayList<>();

    private ScriptParser(String text) {
        in = Cursor.ofScript(withoutOthers(text));
    }

    /// The script in `text`.
    static Script parse(String text) {
        var parser = new ScriptParser(text);
        while (!parser.in.isAtEnd()) {
            parser.next();
        }
        return new Script(parser.options, List.copyOf(parser.steps));
    }

    /// Lines between `#ifdef NAME` and `#endif` belong to the systems of that name. The name that counts here is
    /// STANDARD: what the RFCs ask for.
    private static String withoutOthers(String text) {
        var kept = new StringBuilder();
        boolean counts = true;
        for (String line : text.split("\n", -1)) {
            String word = line.strip();
            if (word.startsWith("#ifdef")) {
                counts = word.endsWith("STANDARD");
            } else if (word.equals("#else")) {
                counts = !counts;
            } else if (word.equals("#endif")) {
                counts = true;
            } else if (counts) {
                kept.append(line);
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
            PacketSpec packet = PacketParser.parse(in);
            if (packet instanceof PacketSpec.Tcp tcp) {
                requireComplete(tcp);
            }
            return new Step.Inbound(packet);
        }
        if (in.accept(">")) {
            return new Step.Outbound(PacketParser.parse(in));
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
        if (tcp.window() == null) {
            throw in.notUnderstood("a segment to be sent to the host without its window");
        }
    }

    private Step.Action commands() {
        in.expect("`");
        var lines = new ArrayList<String>();
        for (String line : in.until("`").replaceAll("\\\\\\s*\n", " ").split("[\n;]")) {
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
            errno = in.word();
        }
        if (!in.isAtLineEnd() && in.accept("(")) {
            in.until(")");
        }
        return new Step.Call(name, List.copyOf(arguments), result, errno);
    }

    private void option(String text) {
        int equals = text.indexOf('=');
        String name = equals < 0 ? text : text.substring(0, equals);
        String value = equals < 0 ? "" : text.substring(equals + 1);
        try {
            switch (name) {
                case "ip_version" -> ipVersion(value);
                case "tolerance_usecs" -> options.toleranceNanos = Long.parseLong(value) * Time.MICROSECOND;
                case "tcp_ts_tick_usecs" -> options.timestampTickNanos = Long.parseLong(value) * Time.MICROSECOND;
                case "mtu" -> options.mtu = Integer.parseInt(value);
                case "local_ip" -> options.local = IpAddress.parse(value);
                case "remote_ip" -> options.remote = IpAddress.parse(value);
                case "strict_segments" -> options.strictSegments = true;
                // The size of reads and writes that name none; every call here names its own.
                case "mss" -> Integer.parseInt(value);
                default -> throw in.notUnderstood("option --" + name);
            }
        } catch (IllegalArgumentException e) {
            throw in.notUnderstood("option --" + text);
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
