package io.millrace.cli.transactions;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.CommandHarness;
import io.millrace.log.Isolation;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.serde.BytesView;
import io.millrace.transactions.PreparedTransaction;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransactionsCommandTest {
    private static final TopicPartition A = new TopicPartition("a", 0);

    private final CommandHarness millrace = new CommandHarness();

    @TempDir
    Path directory;

    @Test
    void whatIsOpenIsSeenWhileItsProcessWorks() {
        try (EmbeddedLog log = create()) {
            TransactionalProducer bank = begun(log, "bank");
            TransactionalProducer orders = begun(log, "orders");
            String prepared = orders.prepare().toString();

            assertThat(run("list")).isZero();
            assertThat(words()).isEqualTo("""
                    TRANSACTIONAL ID STATE PRODUCER EPOCH AGE PARTITIONS
                    bank Ongoing 0 0 ? a-0
                    orders Prepared 1 0 ? a-0
                    """);
            assertThat(run("list", "--state", "Prepared", "--json")).isZero();
            assertThat(millrace.out())
                    .startsWith("{\"transactionalId\":\"orders\",\"state\":\"Prepared\",\"producer\":1")
                    .hasLineCount(1);
            assertThat(run("list", "--state", "ongoing,PREPARED")).isZero();
            assertThat(millrace.out()).hasLineCount(3);
            for (String bogus : List.of("Bogus", "Ongoing,Nope")) {
                assertThat(run("list", "--state", bogus)).as(bogus).isEqualTo(2);
                assertThat(millrace.messages())
                        .contains("'" + bogus.substring(bogus.indexOf(',') + 1) + "' is not one of Empty, Ongoing,");
            }
            assertThat(run("list", "--id", "b", "--min-age", "1d")).isZero();
            assertThat(millrace.out()).hasLineCount(1);
            assertThat(run("find-hanging", "--min-age", "0")).isZero();
            assertThat(words()).isEqualTo("""
                    TRANSACTIONAL ID STATE PRODUCER EPOCH AGE PARTITION FIRST OFFSET LAG
                    bank Ongoing 0 0 ? a-0 0 2
                    orders Prepared 1 0 ? a-0 1 2
                    """);
            assertThat(run("find-hanging")).isZero();
            assertThat(millrace.out()).hasLineCount(1);
            assertThat(run("describe", "orders")).isZero();
            assertThat(words()).isEqualTo("""
                    STATE PRODUCER EPOCH AGE PREPARED AS PARTITION FIRST OFFSET LAG
                    Prepared 1 0 ? %s a-0 1 2
                    """.formatted(prepared));
            assertThat(run("describe", "nobody")).isEqualTo(2);
            assertThat(millrace.messages()).contains("no transactional id nobody");
            assertThat(run("abort", "bank", "--yes")).isEqualTo(2);
            assertThat(millrace.messages()).contains("Another process");

            bank.commit();
            assertThat(run("describe", "bank")).isZero();
            assertThat(words())
                    .as("its end is in its partition, and its coordinator's journal may lag behind")
                    .containsAnyOf("Empty 0 0 ? - - - -", "CompleteCommit 0 1 ? - - - -");
            orders.abort();
            assertThat(run("list", "--state", "Ongoing")).isZero();
            assertThat(millrace.out()).hasLineCount(1);
            orders.close();
            bank.close();
        }
    }

    @Test
    void whatAProcessLeftOpenIsAbortedWhenToldTo() {
        leave(() -> {
            EmbeddedLog log = create();
            begun(log, "bank");
            return log;
        });
        assertThat(run("abort", "bank")).isEqualTo(4);
        assertThat(words()).contains("bank Ongoing 0 0 ? a-0 0 1");
        assertThat(millrace.messages()).endsWith("Dry run: nothing was changed. With --yes it is done.\n");
        assertThat(run("list", "--state", "Ongoing")).isZero();
        assertThat(millrace.out()).hasLineCount(2);

        assertThat(run("abort", "bank", "--yes")).isZero();
        assertThat(millrace.messages()).contains("Aborted this transaction");
        assertThat(run("list", "--state", "Ongoing")).isZero();
        assertThat(millrace.out()).hasLineCount(1);
        assertThat(run("abort", "bank", "--yes")).isEqualTo(2);
        assertThat(millrace.messages()).contains("nothing to abort");
    }

    @Test
    void whatAProcessLeftPreparedIsEndedAsSomebodySays() {
        PreparedTransaction[] prepared = new PreparedTransaction[2];
        leave(() -> {
            EmbeddedLog log = create();
            prepared[0] = begun(log, "bank").prepare();
            prepared[1] = begun(log, "orders").prepare();
            return log;
        });
        assertThat(run("abort", "bank", "--yes")).isEqualTo(2);
        assertThat(millrace.messages()).contains("abort-prepared bank").contains("commit-prepared bank");
        assertThat(run("commit-prepared", "bank", "--as", prepared[1].toString()))
                .isEqualTo(2);
        assertThat(run("commit-prepared", "bank", "--as", "x")).isEqualTo(2);
        assertThat(run("commit-prepared", "bank")).isEqualTo(4);
        assertThat(millrace.messages()).endsWith("Dry run: nothing was changed. With --yes it is done.\n");
        assertThat(run("commit-prepared", "bank", "--yes", "--as", prepared[0].toString()))
                .isZero();
        assertThat(millrace.messages()).contains("The transaction of bank is committed.");
        assertThat(run("abort-prepared", "bank", "--as", prepared[0].toString()))
                .as("decided before")
                .isEqualTo(1);
        assertThat(millrace.messages()).contains("committed: that was decided before");
        assertThat(run("commit-prepared", "bank", "--yes")).isEqualTo(2);
        assertThat(run("abort-prepared", "orders", "--yes")).isZero();

        try (EmbeddedLog log = EmbeddedLog.open(directory)) {
            assertThat(log.admin().endOffset(A, Isolation.READ_COMMITTED))
                    .isEqualTo(log.admin().endOffset(A, Isolation.READ_UNCOMMITTED));
        }
    }

    @Test
    void whatTheOpeningEndsBesidesThePreparedOneIsShownBefore() {
        PreparedTransaction[] prepared = new PreparedTransaction[1];
        leave(() -> {
            EmbeddedLog log = create();
            prepared[0] = begun(log, "bank").prepare();
            begun(log, "orders");
            return log;
        });
        for (String command : List.of("commit-prepared", "abort-prepared")) {
            assertThat(run(command, "bank")).isEqualTo(4);
            assertThat(words()).contains("bank Prepared 0 0 ? a-0 0 2").contains("orders Ongoing 1 0 ? a-0 1 2");
            assertThat(millrace.messages())
                    .contains("aborts this transaction too")
                    .contains("Dry run");
        }
        assertThat(run("list", "--state", "Ongoing")).isZero();
        assertThat(millrace.out()).as("a dry run changes nothing").hasLineCount(2);

        assertThat(run("commit-prepared", "bank", "--yes")).isZero();
        assertThat(words()).contains("orders Ongoing 1 0 ? a-0 1 2");
        assertThat(millrace.messages()).contains("Aborted this transaction").contains("bank is committed.");

        leave(() -> {
            EmbeddedLog log = EmbeddedLog.open(directory);
            begun(log, "orders");
            return log;
        });
        assertThat(run("commit-prepared", "bank", "--as", prepared[0].toString()))
                .as("over already, but to say so would abort another")
                .isEqualTo(4);
        assertThat(words()).contains("orders Ongoing");
    }

    private EmbeddedLog create() {
        EmbeddedLog log = EmbeddedLog.open(directory);
        log.admin().createTopic("a", 1, TopicSettings.defaults());
        return log;
    }

    private static TransactionalProducer begun(EmbeddedLog log, String transactionalId) {
        TransactionalProducer producer = log.transactionalProducer(TransactionalProducerConfig.of(transactionalId));
        producer.begin();
        producer.send(A, 1, null, BytesView.ofUtf8(transactionalId), List.of());
        producer.flush();
        return producer;
    }

    /** Ends the log without its producers' knowing, as a process that is killed. */
    private static void leave(Supplier<EmbeddedLog> process) {
        process.get().close();
    }

    private int run(String command, String... arguments) {
        String[] all = new String[arguments.length + 4];
        all[0] = "transactions";
        all[1] = command;
        all[2] = "--data";
        all[3] = directory.toString();
        System.arraycopy(arguments, 0, all, 4, arguments.length);
        return millrace.run(all);
    }

    /** The ages depend on the machine. */
    private String words() {
        return millrace.out()
                .replaceAll(" [0-9]+(ms|s)([0-9]+ms)?( |\n)", " ?$3")
                .replaceAll(" +", " ");
    }
}
