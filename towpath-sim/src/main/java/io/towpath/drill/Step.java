package io.towpath.drill;

import io.towpath.drill.script.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One step of a script.
///
/// @param line where it begins, from 1
/// @param when it happens
/// @param action what happens
record Step(int line, When when, Action action) {
    /// What happens.
    sealed interface Action {}

    /// The peer, or the network, sends a packet to the host.
    ///
    /// @param packet what it looks like
    record Inbound(PacketSpec packet) implements Action {}

    /// The host must send a packet.
    ///
    /// @param packet what it looks like
    record Outbound(PacketSpec packet) implements Action {}

    /// The application calls the system.
    ///
    /// @param name of the call
    /// @param arguments in their order
    /// @param result what it must return; null for anything
    /// @param errno what is wrong when the result is −1, by name; null when nothing is
    record Call(
            String name,
            List<Value> arguments,
            @Nullable Long result,
            @Nullable String errno) implements Action {
        /// The call as the script writes it, without its result.
        String text() {
            return new Value.Applied(name, arguments).toString();
        }
    }

    /// Commands for the system: configuration, and questions about it.
    ///
    /// @param lines one command each
    record Commands(List<String> lines) implements Action {}

    /// Statements about the connection.
    ///
    /// @param code the statements
    record Assertions(String code) implements Action {}
}
