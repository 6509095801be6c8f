package io.towpath.junit;

import java.security.MessageDigest;
import java.util.HexFormat;

/// Two captures are the same when their digests are.
final class Digest {
    private Digest() {}

    static String of(Traffic capture) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(capture.pcapng()));
    }
}
