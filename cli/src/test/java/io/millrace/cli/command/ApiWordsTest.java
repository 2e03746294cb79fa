package io.millrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.Millrace;
import io.millrace.log.TopicSettings;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiWordsTest {
    @Test
    void everySettingThatTheLogNamesIsAnOptionHere() {
        Set<String> options = Millrace.commandLine()
                .getSubcommands()
                .get("topics")
                .getSubcommands()
                .get("alter")
                .getCommandSpec()
                .optionsMap()
                .keySet();
        Stream.of(TopicSettings.class, TopicSettings.Compaction.class)
                .flatMap(type -> Stream.of(type.getRecordComponents()))
                .map(component -> component.getName())
                .filter(name -> !name.equals(name.toLowerCase(java.util.Locale.ROOT)))
                .forEach(name -> {
                    String said = ApiWords.translate(name + " is at least 1, got 0");
                    assertThat(said).endsWith(" is at least 1, got 0");
                    assertThat(options).contains(said.substring(0, said.indexOf(' ')));
                });
    }

    @ParameterizedTest
    @CsvSource({
        "'maxLag is at least minLag, got PT24H and PT1H30M', '--max-compaction-lag is at least --min-compaction-lag, got 1d and 1h30m'",
        "'or change the cleanup of topic a.b-c to DELETE', 'or change the topic with ''millrace topics alter a.b-c --cleanup delete'''",
        "'There is no topic my.maxLag-x or ''minLag''', 'There is no topic my.maxLag-x or ''minLag'''",
        "'(ulimit -n), or have this log keep fewer open (EmbeddedLogConfig.maxOpenFiles), then try again', '(ulimit -n), then try again'",
        "'too small: run it with a larger heap (-Xmx)', 'too small: run this again with a larger heap, which the environment variable MILLRACE_JAVA_OPTS sets, such as MILLRACE_JAVA_OPTS=-Xmx2g'",
        "'a topic PT-1 and PTx', 'a topic PT-1 and PTx'"
    })
    void whatAnOptionIsCalledIsSaidAndNothingElseIsTouched(String message, String said) {
        assertThat(ApiWords.translate(message)).isEqualTo(said);
    }
}
