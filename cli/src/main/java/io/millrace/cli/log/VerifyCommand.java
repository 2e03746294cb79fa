package io.millrace.cli.log;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.DataOption;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.JsonOption;
import io.millrace.cli.command.Numbers;
import io.millrace.cli.command.Output;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.LogInspection;
import io.millrace.log.embedded.recovery.Damage;
import io.millrace.log.embedded.recovery.RepairPlan;
import io.millrace.platform.system.SystemWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace log verify}. */
@Command(
        name = "verify",
        description =
                "Reads every batch of a log and says what is not as it was written. Changes nothing, and works while another"
                        + " process has the log open; what that wrote and did not force is not judged.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:nothing is wrong", "1:damage was found", "2:there is no such log or partition"})
final class VerifyCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Parameters(paramLabel = "PARTITION", arity = "0..*", description = "Only these, such as orders-0.")
    private List<String> names = new ArrayList<>();

    VerifyCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        LogInspection log = LogInspection.open(SystemWorld.openExisting(data.existing()));
        List<TopicPartition> partitions = names.isEmpty()
                ? List.copyOf(log.partitions())
                : names.stream()
                        .map(name -> PartitionName.find(name, log.partitions()))
                        .toList();
        DamageReport report = new DamageReport();
        report.add(log.damages());
        List<Damage> unknown = names.isEmpty() ? log.unknownDirectories() : List.of();
        report.add(unknown);
        int done = 0;
        int deleted = 0;
        for (TopicPartition partition : partitions) {
            progress("partition " + ++done + " of " + partitions.size() + ": " + partition);
            RepairPlan plan = log.verify(partition);
            if (plan.isNeeded() && log.isDeleted(partition)) {
                progress("");
                console.say("Partition " + partition + " was deleted meanwhile.");
                deleted++;
            } else {
                report.add(plan);
            }
        }
        progress("");
        Output out = console.output();
        report.print(json, out);
        out.flush();
        if (report.isEmpty()) {
            console.say("Nothing is wrong with " + Numbers.count(partitions.size() - deleted, "partition") + ".");
            return ExitStatus.DONE;
        }
        unknown.stream()
                .map(Damage::remedy)
                .distinct()
                .forEach(remedy -> console.say("What no topic knows: " + remedy + "."));
        if (report.size() > unknown.size()) {
            console.say("'millrace log repair' says what a repair would cost.");
        }
        return ExitStatus.FAILED;
    }

    private void progress(String line) {
        if (console.isWatched()) {
            console.messages().print("\r\u001b[K" + line);
            console.messages().flush();
        }
    }
}
