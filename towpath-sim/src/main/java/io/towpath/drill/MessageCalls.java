package io.towpath.drill;

import io.towpath.drill.script.Arguments;
import io.towpath.drill.script.Value;
import java.util.List;
import java.util.Map;

/// Calls with vectors of buffers: `readv`, `writev`, `sendmsg`, `recvmsg`.
///
/// ```
/// writev(4, [{..., 1000}, {..., 500}], 2) = 1500
/// recvmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 1024}], msg_flags=0,
///             msg_control=[{cmsg_level=SOL_TCP, cmsg_type=TCP_CM_INQ, cmsg_data=0}]}, 0) = 1000
/// ```
final class MessageCalls {
    private MessageCalls() {}

    /// The octets of all buffers in a vector.
    static int length(Arguments arguments, Value vector) {
        if (!(vector instanceof Value.Listing(List<Value> buffers))) {
            throw arguments.notUnderstood("'" + vector + "' where a list of buffers belongs");
        }
        long sum = 0;
        for (Value buffer : buffers) {
            if (!(buffer instanceof Value.Fields(Map<String, Value> fields))) {
                throw arguments.notUnderstood("'" + buffer + "' where a buffer belongs");
            }
            Value length = fields.getOrDefault("iov_len", fields.get("1"));
            if (length == null) {
                throw arguments.notUnderstood("a buffer without length");
            }
            sum += arguments.number(length);
        }
        return Math.toIntExact(sum);
    }

    /// The octets of all buffers of a message.
    static int messageLength(Arguments arguments) {
        Value vector = message(arguments).get("msg_iov");
        if (vector == null) {
            throw arguments.notUnderstood("a message without msg_iov");
        }
        return length(arguments, vector);
    }

    private static Map<String, Value> message(Arguments arguments) {
        if (arguments.at(1) instanceof Value.Fields(Map<String, Value> fields)) {
            return fields;
        }
        throw arguments.notUnderstood("'" + arguments.at(1) + "' where a message belongs");
    }

    /// Compares what came beside the data with what the script expects.
    ///
    /// @param left octets that wait after the call, or 1 when the end does; told when the socket has `TCP_INQ`
    static void requireControl(Arguments arguments, DrillSocket socket, int left) {
        Map<String, Value> message = message(arguments);
        Value flags = message.get("msg_flags");
        if (flags != null && !flags.equals(new Value.Number(0))) {
            throw arguments.notUnderstood("msg_flags " + flags);
        }
        Value control = message.get("msg_control");
        if (control == null) {
            return;
        }
        String actual =
                socket.tellsWaiting ? "[{cmsg_level=SOL_TCP, cmsg_type=TCP_CM_INQ, cmsg_data=" + left + "}]" : "[]";
        if (!control.toString().contains("TCP_CM_INQ") && !control.toString().equals("[]")) {
            throw arguments.notUnderstood("msg_control " + control);
        }
        if (!control.toString().equals(actual)) {
            throw arguments.mismatch("msg_control", control.toString(), actual);
        }
    }
}
