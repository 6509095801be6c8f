package io.towpath.tcp.config;

/// What becomes of a connection whose user timeout has passed (the ULP timeout action).
public enum TimeoutAction {
    /// RFC 9293 §3.10.8: "flush all queues, signal the user […] delete the TCB".
    ABORT,
    /// The user is told, and the connection goes on; the timeout starts anew.
    REPORT
}
