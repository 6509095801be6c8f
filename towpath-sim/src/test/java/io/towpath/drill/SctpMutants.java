package io.towpath.drill;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Lines of SCTP scripts with one expected value changed: every number of a packet, its flags, chunks,
/// parameters and causes; every number that a call gives back.
final class SctpMutants {
    private static final Pattern NUMBER = Pattern.compile("\\b([a-z_]+)=(0x)?([0-9a-f]+)\\b");
    private static final Pattern LETTERS = Pattern.compile("flgs=([A-Z]+)");

    private final List<Change> found = new ArrayList<>();
    private final String line;

    /// A changed line.
    ///
    /// @param what was changed
    /// @param line as it is now
    record Change(String what, String line) {}

    private SctpMutants(String line) {
        this.line = line;
    }

    /// What can be wrong with a packet that the host sends.
    static List<Change> ofPacket(String line) {
        var mutants = new SctpMutants(line);
        mutants.packet();
        return mutants.found;
    }

    /// What can be wrong with what a call gives back.
    static List<Change> ofCall(String line) {
        var mutants = new SctpMutants(line);
        boolean gives = line.contains("recv") || line.contains("getsockopt(");
        if (gives && (line.contains("sctp") || line.contains("SCTP"))) {
            mutants.numbers(false);
            mutants.each("flags", "\\|?MSG_EOR", m -> m.group().startsWith("|") ? "" : "0");
            mutants.each("state", "SCTP_ESTABLISHED", m -> "SCTP_SHUTDOWN_SENT");
            mutants.each("state", "SCTP_(COMM_UP|RESTART|COMM_LOST|SHUTDOWN_COMP)", m -> "SCTP_CANT_STR_ASSOC");
            mutants.each("PPID", "htonl\\((\\d+)\\)", m -> "htonl(" + (Long.parseLong(m.group(1)) + 1) + ")");
            mutants.each("flags", "SCTP_UNORDERED", m -> "SCTP_EOF");
            mutants.each("flags", "SCTP_DATA_SENT", m -> "SCTP_DATA_UNSENT");
        }
        return mutants.found;
    }

    private void each(String what, String pattern, Function<MatchResult, String> change) {
        Matcher match = Pattern.compile(pattern).matcher(line);
        while (match.find()) {
            String changed = change.apply(match.toMatchResult());
            if (!changed.equals(match.group())) {
                found.add(new Change(what, line.substring(0, match.start()) + changed + line.substring(match.end())));
            }
        }
    }

    /// Every number, one at a time. Tag and TSN of INIT and INIT ACK are but names for what the host chose.
    private void numbers(boolean packet) {
        boolean names = line.contains(": INIT[") || line.contains("INIT_ACK[");
        Matcher match = NUMBER.matcher(line);
        while (match.find()) {
            String field = match.group(1);
            boolean name = names && (field.equals("tag") || field.equals("tsn"));
            // What a caller hands over, or a number that any system is free to choose.
            boolean given = field.equals("iov_len") || field.equals("se_type") || field.endsWith("assoc_id");
            if (name
                    || given
                    || packet
                            && field.equals("flgs")
                            && LETTERS.matcher(match.group()).matches()) {
                continue;
            }
            int radix = match.group(2) == null ? 10 : 16;
            long value;
            try {
                value = Long.parseLong(match.group(3), radix);
            } catch (NumberFormatException e) {
                continue;
            }
            String changed = field + "=" + (match.group(2) == null ? value + 1 : "0x" + Long.toHexString(value ^ 1));
            found.add(new Change(field, line.substring(0, match.start()) + changed + line.substring(match.end())));
        }
    }

    private void packet() {
        numbers(true);
        each("flags", "flgs=([A-Z]+)", m -> "flgs=0");
        each(
                "chunk type",
                "> sctp(\\([^)]*\\))?: .*",
                m -> "> sctp: " + (m.group().contains(": COOKIE_ACK[flgs=0]") ? "SHUTDOWN_ACK" : "COOKIE_ACK")
                        + "[flgs=0]");
        each("one chunk more", "$", m -> "; COOKIE_ACK[flgs=0]");
        each("one chunk less", ";[^;]*$", m -> "");
        each("gaps", "gaps=\\[\\]", m -> "gaps=[2:2]");
        each("gap", "(\\d+):(\\d+)", m -> m.group(1) + ":" + (Long.parseLong(m.group(2)) + 1));
        each("gap", "(\\d+):(\\d+)", m -> (Long.parseLong(m.group(1)) + 1) + ":" + m.group(2));
        each("duplicates", "dups=\\[\\]", m -> "dups=[9]");
        each("duplicates", "dups=\\[(\\d+)", m -> "dups=[" + (Long.parseLong(m.group(1)) + 1));
        each("octets", "val=\\[(\\d+)\\b", m -> "val=[" + (Long.parseLong(m.group(1)) + 1));
        each("octets", "val=\\[0x(\\w+)", m -> "val=[0x0");
        each("stream", "\\{(\\d+)", m -> "{" + (Long.parseLong(m.group(1)) + 1));
        each("skipped", "(\\d+)\\}", m -> (Long.parseLong(m.group(1)) + 1) + "}");
        each("streams", "sids=\\[\\]", m -> "sids=[7]");
        each("streams", "sids=\\[(\\d+)", m -> "sids=[" + (Long.parseLong(m.group(1)) + 1));
        each("types", "types=\\[(\\w+)", m -> "types=[" + (m.group(1).equals("DATA") ? "SACK" : other(m.group(1))));
        each("text", "=\"(\\w*)", m -> "=\"x" + m.group(1));
        each("parameter", ", (FORWARD_TSN_SUPPORTED|ECN_CAPABLE)\\[\\]", m -> "");
        each("parameter", "SUPPORTED_EXTENSIONS\\[", m -> "CHUNK_LIST[");
        each("cause", "(INVALID_MANDATORY_PARAMETER|OUT_OF_RESOURCES)\\[\\]", m -> "COOKIE_RECEIVED_WHILE_SHUTDOWN[]");
        each("cause", "PROTOCOL_VIOLATION\\[", m -> "USER_INITIATED_ABORT[");
        each("cause", "USER_INITIATED_ABORT\\[", m -> "PROTOCOL_VIOLATION[");
        each("cause", "ABORT\\[flgs=(\\w+)\\]", m -> "ABORT[flgs=" + m.group(1) + ", OUT_OF_RESOURCES[]]");
        if (!line.contains("...]")) {
            each("one parameter more", "(INIT(_ACK)?\\[.*)\\]$", m -> m.group(1) + ", ECN_CAPABLE[]]");
        }
    }

    private static String other(String type) {
        return switch (type) {
            case "IPv4" -> "IPv6";
            case "STATE_COOKIE" -> "RANDOM";
            default -> "DATA";
        };
    }
}
