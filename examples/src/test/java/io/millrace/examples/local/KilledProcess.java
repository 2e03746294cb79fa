package io.millrace.examples.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Runs a program in a process of its own, and kills that with SIGKILL where its source is {@link StandingStill}. */
public final class KilledProcess {
    /** What the system reports of a process that SIGKILL ended. */
    private static final int KILLED = 128 + 9;

    private KilledProcess() {}

    /** @param program has a {@code main} that runs in a directory until its source is at a position */
    public static void run(Class<?> program, Path directory, long stillAt) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        program.getName(),
                        directory.toString(),
                        Long.toString(stillAt)))
                .redirectError(Redirect.INHERIT)
                .start();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(lines.readLine()).isEqualTo(StandingStill.SIGN);
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor()).isEqualTo(KILLED);
    }
}
