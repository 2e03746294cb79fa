package io.millrace.examples.log;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogProducer;
import io.millrace.log.LogRecord;
import io.millrace.log.ProducerRecord;
import io.millrace.log.RebalanceListener;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicSettings;
import io.millrace.serde.BytesView;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes payments to a topic, reads them as a member of a group, and commits what is done: run again, it goes on where it stopped. */
public final class Payments {
    private static final List<String> ACCOUNTS = List.of("alice", "bob", "carol");

    private Payments() {}

    /** Runs in a log in this directory, which is created if there is none; tells of each record that it reads. */
    public static void run(Path directory, Consumer<String> out) {
        try (EmbeddedLog log = EmbeddedLog.open(directory)) {
            log.admin().createTopic("payments", 4, TopicSettings.defaults()); // nothing happens if it is there

            try (LogProducer producer = log.producer()) {
                for (String account : ACCOUNTS) {
                    producer.send(ProducerRecord.of("payments", BytesView.ofUtf8(account), BytesView.ofUtf8("10.00")));
                }
            } // closing flushes: the records are in the log, and survive a killed process

            try (LogConsumer consumer = log.consumer(ConsumerConfig.group("accounting"))) {
                consumer.subscribe(Set.of("payments"), RebalanceListener.NONE);
                int read = 0;
                while (read < ACCOUNTS.size()) {
                    for (RecordCursor cursor : consumer.poll(Duration.ofSeconds(1))) {
                        while (cursor.next()) {
                            LogRecord record = cursor.record();
                            out.accept(cursor.topicPartition() + "@" + record.offset() + " " + text(record.key())
                                    + " pays " + text(record.value()));
                            read++;
                        }
                    }
                    consumer.commit(); // what was read is done: nobody in the group reads it again
                }
            }
        }
    }

    private static String text(@Nullable BytesView bytes) {
        return bytes == null ? "" : bytes.toUtf8();
    }
}
