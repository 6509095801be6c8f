package io.towpath.drill;

import io.towpath.core.NetworkError;
import io.towpath.drill.script.Arguments;
import io.towpath.drill.script.Errno;
import io.towpath.drill.script.Outcome;
import io.towpath.drill.script.Value;
import io.towpath.udp.UdpEndpoint;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// `recvmsg` with `MSG_ERRQUEUE` on a UDP socket: what ICMP reported about its datagrams, one message each.
///
/// ```
/// recvmsg(3, {msg_name(...)=..., msg_iov(1)=[{iov_base=..., iov_len=0}], msg_flags=MSG_ERRQUEUE,
///             msg_control(60)=[{cmsg_len=60, cmsg_level=IPPROTO_IPV6, cmsg_type=IPV6_RECVERR,
///                               cmsg_data={ee_errno=EMSGSIZE, ee_origin=SO_EE_ORIGIN_ICMP6, …}}]}, MSG_ERRQUEUE) = 0
/// ```
final class ErrorQueue {
    private static final int HEADER_OCTETS = 16;
    private static final int ERROR_OCTETS = 16;
    private static final int ADDRESS_OCTETS = 16;
    private static final int ADDRESS6_OCTETS = 28;

    private ErrorQueue() {}

    /// Takes the oldest message, which must be the one that the script expects.
    static Outcome receive(Arguments arguments, DrillSocket socket) {
        UdpEndpoint endpoint = socket.endpoint;
        if (endpoint == null) {
            throw arguments.notUnderstood("the error queue of a TCP socket");
        }
        NetworkError report = endpoint.takeReport();
        if (report == null) {
            return Outcome.error(Errno.EAGAIN);
        }
        if (!(arguments.at(1) instanceof Value.Fields(Map<String, Value> message))) {
            throw arguments.notUnderstood("'" + arguments.at(1) + "' where a message belongs");
        }
        Value control = message.get("msg_control");
        if (!(control instanceof Value.Listing(List<Value> items))
                || items.size() != 1
                || !(items.getFirst() instanceof Value.Fields(Map<String, Value> expected))) {
            throw arguments.notUnderstood("msg_control " + control);
        }
        compare(arguments, expected, control(report));
        Value flags = message.get("msg_flags");
        if (flags != null && !flags.toString().equals("MSG_ERRQUEUE")) {
            throw arguments.mismatch("msg_flags", flags.toString(), "MSG_ERRQUEUE");
        }
        return Outcome.DONE;
    }

    private static void compare(Arguments arguments, Map<String, Value> expected, Map<String, String> actual) {
        expected.forEach((name, value) -> {
            if (value instanceof Value.Fields(Map<String, Value> inner)) {
                compare(arguments, inner, actual);
            } else if (!(value instanceof Value.Any) && !value.toString().equals(actual.get(name))) {
                throw arguments.mismatch(name, value.toString(), actual.getOrDefault(name, "no such field"));
            }
        });
    }

    private static Map<String, String> control(NetworkError report) {
        boolean ip4 = report.local().isIp4();
        int address = ip4 ? ADDRESS_OCTETS : ADDRESS6_OCTETS;
        var fields = new TreeMap<String, String>();
        fields.put("cmsg_len", Integer.toString(HEADER_OCTETS + ERROR_OCTETS + address));
        fields.put("cmsg_level", ip4 ? "IPPROTO_IP" : "IPPROTO_IPV6");
        fields.put("cmsg_type", ip4 ? "IP_RECVERR" : "IPV6_RECVERR");
        fields.put("ee_origin", ip4 ? "SO_EE_ORIGIN_ICMP" : "SO_EE_ORIGIN_ICMP6");
        fields.put("ee_info", Integer.toString(report.mtu()));
        fields.put("ee_data", "0");
        switch (report.kind()) {
            case TOO_BIG -> {
                fields.put("ee_errno", "EMSGSIZE");
                fields.put("ee_type", ip4 ? "ICMP_DEST_UNREACH" : "ICMP6_PACKET_TOO_BIG");
                fields.put("ee_code", ip4 ? "ICMP_FRAG_NEEDED" : "0");
            }
            case PORT_UNREACHABLE -> {
                fields.put("ee_errno", "ECONNREFUSED");
                fields.put("ee_type", ip4 ? "ICMP_DEST_UNREACH" : "ICMP6_DST_UNREACH");
                fields.put("ee_code", ip4 ? "ICMP_PORT_UNREACH" : "ICMP6_DST_UNREACH_NOPORT");
            }
            default -> {
                // The others have several codes each, which the report does not keep apart.
            }
        }
        return fields;
    }
}
