package io.towpath.link.tun;

import java.io.IOException;

/// A TUN device could not be opened or set up. The message says in one line what was tried, what the system said and
/// what may help.
public final class TunException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String errnoName;

    /// An exception with the kernel's error number by name.
    ///
    /// @param message one line
    /// @param errnoName `EPERM`, `EBUSY` …; empty when no system call failed
    public TunException(String message, String errnoName) {
        super(message);
        this.errnoName = errnoName;
    }

    /// The kernel's error number by name (`EPERM`, `EBUSY` …); empty when no system call failed.
    public String errnoName() {
        return errnoName;
    }

    /// What opening `/dev/net/tun` failed with.
    static TunException open(String device, int errno) {
        String hint = switch (errno) {
            case Errno.ENOENT, Errno.ENODEV ->
                "there is no /dev/net/tun: this needs Linux with the tun module (modprobe tun)";
            case Errno.EPERM, Errno.EACCES -> NO_PERMISSION;
            default -> "cannot open /dev/net/tun";
        };
        return of(device, hint, errno);
    }

    /// What creating the interface failed with.
    static TunException create(String device, int errno) {
        String hint = switch (errno) {
            case Errno.EPERM, Errno.EACCES -> NO_PERMISSION;
            case Errno.EBUSY -> "the name is in use by another interface or process";
            case Errno.EINVAL -> "the name is in use by an interface of another kind, or cannot be one";
            default -> "the kernel did not create the interface";
        };
        return of(device, hint, errno);
    }

    /// What making a network namespace failed with.
    static TunException namespace(int errno) {
        String name = Errno.name(errno);
        String hint = errno == Errno.EPERM ? NO_PERMISSION : "the kernel did not make it";
        return new TunException("cannot make a network namespace: " + hint + " (" + name + ")", name);
    }

    private static final String NO_PERMISSION =
            "no permission: run with sudo, or in a namespace of your own (unshare -Urn)";

    private static TunException of(String device, String hint, int errno) {
        String name = Errno.name(errno);
        return new TunException("cannot create TUN device '" + device + "': " + hint + " (" + name + ")", name);
    }
}
