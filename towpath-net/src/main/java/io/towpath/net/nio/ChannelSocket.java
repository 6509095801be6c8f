package io.towpath.net.nio;

import io.towpath.core.Time;
import io.towpath.net.shard.InetAddresses;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// [SocketChannel#socket()]: a channel as a [Socket]. Exceptions of channels become those of sockets.
final class ChannelSocket extends Socket {
    private final StreamChannel channel;
    private volatile int timeoutMillis;

    private ChannelSocket(StreamChannel channel) throws SocketException {
        super((SocketImpl) null);
        this.channel = channel;
    }

    static ChannelSocket of(StreamChannel channel) {
        try {
            return new ChannelSocket(channel);
        } catch (SocketException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public SocketChannel getChannel() {
        return channel;
    }

    // ---- opening and closing

    @Override
    public void bind(@Nullable SocketAddress local) throws IOException {
        try {
            SocketChannel ignored = channel.bind(local);
        } catch (ClosedChannelException e) {
            throw closed(e);
        } catch (AlreadyBoundException e) {
            throw fault("Already bound", e);
        }
    }

    @Override
    public void connect(SocketAddress remote) throws IOException {
        connect(remote, 0);
    }

    @Override
    public void connect(@Nullable SocketAddress remote, int millis) throws IOException {
        if (remote == null) {
            throw new IllegalArgumentException("connect: The address can't be null");
        }
        if (millis < 0) {
            throw new IllegalArgumentException("connect: timeout can't be negative");
        }
        if (remote instanceof InetSocketAddress inet && inet.isUnresolved()) {
            throw new UnknownHostException(inet.getHostName());
        }
        if (!channel.isBlocking()) {
            throw new IllegalBlockingModeException();
        }
        try {
            channel.connect(remote, millis * Time.MILLISECOND);
        } catch (ClosedChannelException e) {
            throw closed(e);
        } catch (AlreadyConnectedException e) {
            throw fault("Already connected", e);
        }
    }

    private static SocketException closed(Exception cause) {
        return fault("Socket is closed", cause);
    }

    private static SocketException fault(String message, Exception cause) {
        SocketException fault = new SocketException(message);
        fault.initCause(cause);
        return fault;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public void shutdownInput() throws IOException {
        try {
            SocketChannel ignored = channel.shutdownInput();
        } catch (ClosedChannelException e) {
            throw closed(e);
        } catch (java.nio.channels.NotYetConnectedException e) {
            throw fault("Socket is not connected", e);
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        try {
            SocketChannel ignored = channel.shutdownOutput();
        } catch (ClosedChannelException e) {
            throw closed(e);
        } catch (java.nio.channels.NotYetConnectedException e) {
            throw fault("Socket is not connected", e);
        }
    }

    // ---- state

    @Override
    public @Nullable InetAddress getInetAddress() {
        InetSocketAddress remote = channel.remoteAddress();
        return remote == null ? null : remote.getAddress();
    }

    @Override
    public InetAddress getLocalAddress() {
        InetSocketAddress local = channel.isOpen() ? channel.localAddress() : null;
        return local == null ? InetAddresses.wildcard() : local.getAddress();
    }

    @Override
    public int getPort() {
        InetSocketAddress remote = channel.remoteAddress();
        return remote == null ? 0 : remote.getPort();
    }

    @Override
    public int getLocalPort() {
        InetSocketAddress local = channel.localAddress();
        return local == null ? -1 : local.getPort();
    }

    @Override
    public @Nullable SocketAddress getRemoteSocketAddress() {
        return channel.remoteAddress();
    }

    @Override
    public @Nullable SocketAddress getLocalSocketAddress() {
        InetSocketAddress local = channel.localAddress();
        return local == null || channel.isOpen()
                ? local
                : new InetSocketAddress(InetAddresses.wildcard(), local.getPort());
    }

    @Override
    public boolean isConnected() {
        return channel.isConnected();
    }

    @Override
    public boolean isBound() {
        return channel.localAddress() != null;
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public boolean isInputShutdown() {
        return channel.isInputShut();
    }

    @Override
    public boolean isOutputShutdown() {
        return channel.isOutputShut();
    }

    // ---- streams

    @Override
    public InputStream getInputStream() throws IOException {
        check(channel.isInputShut(), "Socket input is shutdown");
        return new Input();
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        check(channel.isOutputShut(), "Socket output is shutdown");
        return new Output();
    }

    private void check(boolean shut, String why) throws SocketException {
        checkOpen();
        if (!channel.isConnected()) {
            throw new SocketException("Socket is not connected");
        }
        if (shut) {
            throw new SocketException(why);
        }
    }

    private void checkOpen() throws SocketException {
        if (!channel.isOpen()) {
            throw new SocketException("Socket is closed");
        }
    }

    private final class Input extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, into.length);
            if (length == 0) {
                return 0;
            }
            if (!channel.isBlocking()) {
                throw new IllegalBlockingModeException();
            }
            return channel.read(ByteBuffer.wrap(into, offset, length), timeoutMillis * Time.MILLISECOND);
        }

        @Override
        public int available() throws IOException {
            return channel.available();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, from.length);
            if (!channel.isBlocking()) {
                throw new IllegalBlockingModeException();
            }
            int ignored = channel.write(ByteBuffer.wrap(from, offset, length));
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    @Override
    public void sendUrgentData(int data) throws IOException {
        channel.writeUrgent((byte) data);
    }

    // ---- options

    private <T> void set(SocketOption<T> option, T value) throws SocketException {
        try {
            SocketChannel ignored = channel.setOption(option, value);
        } catch (IOException e) {
            throw closed(e);
        }
    }

    private <T> T get(SocketOption<T> option) throws SocketException {
        try {
            return channel.getOption(option);
        } catch (IOException e) {
            throw closed(e);
        }
    }

    @Override
    public void setTcpNoDelay(boolean value) throws SocketException {
        set(StandardSocketOptions.TCP_NODELAY, value);
    }

    @Override
    public boolean getTcpNoDelay() throws SocketException {
        return get(StandardSocketOptions.TCP_NODELAY);
    }

    @Override
    public void setSoLinger(boolean value, int seconds) throws SocketException {
        if (value && seconds < 0) {
            throw new IllegalArgumentException("invalid value for SO_LINGER");
        }
        set(StandardSocketOptions.SO_LINGER, value ? seconds : -1);
    }

    @Override
    public int getSoLinger() throws SocketException {
        return get(StandardSocketOptions.SO_LINGER);
    }

    @Override
    public void setOOBInline(boolean value) throws SocketException {
        checkOpen();
        channel.urgentInline(value);
    }

    @Override
    public boolean getOOBInline() throws SocketException {
        checkOpen();
        return channel.urgentInline();
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
    public void setKeepAlive(boolean value) throws SocketException {
        set(StandardSocketOptions.SO_KEEPALIVE, value);
    }

    @Override
    public boolean getKeepAlive() throws SocketException {
        return get(StandardSocketOptions.SO_KEEPALIVE);
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
    public void setReuseAddress(boolean value) throws SocketException {
        set(StandardSocketOptions.SO_REUSEADDR, value);
    }

    @Override
    public boolean getReuseAddress() throws SocketException {
        return get(StandardSocketOptions.SO_REUSEADDR);
    }

    @Override
    public <T> Socket setOption(SocketOption<T> name, T value) throws IOException {
        SocketChannel ignored = channel.setOption(name, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        return channel.getOption(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return channel.supportedOptions();
    }

    @Override
    public String toString() {
        return isConnected()
                ? "Socket[addr=" + getInetAddress() + ",port=" + getPort() + ",localport=" + getLocalPort() + "]"
                : "Socket[unconnected]";
    }
}
