package io.towpath.drill;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A script with one expected value changed, for each value that it expects.
final class Mutants {
    private static final Pattern OUTBOUND = Pattern.compile("\\S+\\s+>.*");
    private static final Pattern SYN = Pattern.compile("> (\\[\\w+\\] )?S");
    private static final Pattern INBOUND = Pattern.compile("\\S+\\s+<.*");
    private static final Pattern RANGE = Pattern.compile("(\\d+):(\\d+)\\((\\d+)\\)");

    private final List<Mutant> found = new ArrayList<>();
    private final String[] lines;
    private int index;

    /// The first SYN's sequence number is but a name for the initial one: any other would do.
    private boolean synSeen;

    /// One changed script.
    ///
    /// @param what was changed, and where
    /// @param text of the script
    record Mutant(String what, String text) {}

    private Mutants(String script) {
        lines = script.split("\n", -1);
    }

    /// All mutants of `script`.
    static List<Mutant> of(String script) {
        var mutants = new Mutants(script);
        for (mutants.index = 0; mutants.index < mutants.lines.length; mutants.index++) {
            mutants.line(mutants.lines[mutants.index]);
        }
        return mutants.found;
    }

    private void line(String line) {
        if (line.isBlank()
                || line.startsWith("//")
                || line.startsWith("--")
                || INBOUND.matcher(line).matches()) {
            return;
        }
        if (line.contains("> sctp")) {
            time(line);
            changes(SctpMutants.ofPacket(line));
        } else if (OUTBOUND.matcher(line).matches()) {
            time(line);
            packet(line);
        } else if (line.contains("%{")) {
            change("assertion", line, "==", m -> "!=");
        } else if (line.contains("grep")) {
            change("count", line, "grep (\\d+)`", m -> "grep " + plus(m, 1, 1) + "`");
        } else {
            call(line);
            changes(SctpMutants.ofCall(line));
        }
    }

    private void changes(List<SctpMutants.Change> changes) {
        for (SctpMutants.Change change : changes) {
            String[] all = lines.clone();
            all[index] = change.line();
            String what = change.what() + " in line " + (index + 1) + ": "
                    + change.line().strip();
            found.add(new Mutant(what, String.join("\n", all)));
        }
    }

    private static long plus(MatchResult match, int group, long more) {
        return Long.parseLong(match.group(group)) + more;
    }

    /// Adds the line with the first match of `pattern` changed, if there is one.
    private void change(String what, String line, String pattern, Function<MatchResult, String> change) {
        Matcher match = Pattern.compile(pattern).matcher(line);
        if (match.find()) {
            String changed = line.substring(0, match.start()) + change.apply(match) + line.substring(match.end());
            String[] all = lines.clone();
            all[index] = changed;
            found.add(new Mutant(what + " in line " + (index + 1) + ": " + changed.strip(), String.join("\n", all)));
        }
    }

    private void time(String line) {
        change("time", line, "^\\+([0-9.]+)(?=\\s)", m -> "+" + later(m));
    }

