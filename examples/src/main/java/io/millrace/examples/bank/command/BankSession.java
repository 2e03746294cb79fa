package io.millrace.examples.bank.command;

import io.millrace.examples.bank.UnusableException;
import io.millrace.examples.bank.audit.Findings;
import io.millrace.examples.bank.input.GeneratorSettings;
import io.millrace.log.Durability;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
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

    /** Where orders come from and where things go. */
    record Options(GeneratorSettings generated, Optional<String> input, Optional<Path> data, Optional<Path> report) {}

    /** How the pipeline is run. */
    record Shape(int partitions, int loops, Durability durability, int kills) {}

    BankSession(Options options, Shape shape, StopSignal stop) {
        this.options = options;
        this.shape = shape;
        this.stop = stop;
    }

    /** @return the exit status */
    int run(PrintWriter out, PrintStream messages) {
        options.report().ifPresent(BankSession::checkWritable);
        try (DataDirectory directory = options.data().map(DataDirectory::open).orElseGet(DataDirectory::temporary)) {
            BankInput input = input(directory);
            Map<String, String> identity = new TreeMap<>(input.identity());
            identity.put("partitions", Integer.toString(shape.partitions()));
            boolean isResumed = directory.claim(identity);
            BankSetup setup =
                    new BankSetup(directory.path(), input, shape.partitions(), shape.loops(), shape.durability());
            ProgressView view = new ProgressView(messages, Terminal.isInteractive(), Terminal.columns());
            if (isResumed) {
                view.resumed();
                view.say("Going on with what is in " + directory.path() + ".");
            }
            return run(setup, directory, view, out);
        }
    }

    private int run(BankSetup setup, DataDirectory directory, ProgressView view, PrintWriter out) {
        long startNanos = System.nanoTime();
        KillPlan plan = new KillPlan(shape.kills(), new Random());
        RunWatch watch = new RunWatch(view);
        boolean isDone;
        try {
            isDone = shape.kills() > 0 ? new ChaosRun(setup, plan, watch, stop).run() : BankRun.run(setup, stop, watch);
        } catch (ChildFailedException e) {
            view.say(String.valueOf(e.getMessage()));
            return e.exitStatus() == UNUSABLE ? UNUSABLE : FAILED;
        } finally {
            view.clear();
        }
        double seconds = (double) (System.nanoTime() - startNanos) / 1e9;
        if (!isDone) {
            view.say(
                    directory.isTemporary()
                            ? "Stopped. Its data is removed; with --data DIR it would be kept, to go on later."
                            : "Stopped. The same command goes on from here.");
            return FAILED;
        }
        Findings findings = BankRun.audit(setup);
        long ordersOfThisRun = findings.orders() - BankRun.ordersBefore(setup, watch.processedBefore());
        Report report = new Report(findings, plan.done(), seconds, ordersOfThisRun / seconds);
        out.println(report.table());
        out.flush();
        options.report().ifPresent(file -> write(file, report.json()));
        return findings.passed() ? PASSED : FAILED;
    }

    private BankInput input(DataDirectory directory) {
        if (options.input().isEmpty()) {
            return new BankInput.Generated(options.generated());
        }
        String name = options.input().get();
        return name.equals("-") ? InputFiles.spooled(System.in, directory.spool()) : InputFiles.file(Path.of(name));
    }

    private static void checkWritable(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null
                || !Files.isDirectory(parent)
                || Files.isDirectory(file)
                || !Files.isWritable(Files.exists(file) ? file : parent)) {
            throw new UnusableException(
                    String.format(Locale.ROOT, "--report names a file that cannot be written: %s", file));
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UnusableException("Cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}
