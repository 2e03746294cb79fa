package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FailureNewsTest {
    private final FailureNews news = new FailureNews();

    @Test
    void aCauseIsNewsOnceWhoeverMeetsIt() {
        assertThat(news.isNews(failure("orders-0", "No space left on device"), 0))
                .isTrue();
        assertThat(news.isNews(failure("results-3", "No space left on device"), 1))
                .isFalse();
        assertThat(news.isNews(failure("orders-0", "Input/output error"), 2)).isTrue();
    }

    @Test
    void numbersThatDifferAreTheSameCause() {
        assertThat(news.isNews(new IllegalStateException("offset 7 of orders-1"), 0))
                .isTrue();
        assertThat(news.isNews(new IllegalStateException("offset 812 of orders-2"), 1))
                .isFalse();
    }

    /** What is tried again first and passed over in the end is told of both times. */
    @Test
    void anotherOutcomeOfTheSameCauseIsNews() {
        IllegalStateException cause = new IllegalStateException("no number");
        assertThat(news.isNews("is tried again", cause, 0)).isTrue();
        assertThat(news.isNews("is passed over", cause, 1)).isTrue();
        assertThat(news.isNews("is passed over", cause, 2)).isFalse();
    }

    @Test
    void whatLastsIsToldAgainAfterAWhile() {
        assertThat(news.isNews(new IllegalStateException("full"), 0)).isTrue();
        assertThat(news.isNews(
                        new IllegalStateException("full"),
                        Duration.ofSeconds(59).toNanos()))
                .isFalse();
        assertThat(news.isNews(
                        new IllegalStateException("full"),
                        Duration.ofSeconds(60).toNanos()))
                .isTrue();
    }

    private static RuntimeException failure(String where, String why) {
        return new IllegalStateException("Cannot write " + where, new IOException(why));
    }
}
