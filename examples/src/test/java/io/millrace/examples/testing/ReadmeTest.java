package io.millrace.examples.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the README shows is what is compiled and run here. */
class ReadmeTest {
    private static final String MARK = "    // README\n";

    @ParameterizedTest
    @ValueSource(classes = {TotalsTest.class, ErrorsTest.class})
    void theTestThatIsShownIsOneThatRuns(Class<?> test) throws IOException {
        Path module = Path.of(System.getProperty("basedir", ""));
        String source = Files.readString(
                module.resolve("src/test/java/" + test.getName().replace('.', '/') + ".java"));
        String shown = source.substring(source.indexOf(MARK) + MARK.length(), source.lastIndexOf(MARK))
                        .stripTrailing()
                        .stripIndent()
                + "\n";
        String readme = Files.readString(module.resolve("../README.md").normalize());
        assertThat(shown).hasSizeGreaterThan(1_000);
        assertThat(readme).contains("```java\n" + shown + "```");
    }
}
