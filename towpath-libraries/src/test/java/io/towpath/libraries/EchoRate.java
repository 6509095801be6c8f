package io.towpath.libraries;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/// Netty's NIO transport at both ends, one event loop each: messages that come back, with one outstanding for each
/// connection.
final class EchoRate {
    private static final int CONNECTIONS = 64;
    private static final int MESSAGE = 100;

    private final Bootstrap clients;
    private final InetSocketAddress address;
    private final LongAdder answers = new LongAdder();
    private volatile boolean asking;

    EchoRate(Sockets sockets) throws InterruptedException {
        EventLoopGroup ofServer = new MultiThreadIoEventLoopGroup(1, sockets.serverLoops());
        EventLoopGroup ofClients = new MultiThreadIoEventLoopGroup(1, sockets.clientLoops());
        Channel server = new ServerBootstrap()
                .group(ofServer)
                .channelFactory(sockets.servers())
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel accepted) {
                        accepted.pipeline().addLast(new Echo());
                    }
                })
                .bind(new InetSocketAddress(sockets.address(), 0))
                .sync()
                .channel();
        address = (InetSocketAddress) server.localAddress();
        clients = new Bootstrap()
                .group(ofClients)
                .channelFactory(sockets.clients())
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel made) {
                        made.pipeline().addLast(new Again());
                    }
                });
    }

    /// Answers per second.
    double measured(double seconds) throws InterruptedException {
        List<Channel> channels = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            channels.add(clients.connect(address).sync().channel());
        }
        asking = true;
        for (Channel channel : channels) {
            channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[MESSAGE]));
        }
        long from = System.nanoTime();
        long before = answers.sum();
        Thread.sleep((long) (seconds * 1e3));
        double rate = (answers.sum() - before) * 1e9 / (System.nanoTime() - from);
        asking = false;
        for (Channel channel : channels) {
            channel.closeFuture().sync();
        }
        return rate;
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.write(message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }
    }

    private final class Again extends SimpleChannelInboundHandler<ByteBuf> {
        private int missing = MESSAGE;

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf part) {
            missing -= part.readableBytes();
            if (missing == 0) {
                missing = MESSAGE;
                answers.increment();
                if (asking) {
                    context.writeAndFlush(context.alloc().buffer(MESSAGE).writeZero(MESSAGE));
                } else {
                    context.close();
                }
            }
        }
    }
}
