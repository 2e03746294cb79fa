package io.millrace.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs one phase of a program in a JVM of its own, so that nothing is warm that a user's would not be. */
final class ChildJvm {
    /** The exit status of a phase that ends as if it had been killed, by {@link Runtime#halt}. */
    static final int HALTED = 137;

    private ChildJvm() {}

    /**
     * Runs {@code benchmarks ARGUMENTS} with this process's JVM flags, and waits for its end.
     *
     * @return the figures that it printed, in order
     * @throws IllegalStateException if it ended with another status
     */
    static List<Figure> run(int expectedStatus, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Benchmarks.class.getName()));
        command.addAll(arguments);
        Process child =
                new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        List<Figure> figures = new ArrayList<>();
        try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Figure.decode(line).ifPresent(figures::add);
            }
            int status = child.waitFor();
            if (status != expectedStatus) {
                throw new IllegalStateException(
                        String.join(" ", arguments) + " ended with status " + status + ": see above for why");
            }
        } finally {
            child.destroyForcibly();
        }
        return figures;
    }
}
