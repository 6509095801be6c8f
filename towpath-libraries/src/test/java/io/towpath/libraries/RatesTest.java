package io.towpath.libraries;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// Not of the build: a machine that does other things besides says nothing. docs/performance.md tells how to start it.
@EnabledIfSystemProperty(named = "towpath.rates", matches = ".+")
class RatesTest {
    @Test
    void towpathBesideTheLoopback() throws Exception {
        String text = System.getProperty("towpath.rates", "all");
        Rates.print(text.equals("all") ? "" : text);
    }
}
