package io.millrace.cli.topology;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.DataOption;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.OpenLog;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.UnusableException;
import io.millrace.dsl.TopologyPlan;
import io.millrace.dsl.plan.DeclaredTopology;
import io.millrace.dsl.runtime.TopologyRecord;
import io.millrace.log.EventLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace topology plan}. */
@Command(
        name = "plan",
        description = {
            "Says what the start of another version of an application would do with what it keeps: what goes on, is new, is called otherwise or is deleted, and what"
                    + " is refused, with the code that would allow it.",
            "FILE is what the version says of itself: Files.writeString(path, pipeline.manifest()). Exit status 1 if it would be refused."
        },
        mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final DataOption data = new DataOption();

    @Parameters(paramLabel = "FILE", description = "The manifest of the version that is to be started.")
    private @Nullable Path manifest;

    PlanCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        var directory = data.existing();
        DeclaredTopology declared = read(Objects.requireNonNull(manifest, "manifest"));
        TopologyPlan plan;
        try (EventLog log = OpenLog.forReading(directory)) {
            plan = TopologyRecord.plan(log, declared);
        }
        Output out = console.output();
        plan.toString().lines().forEach(out::line);
        out.flush();
        return plan.isRefused() ? ExitStatus.FAILED : ExitStatus.DONE;
    }

    private static DeclaredTopology read(Path file) {
        if (Files.notExists(file)) {
            throw new UnusableException("There is no file " + file
                    + ". Have the program write it: Files.writeString(path, pipeline.manifest()).");
        }
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw new UnusableException("Cannot read " + file + ": " + e
                    + ". Have the program write it: Files.writeString(path, pipeline.manifest()).");
        }
        try {
            return DeclaredTopology.parse(text);
        } catch (IllegalArgumentException e) {
            throw new UnusableException(file + " is no manifest of a pipeline: " + e.getMessage()
                    + ". Have the program write it: Files.writeString(path, pipeline.manifest()).");
        }
    }
}
