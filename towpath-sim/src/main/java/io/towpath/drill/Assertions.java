package io.towpath.drill;

import io.towpath.drill.script.Mismatch;
import io.towpath.drill.script.NotUnderstood;
import io.towpath.tcp.KernelNames;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpInfo;
import io.towpath.tcp.TcpState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `%{ assert tcpi_snd_cwnd == 10, tcpi_snd_cwnd }%`: statements about what STATUS tells, by the names of
/// `tcp_info`.
final class Assertions {
    private final Session session;
    private final Map<String, Double> variables = new HashMap<>();

    Assertions(Session session) {
        this.session = session;
    }

    /// Checks the statements in `code`.
    void check(int line, String code) {
        for (String statement : statements(code)) {
            if (statement.startsWith("assert") && statement.length() > 6 && !isLetter(statement.charAt(6))) {
                check(line, statement, condition(statement.substring(6)));
            } else if (statement.matches("print\\b.*")) {
                continue; // says something to people
            } else if (statement.matches("[A-Za-z_]\\w*\\s*=[^=].*")) {
                int equals = statement.indexOf('=');
                variables.put(statement.substring(0, equals).strip(), value(line, statement.substring(equals + 1)));
            } else {
                throw new NotUnderstood(line, "the statement '" + statement + "'");
            }
        }
    }

    private static boolean isLetter(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }

    private void check(int line, String statement, String condition) {
        if (value(line, condition) == 0) {
            throw new Mismatch(line, "assertion", statement.replaceAll("\\s+", " "), names(line, condition));
        }
    }

    /// The values of the names in `condition`, for people.
    private String names(int line, String condition) {
        var text = new StringBuilder();
        var seen = new ArrayList<String>();
        for (String word : condition.split("\\W+")) {
            if (word.startsWith("tcpi_") && !seen.contains(word)) {
                seen.add(word);
                text.append(text.isEmpty() ? "" : ", ")
                        .append(word)
                        .append(" = ")
                        .append(text(value(line, word)));
            }
        }
        return text.toString();
    }

    private double value(int line, String expression) {
        try {
            return Expression.evaluate(expression, name -> named(line, name));
        } catch (NotUnderstood e) {
            throw new NotUnderstood(line, e.what());
        }
    }

    /// One statement for each line, and for each part of a line between semicolons. A line goes on on the next
    /// one while a bracket is open.
    private static List<String> statements(String code) {
        var found = new ArrayList<String>();
        String begun = "";
        for (String part : code.replaceAll("\\\\\\s*\n", " ").split("[\n;]")) {
            if (part.strip().startsWith("#")) {
                continue;
            }
            begun = begun.isEmpty() ? part.strip() : begun + " " + part.strip();
            if (open(begun) <= 0) {
                if (!begun.isEmpty()) {
                    found.add(begun);
                }
                begun = "";
            }
        }
        if (!begun.isEmpty()) {
            found.add(begun);
        }
        return found;
    }

    private static int open(String text) {
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
        }
        return depth;
    }

    /// What stands before the comma that begins the message.
    private static String condition(String text) {
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && depth == 0) {
                return text.substring(0, i);
            }
        }
        return text;
    }

    private static String text(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    private double named(int line, String name) {
        Double variable = variables.get(name);
        if (variable != null) {
            return variable;
        }
        if (name.startsWith("tcpi_")) {
            return info(line, name);
        }
        Long constant = constant(name);
        if (constant == null) {
            throw new NotUnderstood(line, "the name " + name);
        }
        return constant;
    }

    private static @Nullable Long constant(String name) {
        return switch (name) {
            case "TCP_CA_Open" -> 0L;
            case "TCP_CA_Disorder" -> 1L;
            case "TCP_CA_CWR" -> 2L;
            case "TCP_CA_Recovery" -> 3L;
            case "TCP_CA_Loss" -> 4L;
            case "TCP_INFINITE_SSTHRESH" -> KernelNames.INFINITE_THRESHOLD;
            case "TCPI_OPT_TIMESTAMPS" -> 1L;
            case "TCPI_OPT_SACK" -> 2L;
            case "TCPI_OPT_WSCALE" -> 4L;
            case "TCPI_OPT_ECN" -> 8L;
            case "TCPI_OPT_ECN_SEEN" -> 16L;
            case "TCPI_OPT_SYN_DATA" -> 32L;
            default -> {
                TcpState state = StateNames.state(name);
                yield state == null ? null : (long) KernelNames.state(state);
            }
        };
    }

    private long info(int line, String name) {
        TcpConnection c = session.connection();
        if (name.equals("tcpi_state")) {
            return KernelNames.state(state(c));
        }
        if (c == null) {
            throw new NotUnderstood(line, name + " of a socket that is not connected");
        }
        TcpInfo info = session.host.stack().tcp().info(session.now(), c);
        if (session.setUp.profile() == DrillProfile.BSD) {
            // FreeBSD counts these in octets.
            switch (name) {
                case "tcpi_snd_cwnd" -> {
                    return info.cwnd();
                }
                case "tcpi_snd_ssthresh" -> {
                    return info.ssthresh();
                }
                default -> {}
            }
        }
        return KernelNames.value(info, name).orElseThrow(() -> new NotUnderstood(line, "STATUS does not tell " + name));
    }

    private TcpState state(@Nullable TcpConnection c) {
        if (c != null) {
            return c.state();
        }
        DrillSocket subject = session.subject();
        return subject != null && subject.listener != null ? TcpState.LISTEN : TcpState.CLOSED;
    }
}
