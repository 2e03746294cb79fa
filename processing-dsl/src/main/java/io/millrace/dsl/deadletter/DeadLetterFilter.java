package io.millrace.dsl.deadletter;

import io.millrace.dsl.ErrorKind;
import io.millrace.dsl.deadletter.DeadLetter.Failure;
import io.millrace.dsl.deadletter.DeadLetter.Origin;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which letters are meant: those of which all that is said here is true.
 *
 * @param ids these alone; empty: any
 * @param source from this topic
 * @param kind of which this failed; letters that do not say so are of no kind
 * @param error whose error's class or message holds this text, whatever its case
 * @param from that failed then or later, in milliseconds since the epoch; {@link Long#MIN_VALUE}: any
 * @param until that failed before then; {@link Long#MAX_VALUE}: any
 */
public record DeadLetterFilter(
        Set<LetterId> ids,
        Optional<String> source,
        Optional<ErrorKind> kind,
        Optional<String> error,
        long from,
        long until) {
    public DeadLetterFilter {
        ids = Set.copyOf(ids);
    }

    public static DeadLetterFilter all() {
        return new DeadLetterFilter(
                Set.of(), Optional.empty(), Optional.empty(), Optional.empty(), Long.MIN_VALUE, Long.MAX_VALUE);
    }

    public DeadLetterFilter withIds(Set<LetterId> value) {
        return new DeadLetterFilter(value, source, kind, error, from, until);
    }

    public DeadLetterFilter withSource(String topic) {
        return new DeadLetterFilter(ids, Optional.of(topic), kind, error, from, until);
    }

    public DeadLetterFilter withError(String text) {
        return new DeadLetterFilter(ids, source, kind, Optional.of(text), from, until);
    }

    public DeadLetterFilter withKind(ErrorKind value) {
        return new DeadLetterFilter(ids, source, Optional.of(value), error, from, until);
    }

    public DeadLetterFilter withTimes(long fromMillis, long untilMillis) {
        return new DeadLetterFilter(ids, source, kind, error, fromMillis, untilMillis);
    }

    /** Whether a letter is meant. */
    public boolean accepts(DeadLetter letter) {
        long failedAt = letter.failure().timestamp();
        return (ids.isEmpty() || ids.contains(letter.id()))
                && failedAt >= from
                && failedAt < until
                && source.map(topic -> letter.origin()
                                .map(Origin::topic)
                                .filter(topic::equals)
                                .isPresent())
                        .orElse(true)
                && (kind.isEmpty() || kind.equals(letter.failure().kind()))
                && error.map(text -> names(text, letter.failure())).orElse(true);
    }

    private static boolean names(String text, Failure failure) {
        String wanted = text.toLowerCase(Locale.ROOT);
        return failure.errorClass().toLowerCase(Locale.ROOT).contains(wanted)
                || failure.message().toLowerCase(Locale.ROOT).contains(wanted);
    }
}
