package io.millrace.cli.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.Said;
import io.millrace.dsl.AppSettings;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.log.TopicSettings;
import io.millrace.platform.system.SystemWorld;
import io.millrace.serde.Serdes;
import io.millrace.state.memory.MemoryBackend;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopologyCommandTest {
    private static final Topic<String, String> WORDS =
            Topic.of("words", Serdes.string(), Serdes.string()).withPartitions(1);

    @TempDir
    private Path data;

    @Test
    void whatWasStartedIsListedAndShownInEveryLanguage() {
        start("counter");
        Said listed = run("list");
        assertThat(listed.messages()).isEmpty();
        assertThat(listed.out().lines().toList().get(1)).matches("counter +1 +2 +1");
        assertThat(run("show").out()).isEqualTo("""
                Application counter
                  sub-topology 0
                    0: read words
                    1: aggregate counts [counts] <- 0
                """);
        assertThat(run("show", "--format", "mermaid").out())
                .startsWith("flowchart LR\n")
                .contains("topic_words --> s0");
        assertThat(run("show", "counter", "--format=dot").out()).startsWith("digraph \"counter\" {\n");
    }

    @Test
    void itIsShownBesideTheProcessThatHasTheLogOpen() {
        start("counter");
        try (EmbeddedLog owner = EmbeddedLog.open(data)) {
            assertThat(owner.logId()).isNotEmpty();
            assertThat(run("show").out()).startsWith("Application counter\n");
        }
    }

    @Test
    void anApplicationThatIsNotThereIsToldWithThoseThatAre() {
        assertThat(EmbeddedLog.open(data)).satisfies(EmbeddedLog::close);
        assertThat(run("show")).satisfies(said -> {
            assertThat(said.status()).isEqualTo(2);
            assertThat(said.messages()).startsWith("No application was started on the log in ");
        });
        start("one");
        start("two");
        assertThat(run("show").messages()).isEqualTo("Say which application: one, two.\n");
        assertThat(run("show", "three")).satisfies(said -> {
            assertThat(said.status()).isEqualTo(2);
            assertThat(said.messages()).contains("No application 'three'").endsWith("but: one, two.\n");
        });
    }

    @Test
    void aTopicOfSomebodyElseIsNoApplication() {
        try (EmbeddedLog log = EmbeddedLog.open(data)) {
            log.admin().createTopic("street-topology", 3, TopicSettings.defaults());
        }
        start("counter");
        assertThat(run("show").out()).startsWith("Application counter\n");
    }

    private void start(String application) {
        Pipeline.Builder builder = Pipeline.named(application);
        builder.stream(WORDS).groupByKey().count("counts");
        try (EmbeddedLog log = EmbeddedLog.open(data)) {
            builder.build()
                    .start(log, AppSettings.of(SystemWorld.open(data), MemoryBackend::new))
                    .close();
        }
    }

    private Said run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("topology"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--data", data.toString()));
        return Said.by(all.toArray(String[]::new));
    }
}
