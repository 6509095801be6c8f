package io.towpath.sim;

/// A user of a simulated host: something that opens sockets, reads and writes, in virtual time.
///
/// It lives on one host ([SimHost#add]) and is asked to look around whenever one of its sockets has a signal (it is
/// what hangs on the socket: [io.towpath.core.SignalSource#attach]), when its own [#deadline] has come, and after its
/// host was rebooted.
public interface Actor {
    /// Does whatever can be done now. May be called more often than needed; must then do nothing.
    void on(long now);

    /// When it wants to be asked next without a signal, in nanoseconds of the run; [io.towpath.core.Time#NEVER] when
    /// only a signal can bring news. Must be later than `now` after [#on].
    long deadline();

    /// True when it will do nothing more.
    boolean isDone();

    /// The host lost its memory: all sockets are gone.
    void onReboot(long now);

    /// What it is doing, one line for messages.
    String status();
}
