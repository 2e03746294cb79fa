package io.millrace.cli.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.cli.Said;
import io.millrace.dsl.AppSettings;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.PipelineException;
import io.millrace.dsl.Topic;
import io.millrace.log.TopicSettings;
import io.millrace.log.TopicSettings.Cleanup;
import io.millrace.log.TopicSettings.TimestampType;
import io.millrace.platform.system.SystemWorld;
import io.millrace.serde.Serdes;
import io.millrace.state.memory.MemoryBackend;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that a refused start names are commands, and mend what it was refused for. */
class OwnTopicCommandsTest {
    private static final Pattern COMMAND = Pattern.compile("`millrace ([^`]+)`");

    @TempDir
    private Path data;

    private static Pipeline pipeline() {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(Topic.of("in", Serdes.string(), Serdes.string()))
                .groupBy("by-value", (key, value) -> value, Serdes.string())
                .count("counts");
        return builder.build();
    }

    private void start() {
        try (EmbeddedLog log = EmbeddedLog.open(data)) {
            pipeline()
                    .start(log, AppSettings.of(SystemWorld.open(data), MemoryBackend::new))
                    .close();
        }
    }

    /** Says what the message says to. @return how many commands that were */
    private int mendAsToldBy(Throwable refused) {
        Matcher commands = COMMAND.matcher(refused.getMessage());
        int said = 0;
        for (; commands.find(); said++) {
            List<String> words = new ArrayList<>(List.of(commands.group(1).split(" ")));
            words.replaceAll(word -> word.equals("DIR") ? data.toString() : word.equals("N") ? "2" : word);
            if (words.contains("alter")) {
                words.add("--yes");
            }
            assertThat(Said.by(words.toArray(String[]::new)))
                    .as("%s", words)
                    .extracting(Said::status)
                    .isEqualTo(0);
        }
        return said;
    }

    @Test
    void whatIsMissingOrWouldLoseRecordsIsMendedByTheCommandsOfTheMessage() {
        try (EmbeddedLog log = EmbeddedLog.open(data)) {
            TopicSettings deleting = TopicSettings.defaults().withRetention(Optional.of(Duration.ofDays(7)));
            log.admin().createTopic("app-counts-changelog", 2, deleting.withCleanup(Cleanup.COMPACT_AND_DELETE));
            log.admin()
                    .createTopic(
                            "app-by-value-repartition",
                            2,
                            deleting.withCleanup(Cleanup.COMPACT)
                                    .withRetentionBytes(Optional.of(1L << 20))
                                    .withTimestampType(TimestampType.LOG_APPEND_TIME));
            log.admin().createTopic("app-topology", 1, deleting);
        }
        Throwable missing = catchThrowable(this::start);
        assertThat(missing).isInstanceOf(PipelineException.class).hasMessageContaining("does not exist");
        assertThat(mendAsToldBy(missing)).isEqualTo(1);

        Throwable losing = catchThrowable(this::start);
        assertThat(losing).isInstanceOf(PipelineException.class).hasMessageContaining("timestamp-type");
        assertThat(mendAsToldBy(losing)).isEqualTo(3);

        start();
    }
}
