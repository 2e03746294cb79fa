package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ErrorTextTest {
    @Test
    void whatIsReadIsWhole() {
        assertThat(ErrorText.of(new IllegalStateException("no"))).isEqualTo("java.lang.IllegalStateException: no");
    }

    @Test
    void aMessageThatQuotesARecordIsCut() {
        String text = ErrorText.of(new IllegalStateException("x".repeat(1_000_000)));
        assertThat(text)
                .startsWith("java.lang.IllegalStateException: xxx")
                .endsWith("… (999033 characters more)")
                .hasSizeLessThan(1_100);
    }

    @Test
    void noCharacterIsCutInTwo() {
        for (int before = 960; before < 975; before++) {
            String text = ErrorText.of(new IllegalStateException("x".repeat(before) + "😀".repeat(50)));
            assertThat(text.replaceAll("[😀]", "")).doesNotContainPattern("[\\uD800-\\uDFFF]");
        }
    }
}
