package io.millrace.examples.bank;

import io.millrace.dsl.DeadLetterHeaders;
import io.millrace.dsl.IngestHandler;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.ProcessedStream;
import io.millrace.dsl.ProcessorFactory;
import io.millrace.dsl.RecordSource;
import io.millrace.dsl.Topic;
import io.millrace.log.Header;
import io.millrace.log.TopicSettings;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/** The bank as a pipeline: orders come in, the ledger enters them, results, balances and credits go out; credits come in again. */
public final class BankPipeline {
    /** Of the pipeline, and of the group in whose name its offsets are committed. */
    public static final String NAME = "bank";

    public static final Topic<Long, Order> ORDERS = Topic.of("orders", Serdes.int64(), new OrderSerde());
    public static final Topic<Long, Credit> CREDITS = Topic.of("credits", Serdes.int64(), new CreditSerde());
    public static final Topic<Long, OrderResult> RESULTS = Topic.of("results", Serdes.int64(), new OrderResultSerde());
    public static final Topic<Long, Long> BALANCES =
            Topic.of("balances", Serdes.int64(), Serdes.int64()).withSettings(TopicSettings.compacted());

    /**
     * Keyed by line number; the value is the line, byte for byte, its reason stands in the header {@link DeadLetterHeaders#ERROR_MESSAGE}. If
     * only the beginning of a very long line is kept, {@link #FULL_SIZE} says so.
     */
    public static final Topic<Long, BytesView> DEAD_LETTERS =
            Topic.of("orders.dead-letters", Serdes.int64(), Serdes.bytes());

    /** Header of a dead letter whose line was cut: how many bytes the whole line has, in decimal. */
    public static final String FULL_SIZE = "bank.line.full-size";

    private BankPipeline() {}

    /**
     * @param input opens the orders; what it gives again after a restart must be what it gave before
     * @param partitions of every topic: equal, so that what belongs to an account meets in one task
     * @param clock stamps the dead letters
     */
    public static Pipeline of(Supplier<? extends RecordSource<InputLine>> input, int partitions, InstantSource clock) {
        return of(input, partitions, clock, Ledger::new);
    }

    /** The same with a ledger of one's own. */
    static Pipeline of(
            Supplier<? extends RecordSource<InputLine>> input,
            int partitions,
            InstantSource clock,
            ProcessorFactory<Long, Entry> ledgers) {
        Pipeline.Builder bank = Pipeline.named(NAME);
        bank.ingest("orders-csv", input, load(clock));

        ProcessedStream ledger = bank.stream(ORDERS.withPartitions(partitions))
                .<Entry>mapValues(order -> order)
                .merge(bank.stream(CREDITS.withPartitions(partitions)).mapValues(credit -> credit))
                .process("ledger", ledgers, Ledger.ACCOUNTS, Ledger.RECENT);

        ledger.output(Ledger.RESULTS).to(RESULTS.withPartitions(partitions));
        ledger.output(Ledger.BALANCES).to(BALANCES.withPartitions(partitions));
        ledger.output(Ledger.CREDITS).to(CREDITS.withPartitions(partitions));
        return bank.topics(DEAD_LETTERS.withPartitions(1)).build();
    }

    private static IngestHandler<InputLine> load(InstantSource clock) {
        return (line, out) -> {
            if (line instanceof OrderLine order) {
                out.send(ORDERS, order.account(), order.order());
            } else if (line instanceof DeadLetter letter) {
                Header reason = Header.ofUtf8(DeadLetterHeaders.ERROR_MESSAGE, letter.reason());
                List<Header> why = letter.isCut()
                        ? List.of(reason, Header.ofUtf8(FULL_SIZE, Long.toString(letter.size())))
                        : List.of(reason);
                out.send(DEAD_LETTERS, letter.lineNumber(), letter.line(), clock.millis(), why);
            }
        };
    }
}
