package io.towpath.libraries;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;

/// Jedis, which makes its sockets by the factory of its host, and Lettuce, whose Netty opens channels of the JVM.
class RedisClientsTest {
    private static final int PORT = 6379;
    private static final int ROUNDS = 50;

    @WithAndWithoutLoss
    void jedis(double loss) throws Exception {
        try (TwoHosts hosts = TwoHosts.withLoss(loss);
                RespServer unused = new RespServer(hosts.server(), PORT);
                Jedis jedis = new Jedis(
                        () -> {
                            try {
                                return hosts.client().socketFactory().createSocket(TwoHosts.SERVER, PORT);
                            } catch (IOException e) {
                                throw new JedisConnectionException(e);
                            }
                        },
                        DefaultJedisClientConfig.builder().build())) {
            for (int i = 0; i < ROUNDS; i++) {
                byte[] key = ("key" + i).getBytes(UTF_8);
                assertThat(jedis.set(key, TwoHosts.data(1000 + i))).isEqualTo("OK");
                assertThat(jedis.get(key)).isEqualTo(TwoHosts.data(1000 + i));
                assertThat(jedis.incr("count")).isEqualTo(i + 1);
            }
        }
    }

    @WithAndWithoutLoss
    void lettuce(double loss) throws Exception {
        RedisClient client = RedisClient.create(RedisURI.builder()
                .withHost(TwoHosts.SERVER)
                .withPort(PORT)
                .withTimeout(Duration.ofSeconds(60))
                .build());
        client.setOptions(
                ClientOptions.builder().protocolVersion(ProtocolVersion.RESP2).build());
        try (TwoHosts hosts = TwoHosts.withLoss(loss);
                RespServer unused = new RespServer(hosts.server(), PORT);
                StatefulRedisConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE)) {
            List<RedisFuture<byte[]>> answers = new ArrayList<>();
            for (int i = 0; i < ROUNDS; i++) {
                byte[] key = ("key" + i).getBytes(UTF_8);
                connection.async().set(key, TwoHosts.data(1000 + i));
                answers.add(connection.async().get(key));
            }
            for (int i = 0; i < ROUNDS; i++) {
                assertThat(answers.get(i).get()).isEqualTo(TwoHosts.data(1000 + i));
            }
            assertThat(connection.sync().incr("count".getBytes(UTF_8))).isEqualTo(1);
        } finally {
            client.shutdown(0, 5, TimeUnit.SECONDS);
        }
    }
}
