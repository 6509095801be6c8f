package io.towpath.libraries;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.io.TempDir;

/// Jetty and Tomcat serve the JDK's HTTP client. All three open channels of the JVM.
class ServersTest {
    private static final byte[] POSTED = TwoHosts.data(40_000);

    private static void postAll() throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                answers.add(client.sendAsync(
                        HttpRequest.newBuilder(URI.create("http://" + TwoHosts.SERVER + ":8080/echo"))
                                .POST(HttpRequest.BodyPublishers.ofByteArray(POSTED))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray()));
            }
            for (CompletableFuture<HttpResponse<byte[]>> answer : answers) {
                assertThat(answer.get().statusCode()).isEqualTo(200);
                assertThat(answer.get().body()).isEqualTo(POSTED);
            }
        }
    }

    @WithAndWithoutLoss
    void jettyServes(double loss) throws Exception {
        try (TwoHosts unused = TwoHosts.withLoss(loss)) {
            Server server = new Server();
            ServerConnector connector = new ServerConnector(server, 1, 1);
            connector.setHost(TwoHosts.SERVER);
            connector.setPort(8080);
            server.addConnector(connector);
            server.setHandler(new Handler.Abstract() {
                @Override
                public boolean handle(Request request, Response response, Callback callback) throws Exception {
                    ByteBuffer body = Content.Source.asByteBuffer(request);
                    response.write(true, body, callback);
                    return true;
                }
            });
            server.start();
            try {
                postAll();
            } finally {
                server.stop();
            }
        }
    }

    @WithAndWithoutLoss
    void tomcatServes(double loss, @TempDir Path folder) throws Exception {
        try (TwoHosts unused = TwoHosts.withLoss(loss)) {
            Tomcat tomcat = new Tomcat();
            tomcat.setBaseDir(folder.toString());
            tomcat.setSilent(true);
            tomcat.setPort(8080);
            tomcat.getConnector().setProperty("address", TwoHosts.SERVER);
            Context context = tomcat.addContext("", folder.toString());
            Tomcat.addServlet(context, "echo", new EchoServlet());
            context.addServletMappingDecoded("/echo", "echo");
            tomcat.start();
            try {
                postAll();
            } finally {
                tomcat.stop();
                tomcat.destroy();
            }
        }
    }

    /// Answers with what was posted.
    private static final class EchoServlet extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.getOutputStream().write(request.getInputStream().readAllBytes());
        }
    }
}
