package io.millrace.cli.topology;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.DataOption;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.JsonOption;
import io.millrace.cli.command.OpenLog;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.Table;
import io.millrace.dsl.plan.TopologyManifest;
import io.millrace.dsl.plan.TopologyManifest.StepEntry;
import io.millrace.dsl.runtime.TopologyRecord;
import io.millrace.log.EventLog;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace topology list}. */
@Command(
        name = "list",
        description = "Lists the applications that were started on a log, and how much of what they have.",
        mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    ListCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Table table = new Table("APPLICATION", "SUB-TOPOLOGIES", "STEPS", "STORES");
        try (EventLog log = OpenLog.forReading(data.existing())) {
            for (String application : TopologyRecord.applications(log)) {
                Optional<TopologyManifest> topology = TopologyRecord.read(log, application);
                topology.ifPresent(found -> add(found, table));
            }
        }
        Output out = console.output();
        json.print(table, out);
        out.flush();
        return ExitStatus.DONE;
    }

    private static void add(TopologyManifest topology, Table table) {
        table.row()
                .text(topology.application())
                .number(topology.steps().stream()
                        .mapToInt(StepEntry::subTopology)
                        .distinct()
                        .count())
                .number(topology.steps().size())
                .number(topology.steps().stream()
                        .mapToLong(step -> step.stores().size())
                        .sum());
    }
}
