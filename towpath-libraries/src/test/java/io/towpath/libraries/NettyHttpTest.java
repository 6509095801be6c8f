package io.towpath.libraries;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.towpath.netty.TowpathTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// An HTTP server and its clients, both of Netty, each on its host by `towpath-netty`.
class NettyHttpTest {
    private static final int CONNECTIONS = 1_000;
    private static final int MESSAGE_MAX = 1 << 16;

    @WithAndWithoutLoss
    void aThousandConnectionsEcho(double loss) throws Exception {
        try (TwoHosts hosts = TwoHosts.withLoss(loss)) {
            TowpathTransport ofServer = TowpathTransport.of(hosts.server());
            TowpathTransport ofClient = TowpathTransport.of(hosts.client());
            EventLoopGroup servers = new MultiThreadIoEventLoopGroup(2, ofServer.handlers());
            EventLoopGroup clients = new MultiThreadIoEventLoopGroup(2, ofClient.handlers());
            try {
                Channel server = new ServerBootstrap()
                        .group(servers)
                        .channelFactory(ofServer.servers())
                        .option(ChannelOption.SO_BACKLOG, CONNECTIONS)
                        .childHandler(serving())
                        .bind(TwoHosts.serverPort(80))
                        .sync()
                        .channel();
                List<CompletableFuture<byte[]>> answers = new ArrayList<>();
                List<CompletableFuture<Channel>> channels = new ArrayList<>();
                for (int i = 0; i < CONNECTIONS; i++) {
                    CompletableFuture<byte[]> answer = new CompletableFuture<>();
                    answers.add(answer);
                    channels.add(connect(clients, ofClient, answer));
                }
                for (CompletableFuture<Channel> channel : channels) {
                    channel.get(); // all are open before the first asks
                }
                for (int i = 0; i < CONNECTIONS; i++) {
                    post(channels.get(i).get(), message(i));
                }
                for (int i = 0; i < CONNECTIONS; i++) {
                    assertThat(answers.get(i).get()).isEqualTo(message(i));
                }
                server.close().sync();
            } finally {
                servers.shutdownGracefully(0, 5, java.util.concurrent.TimeUnit.SECONDS)
                        .sync();
                clients.shutdownGracefully(0, 5, java.util.concurrent.TimeUnit.SECONDS)
                        .sync();
            }
        }
    }

    private static byte[] message(int i) {
        return TwoHosts.data(1024 + i % 7);
    }

    private static void post(Channel channel, byte[] body) {
        FullHttpRequest request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.POST, "/echo", Unpooled.wrappedBuffer(body));
        request.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        channel.writeAndFlush(request);
    }

    private static ChannelInitializer<SocketChannel> serving() {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                channel.pipeline().addLast(new HttpServerCodec(), new HttpObjectAggregator(MESSAGE_MAX), new Echo());
            }
        };
    }

    private static CompletableFuture<Channel> connect(
            EventLoopGroup group, TowpathTransport transport, CompletableFuture<byte[]> answer) throws Exception {
        CompletableFuture<Channel> channel = new CompletableFuture<>();
        new Bootstrap()
                .group(group)
                .channelFactory(transport.sockets())
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel made) {
                        made.pipeline()
                                .addLast(
                                        new HttpClientCodec(),
                                        new HttpObjectAggregator(MESSAGE_MAX),
                                        new Answer(answer));
                    }
                })
                .connect(TwoHosts.serverPort(80))
                .addListener((io.netty.channel.ChannelFuture opened) -> {
                    if (opened.isSuccess()) {
                        channel.complete(opened.channel());
                    } else {
                        channel.completeExceptionally(opened.cause());
                    }
                });
        return channel;
    }

    /// Answers with what was posted.
    private static final class Echo extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            FullHttpResponse response = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1,
                    HttpResponseStatus.OK,
                    request.content().retain());
            response.headers()
                    .set(HttpHeaderNames.CONTENT_LENGTH, request.content().readableBytes());
            context.writeAndFlush(response);
        }
    }

    private static final class Answer extends SimpleChannelInboundHandler<FullHttpResponse> {
        private final CompletableFuture<byte[]> body;

        Answer(CompletableFuture<byte[]> body) {
            this.body = body;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
            byte[] bytes = new byte[response.content().readableBytes()];
            response.content().readBytes(bytes);
            body.complete(bytes);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            body.completeExceptionally(cause);
        }
    }
}
