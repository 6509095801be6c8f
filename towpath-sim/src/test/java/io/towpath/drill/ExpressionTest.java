package io.towpath.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.drill.script.NotUnderstood;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("An expression of an assertion")
class ExpressionTest {

    private static double evaluate(String text) {
        return Expression.evaluate(text, name -> name.equals("ten") ? 10 : 0);
    }

    @ParameterizedTest
    @DisplayName("means what Python means by it")
    @CsvSource(
            delimiter = ';',
            value = {
                "1 + 2 * 3; 7",
                "(1 + 2) * 3; 9",
                "-7 // 2; -4",
                "-7 % 3; 2",
                "ten == 10; 1",
                "ten != 10; 0",
                "9 <= ten <= 11; 1",
                "9 <= ten <= 9; 0",
                "(5 & 4) == 0; 0",
                "0x10 | 1; 17",
                "1 << 4 >> 1; 8",
                "not 0 and ten > 3; 1",
                "0 or ten; 10",
                "ten and not ten; 0",
                "1 < 2 or 1 / 1; 1",
                "1 / 4; 0.25",
                "~5; -6",
                "0.5 * ten; 5",
                "ten in (9, 10); 1",
                "ten in [1, 2]; 0",
                "ten in range(5, 10); 0",
                "ten in range(11); 1",
                "abs(3 - ten) == 7 and min(ten, 3) == 3; 1",
                "max(1, 2, ten); 10",
                "int(-2.5); -2",
                "5 ^ 1; 4"
            })
    void meansWhatPythonMeansByIt(String text, double value) {
        assertThat(evaluate(text)).isEqualTo(value);
    }

    @ParameterizedTest
    @DisplayName("of any other kind is not understood")
    @ValueSource(
            strings = {
                "len(ten)",
                "'a' == 'a'",
                "1 +",
                "ten == 10 garbage",
                "5 / 0",
                "~0.5",
                "min(1",
                "round()",
                "ten in 5"
            })
    void ofAnyOtherKindIsNotUnderstood(String text) {
        assertThatThrownBy(() -> evaluate(text)).isInstanceOf(NotUnderstood.class);
    }
}
