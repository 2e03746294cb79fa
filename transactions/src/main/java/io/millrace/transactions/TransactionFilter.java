package io.millrace.transactions;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which transactional ids are of interest; all that is asked for has to be the case.
 *
 * @param states of {@link #STATES}, the transaction is in one of them; empty for any
 * @param producerIds empty for any
 * @param minimumAge of the open transaction; zero also lists ids without one
 * @param idPrefix how the transactional id begins, empty for any
 */
public record TransactionFilter(Set<String> states, Set<Long> producerIds, Duration minimumAge, String idPrefix)
        implements Predicate<TransactionDescription> {
    /**
     * The states by which a transaction can be looked for. Kafka knows two more, {@code Dead} and {@code PrepareEpochFence}, which nobody
     * sees for longer than a moment.
     */
    public static final List<String> STATES =
            List.of("Empty", "Ongoing", "Prepared", "PrepareCommit", "PrepareAbort", "CompleteCommit", "CompleteAbort");

    public TransactionFilter {
        states = Set.copyOf(states);
        for (String state : states) {
            if (!STATES.contains(state)) {
                throw new IllegalArgumentException(
                        "There is no state '" + state + "' of a transaction; there are " + String.join(", ", STATES));
            }
        }
        producerIds = Set.copyOf(producerIds);
        if (minimumAge.isNegative()) {
            throw new IllegalArgumentException("minimumAge is not negative, got " + minimumAge);
        }
    }

    /** Every transactional id. */
    public static TransactionFilter all() {
        return new TransactionFilter(Set.of(), Set.of(), Duration.ZERO, "");
    }

    /** @throws IllegalArgumentException if one is none of {@link #STATES} */
    public TransactionFilter withStates(Set<String> value) {
        return new TransactionFilter(value, producerIds, minimumAge, idPrefix);
    }

    public TransactionFilter withProducerIds(Set<Long> value) {
        return new TransactionFilter(states, value, minimumAge, idPrefix);
    }

    public TransactionFilter withMinimumAge(Duration value) {
        return new TransactionFilter(states, producerIds, value, idPrefix);
    }

    public TransactionFilter withIdPrefix(String value) {
        return new TransactionFilter(states, producerIds, minimumAge, value);
    }

    @Override
    public boolean test(TransactionDescription description) {
        return (states.isEmpty() || states.contains(description.state()))
                && (producerIds.isEmpty() || producerIds.contains(description.producerId()))
                && description.age().compareTo(minimumAge) >= 0
                && description.transactionalId().startsWith(idPrefix);
    }
}
