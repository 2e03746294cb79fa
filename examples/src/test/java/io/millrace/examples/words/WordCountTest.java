package io.millrace.examples.words;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.testing.PipelineTest;
import io.millrace.examples.local.Example;
import io.millrace.platform.sim.CrashMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as its command runs it, and its pipeline where it dies. */
class WordCountTest {
    @TempDir
    Path directory;

    @Test
    void aSecondRunGoesOnCounting() throws Exception {
        Example example = new Example("word-count", directory.resolve("data"));
        assertThat(example.run()).isZero();
        assertThat(example.lines())
                .hasSize(19)
                .contains("3 mill", "3 that", "4 the", "3 is")
                .first()
                .isEqualTo("1 all");
        Path text = Files.writeString(directory.resolve("text"), "Mill, mill!\n\nÜber 2 mills\n");
        assertThat(example.run("--text", text.toString())).isZero();
        assertThat(example.lines()).contains("5 mill", "1 über", "1 2", "1 mills", "4 the");
    }

    @Test
    void aTextThatIsNotThereIsRefused() {
        Example example = new Example("word-count", directory.resolve("data"));
        assertThat(example.run("--text", directory.resolve("none").toString())).isEqualTo(2);
        assertThat(example.messages()).startsWith("The text " + directory.resolve("none") + " cannot be read");
    }

    @Test
    void eachWordCountsOnceWhereverTheProcessDies() {
        int deaths = 1;
        for (long call = 0; deaths > 0; call += 3) {
            try (PipelineTest test = PipelineTest.of(WordCount.pipeline())) {
                test.input(WordCount.LINES).send(1L, "to be or not to be");
                test.input(WordCount.LINES).send(2L, "not to be");
                test.crashAfter(call, CrashMode.PROCESS);
                test.run();
                assertThat(test.output(WordCount.COUNTS).readLatestPerKey())
                        .as("after a crash in storage call %d", call)
                        .isEqualTo(Map.of("to", 3L, "be", 3L, "or", 1L, "not", 2L));
                assertThat(test.state(WordCount.TOTALS)).isEqualTo(Map.of("to", 3L, "be", 3L, "or", 1L, "not", 2L));
                deaths = test.restarts();
            }
        }
    }
}
