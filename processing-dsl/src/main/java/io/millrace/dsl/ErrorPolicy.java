package io.millrace.dsl;

import java.time.Duration;
import java.util.Optional;

/**
 * What becomes of a record that cannot be read, whose processing throws, or whose results cannot be written ({@link ErrorKind}). Whatever is chosen, nothing that the failed attempt did
 * remains: no output, no change of state.
 */
public sealed interface ErrorPolicy {
    /** The application ends with the error; everything committed is intact. The default. */
    static ErrorPolicy stop() {
        return new Stop();
    }

    /** The record is passed over and counted. */
    static ErrorPolicy skip() {
        return new Skip();
    }

    /**
     * The record's own bytes go to this topic, in the transaction that passes it over, with headers that say where it comes from and what
     * went wrong ({@link DeadLetterHeaders}). {@code millrace dead-letters}, and {@code io.millrace.dsl.deadletter} for programs, list them and put them
     * back.
     */
    static ErrorPolicy deadLetter(Topic<?, ?> topic) {
        return new DeadLetter(topic);
    }

    /** Up to {@code attempts} more attempts, {@code backoff} apart, then the application ends; {@link Retry#then} says otherwise. */
    static Retry retry(int attempts, Duration backoff) {
        return new Retry(attempts, backoff, stop());
    }

    /** The topic that it sets records aside in, at once or after the last attempt; empty if it does not. */
    default Optional<Topic<?, ?>> deadLetters() {
        return Optional.empty();
    }

    /** See {@link ErrorPolicy#stop}. */
    record Stop() implements ErrorPolicy {}

    /** See {@link ErrorPolicy#skip}. */
    record Skip() implements ErrorPolicy {}

    /** See {@link ErrorPolicy#deadLetter}. */
    record DeadLetter(Topic<?, ?> topic) implements ErrorPolicy {
        public DeadLetter {
            Erased.given("topic of dead letters", topic);
        }

        @Override
        public Optional<Topic<?, ?>> deadLetters() {
            return Optional.of(topic);
        }
    }

    /** See {@link ErrorPolicy#retry}. The partition waits meanwhile; others go on. */
    record Retry(int attempts, Duration backoff, ErrorPolicy last) implements ErrorPolicy {
        public Retry {
            if (attempts < 1) {
                throw new IllegalArgumentException("retry needs at least 1 attempt, got " + attempts);
            }
            if (Erased.given("backoff", backoff).isNegative()) {
                throw new IllegalArgumentException("backoff is zero or more, got " + backoff);
            }
            if (Erased.given("policy after the last attempt", last) instanceof Retry) {
                throw new IllegalArgumentException("After retry comes stop, skip or deadLetter, not another retry");
            }
        }

        @Override
        public Optional<Topic<?, ?>> deadLetters() {
            return last.deadLetters();
        }

        /** What happens when the last attempt failed too. */
        public Retry then(ErrorPolicy policy) {
            return new Retry(attempts, backoff, policy);
        }
    }
}
