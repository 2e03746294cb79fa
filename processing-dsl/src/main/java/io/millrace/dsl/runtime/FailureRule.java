package io.millrace.dsl.runtime;

import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.Topic;
import java.time.Duration;

/** What a policy decides about one failed attempt. Pure. */
final class FailureRule {
    private FailureRule() {}

    /** @param attempts how often the record was tried, this time included */
    static Decision decide(ErrorPolicy policy, int attempts) {
        if (policy instanceof ErrorPolicy.Skip) {
            return new Decision.PassOver();
        } else if (policy instanceof ErrorPolicy.DeadLetter deadLetter) {
            return new Decision.Bury(deadLetter.topic());
        } else if (policy instanceof ErrorPolicy.Retry retry) {
            return attempts <= retry.attempts()
                    ? new Decision.TryAgain(retry.backoff())
                    : decide(retry.last(), attempts);
        }
        return new Decision.GiveUp();
    }

    /** What to do with the record. */
    sealed interface Decision {
        /** For logs, behind "and". */
        String told();

        /** The application ends. */
        record GiveUp() implements Decision {
            @Override
            public String told() {
                return "the application ends";
            }
        }

        /** On with the next record. */
        record PassOver() implements Decision {
            @Override
            public String told() {
                return "is passed over";
            }
        }

        /** To the dead letters, and on with the next record. */
        record Bury(Topic<?, ?> topic) implements Decision {
            @Override
            public String told() {
                return "goes to '" + topic.name() + "'";
            }
        }

        /** The same record again, later. */
        record TryAgain(Duration backoff) implements Decision {
            @Override
            public String told() {
                return "is tried again in " + backoff.toMillis() + " ms";
            }
        }
    }
}
