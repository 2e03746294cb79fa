package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MistypedTest {
    private static final List<String> OPTIONS = List.of("-K", "-n", "-o", "--from", "--follow", "--to", "--max");

    @ParameterizedTest
    @ValueSource(strings = {"--form", "--fron", "--frm", "-from", "--From"})
    void aTypingErrorIsRecognised(String given) {
        assertThat(Mistyped.closest(given, OPTIONS)).contains("--from");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-e", "-X", "-k", "--bootstrap", "--zzz"})
    void aLetterOrAnotherWordIsNot(String given) {
        assertThat(Mistyped.closest(given, OPTIONS)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-e;ends at the end, unless --follow",
                "-X;an option of its own",
                "-c;Write --max",
                "-t;named without an option",
                "--topic=orders;named without an option",
                "--from-beginning;begins there",
                "--bootstrap-server;--data names"
            })
    void whatOtherToolsCallItIsAnsweredWithWhatItIsHere(String optionAndAnswer) {
        String[] both = optionAndAnswer.split(";");
        CommandHarness millrace = new CommandHarness();
        assertThat(millrace.run("consume", "orders", both[0])).isEqualTo(2);
        assertThat(millrace.messages())
                .startsWith("'millrace consume' has no option " + both[0] + ". ")
                .contains(both[1])
                .doesNotContain("Did you mean");
    }

    @Test
    void whatMayBeAnythingIsOnlyRefused() {
        CommandHarness millrace = new CommandHarness();
        assertThat(millrace.run("consume", "orders", "-u")).isEqualTo(2);
        assertThat(millrace.messages())
                .isEqualTo("'millrace consume' has no option -u.\nTry 'millrace consume --help'.\n");
    }
}
