package io.towpath.net.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Entropy;
import io.towpath.core.Offloads;
import io.towpath.link.Impairment;
import io.towpath.link.Impairments;
import io.towpath.link.MemoryLink;
import io.towpath.net.Host;
import io.towpath.net.Towpath;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// TLS of the JDK, layered over sockets of two hosts, without loss and with.
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    /// A context with a key made for this test, which it also trusts.
    private static SSLContext context(Path folder) throws Exception {
        Path store = folder.resolve("keys");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "key",
                        "-dname",
                        "CN=towpath.test",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes());
        assertThat(keytool.waitFor()).as(output).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD);
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(keys);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1})
    void dataGoesBothWays(double loss, @TempDir Path folder) throws Exception {
        SSLContext context = context(folder);
        MemoryLink.Pair wire = MemoryLink.sharedPair("wire", 1500, Offloads.NONE, 256);
        Impairments impairments = Impairments.builder().loss(loss).build();
        try (Host a = Towpath.host("a")
                        .link(Impairment.onTransmit(wire.a(), impairments, Entropy.seeded(1)))
                        .address("10.0.0.1/24")
                        .tcp(c -> c.withMinRtoNanos(20_000_000))
                        .start();
                Host b = Towpath.host("b")
                        .link(Impairment.onTransmit(wire.b(), impairments, Entropy.seeded(2)))
                        .address("10.0.0.2/24")
                        .tcp(c -> c.withMinRtoNanos(20_000_000))
                        .start();
                ServerSocket listener = b.serverSocketFactory().createServerSocket(443)) {
            byte[] data = new byte[100_000];
            new Random(5).nextBytes(data);
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Thread server = Thread.ofVirtual().start(() -> {
                try (Socket plain = listener.accept();
                        SSLSocket secure =
                                (SSLSocket) context.getSocketFactory().createSocket(plain, (InputStream) null, true)) {
                    secure.setUseClientMode(false);
                    secure.getOutputStream().write(secure.getInputStream().readNBytes(data.length));
                } catch (Throwable e) {
                    failure.set(e);
                }
            });
            try (Socket plain = a.socketFactory().createSocket("10.0.0.2", 443);
                    SSLSocket secure =
                            (SSLSocket) context.getSocketFactory().createSocket(plain, "towpath.test", 443, true)) {
                Thread writer = Thread.ofVirtual().start(() -> {
                    try {
                        secure.getOutputStream().write(data);
                    } catch (Throwable e) {
                        failure.set(e);
                    }
                });
                assertThat(Arrays.equals(secure.getInputStream().readNBytes(data.length), data))
                        .isTrue();
                assertThat(secure.getSession().getProtocol()).startsWith("TLSv1");
                writer.join();
            }
            server.join();
            assertThat(failure.get()).isNull();
        }
    }
}
