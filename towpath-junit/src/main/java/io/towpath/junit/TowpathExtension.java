package io.towpath.junit;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;
import org.opentest4j.TestAbortedException;

/// Runs methods with [TowpathTest]: one invocation for each seed, each with a network of its own.
public final class TowpathExtension implements TestTemplateInvocationContextProvider {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(TowpathExtension.class);

    /// For JUnit, which calls it.
    public TowpathExtension() {}

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return context.getTestMethod().flatMap(TowpathExtension::annotation).isPresent();
    }

    private static java.util.Optional<TowpathTest> annotation(Method method) {
        return AnnotationSupport.findAnnotation(method, TowpathTest.class);
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        TowpathTest test = annotation(context.getRequiredTestMethod()).orElseThrow();
        return Seeds.of(test).mapToObj(seed -> new Seeded(seed, Duration.ofSeconds(test.limitSeconds())));
    }

    /// One invocation.
    private record Seeded(long seed, Duration limit) implements TestTemplateInvocationContext {
        @Override
        public String getDisplayName(int index) {
            return "seed " + seed;
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(new Simulation(seed, limit));
        }
    }

    /// What is told when a test fails: no stack of its own, a message that says all.
    private static final class NetworkReport extends Exception {
        private static final long serialVersionUID = 1;

        private final String text;

        NetworkReport(String text) {
            super(text, null, false, false);
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /// The network of one invocation. It is closed with the store that holds it, after `@AfterEach` methods.
    private record Simulation(long seed, Duration limit) implements ParameterResolver, InvocationInterceptor {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Network.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return network(context);
        }

        private Network network(ExtensionContext context) {
            return context.getStore(NAMESPACE)
                    .computeIfAbsent(Network.class, type -> new Network(seed, limit), Network.class);
        }

        @Override
        public void interceptTestTemplateMethod(
                Invocation<@Nullable Void> invocation,
                ReflectiveInvocationContext<Method> called,
                ExtensionContext context)
                throws Throwable {
            Network net = network(context);
            try {
                lead(net, invocation);
                net.check();
            } catch (TestAbortedException aborted) {
                throw aborted;
            } catch (Throwable failure) {
                try {
                    net.check();
                } catch (IllegalStateException more) {
                    failure.addSuppressed(more);
                }
                failure.addSuppressed(report(net, context));
                throw failure;
            }
        }

        private static void lead(Network net, Invocation<@Nullable Void> invocation) throws Throwable {
            // An Error of the test must arrive as it is, as must what JUnit throws to skip it.
            @Nullable
            Throwable thrown = net.lead("test", () -> {
                try {
                    invocation.proceed();
                    return null;
                } catch (Throwable failure) {
                    return failure;
                }
            });
            String stalemate = net.conductor().stalemate();
            if (stalemate != null && !(thrown instanceof StalemateException)) {
                StalemateException told = new StalemateException(stalemate);
                if (thrown != null) {
                    told.addSuppressed(thrown);
                }
                throw told;
            }
            if (thrown != null) {
                throw thrown;
            }
        }

        private NetworkReport report(Network net, ExtensionContext context) {
            Path file = null;
            String trouble = "";
            try {
                file = folder().resolve(fileName(context));
                try (OutputStream out = Files.newOutputStream(file)) {
                    net.journal().write(out);
                }
            } catch (IOException e) {
                trouble = System.lineSeparator() + "  the capture file could not be written: " + e;
            }
            return new NetworkReport(net.report(file) + trouble);
        }

        private static Path folder() throws IOException {
            String chosen = System.getProperty("towpath.captures");
            if (chosen != null && !chosen.isBlank()) {
                return Files.createDirectories(Path.of(chosen));
            }
            for (String output : new String[] {"target", "build"}) {
                if (Files.isDirectory(Path.of(output))) {
                    return Files.createDirectories(Path.of(output, "towpath"));
                }
            }
            return Files.createDirectories(Path.of(System.getProperty("java.io.tmpdir"), "towpath"));
        }

        private String fileName(ExtensionContext context) {
            return context.getRequiredTestClass().getSimpleName() + "."
                    + context.getRequiredTestMethod().getName() + "-" + seed + ".pcapng";
        }
    }
}
