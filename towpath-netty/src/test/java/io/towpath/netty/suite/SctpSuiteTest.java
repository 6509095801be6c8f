package io.towpath.netty.suite;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapComboFactory;
import io.netty.testsuite.transport.sctp.SctpEchoTest;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/// The tests of SCTP.
class SctpSuiteTest {
    @Nested
    class SctpEcho extends SctpEchoTest {
        @Override
        protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
            return OneHost.INSTANCE.sctp();
        }

        // The suite asks the operating system for SCTP before it begins.

        @Test
        @Override
        public void testSimpleEcho(TestInfo test) throws Throwable {
            run(test, (server, client) -> testSimpleEcho(server, client));
        }

        @Test
        @Override
        public void testSimpleEchoUnordered(TestInfo test) throws Throwable {
            run(test, (server, client) -> testSimpleEchoUnordered(server, client));
        }
    }
}
