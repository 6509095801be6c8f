package io.towpath.net;

import java.io.IOException;

/// The cause of the exceptions that sockets of a host throw after it was rebooted ([Host#reboot]).
public final class HostRebootedException extends IOException {
    private static final long serialVersionUID = 1;

    HostRebootedException() {
        super("the host was rebooted");
    }
}
