package io.towpath.libraries;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A test that is given the share of packets that is lost in each direction: nothing, and a tenth.
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest(name = "loss {0}")
@ValueSource(doubles = {0, 0.1})
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@interface WithAndWithoutLoss {}
