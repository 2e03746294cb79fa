package io.millrace.cli.log;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.DataOption;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.HumanSize;
import io.millrace.cli.command.JsonOption;
import io.millrace.cli.command.Numbers;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.Table;
import io.millrace.cli.command.UnusableException;
import io.millrace.log.LogException;
import io.millrace.log.embedded.LogRepair;
import io.millrace.log.embedded.recovery.Damage;
import io.millrace.log.embedded.recovery.RepairPlan;
import io.millrace.platform.StorageException;
import io.millrace.platform.system.SystemWorld;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace log repair}. */
@Command(
        name = "repair",
        description = {
            "Says what is wrong with a log and what a repair would take away; with --execute, repairs it.",
            "What it takes out of the log it keeps, in a directory 'repair' beside the partitions. Whoever has a copy of the"
                    + " log does better to restore it."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:nothing needs a repair, or everything that did was repaired",
            "1:it was tried, and failed",
            "2:there is no log, or another process has it open",
            "4:damage was found, and nothing was changed: this was a dry run"
        })
final class RepairCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Option(names = "--execute", description = "Do it. Without, this is a dry run, which changes nothing.")
    private boolean isExecuted;

    RepairCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Path directory = data.existing();
        try (LogRepair repair = open(directory)) {
            List<Damage> damages = repair.planDirectory();
            List<RepairPlan> plans = repair.plan();
            List<Damage> unknown = repair.unknownDirectories();
            print(Stream.concat(damages.stream(), unknown.stream()).toList(), plans);
            if (damages.isEmpty() && plans.isEmpty()) {
                console.say(unknown.isEmpty() ? "Nothing needs a repair." : "Nothing else needs a repair.");
                return ExitStatus.DONE;
            }
            if (!isExecuted) {
                console.say("Dry run: nothing was changed. With --execute it is done.");
                return ExitStatus.NOT_DONE;
            }
            if (!damages.isEmpty()) {
                repair.applyDirectory();
            }
            plans.forEach(repair::apply);
            sayKept(directory, directory.resolve(repair.asideDirectory()));
            return ExitStatus.DONE;
        }
    }

    /** Each file that the repair took out, whole or in part, with where it is now. */
    private void sayKept(Path directory, Path aside) {
        if (!Files.isDirectory(aside)) {
            console.say("Repaired. Nothing had to be taken out of the log: no file is kept aside.");
            return;
        }
        try (Stream<Path> kept = Files.walk(aside)) {
            console.say("Repaired. What was taken out of the log is kept:");
            for (Path file : kept.filter(Files::isRegularFile).sorted().toList()) {
                console.say("  " + directory.relativize(file) + ", " + HumanSize.show(Files.size(file)));
            }
        } catch (IOException | UncheckedIOException e) {
            throw new UncheckedIOException(
                    "Repaired. What was taken out of the log is in " + aside + ", which cannot be listed: "
                            + e.getMessage(),
                    e instanceof IOException io ? io : new IOException(e));
        }
    }

    private static LogRepair open(Path directory) {
        try {
            return LogRepair.open(SystemWorld.openExisting(directory));
        } catch (LogException e) {
            if (e.getCause() instanceof StorageException storage && storage.kind() == StorageException.Kind.LOCKED) {
                throw new UnusableException(
                        "Another process has the log in " + directory
                                + " open. Close it there; 'millrace log verify' works meanwhile.",
                        e);
            }
            throw e;
        }
    }

    private void print(List<Damage> damages, List<RepairPlan> plans) {
        Output out = console.output();
        if (json.isJson()) {
            json.print(table(damages, plans), out);
        } else {
            damages.forEach(damage -> say(damage, out));
            plans.forEach(plan -> say(plan, out));
        }
        out.flush();
    }

    private static void say(Damage damage, Output out) {
        out.line(damage.toString());
        out.line("  repair: " + damage.remedy());
    }

    private static void say(RepairPlan plan, Output out) {
        out.line(plan.topicPartition().toString());
        for (Damage damage : plan.damages()) {
            out.line("  " + damage);
            out.line("    repair: " + damage.remedy());
        }
        out.line("  kept: offsets " + plan.kept().startOffset() + " to "
                + plan.kept().endOffset() + ", exclusive");
        out.line("  lost: " + lost(plan));
        if (plan.undecidedOffset() < plan.keptEndOffset()) {
            out.line("  transactions lose their end from offset " + plan.undecidedOffset()
                    + " on: what is kept of them is aborted, unless it is known to be committed");
        }
    }

    private static String lost(RepairPlan plan) {
        String offsets = plan.lostRecordsAtMost().isEmpty()
                ? "how many offsets is not known"
                : Numbers.count(plan.lostRecordsAtMost().getAsLong(), "offset") + " at the most";
        String left = plan.lostBytes() == 0
                ? "nothing is left of them"
                : HumanSize.show(plan.lostBytes()) + " are left of them, and kept aside";
        if (plan.lostRecordsAtMost().equals(OptionalLong.of(0)) && plan.lostBytes() == 0) {
            return "no record";
        }
        return (plan.isAllLost() ? "all of it, " : "") + offsets + "; " + left;
    }

    private static Table table(List<Damage> damages, List<RepairPlan> plans) {
        Table table = new Table(
                "PARTITION", "DAMAGE", "REPAIR", "KEPT START", "KEPT END", "UNDECIDED", "LOST OFFSETS", "LOST BYTES");
        for (Damage damage : damages) {
            table.row()
                    .missing()
                    .text(damage.toString())
                    .text(damage.remedy())
                    .missing()
                    .missing()
                    .missing()
                    .missing()
                    .missing();
        }
        for (RepairPlan plan : plans) {
            table.row()
                    .text(plan.topicPartition().toString())
                    .text(plan.damage())
                    .text(String.join(
                            "; ", plan.damages().stream().map(Damage::remedy).toList()))
                    .number(plan.kept().startOffset())
                    .number(plan.kept().endOffset())
                    .number(plan.undecidedOffset())
                    .number(plan.lostRecordsAtMost())
                    .bytes(plan.lostBytes());
        }
        return table;
    }
}
