package io.towpath.net.service;

import io.towpath.net.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The services by name: reads lists of them, and starts them on a host.
public final class Services {
    private static final String EXPECTED =
            "expected echo, discard, daytime, chargen or time, each with an optional :PORT, or http=DIR[:PORT]";

    private Services() {}

    /// Reads a list like `echo,discard:9009,http=/srv/www:8080`. Without a port a service takes the one that IANA
    /// assigned to it.
    ///
    /// @return the services, in the list's order
    /// @throws IllegalArgumentException with one line that says what is wrong: an unknown service, a port that is
    ///     none or is used twice, a directory that is missing
    public static List<Service> parse(String list) {
        List<Service> services = new ArrayList<>();
        Set<Integer> ports = new HashSet<>();
        for (String item : list.split(",", -1)) {
            String text = item.strip();
            if (text.isEmpty()) {
                throw new IllegalArgumentException(
                        "an empty name in the list of services \"" + list + "\": " + EXPECTED);
            }
            Service service = one(text);
            if (!ports.add(service.port())) {
                throw new IllegalArgumentException("two services on port " + service.port() + " in \"" + list + "\"");
            }
            services.add(service);
        }
        return List.copyOf(services);
    }

    private static Service one(String text) {
        int equals = text.indexOf('=');
        if (equals >= 0) {
            String name = text.substring(0, equals);
            if (!name.equals("http")) {
                throw new IllegalArgumentException("unknown service \"" + text + "\": " + EXPECTED);
            }
            return http(text, text.substring(equals + 1));
        }
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        String port = colon < 0 ? null : text.substring(colon + 1);
        InstantSource clock = InstantSource.system();
        return switch (name) {
            case "echo" -> new Echo(port(text, port, 7));
            case "discard" -> new Discard(port(text, port, 9));
            case "daytime" -> new Daytime(port(text, port, 13), clock);
            case "chargen" -> new Chargen(port(text, port, 19));
            case "time" -> new TimeOfDay(port(text, port, 37), clock);
            case "http" ->
                throw new IllegalArgumentException(
                        "service \"" + text + "\" names no directory: expected http=DIR[:PORT]");
            default -> throw new IllegalArgumentException("unknown service \"" + text + "\": " + EXPECTED);
        };
    }

    private static Service http(String text, String value) {
        int colon = value.lastIndexOf(':');
        boolean hasPort = colon >= 0 && value.indexOf('/', colon) < 0;
        String directory = hasPort ? value.substring(0, colon) : value;
        int port = port(text, hasPort ? value.substring(colon + 1) : null, 80);
        Path path;
        try {
            path = Path.of(directory);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("service \"" + text + "\": not a path: " + e.getMessage(), e);
        }
        if (directory.isEmpty() || !Files.isDirectory(path)) {
            throw new IllegalArgumentException("service \"" + text + "\": no such directory: \"" + directory + "\"");
        }
        return new HttpFiles(path, port);
    }

    private static int port(String text, @Nullable String digits, int otherwise) {
        if (digits == null) {
            return otherwise;
        }
        if (digits.matches("[0-9]{1,5}")) {
            int port = Integer.parseInt(digits);
            if (port >= 1 && port <= 65_535) {
                return port;
            }
        }
        throw new IllegalArgumentException(
                "service \"" + text + "\": \"" + digits + "\" is not a port from 1 to 65535");
    }

    /// Starts `services` on `host`. When one cannot open its ports those before it are stopped again.
    ///
    /// @return the running services: closing it stops them
    /// @throws IOException "NAME: Address already in use" or the like
    public static Serving start(Host host, List<Service> services) throws IOException {
        Serving serving = new Serving(host);
        for (Service service : services) {
            try {
                service.open(serving);
            } catch (IOException e) {
                serving.close();
                throw new IOException(service.name() + " (" + service.description() + "): " + e.getMessage(), e);
            }
        }
        return serving;
    }
}