    private void packet(String line) {
        change("flags", line, "> ([(\\[][^)\\]]*[)\\]] )?([SFRPUEW.]+) ", m -> "> " + otherFlags(m.group(2)) + " ");
        change("ECN field", line, "> \\[noecn\\]", m -> "> [ce]");
        change("ECN field", line, "> \\[ect0\\]", m -> "> [noecn]");
        boolean syn = SYN.matcher(line).find();
        if (!syn || synSeen) {
            change("sequence number", line, RANGE.pattern(), Mutants::shifted);
        }
        synSeen |= syn;
        change("length", line, RANGE.pattern(), m -> m.group(1) + ":" + plus(m, 2, 1) + "(" + plus(m, 3, 1) + ")");
        change("acknowledgment", line, "ack (\\d+)", m -> "ack " + plus(m, 1, 1));
        change("window", line, "win (\\d+)", m -> "win " + (m.group(1).equals("0") ? 1 : plus(m, 1, -1)));
        change("urgent pointer", line, "urg (\\d+)", m -> "urg " + plus(m, 1, 1));
        change("segment size", line, "mss (\\d+)", m -> "mss " + plus(m, 1, 1));
        change("scale", line, "wscale (\\d+)", m -> "wscale " + plus(m, 1, 1));
        change("SACK permission", line, "sackOK", m -> "nop,nop");
        change("SACK edge", line, "sack (\\d+)", m -> "sack " + plus(m, 1, 1));
        change("SACK's last edge", line, ":(\\d+)>", m -> ":" + plus(m, 1, 1) + ">");
        change("echoed timestamp", line, "ecr (\\d+)", m -> "ecr " + plus(m, 1, 1));
        change("all options", line, " <(?!\\.\\.\\.)[^>]*>", m -> "");
        change("one option more", line, "<(?!\\.\\.\\.)", m -> "<nop,");
        change("user timeout", line, "uto (\\d+)", m -> "uto " + plus(m, 1, 1));
        change("hop limit", line, "ttl (\\d+)", m -> "ttl " + plus(m, 1, 1));
        change("traffic class", line, "tos (0x[0-9a-f]+)", m -> "tos 0x04");
        change("datagram", line, "udp\\((\\d+)\\)", m -> "udp(" + plus(m, 1, 1) + ")");
        if (!line.contains("<") && !line.contains("udp")) {
            change("an option that is not there", line, "$", m -> " <nop,nop,sackOK>");
        }
    }

    private static String later(MatchResult seconds) {
        return String.format(Locale.ROOT, "%.3f", Double.parseDouble(seconds.group(1)) + 0.3);
    }

    private static String shifted(MatchResult range) {
        return plus(range, 1, 1) + ":" + plus(range, 2, 1) + "(" + range.group(3) + ")";
    }

    private static String otherFlags(String flags) {
        return flags.contains("P")
                ? flags.replace("P", "")
                : flags.contains("F") ? flags.replace("F", "") : "P" + flags;
    }

    private static boolean isOpening(String line) {
        return line.contains("accept4(")
                || line.contains("epoll_create")
                || line.contains(" open(")
                || line.contains("peeloff(");
    }

    private void call(String line) {
        // Another connection follows, whose first SYN has a number of its own.
        synSeen &= !line.contains("listen(") && !line.contains("connect(");
        change("errno", line, "= -1 [A-Z]+", m -> m.group().contains("EMSGSIZE") ? "= -1 EPIPE" : "= -1 EMSGSIZE");
        change("failure that does not come", line, "= \\d+", m -> "= -1 EMSGSIZE");
        if (!line.contains("socket(") && !line.contains("accept(") && !isOpening(line)) {
            // A descriptor is a name, not a value: any other would do.
            change("result", line, "= (\\d+)", m -> "= " + plus(m, 1, 1));
        }
        if (line.contains("getsockopt") || line.contains("ioctl")) {
            change("value", line, "(\\w+, )\\[(\\d+)\\]", m -> m.group(1) + "[" + plus(m, 2, 1) + "]");
            change("length of the value", line, "\\[(\\d+)\\]\\) =", m -> "[" + plus(m, 1, 1) + "]) =");
            change("error", line, "\\[(E[A-Z]+)\\]", m -> "[EPIPE]");
        }
        change("events told", line, "revents=[0A-Z|]+", m -> "revents=POLLPRI");
        change("control data", line, "cmsg_data=(\\d+)", m -> "cmsg_data=" + plus(m, 1, 1));
        change("reported error", line, "ee_errno=[A-Z]+", m -> "ee_errno=EPIPE");
        change("reported size", line, "ee_info=(\\d+)", m -> "ee_info=" + plus(m, 1, 1));
        if (line.contains("getsockopt")) {
            change("time to linger", line, "linger=(\\d+)", m -> "linger=" + plus(m, 1, 1));
        }
        change("end of a call that blocks", line, "\\.\\.\\.([0-9.]+)", m -> "..." + later(m));
    }
}
