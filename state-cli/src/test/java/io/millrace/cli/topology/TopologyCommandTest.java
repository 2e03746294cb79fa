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
import java.io.IOException;
import java.nio.file.Files;
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

    @Test
    void whatAnotherVersionWouldDoIsPlannedWithoutItsProgram(@TempDir Path elsewhere) throws IOException {
        start("counter");
        Path file = elsewhere.resolve("next.manifest");
        Pipeline.Builder renamed = Pipeline.named("counter");
        renamed.stream(WORDS).groupByKey().count("totals").renamedFrom("counts");
        Files.writeString(file, renamed.build().manifest());
        Said planned = run("plan", file.toString());
        assertThat(planned.status()).isZero();
        assertThat(planned.out()).isEqualTo("""
                Application counter
                  rename  store 'counts' is called 'totals' from now on, with all that it has
                """);

        Files.writeString(file, counting("counter", "totals").manifest());
        Said refused = run("plan", file.toString());
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.out()).isEqualTo("""
                Application counter: would be refused
                  add     store 'totals' is new and begins empty: it lacks what was consumed before
                  refuse  store 'counts' is gone: what it holds would be kept no longer
                            if it is called 'totals' now: say .renamedFrom("counts") right behind the step 'totals'
                            if it is to be deleted: builder.allow(TopologyChange.drop("counts"))
                """);
        assertThat(run("show").out()).contains("[counts]");
    }

    @Test
    void aFileThatIsNoManifestIsToldWithHowToMakeOne(@TempDir Path elsewhere) throws IOException {
        start("counter");
        Path file = elsewhere.resolve("next.manifest");
        assertThat(run("plan", file.toString())).satisfies(said -> {
            assertThat(said.status()).isEqualTo(2);
            assertThat(said.messages()).startsWith("There is no file ").contains("pipeline.manifest()");
        });
        Files.writeString(file, "digraph");
        assertThat(run("plan", file.toString())).satisfies(said -> {
            assertThat(said.status()).isEqualTo(2);
            assertThat(said.messages()).contains("is no manifest of a pipeline").contains("pipeline.manifest()");
        });
    }

    private static Pipeline counting(String application, String store) {
        Pipeline.Builder builder = Pipeline.named(application);
        builder.stream(WORDS).groupByKey().count(store);
        return builder.build();
    }

    private void start(String application) {
        try (EmbeddedLog log = EmbeddedLog.open(data)) {
            counting(application, "counts")
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
