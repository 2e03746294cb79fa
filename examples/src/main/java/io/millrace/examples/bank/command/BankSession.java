package io.millrace.examples.bank.command;

import io.millrace.cli.command.StopSignal;
import io.millrace.cli.command.Terminal;
import io.millrace.examples.bank.audit.Findings;
import io.millrace.examples.bank.input.GeneratorSettings;
import io.millrace.log.Durability;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** One call of {@code millrace bank}: data directory, run, audit, report. Owned by one thread. */
final class BankSession {
    private static final int PASSED = 0;
    private static final int FAILED = 1;
    private static final int UNUSABLE = 2;

    private final Options options;
    private final Shape shape;
    private final StopSignal stop;

    /** Where orders come from and where things go. @param isCompared a person asked for the comparison with a sequential program */
    record Options(
            GeneratorSettings generated,
            Optional<String> input,
            boolean isCompared,
            Optional<Path> data,
            Optional<String> report) {}

    /** How the pipeline is run. */
    record Shape(int partitions, int loops, Durability durability, int kills) {}

    BankSession(Options options, Shape shape, StopSignal stop) {
        this.options = options;
        this.shape = shape;
        this.stop = stop;
    }

    /** @return the exit status */
    int run(PrintWriter out, PrintStream messages) {
        ReportTarget target = new ReportTarget(options.report());
        // What can be refused is refused before anything is created.
        Optional<BankInput> known = inputThatStays();
        try (DataDirectory directory = options.data().map(DataDirectory::open).orElseGet(DataDirectory::temporary)) {
            BankInput input = known.orElseGet(() -> stream(directory));
            Map<String, String> identity = new TreeMap<>(input.identity());
            identity.put(DataDirectory.PARTITIONS, Integer.toString(shape.partitions()));
            boolean isResumed = directory.claim(identity);
            BankSetup setup =
                    new BankSetup(directory.path(), input, shape.partitions(), shape.loops(), shape.durability());
            ProgressView view = new ProgressView(messages, Terminal.isInteractive(), Terminal.columns());
            if (isResumed) {
                view.resumed();
                view.say("Going on with what is in " + directory.path() + ".");
            }
            Optional<Report> report;
            try {
                report = report(setup, directory, view);
            } catch (ChildFailedException e) {
                view.say(String.valueOf(e.getMessage()));
                return e.exitStatus() == UNUSABLE ? UNUSABLE : FAILED;
            }
            if (report.isEmpty()) {
                return FAILED;
            }
            boolean isKept = target.write(report.get(), out, messages);
            return report.get().findings().passed() && isKept ? PASSED : FAILED;
        }
    }

    /** Runs and audits. @return empty if it was stopped before the end, which was said then */
    private Optional<Report> report(BankSetup setup, DataDirectory directory, ProgressView view) {
        long startNanos = System.nanoTime();
        KillPlan plan = new KillPlan(shape.kills(), new Random());
        RunWatch watch = new RunWatch(view);
        try {
            boolean isDone =
                    shape.kills() > 0 ? new ChaosRun(setup, plan, watch, stop).run() : BankRun.run(setup, stop, watch);
            double seconds = (double) (System.nanoTime() - startNanos) / 1e9;
            if (!isDone) {
                view.say(
                        directory.isTemporary()
                                ? "Stopped. Its data is removed; with --data DIR it would be kept, to go on later."
                                : "Stopped. The same command goes on from here.");
                return Optional.empty();
            }
            Findings findings = BankRun.audit(setup, share -> {
                stop.check();
                view.auditing(share, System.nanoTime());
            });
            long ordersOfThisRun = findings.orders() - BankRun.ordersBefore(setup, watch.processedBefore());
            return Optional.of(new Report(findings, plan.done(), seconds, ordersOfThisRun / seconds));
        } catch (StopSignal.StoppedException e) {
            view.say(
                    directory.isTemporary()
                            ? "Stopped during the audit: every order is processed, nothing is known of the result."
                                    + " The data is removed; with --data DIR it would be kept."
                            : "Stopped during the audit: every order is processed. The same command audits again.");
            return Optional.empty();
        } finally {
            view.clear();
        }
    }

    /** Orders that can be read without keeping them first. */
    private Optional<BankInput> inputThatStays() {
        if (options.input().isEmpty()) {
            return Optional.of(new BankInput.Generated(options.generated()));
        }
        String name = options.input().get();
        return InputFiles.isStream(name)
                ? Optional.empty()
                : Optional.of(checked(InputFiles.file(Path.of(name)), name));
    }

    private BankInput stream(DataDirectory directory) {
        String name = options.input().orElseThrow();
        return checked(InputFiles.spooled(name, directory.spool()), name);
    }

    private BankInput checked(BankInput.File file, String name) {
        if (options.isCompared()) {
            InputFiles.refuseTransfers(file, name.equals(InputFiles.STANDARD_INPUT) ? "standard input" : name);
        }
        return file;
    }
}
