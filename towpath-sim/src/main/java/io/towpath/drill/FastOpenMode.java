package io.towpath.drill;

import io.towpath.tcp.config.FastOpenConfig;
import io.towpath.tcp.config.FastOpenKey;
import java.util.List;

/// The setting `net.ipv4.tcp_fastopen`, a set of bits, and what it makes of [FastOpenConfig].
///
/// @param bits as Linux numbers them
record FastOpenMode(int bits) {
    private static final int CLIENT = 1;
    private static final int SERVER = 2;
    private static final int CLIENT_WITHOUT_COOKIE = 4;
    private static final int SERVER_WITHOUT_COOKIE = 0x200;
    private static final int SERVER_WITHOUT_OPTION = 0x400;

    /// The key that scripts for Linux are written for.
    static final FastOpenKey KEY = FastOpenKey.parse("a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4");

    /// What the scripts' own set-up asks for, where no listener has to ask by itself.
    static final FastOpenMode EVERY_LISTENER = new FastOpenMode(0x70403);

    /// The same with listeners that ask.
    static final FastOpenMode ASKED = new FastOpenMode(CLIENT | SERVER);

    /// Its cookie for the addresses that scripts for Linux use.
    static final String COOKIE = "3021b9d889017eeb";

    boolean isClient() {
        return (bits & CLIENT) != 0;
    }

    /// How a connection opens with data.
    FastOpenConfig client(FastOpenConfig before) {
        return before.withClient(isClient()).withClientWithoutCookie((bits & CLIENT_WITHOUT_COOKIE) != 0);
    }

    /// How a listener takes SYNs with data.
    ///
    /// @param asked the value of the socket option `TCP_FASTOPEN`, 0 without
    FastOpenConfig server(FastOpenConfig before, int asked, int backlog) {
        int queue = asked == 0 && (bits & SERVER_WITHOUT_OPTION) != 0 ? backlog : asked;
        return before.withServerQueue((bits & SERVER) != 0 ? queue : 0)
                .withServerWithoutCookie((bits & SERVER_WITHOUT_COOKIE) != 0)
                .withKeys(before.keys().isEmpty() ? List.of(KEY) : before.keys());
    }
}
