package io.towpath.net.interop;

import java.io.IOException;
import java.nio.file.Path;

/// On a wire that loses 5 % of the packets each way.
class LossyIT extends LinuxScenarios {
    @Override
    Namespace open(Path www) throws IOException, InterruptedException {
        Namespace namespace = new Namespace(true, 10, www);
        namespace.lose(5);
        return namespace;
    }

    @Override
    int pings() {
        return 20;
    }

    @Override
    int pongs() {
        return 5; // of 4000 bytes in three fragments each way about fifteen come back
    }
}
