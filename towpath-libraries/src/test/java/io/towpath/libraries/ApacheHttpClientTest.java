package io.towpath.libraries;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.apache.hc.client5.http.async.methods.SimpleHttpRequest;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;

/// Apache HttpClient 5: the classic one makes its sockets by the factory of its host, the other one opens channels of
/// the JVM.
class ApacheHttpClientTest {
    private static final byte[] POSTED = TwoHosts.data(30_000);

    @WithAndWithoutLoss
    void classic(double loss) throws Exception {
        try (TwoHosts hosts = TwoHosts.withLoss(loss);
                Pages unused = new Pages();
                CloseableHttpClient client = HttpClients.custom()
                        .setConnectionManager(new PoolingHttpClientConnectionManager(
                                new DefaultHttpClientConnectionOperator(
                                        proxy -> hosts.client().socketFactory().createSocket(),
                                        null,
                                        null,
                                        name -> null),
                                PoolConcurrencyPolicy.STRICT,
                                PoolReusePolicy.LIFO,
                                TimeValue.NEG_ONE_MILLISECOND,
                                null))
                        .build()) {
            for (int i = 0; i < 10; i++) {
                assertThat(body(client, new HttpGet(Pages.URL + "/page"))).isEqualTo(Pages.PAGE);
                HttpPost post = new HttpPost(Pages.URL + "/echo");
                post.setEntity(new ByteArrayEntity(POSTED, ContentType.APPLICATION_OCTET_STREAM));
                assertThat(body(client, post)).isEqualTo(POSTED);
            }
        }
    }

    private static byte[] body(CloseableHttpClient client, ClassicHttpRequest request) throws Exception {
        return client.execute(request, response -> EntityUtils.toByteArray(response.getEntity()));
    }

    @WithAndWithoutLoss
    void async(double loss) throws Exception {
        try (TwoHosts unusedHosts = TwoHosts.withLoss(loss);
                Pages unused = new Pages();
                CloseableHttpAsyncClient client = HttpAsyncClients.createDefault()) {
            client.start();
            List<Future<SimpleHttpResponse>> answers = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                answers.add(send(client, SimpleRequestBuilder.get(Pages.URL + "/page")));
                answers.add(send(
                        client,
                        SimpleRequestBuilder.post(Pages.URL + "/echo")
                                .setBody(POSTED, ContentType.APPLICATION_OCTET_STREAM)));
            }
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get().getBodyBytes()).isEqualTo(i % 2 == 0 ? Pages.PAGE : POSTED);
            }
        }
    }

    private static Future<SimpleHttpResponse> send(CloseableHttpAsyncClient client, SimpleRequestBuilder builder) {
        SimpleHttpRequest request = builder.build();
        return client.execute(request, null);
    }
}
