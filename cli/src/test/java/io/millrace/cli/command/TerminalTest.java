package io.millrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TerminalTest {
    @Test
    void aTerminalThatSaysNoWidthHasTheUsualOne() {
        assertThat(Terminal.fromEnvironment(null)).isEqualTo(80);
        assertThat(Terminal.fromEnvironment("wide")).isEqualTo(80);
        assertThat(Terminal.fromEnvironment("132")).isEqualTo(132);
        assertThat(Terminal.fromSize("24 60\n", 80)).isEqualTo(60);
        assertThat(Terminal.fromSize("0 0\n", 80)).isEqualTo(80);
        assertThat(Terminal.fromSize("", 80)).isEqualTo(80);
    }
}
