package io.millrace.examples.bank.command;

import io.millrace.cli.Millrace;
import io.millrace.cli.command.StopSignal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Runs the pipeline in a child process, kills it with SIGKILL as planned, and starts it again on the same data until nothing is left to do.
 * Owned by one thread.
 */
final class ChaosRun {
    private static final long CHILD_PATIENCE_SECONDS = 30;
    /** What the system reports of a process that SIGKILL ended. */
    private static final int KILLED = 128 + 9;

    private final BankSetup setup;
    private final KillPlan plan;
    private final RunWatch watch;
    private final StopSignal stop;

    /** How a child's life ended. */
    private enum End {
        KILLED,
        FINISHED,
        STOPPED
    }

    ChaosRun(BankSetup setup, KillPlan plan, RunWatch watch, StopSignal stop) {
        this.setup = setup;
        this.plan = plan;
        this.watch = watch;
        this.stop = stop;
    }

    /** @return false if it was stopped before everything was done */
    boolean run() {
        while (!stop.isRequested()) {
            switch (watch(start())) {
                case FINISHED -> {
                    return true;
                }
                case STOPPED -> {
                    return false;
                }
                case KILLED -> {
                    plan.killed();
                    watch.killed();
                }
            }
        }
        return false;
    }

    private Process start() {
        try {
            return new ProcessBuilder(command()).redirectError(Redirect.INHERIT).start();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start a process for the bank", e);
        }
    }

    private List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            // Two processes cannot share a debugger's port or a profiler's file.
            if (!flag.startsWith("-agent") && !flag.startsWith("-javaagent")) {
                command.add(flag);
            }
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Millrace.class.getName(), "bank"));
        command.add("--child");
        command.add("--data=" + setup.data());
        command.add("--partitions=" + setup.partitions());
        command.add("--loops=" + setup.loops());
        command.add("--durability="
                + setup.durability().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        command.addAll(setup.input().options());
        return command;
    }

    private End watch(Process child) {
        stop.onRequest(() -> closeInput(child));
        try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
            if (stop.isRequested()) {
                closeInput(child);
            }
            boolean isFinishing = false;
            String line;
            while ((line = lines.readLine()) != null) {
                OptionalLong delay = react(line);
                if (delay.isPresent() && !stop.isRequested()) {
                    return kill(child, delay.getAsLong());
                }
                if (line.equals(ChildBank.DRAINED)) {
                    isFinishing = true;
                    child.outputWriter(StandardCharsets.UTF_8)
                            .append(ChildBank.FINISH)
                            .append('\n')
                            .flush();
                }
            }
            return ended(awaitEnd(child), isFinishing);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot talk to the process that runs the bank", e);
        } finally {
            child.destroyForcibly();
        }
    }

    /** @return after how many milliseconds the child is to be killed, if it is */
    private OptionalLong react(String line) {
        if (line.equals(ChildBank.OPENING)) {
            return plan.delayMillis(KillPlan.Event.OPENING, 0);
        }
        if (line.startsWith(ChildBank.OPENED)) {
            watch.opened(ChildBank.decodeOffsets(line.substring(ChildBank.OPENED.length())));
        }
        if (line.equals(ChildBank.DRAINED)) {
            return plan.delayMillis(KillPlan.Event.DRAINED, 1);
        }
        if (line.startsWith(ChildBank.PROGRESS)) {
            watch.progress(Progress.decode(line.substring(ChildBank.PROGRESS.length())));
            return plan.delayMillis(KillPlan.Event.PROGRESS, watch.fraction());
        }
        return OptionalLong.empty();
    }

    private End kill(Process child, long delayMillis) {
        try {
            if (child.waitFor(delayMillis, TimeUnit.MILLISECONDS)) {
                return ended(child.exitValue(), false);
            }
            child.destroyForcibly();
            int status = child.waitFor();
            // It may have been faster: then it was not killed.
            return status == KILLED ? End.KILLED : ended(status, false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return End.STOPPED;
        }
    }

    private End ended(int status, boolean isFinishing) {
        if (stop.isRequested()) {
            return End.STOPPED;
        }
        if (isFinishing && status == 0) {
            return End.FINISHED;
        }
        throw new ChildFailedException(status);
    }

    private static int awaitEnd(Process child) {
        try {
            if (!child.waitFor(CHILD_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                child.destroyForcibly();
            }
            return child.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    private static void closeInput(Process child) {
        try {
            child.getOutputStream().close();
        } catch (IOException alreadyGone) {
            child.destroy();
        }
    }
}
