package io.towpath.netty.suite;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapComboFactory;
import io.netty.testsuite.transport.socket.SocketSslClientRenegotiateTest;
import io.netty.testsuite.transport.socket.SocketSslEchoTest;
import io.netty.testsuite.transport.socket.SocketSslGreetingTest;
import io.netty.testsuite.transport.socket.SocketSslSessionReuseTest;
import io.netty.testsuite.transport.socket.SocketStartTlsTest;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The tests of TLS.
class TlsSuiteTest {
    @Nested
    class SocketSslClientRenegotiate extends SocketSslClientRenegotiateTest {
        @Override
        protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
            return OneHost.INSTANCE.socket();
        }

        @Override
        protected List<ByteBufAllocator> newAllocators() {
            return OneHost.ONE_ALLOCATOR;
        }
    }

    @Nested
    class SocketSslEcho extends SocketSslEchoTest {
        @Override
        protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
            return OneHost.INSTANCE.socket();
        }

        @Override
        protected List<ByteBufAllocator> newAllocators() {
            return OneHost.ONE_ALLOCATOR;
        }
    }

    @Nested
    class SocketSslGreeting extends SocketSslGreetingTest {
        @Override
        protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
            return OneHost.INSTANCE.socket();
        }

        @Override
        protected List<ByteBufAllocator> newAllocators() {
            return OneHost.ONE_ALLOCATOR;
        }
    }

    @Nested
    class SocketSslSessionReuse extends SocketSslSessionReuseTest {
        @Override
        protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
            return OneHost.INSTANCE.socket();
        }

        @Override
        protected List<ByteBufAllocator> newAllocators() {
            return OneHost.ONE_ALLOCATOR;
        }

        /// The suite's own wants OpenSSL too, which is no matter of transports and not there.
        @ParameterizedTest
        @MethodSource("jdkOnly")
        @Override
        public void testSslSessionTrustManagerResumption(
                SslContextBuilder server, SslContextBuilder client, TestInfo test) throws Throwable {
            super.testSslSessionTrustManagerResumption(server, client, test);
        }
    }

    @Nested
    class SocketStartTls extends SocketStartTlsTest {
        @Override
        protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
            return OneHost.INSTANCE.socket();
        }

        @Override
        protected List<ByteBufAllocator> newAllocators() {
            return OneHost.ONE_ALLOCATOR;
        }
    }
}
