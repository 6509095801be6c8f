package io.towpath.drill;

import io.towpath.drill.script.Mismatch;
import io.towpath.drill.script.NotUnderstood;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpState;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The commands of a script: configuration, and questions about the host's sockets.
final class Commands {
    /// `sockstat -4 -P tcp -p 8080 -s | grep -c SYN_RCVD | grep 1`: that many sockets are in that state.
    private static final Pattern COUNT = Pattern.compile("sockstat .*\\| *grep -c ([A-Z_0-9]+) *\\| *grep ([0-9]+)");

    private final Session session;

    Commands(Session session) {
        this.session = session;
    }

    /// Obeys one command.
    void run(int line, String command) {
        TcpConfig before = session.setUp.tcp();
        if (session.setUp.apply(line, command)) {
            pass(before);
            return;
        }
        Matcher count = COUNT.matcher(command);
        if (count.matches()) {
            count(line, command, count.group(1), Integer.parseInt(count.group(2)));
        } else if (command.startsWith("ip tcp_metrics flush")) {
            session.host.stack().tcp().forgetFastOpen();
        } else if (command.equals("tcpdrop -s TIME_WAIT")) {
            session.dropTimeWait();
        } else {
            throw new NotUnderstood(line, "command '" + command + "'");
        }
    }

    /// What the system is told counts for sockets, too, that were not told otherwise and have no connection
    /// yet.
    private void pass(TcpConfig before) {
        TcpConfig after = session.setUp.tcp();
        for (DrillSocket socket : session.descriptors().values()) {
            if (socket.config == before && after != before && socket.connection == null) {
                socket.config = after;
                session.apply(socket);
            }
        }
    }

    private void count(int line, String command, String name, int expected) {
        TcpState state = StateNames.state(name);
        if (state == null) {
            throw new NotUnderstood(line, "command '" + command + "'");
        }
        int actual = session.count(state);
        if (actual != expected) {
            throw new Mismatch(line, "sockets", expected + " in " + name, actual + " in " + name);
        }
    }
}
