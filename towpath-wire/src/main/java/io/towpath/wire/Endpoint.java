package io.towpath.wire;

/// An address and a port: one end of a connection. Written `10.0.0.1:80` and `[2001:db8::1]:80`.
///
/// @param address where
/// @param port 0 … 65535
public record Endpoint(IpAddress address, int port) implements Comparable<Endpoint> {
    /// Checks that the values fit the format.
    ///
    /// @throws IllegalArgumentException if the port is not in 0 … 65535
    public Endpoint {
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException("not a port: " + port + " (expected 0 to 65535)");
        }
    }

    /// Reads `1.2.3.4:80` or `[::1]:80`.
    ///
    /// @throws IllegalArgumentException with one line that says what is wrong
    public static Endpoint parse(String text) {
        int colon = text.lastIndexOf(':');
        boolean bracketed = text.startsWith("[");
        if (colon < 0 || (bracketed && text.indexOf(']') != colon - 1)) {
            throw bad(text);
        }
        if (!bracketed && text.indexOf(':') != colon) {
            throw bad(text);
        }
        String host = bracketed ? text.substring(1, colon - 1) : text.substring(0, colon);
        IpAddress address = IpAddress.parse(host);
        return new Endpoint(address, port(text.substring(colon + 1), text));
    }

    private static int port(String digits, String text) {
        if (digits.isEmpty() || digits.length() > 5) {
            throw badPort(digits, text);
        }
        int port = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw badPort(digits, text);
            }
            port = port * 10 + digit;
        }
        if (port > 0xffff) {
            throw badPort(digits, text);
        }
        return port;
    }

    private static IllegalArgumentException bad(String text) {
        return new IllegalArgumentException(
                "not an endpoint: \"" + text + "\" (expected ADDRESS:PORT like 10.0.0.1:80 or [::1]:80)");
    }

    private static IllegalArgumentException badPort(String digits, String text) {
        return new IllegalArgumentException(
                "not an endpoint: \"" + text + "\" (\"" + digits + "\" is not a port from 0 to 65535)");
    }

    @Override
    public int compareTo(Endpoint other) {
        int byAddress = address.compareTo(other.address);
        return byAddress != 0 ? byAddress : Integer.compare(port, other.port);
    }

    @Override
    public String toString() {
        return address.isIp4() ? address + ":" + port : "[" + address + "]:" + port;
    }
}
