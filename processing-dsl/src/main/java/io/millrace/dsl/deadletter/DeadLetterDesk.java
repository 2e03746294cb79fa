package io.millrace.dsl.deadletter;

import io.millrace.dsl.deadletter.DecisionFormat.Decided;
import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.serde.BytesView;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.TransactionalLog;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of the letters of one topic: puts their records back, or gives them up; each letter once (Q1). What is decided is kept in the topic
 * {@code <topic>-decisions}, which is created here. Another desk for the same topic, opened later, fences this one. Owned by one thread.
 *
 * <p>Decides up to a thousand letters in a transaction. After an error, or a process that died, what its transactions decided stands, durable as
 * the log's durability says: another desk goes on with what is open. A desk that threw is over.
 */
public final class DeadLetterDesk implements AutoCloseable {
    private static final int TRANSACTION_LETTERS = 1_000;
    private static final int TRANSACTION_BYTES = 4 << 20;
    private static final int MOST_ASKED = 10;

    private final TransactionalLog log;
    private final DeadLetterTopic topic;
    private final TopicPartition decisionsTopic;
    private final InstantSource clock;
    private final TransactionalProducer producer;
    private final Decisions decisions;
    private final DecidedRuns runs = new DecidedRuns();
    private long bytes;
    private boolean isOver;

    private DeadLetterDesk(TransactionalLog log, DeadLetterTopic topic, InstantSource clock) {
        this.log = log;
        this.topic = topic;
        this.clock = clock;
        this.decisionsTopic = new TopicPartition(DecisionFormat.topicOf(topic.name()), 0);
        log.admin().createTopic(decisionsTopic.topic(), 1, TopicSettings.compacted());
        this.producer = log.transactionalProducer(TransactionalProducerConfig.of(decisionsTopic.topic()));
        // Read now: whoever was at work before is fenced, and what they decided is committed or aborted.
        this.decisions = Decisions.read(log, topic.description());
    }

    /** @throws LogException with STOP if there is no such topic */
    public static DeadLetterDesk open(TransactionalLog log, String topic, InstantSource clock) {
        return new DeadLetterDesk(log, DeadLetterTopic.of(log, topic), clock);
    }

    /**
     * Puts the records of open letters back, with their own key, value, timestamp and headers and {@code millrace.replays}, at the end of the
     * partition that they came from. Letters that come while this runs are left.
     *
     * @param to the topic that all go to, partitioned by key; empty: each goes back to the partition that it came from
     * @param progress is told after each transaction how many were put back
     * @return how many
     * @throws LogException with STOP if a letter has nowhere to go, see {@link DeadLetterTopic#planReplay}, or if its record is refused by the
     *     topic; what was put back before stays so
     */
    public long replay(DeadLetterFilter filter, Optional<String> to, LongConsumer progress) {
        Routes routes = new Routes(log, topic.name(), to);
        return decide(filter, Decision.REPLAYED, letter -> putBack(letter, routes.of(letter)), progress);
    }

    /**
     * Gives open letters up. They stay in their topic for as long as its retention says.
     *
     * @param progress is told after each transaction how many were given up
     * @return how many
     */
    public long discard(DeadLetterFilter filter, LongConsumer progress) {
        return decide(filter, Decision.DISCARDED, letter -> {}, progress);
    }

    private void putBack(DeadLetter letter, TopicPartition to) {
        producer.send(to, letter.timestamp(), letter.key(), letter.value(), Letters.headersOfReplay(letter));
        bytes += length(letter.key()) + length(letter.value());
    }

    private static int length(@Nullable BytesView field) {
        return field == null ? 0 : field.length();
    }

    private long decide(
            DeadLetterFilter filter, Decision decision, Consumer<DeadLetter> effect, LongConsumer progress) {
        if (isOver) {
            throw new IllegalStateException("A call of this desk failed before: close it, and open another");
        }
        isOver = true;
        long[] count = {0};
        boolean seesAll = filter.ids().isEmpty();
        producer.begin();
        decisions.obsolete(log, topic.description()).forEach(gone -> send(DecisionFormat.key(gone), null));
        topic.visit(filter, letter -> {
            if (!filter.accepts(letter) || decisions.of(letter.id()) != Decision.OPEN) {
                runs.interrupt();
                return true;
            }
            effect.accept(letter);
            runs.add(letter.id(), seesAll);
            if (runs.letters() >= TRANSACTION_LETTERS || bytes >= TRANSACTION_BYTES) {
                count[0] += commit(decision);
                progress.accept(count[0]);
                producer.begin();
            }
            return true;
        });
        count[0] += commit(decision);
        progress.accept(count[0]);
        isOver = false;
        return count[0];
    }

    /**
     * Commits what is put back together with what is decided.
     *
     * @return of how many letters
     */
    private int commit(Decision decision) {
        List<Decided> decided = runs.decided(topic.description().id(), decision, clock.millis());
        decided.forEach(each -> send(DecisionFormat.key(each), DecisionFormat.value(each)));
        TransactionOutcome outcome = producer.commit();
        for (int asked = 1; outcome == TransactionOutcome.RETRY && asked < MOST_ASKED; asked++) {
            outcome = producer.commit();
        }
        switch (outcome) {
            case COMMITTED -> decided.forEach(decisions::add);
            case ABORTED, FENCED ->
                throw new LogException(
                        Disposition.STOP,
                        "Somebody else decides about the dead letters of '" + topic.name()
                                + "', or the transaction timed out: the last " + runs.letters()
                                + " stay open unless the other one decided them. Look at them, and try again");
            case RETRY ->
                throw new LogException(
                        Disposition.STOP,
                        "It is not known yet whether the last " + runs.letters() + " dead letters of '" + topic.name()
                                + "' were decided: the next opening of the log says it. None is decided twice");
        }
        int letters = runs.letters();
        runs.clear();
        bytes = 0;
        return letters;
    }

    private void send(BytesView key, @Nullable BytesView value) {
        producer.send(decisionsTopic, clock.millis(), key, value, List.of());
    }

    /** Closes. What a call that failed had not committed is aborted: those letters are open. */
    @Override
    public void close() {
        producer.close();
    }
}
