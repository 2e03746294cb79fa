package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.Topic;
import io.millrace.dsl.runtime.FailureRule.Decision;
import io.millrace.serde.Serdes;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FailureRuleTest {
    private static final Topic<String, String> DEAD = Topic.of("dead", Serdes.string(), Serdes.string());

    @Test
    void withoutAnyOtherWishTheApplicationEnds() {
        assertThat(FailureRule.decide(ErrorPolicy.stop(), 1)).isEqualTo(new Decision.GiveUp());
    }

    @Test
    void retriesComeFirstAndThenWhatWasChosen() {
        ErrorPolicy policy = ErrorPolicy.retry(2, Duration.ofSeconds(1)).then(ErrorPolicy.deadLetter(DEAD));
        assertThat(FailureRule.decide(policy, 1)).isEqualTo(new Decision.TryAgain(Duration.ofSeconds(1)));
        assertThat(FailureRule.decide(policy, 2)).isEqualTo(new Decision.TryAgain(Duration.ofSeconds(1)));
        assertThat(FailureRule.decide(policy, 3)).isEqualTo(new Decision.Bury(DEAD));
    }

    @Test
    void aRetryThatNothingFollowsEndsTheApplication() {
        assertThat(FailureRule.decide(ErrorPolicy.retry(1, Duration.ZERO), 2)).isEqualTo(new Decision.GiveUp());
    }

    @Test
    void skippingNeedsNoSecondAttempt() {
        assertThat(FailureRule.decide(ErrorPolicy.skip(), 1)).isEqualTo(new Decision.PassOver());
    }
}
