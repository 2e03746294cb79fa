package io.millrace.cli.command.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonFaultTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\" 2}          | 6  | expected ':' between name and value, found '2'",
                "{\"a\":tru}        | 6  | expected a value, found 'tru'",
                "{\"a\":1           | 7  | expected ',' or '}', found the end",
                "{\"a\":1,}         | 8  | expected a name in double quotes, found '}'",
                "{a:1}              | 2  | expected a name in double quotes, found 'a'",
                "[1,]               | 4  | expected a value, found ']'",
                "[1 2]              | 4  | expected ',' or ']', found '2'",
                "[01]               | 2  | a number does not begin with 0",
                "-x                 | 2  | expected a digit, found 'x'",
                "1.                 | 3  | expected a digit, found the end",
                "1e+                | 4  | expected a digit, found the end",
                "+1                 | 1  | expected a value, found '+'",
                "NaN                | 1  | expected a value, found 'NaN'",
                "\"\\x\"            | 3  | expected one of \" \\ / b f n r t u behind \\, found 'x'",
                "\"\\u12g4\"        | 6  | expected four hexadecimal digits behind \\u, found 'g4'",
                "\"abc              | 5  | expected '\"' at the end of a string, found the end",
                "1 2                | 3  | expected the end behind one value, found '2'",
                "[\"é€\", x]        | 8  | expected a value, found 'x'",
                "[é]                | 2  | expected a value, found 'é'",
                "nullx              | 1  | expected a value, found 'nullx'"
            })
    void theFirstFaultIsToldWithItsPlace(String text, int character, String why) {
        assertThatThrownBy(() -> compact(text.strip()))
                .isInstanceOf(BadTextException.class)
                .hasMessage("is no JSON at character " + character + ": " + why);
    }

    @Test
    void whatIsNoTextIsSaidToBeNone() {
        BytesView bytes = BytesView.of(new byte[] {'"', (byte) 0xff, '"'});
        assertThatThrownBy(() -> JsonText.compact(bytes, new BytesWriter())).hasMessageEndingWith("are no UTF-8");
        assertThatThrownBy(() -> compact("")).hasMessageEndingWith("expected a value, found the end");
        assertThatThrownBy(() -> compact("\"a\tb\"")).hasMessageContaining("character 3: a control character");
    }

    @Test
    void whatIsDeeperThanTheParserGoesIsToldToBe() {
        compact("[".repeat(1_000) + "]".repeat(1_000));
        assertThatThrownBy(() -> compact("[".repeat(1_001) + "]".repeat(1_001)))
                .hasMessageContaining("at character 1001: values are within each other 1,000 times at the most");
        assertThatThrownBy(() -> compact("[".repeat(100_000))).hasMessageContaining("1,000 times");
    }

    /** If the two did not agree on what JSON is, a fault would be told where there is none, or the other way round. */
    @Property(tries = 2_000)
    void whatTheParserRefusesHasAFaultAndNothingElseHas(
            @ForAll @StringLength(max = 12) @Chars({'{', '}', '[', ']', '"', ':', ',', '0', '1', '-', '.', 'e', ' '})
                    String text) {
        Throwable refused = catchThrowable(() -> compact(text));
        String fault = JsonFault.of(BytesView.ofUtf8(text), "nothing is wrong").getMessage();
        if (refused == null) {
            assertThat(fault).contains("nothing is wrong");
        } else {
            assertThat(refused).isInstanceOf(BadTextException.class).hasMessage(fault);
            assertThat(fault).doesNotContain("nothing is wrong");
        }
    }

    private static void compact(String text) {
        JsonText.compact(BytesView.ofUtf8(text), new BytesWriter());
    }
}
