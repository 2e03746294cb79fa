package io.millrace.kafka.local;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One broker of a local cluster, as it was started.
 *
 * @param number from 1
 * @param port for clients
 * @param controllerPort for the other brokers
 * @param pid of its process
 * @param startedAt when that process began, as the system says: another process that got the same id later is not it (L3)
 * @param logFile what it says of itself
 */
public record LocalBroker(
        int number, int port, int controllerPort, long pid, Optional<Instant> startedAt, Path logFile) {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Whether its process runs. */
    public boolean isAlive() {
        return process().isPresent();
    }

    private Optional<ProcessHandle> process() {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(found -> found.info().startInstant().equals(startedAt));
    }

    /** Lets it shut down in order, and kills it if it has not within half a minute; returns when it is gone. */
    public void stop() {
        process().ifPresent(running -> {
            running.destroy();
            if (!isGone(running)) {
                kill();
            }
        });
    }

    /** Kills it, as a crash would; returns when it is gone. @throws IllegalStateException if it stays */
    public void kill() {
        process().ifPresent(running -> {
            running.destroyForcibly();
            if (!isGone(running)) {
                throw new IllegalStateException("Process " + pid + " of broker " + number + " cannot be killed");
            }
        });
    }

    private static boolean isGone(ProcessHandle process) {
        try {
            process.onExit().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("Process " + process.pid() + " cannot be waited for", e.getCause());
        }
    }
}
