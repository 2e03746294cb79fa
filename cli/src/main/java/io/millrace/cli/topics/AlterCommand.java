package io.millrace.cli.topics;

import io.millrace.cli.command.Consent;
import io.millrace.cli.command.Console;
import io.millrace.cli.command.DataOption;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.OpenLog;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.Table;
import io.millrace.log.EventLog;
import io.millrace.log.TopicSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace topics alter}. */
@Command(
        name = "alter",
        description =
                "Changes settings of a topic; what is not given stays as it is. What would have records deleted that are kept"
                        + " now is asked for first.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  millrace topics alter orders --compression lz4 --data mine",
            "  millrace topics alter clicks --retention 1d --yes --data mine"
        })
final class AlterCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final SettingsOptions settings = new SettingsOptions();

    @Mixin
    private final Consent consent = new Consent();

    @Parameters(paramLabel = "TOPIC", description = "Which topic.")
    private String name = "";

    AlterCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (!isAnyGiven()) {
            throw new ParameterException(
                    Objects.requireNonNull(spec, "spec").commandLine(),
                    "Say what to change, such as: millrace topics alter " + name + " --retention 7d");
        }
        try (EventLog log = OpenLog.forWriting(data.existing())) {
            TopicSettings before = TopicReport.requireUsers(name, log.admin()).settings();
            TopicSettings after = settings.applyTo(before);
            if (after.equals(before)) {
                console.say("Nothing to change: " + name + " has these settings.");
                return ExitStatus.DONE;
            }
            Output out = console.output();
            changes(before, after).print(out);
            out.flush();
            if (keepsLess(before, after) && !consent.isGiven(console, "Keep less of " + name + " than now?")) {
                return ExitStatus.NOT_DONE;
            }
            log.admin().alterTopic(name, after);
            console.say("Changed " + name + ".");
            settings.warnings(after).forEach(console::say);
            return ExitStatus.DONE;
        }
    }

    private boolean isAnyGiven() {
        CommandSpec self = Objects.requireNonNull(spec, "spec");
        return SettingsTable.of(TopicSettings.defaults()).keySet().stream()
                .anyMatch(setting -> self.commandLine().getParseResult().hasMatchedOption("--" + setting));
    }

    private static Table changes(TopicSettings before, TopicSettings after) {
        Table table = new Table("SETTING", "BEFORE", "AFTER");
        Map<String, String> then = SettingsTable.of(after);
        SettingsTable.of(before).forEach((setting, value) -> {
            String now = Objects.requireNonNull(then.get(setting), setting);
            if (!now.equals(value)) {
                table.row().text(setting).text(value).text(now);
            }
        });
        return table;
    }

    /** Whether records that would stay are removed at some time. */
    static boolean keepsLess(TopicSettings before, TopicSettings after) {
        boolean compactsNow = after.cleanup().compacts() && !before.cleanup().compacts();
        boolean deletesNow = after.cleanup().deletes()
                && (isLess(deletingAge(before), after.retention())
                        || isLess(deletingSize(before), after.retentionBytes()));
        return compactsNow || deletesNow;
    }

    private static Optional<Duration> deletingAge(TopicSettings settings) {
        return settings.cleanup().deletes() ? settings.retention() : Optional.empty();
    }

    private static Optional<Long> deletingSize(TopicSettings settings) {
        return settings.cleanup().deletes() ? settings.retentionBytes() : Optional.empty();
    }

    /** Empty is without bound. */
    private static <T extends Comparable<T>> boolean isLess(Optional<T> before, Optional<T> after) {
        return after.isPresent() && (before.isEmpty() || after.get().compareTo(before.get()) < 0);
    }
}
