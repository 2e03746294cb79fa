package io.millrace.platform.system;

import io.millrace.platform.Ticker;
import io.millrace.platform.World;
import io.millrace.platform.file.FileStorage;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Random;

/** The world as it is. */
public final class SystemWorld {
    private SystemWorld() {}

    /** A world whose storage is the directory {@code root}, which is created if it does not exist. */
    public static World open(Path root) {
        return on(FileStorage.open(root));
    }

    /** The same for a directory that exists, in which nothing is to be created. @throws StorageException with NOT_FOUND if there is none */
    public static World openExisting(Path root) {
        return on(FileStorage.openExisting(root));
    }

    /** The wall clock, for who has no storage. */
    public static InstantSource clock() {
        return InstantSource.system();
    }

    /** Monotonic time, for who has no storage. */
    public static Ticker ticker() {
        return System::nanoTime;
    }

    private static World on(FileStorage storage) {
        // Random is safe for several threads and cheap; what it yields names members and breaks ties, it guards no
        // secret.
        Random random = new Random(new SecureRandom().nextLong());
        return new World(
                storage, InstantSource.system(), System::nanoTime, random, new ThreadScheduler(System::nanoTime));
    }
}
