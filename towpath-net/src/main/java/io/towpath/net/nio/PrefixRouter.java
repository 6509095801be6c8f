package io.towpath.net.nio;

import io.towpath.net.shard.Opener;
import io.towpath.net.time.Timekeeper;
import io.towpath.tcp.TcpConfig;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Prefix;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.SocketException;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// Routes the channels of the whole JVM: chosen networks to Towpath hosts, the rest to the operating system.
public final class PrefixRouter implements Router {
    /// The router of this JVM. It sends everything to the operating system until a host is added.
    public static final PrefixRouter OF_THIS_JVM = new PrefixRouter();

    /// A host and the networks it talks to.
    private record Way(Opener opener, List<Prefix> prefixes) {
        boolean leadsTo(IpAddress remote) {
            return prefixes.stream().anyMatch(prefix -> prefix.contains(remote));
        }

        boolean owns(IpAddress address) {
            try {
                return !address.isLoopback() && opener.isOwn(address);
            } catch (SocketException closed) {
                return false;
            }
        }
    }

    private final List<Way> ways = new CopyOnWriteArrayList<>();

    private PrefixRouter() {}

    /// Has `opener`'s host talk to `prefixes` from now on, before hosts added later.
    public void add(Opener opener, List<Prefix> prefixes) {
        remove(opener);
        ways.add(new Way(opener, List.copyOf(prefixes)));
    }

    /// Undoes [#add].
    public void remove(Opener opener) {
        ways.removeIf(way -> way.opener() == opener);
    }

    @Override
    public @Nullable Opener toward(IpAddress remote) {
        Opener own = null;
        for (Way way : ways) {
            if (way.leadsTo(remote)) {
                if (!way.owns(remote)) {
                    return way.opener();
                }
                own = way.opener();
            }
        }
        return own; // to itself, when nobody else leads there
    }

    @Override
    public @Nullable Opener at(@Nullable IpAddress local) {
        if (local != null) {
            for (Way way : ways) {
                if (way.owns(local)) {
                    return way.opener();
                }
            }
        }
        return null;
    }

    @Override
    public SelectorProvider outside() throws IOException {
        return Outside.provider();
    }

    @Override
    public TcpConfig tcp() {
        return ways.isEmpty() ? TcpConfig.defaults() : ways.getFirst().opener().tcp();
    }

    @Override
    public Timekeeper time() {
        return Timekeeper.live();
    }

    /// The JDK's own provider. The JDK has one for the whole JVM and hands it out only while nobody took its place,
    /// so it must be asked by a door that is closed unless the command line opens it.
    private static final class Outside {
        private static final String DOOR = "sun.nio.ch.DefaultSelectorProvider";

        static SelectorProvider provider() throws IOException {
            try {
                return (SelectorProvider) Class.forName(DOOR).getMethod("get").invoke(null);
            } catch (IllegalAccessException e) {
                throw new IOException(
                        "channels of the operating system need java --add-exports java.base/sun.nio.ch="
                                + (PrefixRouter.class.getModule().isNamed()
                                        ? PrefixRouter.class.getModule().getName()
                                        : "ALL-UNNAMED"),
                        e);
            } catch (ClassNotFoundException | NoSuchMethodException | InvocationTargetException e) {
                throw new IOException("this JDK does not have " + DOOR, e);
            }
        }
    }
}
