package io.towpath.net.nio;

import io.towpath.core.Time;
import io.towpath.net.shard.DatagramPort;
import io.towpath.net.shard.InetAddresses;
import io.towpath.net.shard.Opener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.MembershipKey;
import java.nio.channels.spi.SelectorProvider;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/// [DatagramChannel#socket()]: a channel as a [DatagramSocket], which is a [MulticastSocket] as well. Also the
/// `java.net` sockets of a host, over a channel that nobody else has.
public final class ChannelDatagramSocket extends MulticastSocket {
    private final PacketChannel channel;
    private final boolean shown;
    private final Rooms rooms = new Rooms();
    private volatile int timeoutMillis;

    private ChannelDatagramSocket(PacketChannel channel, boolean shown) throws IOException {
        super((SocketAddress) null); // the JDK's part: not bound, and closed at once
        this.channel = channel;
        this.shown = shown;
        super.close();
    }

    static ChannelDatagramSocket of(PacketChannel channel) {
        try {
            return new ChannelDatagramSocket(channel, true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A `java.net` socket of the host of `opener`, not bound.
    ///
    /// @param multicast true for the settings of a [MulticastSocket], whose port others may share
    public static MulticastSocket open(SelectorProvider provider, Opener opener, boolean multicast) throws IOException {
        ChannelDatagramSocket made = new ChannelDatagramSocket(new PacketChannel(provider, Router.to(opener)), false);
        made.setBroadcast(true);
        made.setReuseAddress(multicast);
        return made;
    }

    @Override
    public @Nullable DatagramChannel getChannel() {
        return shown ? channel : null;
    }

    private static SocketException fault(String message, Exception cause) {
        SocketException fault = new SocketException(message);
        fault.initCause(cause);
        return fault;
    }

    private void checkOpen() throws SocketException {
        if (!channel.isOpen()) {
            throw new SocketException("Socket is closed");
        }
    }

    // ---- state

    @Override
    public void bind(@Nullable SocketAddress local) throws SocketException {
        if (local != null && !(local instanceof InetSocketAddress)) {
            throw new IllegalArgumentException("Unsupported address type!");
        }
        if (local instanceof InetSocketAddress inet && inet.isUnresolved()) {
            throw new SocketException("Unresolved address");
        }
        try {
            DatagramChannel ignored = channel.bind(local);
        } catch (AlreadyBoundException e) {
            throw fault("already bound", e);
        } catch (ClosedChannelException e) {
            throw fault("Socket is closed", e);
        } catch (SocketException e) {
            throw e;
        } catch (IOException e) {
            throw fault(Objects.toString(e.getMessage()), e);
        }
    }

    @Override
    public void connect(@Nullable InetAddress address, int port) {
        if (address == null) {
            throw new IllegalArgumentException("Address can't be null");
        }
        try {
            connect(new InetSocketAddress(address, port));
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void connect(@Nullable SocketAddress address) throws SocketException {
        if (address == null) {
            throw new IllegalArgumentException("Address can't be null");
        }
        if (address instanceof InetSocketAddress inet && inet.isUnresolved()) {
            throw new SocketException("Unresolved address");
        }
        try {
            DatagramChannel ignored = channel.disconnect();
            ignored = channel.connect(address);
        } catch (ClosedChannelException e) {
            // "If the socket is already closed, then this method has no effect", as long practice has it.
        } catch (SocketException e) {
            throw e;
        } catch (IOException e) {
            throw fault(Objects.toString(e.getMessage()), e);
        }
    }

    @Override
    public void disconnect() {
        try {
            DatagramChannel ignored = channel.disconnect();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private @Nullable InetSocketAddress remote() {
        try {
            return channel.isOpen() ? (InetSocketAddress) channel.getRemoteAddress() : null;
        } catch (IOException e) {
            return null;
        }
    }

    private @Nullable InetSocketAddress local() {
        try {
            return channel.localAddress();
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public boolean isBound() {
        return local() != null;
    }

    @Override
    public boolean isConnected() {
        return remote() != null;
    }

    @Override
    public @Nullable InetAddress getInetAddress() {
        InetSocketAddress peer = remote();
        return peer == null ? null : peer.getAddress();
    }

    @Override
    public int getPort() {
        InetSocketAddress peer = remote();
        return peer == null ? -1 : peer.getPort();
    }

    @Override
    public @Nullable SocketAddress getRemoteSocketAddress() {
        return remote();
    }

    @Override
    public @Nullable SocketAddress getLocalSocketAddress() {
        return isClosed() ? null : local();
    }

    @Override
    public @Nullable InetAddress getLocalAddress() {
        if (isClosed()) {
            return null;
        }
        InetSocketAddress own = local();
        return own == null ? InetAddresses.wildcard() : own.getAddress();
    }

    @Override
    public int getLocalPort() {
        if (isClosed()) {
            return -1;
        }
        InetSocketAddress own = local();
        return own == null ? 0 : own.getPort();
    }

    @Override
    public void close() {
        if (channel == null) {
            super.close(); // by the JDK's constructor
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean isClosed() {
        return channel == null ? super.isClosed() : !channel.isOpen();
    }

    // ---- datagrams

    @Override
    public void send(DatagramPacket packet) throws IOException {
        synchronized (packet) {
            checkOpen();
            SocketAddress to = target(packet);
            ByteBuffer data = ByteBuffer.wrap(packet.getData(), packet.getOffset(), packet.getLength());
            try {
                int ignored = channel.send(data, to);
            } catch (AlreadyConnectedException e) {
                throw new IllegalArgumentException("Connected and packet address differ");
            } catch (ClosedChannelException e) {
                throw ended(e);
            }
        }
    }

    private SocketAddress target(DatagramPacket packet) {
        InetSocketAddress peer = remote();
        if (packet.getAddress() == null) {
            if (peer == null) {
                throw new IllegalArgumentException("Address not set");
            }
            packet.setSocketAddress(peer);
            return peer;
        }
        return packet.getSocketAddress();
    }

    private static SocketException ended(ClosedChannelException e) {
        boolean interrupted = e instanceof ClosedByInterruptException;
        return fault(interrupted ? "Closed by interrupt" : "Socket closed", e);
    }

    @Override
    public void receive(DatagramPacket packet) throws IOException {
        if (!channel.isBlocking()) {
            throw new IllegalBlockingModeException();
        }
        try {
            DatagramPort.Arrived next = channel.next(true, timeoutMillis * Time.MILLISECOND);
            if (next != null) {
                synchronized (packet) {
                    fill(packet, next);
                }
            }
        } catch (ClosedChannelException e) {
            throw ended(e);
        }
    }

    private void fill(DatagramPacket packet, DatagramPort.Arrived arrived) {
        int room = rooms.of(packet);
        int count = Math.min(room, arrived.data().length);
        System.arraycopy(arrived.data(), 0, packet.getData(), packet.getOffset(), count);
        packet.setLength(count);
        rooms.remember(packet, room, count);
        packet.setSocketAddress(InetAddresses.inet(arrived.from()));
    }

    /// How much the packets may hold that were received into. A [DatagramPacket] knows two lengths: how much it
    /// holds, and how much it may. Only the JDK itself can set the first without the second, which then is lost for
    /// the next datagram; so it is kept here for as long as the user leaves the packet as it was filled.
    private static final class Rooms {
        private record Room(int room, int count) {}

        private final Map<DatagramPacket, Room> filled = new WeakHashMap<>();

        synchronized int of(DatagramPacket packet) {
            Room last = filled.get(packet);
            int length = packet.getLength();
            int space = packet.getData().length - packet.getOffset();
            return last != null && last.count() == length ? Math.min(last.room(), space) : length;
        }

        synchronized void remember(DatagramPacket packet, int room, int count) {
            filled.put(packet, new Room(room, count));
        }
    }

    @Override
    @Deprecated
    @SuppressWarnings("removal")
    public void send(DatagramPacket packet, byte ttl) throws IOException {
        int before = getTimeToLive();
        try {
            setTimeToLive(ttl & 0xff);
            send(packet);
        } finally {
            setTimeToLive(before);
        }
    }

    // ---- options

    private <T> void set(SocketOption<T> option, T value) throws SocketException {
        try {
            DatagramChannel ignored = channel.setOption(option, value);
        } catch (ClosedChannelException e) {
            throw fault("Socket is closed", e);
        } catch (SocketException e) {
            throw e;
        } catch (IOException e) {
            throw fault(Objects.toString(e.getMessage()), e);
        }
    }

    private <T> T get(SocketOption<T> option) throws SocketException {
        try {
            return channel.getOption(option);
        } catch (IOException e) {
            throw fault("Socket is closed", e);
        }
    }

    @Override
    public void setSoTimeout(int millis) throws SocketException {
        checkOpen();
        if (millis < 0) {
            throw new IllegalArgumentException("timeout < 0");
        }
        timeoutMillis = millis;
    }

    @Override
    public int getSoTimeout() throws SocketException {
        checkOpen();
        return timeoutMillis;
    }

    @Override
    public void setSendBufferSize(int bytes) throws SocketException {
        if (bytes <= 0) {
            throw new IllegalArgumentException("Invalid send size");
        }
        set(StandardSocketOptions.SO_SNDBUF, bytes);
    }

    @Override
    public int getSendBufferSize() throws SocketException {
        return get(StandardSocketOptions.SO_SNDBUF);
    }

    @Override
    public void setReceiveBufferSize(int bytes) throws SocketException {
        if (bytes <= 0) {
            throw new IllegalArgumentException("Invalid receive size");
        }
        set(StandardSocketOptions.SO_RCVBUF, bytes);
    }

    @Override
    public int getReceiveBufferSize() throws SocketException {
        return get(StandardSocketOptions.SO_RCVBUF);
    }

    @Override
    public void setReuseAddress(boolean value) throws SocketException {
        set(StandardSocketOptions.SO_REUSEADDR, value);
    }

    @Override
    public boolean getReuseAddress() throws SocketException {
        return get(StandardSocketOptions.SO_REUSEADDR);
    }

    @Override
    public void setBroadcast(boolean value) throws SocketException {
        set(StandardSocketOptions.SO_BROADCAST, value);
    }

    @Override
    public boolean getBroadcast() throws SocketException {
        return get(StandardSocketOptions.SO_BROADCAST);
    }

    @Override
    public void setTrafficClass(int value) throws SocketException {
        set(StandardSocketOptions.IP_TOS, value);
    }

    @Override
    public int getTrafficClass() throws SocketException {
        return get(StandardSocketOptions.IP_TOS);
    }

    @Override
    public <T> DatagramSocket setOption(SocketOption<T> name, T value) throws IOException {
        Objects.requireNonNull(name);
        checkOpen();
        DatagramChannel ignored = channel.setOption(name, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        Objects.requireNonNull(name);
        checkOpen();
        return channel.getOption(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return channel.supportedOptions();
    }

    // ---- groups

    @Override
    public void joinGroup(SocketAddress group, @Nullable NetworkInterface named) throws IOException {
        InetAddress address = checkGroup(group);
        NetworkInterface chosen = chosen(named);
        if (channel.membership(address, chosen) != null) {
            throw new SocketException("Already a member of group");
        }
        MembershipKey ignored = channel.join(address, chosen);
    }

    @Override
    public void leaveGroup(SocketAddress group, @Nullable NetworkInterface named) throws IOException {
        InetAddress address = checkGroup(group);
        GroupKey key = channel.membership(address, chosen(named));
        if (key == null) {
            throw new SocketException("Not a member of group");
        }
        key.drop();
    }

    private InetAddress checkGroup(@Nullable SocketAddress group) throws SocketException {
        checkOpen();
        if (!(group instanceof InetSocketAddress inet)) {
            throw new IllegalArgumentException("Unsupported address type");
        }
        if (inet.isUnresolved()) {
            throw new IllegalArgumentException("Unresolved address");
        }
        if (!inet.getAddress().isMulticastAddress()) {
            throw new SocketException("Not a multicast address");
        }
        return inet.getAddress();
    }

    private NetworkInterface chosen(@Nullable NetworkInterface named) throws SocketException {
        if (named != null) {
            return named;
        }
        NetworkInterface chosen = get(StandardSocketOptions.IP_MULTICAST_IF);
        if (chosen != null) {
            return chosen;
        }
        return NetworkInterface.networkInterfaces()
                .findFirst()
                .orElseThrow(() -> new SocketException("No network interface"));
    }

    @Override
    @Deprecated
    public void joinGroup(InetAddress group) throws IOException {
        joinGroup(new InetSocketAddress(group, 0), null);
    }

    @Override
    @Deprecated
    public void leaveGroup(InetAddress group) throws IOException {
        leaveGroup(new InetSocketAddress(group, 0), null);
    }

    @Override
    public void setNetworkInterface(NetworkInterface named) throws SocketException {
        set(StandardSocketOptions.IP_MULTICAST_IF, named);
    }

    @Override
    @SuppressWarnings("NullAway") // as documented: null when none was chosen
    public NetworkInterface getNetworkInterface() throws SocketException {
        return get(StandardSocketOptions.IP_MULTICAST_IF);
    }

    @Override
    @Deprecated
    public void setInterface(InetAddress address) throws SocketException {
        NetworkInterface named = NetworkInterface.getByInetAddress(address);
        if (named == null) {
            throw new SocketException("No network interface found with address " + address.getHostAddress());
        }
        setNetworkInterface(named);
    }

    @Override
    @Deprecated
    public InetAddress getInterface() throws SocketException {
        NetworkInterface named = get(StandardSocketOptions.IP_MULTICAST_IF);
        return named == null
                ? InetAddresses.wildcard()
                : named.inetAddresses().findFirst().orElseGet(InetAddresses::wildcard);
    }

    @Override
    public void setTimeToLive(int hops) throws IOException {
        checkOpen();
        if (hops < 0 || hops > 255) {
            throw new IllegalArgumentException("ttl out of range");
        }
        set(StandardSocketOptions.IP_MULTICAST_TTL, hops);
    }

    @Override
    public int getTimeToLive() throws IOException {
        return get(StandardSocketOptions.IP_MULTICAST_TTL);
    }

    @Override
    @Deprecated
    @SuppressWarnings("removal")
    public void setTTL(byte hops) throws IOException {
        setTimeToLive(hops & 0xff);
    }

    @Override
    @Deprecated
    @SuppressWarnings("removal")
    public byte getTTL() throws IOException {
        return (byte) getTimeToLive();
    }

    @Override
    @Deprecated
    public void setLoopbackMode(boolean disable) throws SocketException {
        set(StandardSocketOptions.IP_MULTICAST_LOOP, !disable);
    }

    @Override
    @Deprecated
    public boolean getLoopbackMode() throws SocketException {
        return !get(StandardSocketOptions.IP_MULTICAST_LOOP);
    }
}
