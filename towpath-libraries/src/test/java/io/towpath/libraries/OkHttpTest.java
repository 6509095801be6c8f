package io.towpath.libraries;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/// OkHttp, given the socket factory of its host.
class OkHttpTest {
    @WithAndWithoutLoss
    void manyRequestsAtOnce(double loss) throws Exception {
        try (TwoHosts hosts = TwoHosts.withLoss(loss);
                Pages unused = new Pages()) {
            OkHttpClient client = new OkHttpClient.Builder()
                    .socketFactory(hosts.client().socketFactory())
                    .build();
            List<CompletableFuture<byte[]>> answers = new ArrayList<>();
            byte[] posted = TwoHosts.data(30_000);
            for (int i = 0; i < 10; i++) {
                answers.add(send(
                        client,
                        new Request.Builder()
                                .url(Pages.URL.replace(TwoHosts.SERVER, "server.towpath.test") + "/page")));
                answers.add(send(
                        client, new Request.Builder().url(Pages.URL + "/echo").post(RequestBody.create(posted))));
            }
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get()).isEqualTo(i % 2 == 0 ? Pages.PAGE : posted);
            }
            client.connectionPool().evictAll();
            client.dispatcher().executorService().shutdown();
        }
    }

    private static CompletableFuture<byte[]> send(OkHttpClient client, Request.Builder request) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        client.newCall(request.build()).enqueue(new Callback() {
            @Override
            public void onFailure(Call call, java.io.IOException failure) {
                answer.completeExceptionally(failure);
            }

            @Override
            public void onResponse(Call call, Response response) {
                try (response) {
                    answer.complete(response.body().bytes());
                } catch (java.io.IOException failure) {
                    answer.completeExceptionally(failure);
                }
            }
        });
        return answer;
    }
}
