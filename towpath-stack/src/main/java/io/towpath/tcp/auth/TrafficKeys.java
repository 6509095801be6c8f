package io.towpath.tcp.auth;

import io.towpath.tcp.config.AoAlgorithm;
import io.towpath.tcp.config.MasterKey;
import io.towpath.wire.Bytes;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Derives the keys that sign segments from master keys. RFC 5925 §5.2: `traffic_key = KDF_alg(Master_Key, Context,
/// Output_Length)`, where RFC 5926 §3.1.1 has
///
/// ```text
/// i = 1 | Label = "TCP-AO" | Context = addresses, ports, ISNs: source before destination | Output_Length in bits
/// ```
final class TrafficKeys {
    private static final byte[] LABEL = {1, 'T', 'C', 'P', '-', 'A', 'O'};

    private final byte[] input = new byte[LABEL.length + 32 + 4 + 8 + 2];
    private final byte[] key = new byte[KeyedHash.LENGTH_MAX];
    private final byte[] secret = new byte[MasterKey.LENGTH_MAX];
    private final Map<AoAlgorithm, Master> masters = new EnumMap<>(AoAlgorithm.class);

    TrafficKeys() {}

    /// Keys `hash`, which is of the algorithm of `master`, for the segments from the source of `addresses` to
    /// their destination.
    void derive(
            MasterKey master,
            PseudoHeader addresses,
            int sourcePort,
            int destinationPort,
            int sourceIsn,
            int destinationIsn,
            KeyedHash hash) {
        System.arraycopy(LABEL, 0, input, 0, LABEL.length);
        int next = addresses.writeAddresses(input, LABEL.length);
        Bytes.put16(input, next, sourcePort);
        Bytes.put16(input, next + 2, destinationPort);
        Bytes.put32(input, next + 4, sourceIsn);
        Bytes.put32(input, next + 8, destinationIsn);
        Bytes.put16(input, next + 12, 8 * hash.length());
        KeyedHash kdf = keyed(master);
        kdf.update(input, 0, next + 14);
        kdf.finish(key);
        hash.key(key, 0, hash.length());
    }

    /// The function of the master key that was used last is at hand: most hosts that sign at all have one.
    private KeyedHash keyed(MasterKey master) {
        Master found = masters.get(master.algorithm());
        if (found == null) {
            found = new Master(KeyedHash.of(master.algorithm()));
            masters.put(master.algorithm(), found);
        }
        if (found.of != master) {
            master.secret().write(secret, 0);
            found.hash.key(secret, 0, master.secret().length());
            found.of = master;
        }
        return found.hash;
    }

    private static final class Master {
        final KeyedHash hash;

        @Nullable
        MasterKey of;

        Master(KeyedHash hash) {
            this.hash = hash;
        }
    }
}
