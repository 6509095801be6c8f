package io.towpath.net.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlatJsonTest {
    @Test
    void whatIsWrittenIsReadBack() {
        HostRow row = new HostRow(1, "a \"quoted\\ name\"\n\u0001é", "", Long.MIN_VALUE);
        assertThat(FlatJson.read(HostRow.class, FlatJson.write(row))).isEqualTo(row);
    }

    @Test
    void lineBreaksAreEscaped() {
        assertThat(FlatJson.write(new HostRow(1, "a\nb", "", 2)))
                .isEqualTo("{\"version\":1,\"name\":\"a\\u000ab\",\"addresses\":\"\",\"process\":2}");
    }

    @Test
    void unknownFieldsAreIgnoredAndMissingOnesEmpty() {
        assertThat(FlatJson.read(HostRow.class, "{\"name\":\"x\",\"more\":3}")).isEqualTo(new HostRow(0, "x", "", 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"name\"}",
                "{\"name\":}",
                "{\"name\":3}",
                "{\"version\":\"x\"}",
                "{} ",
                "[]",
                "{\"name\":\"x",
                "{\"name\":\"\\u12\"}",
                "{\"name\":\"\\uzzzz\"}",
                "{\"version\":-}",
                "{\"version\":99999999999999999999}"
            })
    void anythingElseIsRefused(String line) {
        assertThatThrownBy(() -> FlatJson.read(HostRow.class, line)).isInstanceOf(IllegalArgumentException.class);
    }
}
