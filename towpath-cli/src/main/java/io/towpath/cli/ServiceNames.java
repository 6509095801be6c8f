package io.towpath.cli;

import java.util.Map;

/// Names of well-known ports (IANA "Service Name and Transport Protocol Port Number Registry"), for listings.
final class ServiceNames {
    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(1, "tcpmux"),
            Map.entry(7, "echo"),
            Map.entry(9, "discard"),
            Map.entry(13, "daytime"),
            Map.entry(17, "qotd"),
            Map.entry(19, "chargen"),
            Map.entry(20, "ftp-data"),
            Map.entry(21, "ftp"),
            Map.entry(22, "ssh"),
            Map.entry(23, "telnet"),
            Map.entry(25, "smtp"),
            Map.entry(37, "time"),
            Map.entry(53, "domain"),
            Map.entry(67, "bootps"),
            Map.entry(68, "bootpc"),
            Map.entry(69, "tftp"),
            Map.entry(79, "finger"),
            Map.entry(80, "http"),
            Map.entry(110, "pop3"),
            Map.entry(123, "ntp"),
            Map.entry(143, "imap"),
            Map.entry(161, "snmp"),
            Map.entry(179, "bgp"),
            Map.entry(389, "ldap"),
            Map.entry(443, "https"),
            Map.entry(514, "syslog"),
            Map.entry(853, "domain-s"),
            Map.entry(993, "imaps"),
            Map.entry(995, "pop3s"),
            Map.entry(1883, "mqtt"),
            Map.entry(3306, "mysql"),
            Map.entry(5060, "sip"),
            Map.entry(5432, "postgresql"),
            Map.entry(6379, "redis"),
            Map.entry(8080, "http-alt"));

    private ServiceNames() {}

    /// An endpoint with its port by name, where it has one: `10.0.0.1:http`, `[::1]:http`, `*:http`.
    static String named(String endpoint) {
        int colon = endpoint.lastIndexOf(':');
        String port = endpoint.substring(colon + 1);
        if (colon < 0 || !port.matches("[0-9]{1,5}")) {
            return endpoint;
        }
        String name = NAMES.get(Integer.valueOf(port));
        return name == null ? endpoint : endpoint.substring(0, colon + 1) + name;
    }
}
