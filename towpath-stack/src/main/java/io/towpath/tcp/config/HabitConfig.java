package io.towpath.tcp.config;

/// Habits of one system or another where the RFCs advise something else or say nothing: for hosts that shall be
/// like such a system. All are off by default. Immutable.
///
/// @param missingTimestamps take segments without a timestamp though the SYNs agreed on timestamps, as Linux
///     does. RFC 7323 §3.2: "If a non-RST segment is received without a TSopt, a TCP SHOULD silently drop the
///     segment"
/// @param windowInResets fill in the window of a RST that ends a connection, in which it means nothing; else it
///     is 0
/// @param foreignEchoRefused answer a SYN-ACK that echoes a timestamp which this connection did not send with a
///     RST, instead of taking it: it belongs to an older attempt
/// @param unsentAckIgnored drop a segment that acknowledges what was never sent without the ACK that RFC 9293
///     §3.10.7.4 (fifth step) asks for
public record HabitConfig(
        boolean missingTimestamps, boolean windowInResets, boolean foreignEchoRefused, boolean unsentAckIgnored) {
    /// None.
    public static final HabitConfig NONE = new HabitConfig(false, false, false, false);

    /// A copy with another [#missingTimestamps()].
    public HabitConfig withMissingTimestamps(boolean value) {
        return new HabitConfig(value, windowInResets, foreignEchoRefused, unsentAckIgnored);
    }

    /// A copy with another [#windowInResets()].
    public HabitConfig withWindowInResets(boolean value) {
        return new HabitConfig(missingTimestamps, value, foreignEchoRefused, unsentAckIgnored);
    }

    /// A copy with another [#foreignEchoRefused()].
    public HabitConfig withForeignEchoRefused(boolean value) {
        return new HabitConfig(missingTimestamps, windowInResets, value, unsentAckIgnored);
    }

    /// A copy with another [#unsentAckIgnored()].
    public HabitConfig withUnsentAckIgnored(boolean value) {
        return new HabitConfig(missingTimestamps, windowInResets, foreignEchoRefused, value);
    }
}
