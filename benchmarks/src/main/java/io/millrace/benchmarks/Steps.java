package io.millrace.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How many records a second a pipeline of one step takes, of each kind of step. */
@Command(
        name = "steps",
        description =
                "Runs a pipeline of each kind of step over a topic of numbers, or two, exactly once: records a second, processor time and bytes allocated a record.",
        mixinStandardHelpOptions = true)
final class Steps implements Callable<Integer> {
    @Option(
            names = "--records",
            defaultValue = "1000000",
            description = "Records of one run, in all inputs together; default: ${DEFAULT-VALUE}.")
    private int records;

    @Option(names = "--keys", defaultValue = "100000", description = "Keys; default: ${DEFAULT-VALUE}.")
    private int keys;

    @Option(names = "--loops", defaultValue = "1", description = "Loops of the application; default: ${DEFAULT-VALUE}.")
    private int loops;

    @Option(
            names = "--runs",
            defaultValue = "3",
            description = "Runs of each, behind one that warms up; default: ${DEFAULT-VALUE}.")
    private int runs;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "STEP",
            description = "Only these steps, separated by commas, such as count,stream-join.")
    private List<String> only = List.of();

    @Option(names = "--here", hidden = true, description = "Measures in this process, instead of one for each step.")
    private boolean isHere;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        for (StepWork work : chosen()) {
            if (isHere) {
                measure(work).forEach(Figure::report);
            } else {
                Figure.print(ChildJvm.run(0, arguments(work)));
            }
        }
        return 0;
    }

    private List<StepWork> chosen() {
        List<String> known = StepWork.ALL.stream().map(StepWork::label).toList();
        for (String name : only) {
            if (!known.contains(name) && spec != null) {
                throw new ParameterException(
                        spec.commandLine(), "No step is called '" + name + "': there are " + String.join(", ", known));
            }
        }
        return StepWork.ALL.stream()
                .filter(work -> only.isEmpty() || only.contains(work.label()))
                .toList();
    }

    private List<String> arguments(StepWork work) {
        return List.of(
                "steps",
                "--here",
                "--only=" + work.label(),
                "--records=" + records,
                "--keys=" + keys,
                "--loops=" + loops,
                "--runs=" + runs);
    }

    private List<Figure> measure(StepWork work) throws IOException {
        StepsRun run = new StepsRun(work, records, keys, loops);
        run(run);
        List<Figure> figures = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            StepsRun.Took took = run(run);
            figures.add(new Figure(work.label() + ": records", took.recordsPerSecond(), "/s"));
            figures.add(new Figure(work.label() + ": processor time a record", took.processorNanos(), "ns"));
            figures.add(new Figure(work.label() + ": allocated a record", took.allocatedBytes(), "bytes"));
        }
        return Figure.medians(figures);
    }

    private static StepsRun.Took run(StepsRun run) throws IOException {
        Path root = DataDirectory.create("steps-");
        try {
            return run.measure(root);
        } finally {
            DataDirectory.delete(root);
        }
    }
}
