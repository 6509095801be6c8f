package io.towpath.sim;

/// Something that happens to the network in the phase with faults.
public sealed interface Fault {
    /// When it begins, in nanoseconds of the run.
    long at();

    /// When it is over.
    default long until() {
        return at();
    }

    /// The wire next to the client is cut.
    ///
    /// @param at when
    /// @param until when it is mended
    /// @param toServer packets towards the server are lost
    /// @param toClient packets towards the client are lost
    record Partition(long at, long until, boolean toServer, boolean toClient) implements Fault {
        @Override
        public String toString() {
            return SimText.time(at) + " to " + SimText.time(until) + " partition"
                    + (toServer ? toClient ? "" : " towards the server" : " towards the client");
        }
    }

    /// A host loses its memory.
    ///
    /// @param at when
    /// @param host its name
    record Reboot(long at, String host) implements Fault {
        @Override
        public String toString() {
            return SimText.time(at) + " " + host + " reboots";
        }
    }

    /// The router comes back with another MTU on its far wire.
    ///
    /// @param at when
    /// @param mtu in bytes
    /// @param silent nobody hears of it: what says so is lost from then on
    record PathMtu(long at, int mtu, boolean silent) implements Fault {
        @Override
        public String toString() {
            return SimText.time(at) + " path MTU becomes " + mtu + (silent ? ", silently" : "");
        }
    }
}
