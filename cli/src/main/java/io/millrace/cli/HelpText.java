package io.millrace.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.Help.Layout;
import picocli.CommandLine.Help.TextTable;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * The help of a command, as picocli writes it, but for where its lines break: a hyphen is no place for that, since what has one is mostly typed
 * as it stands ({@code compact-and-delete}), nor is a space within quotes or between a token of a pattern and what it stands for; and what is
 * described begins in the same column in each line.
 */
final class HelpText extends Help {
    private static final char UNBROKEN = '\u2011';
    private static final char UNBROKEN_SPACE = '\u00a0';
    /** Of private use, which is as a letter: a line may break behind a percent sign. */
    private static final char UNBROKEN_PERCENT = '\ue000';

    private static final Pattern ONE_PIECE = Pattern.compile("(?<!\\w)'[^'\n]{1,40}'(?!\\w)|%\\w [^,;%\n]{1,20}");
    private static final List<String> BROKEN_INTO_LINES = List.of(
            UsageMessageSpec.SECTION_KEY_DESCRIPTION,
            UsageMessageSpec.SECTION_KEY_PARAMETER_LIST,
            UsageMessageSpec.SECTION_KEY_OPTION_LIST,
            UsageMessageSpec.SECTION_KEY_COMMAND_LIST,
            UsageMessageSpec.SECTION_KEY_EXIT_CODE_LIST);

    private HelpText(CommandSpec command, ColorScheme scheme) {
        super(command, scheme);
    }

    /** Has this command and those below it write their help so. */
    static void use(CommandLine command) {
        command.setHelpFactory(HelpText::new);
        Map<String, IHelpSectionRenderer> sections = new LinkedHashMap<>(command.getHelpSectionMap());
        for (String key : BROKEN_INTO_LINES) {
            sections.computeIfPresent(
                    key,
                    (name, section) -> help -> section.render(help)
                            .replace(UNBROKEN, '-')
                            .replace(UNBROKEN_SPACE, ' ')
                            .replace(UNBROKEN_PERCENT, '%'));
        }
        command.setHelpSectionMap(sections);
        keepWordsWhole(command);
    }

    private static void keepWordsWhole(CommandLine command) {
        UsageMessageSpec usage = command.getCommandSpec().usageMessage();
        String[] description = usage.description();
        for (int i = 0; i < description.length; i++) {
            description[i] = whole(description[i]);
        }
        usage.description(description);
        command.getSubcommands().values().forEach(HelpText::keepWordsWhole);
    }

    private static String whole(String text) {
        return ONE_PIECE
                .matcher(text.replace('-', UNBROKEN))
                .replaceAll(piece -> Matcher.quoteReplacement(
                        piece.group().replace(' ', UNBROKEN_SPACE).replace('%', UNBROKEN_PERCENT)));
    }

    @Override
    public Layout createDefaultLayout(
            List<OptionSpec> options, List<PositionalParamSpec> positionals, ColorScheme scheme) {
        UsageMessageSpec usage = commandSpec().usageMessage();
        int names = calcLongOptionColumnWidth(options, positionals, scheme);
        TextTable table = TextTable.forDefaultColumns(scheme, names, usage.width());
        table.indentWrappedLines = 0;
        IOptionRenderer option = createDefaultOptionRenderer();
        IParameterRenderer parameter = createDefaultParameterRenderer();
        return new Layout(
                scheme,
                table,
                (each, label, colors) -> whole(option.render(each, label, colors), colors),
                (each, label, colors) -> whole(parameter.render(each, label, colors), colors));
    }

    private static Text[][] whole(Text[][] rows, ColorScheme colors) {
        for (Text[] row : rows) {
            int last = row.length - 1;
            row[last] = colors.ansi().new Text(whole(row[last].toString()), colors);
        }
        return rows;
    }
}
