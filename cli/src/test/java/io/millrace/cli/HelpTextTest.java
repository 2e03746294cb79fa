package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class HelpTextTest {
    /** In any command, at the width of any terminal: what is typed as it stands is not broken. */
    @ParameterizedTest
    @ValueSource(ints = {80, 100, 120})
    void noWordIsBrokenAtAHyphenAndWhatIsDescribedBeginsInOneColumn(int columns) {
        Map<String, CommandLine> commands = new TreeMap<>();
        collect(Millrace.commandLine(), commands);
        assertThat(commands).hasSizeGreaterThan(20);
        commands.forEach((name, command) -> {
            command.getCommandSpec().usageMessage().autoWidth(false).width(columns);
            String help = command.getUsageMessage();
            assertThat(help).as(name).doesNotContain("\u2011");
            String[] footer = command.getCommandSpec().usageMessage().footer();
            String broken = footer.length == 0 ? help : help.substring(0, help.indexOf(String.format(footer[0])));
            List<String> lines = broken.lines().toList();
            assertThat(lines)
                    .as(name)
                    .allMatch(line -> line.length() <= columns)
                    .noneMatch(line -> line.endsWith("-"));
        });
        String consume = commands.get("millrace consume").getUsageMessage();
        assertThat(consume)
                .contains("' ' or", "%t topic,", "%p partition,", "%K its length,")
                .doesNotContain("\u00a0", "\ue000");
        String create = commands.get("millrace topics create").getUsageMessage();
        assertThat(create).contains("compact-and-delete.");
        if (columns == 80) {
            assertThat(create).contains("""
                          --cleanup=HOW          What becomes of old records: delete, compact (the
                                                 newest of each key stays) or compact-and-delete.
                    """);
        }
    }

    private static void collect(CommandLine command, Map<String, CommandLine> into) {
        into.put(command.getCommandSpec().qualifiedName(), command);
        command.getSubcommands().values().forEach(each -> collect(each, into));
    }
}
