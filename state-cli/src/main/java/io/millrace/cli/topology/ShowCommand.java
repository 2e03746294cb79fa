package io.millrace.cli.topology;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.DataOption;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.OpenLog;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.UnusableException;
import io.millrace.dsl.plan.TopologyManifest;
import io.millrace.dsl.plan.TopologyPrinter;
import io.millrace.dsl.runtime.TopologyRecord;
import io.millrace.log.EventLog;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace topology show}. */
@Command(
        name = "show",
        description = {
            "Prints the topology that an application was last started with.",
            "Mermaid is drawn by most places that show Markdown, DOT by Graphviz: millrace topology show --format dot | dot -Tsvg"
        },
        mixinStandardHelpOptions = true)
final class ShowCommand implements Callable<Integer> {
    /** The languages of {@code --format}, as a person writes them. */
    enum Format {
        text,
        mermaid,
        dot
    }

    private final Console console;

    @Mixin
    private final DataOption data = new DataOption();

    @Parameters(arity = "0..1", paramLabel = "APPLICATION", description = "Which one; not needed where there is one.")
    private @Nullable String application;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Format format = Format.text;

    ShowCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Path directory = data.existing();
        TopologyManifest topology;
        try (EventLog log = OpenLog.forReading(directory)) {
            topology = find(log, directory);
        }
        Output out = console.output();
        printed(topology).lines().forEach(out::line);
        out.flush();
        return ExitStatus.DONE;
    }

    private String printed(TopologyManifest topology) {
        return switch (format) {
            case text -> TopologyPrinter.text(topology);
            case mermaid -> TopologyPrinter.mermaid(topology);
            case dot -> TopologyPrinter.dot(topology);
        };
    }

    private TopologyManifest find(EventLog log, Path directory) {
        List<String> all = TopologyRecord.applications(log);
        if (all.isEmpty()) {
            throw new UnusableException("No application was started on the log in " + directory + ".");
        }
        String name = application;
        if (name == null && all.size() > 1) {
            throw new UnusableException("Say which application: " + String.join(", ", all) + ".");
        }
        String chosen = name == null ? all.get(0) : name;
        return TopologyRecord.read(log, chosen)
                .orElseThrow(() -> new UnusableException("No application '" + chosen + "' was started on the log in "
                        + directory + ", but: " + String.join(", ", all) + "."));
    }
}
