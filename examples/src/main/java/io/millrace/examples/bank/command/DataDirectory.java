package io.millrace.examples.bank.command;

import io.millrace.cli.command.UnusableException;
import io.millrace.examples.local.WritableDirectory;
import io.millrace.platform.system.SystemWorld;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a run keeps its data: {@code log/}, {@code state/}, {@code input.csv} if orders came on standard input, and
 * {@code bank.properties}, which says what run it is. Locked while it is open.
 */
final class DataDirectory implements AutoCloseable {
    /** The part of every run's identity that does not depend on its input. */
    static final String PARTITIONS = "partitions";

    private static final String IDENTITY = "bank.properties";
    private static final Set<String> BEFORE_IDENTITY = Set.of(".lock", IDENTITY + ".new", "input.csv", "input.csv.new");

    private static final Set<String> EVERYTHING = Stream.concat(
                    BEFORE_IDENTITY.stream(), Stream.of(IDENTITY, "log", "state"))
            .collect(Collectors.toSet());
    private static final String PREFIX = "millrace-bank-";

    private final Path path;
    private final boolean isTemporary;
    private final AutoCloseable lock;

    private DataDirectory(Path path, boolean isTemporary) {
        this.path = path;
        this.isTemporary = isTemporary;
        lock = SystemWorld.open(path).storage().lock("");
    }

    /** Opens a directory that a person named, and creates it if it does not exist. */
    static DataDirectory open(Path path) {
        Path absolute = WritableDirectory.made(path);
        // Nothing may be left in a directory that is refused, not even a lock.
        if (!Files.exists(absolute.resolve(IDENTITY))) {
            refuseStrangers(absolute);
        }
        return new DataDirectory(absolute, false);
    }

    /** A new directory that is removed at the end. */
    static DataDirectory temporary() {
        try {
            Path fresh = Files.createTempDirectory(PREFIX);
            new Leftovers(PREFIX, EVERYTHING).removeBeside(fresh, Instant.now());
            return new DataDirectory(fresh, true);
        } catch (IOException e) {
            throw new UnusableException(
                    "Cannot create a temporary directory: " + e.getMessage() + ". Name one with --data.", e);
        }
    }

    Path path() {
        return path;
    }

    Path log() {
        return path.resolve("log");
    }

    Path state() {
        return path.resolve("state");
    }

    Path spool() {
        return path.resolve("input.csv");
    }

    boolean isTemporary() {
        return isTemporary;
    }

    /**
     * Marks the directory as that of a run, or checks that it is.
     *
     * @return true if it was one before
     * @throws UnusableException if it belongs to another run, or to something else
     */
    boolean claim(Map<String, String> identity) {
        Path file = path.resolve(IDENTITY);
        try {
            if (Files.exists(file)) {
                compare(read(file), identity);
                return true;
            }
            refuseStrangers(path);
            write(file, identity);
            return false;
        } catch (IOException e) {
            throw new UnusableException("Cannot use " + path + ": " + e.getMessage(), e);
        }
    }

    private static void refuseStrangers(Path path) {
        try (Stream<Path> entries = Files.list(path)) {
            Set<String> strangers = entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> !BEFORE_IDENTITY.contains(name))
                    .collect(Collectors.toCollection(TreeSet::new));
            if (!strangers.isEmpty()) {
                throw new UnusableException(path + " is no directory of the bank: it holds "
                        + strangers.iterator().next() + ". Name an empty one with --data.");
            }
        } catch (IOException e) {
            throw new UnusableException("Cannot read " + path + ": " + e.getMessage(), e);
        }
    }

    private void compare(Map<String, String> known, Map<String, String> wanted) {
        if (!sourceOf(known).equals(sourceOf(wanted))) {
            throw another("its orders " + sourceOf(known) + " there and " + sourceOf(wanted) + " now");
        }
        Set<String> names = new TreeSet<>(known.keySet());
        names.addAll(wanted.keySet());
        for (String name : names) {
            String before = known.getOrDefault(name, "nothing");
            String now = wanted.getOrDefault(name, "nothing");
            if (!before.equals(now)) {
                throw another(name + " is " + before + " there and " + now + " now");
            }
        }
    }

    private UnusableException another(String difference) {
        return new UnusableException(path + " holds another run: " + difference
                + ". Give it the options that it was made with, or name another directory.");
    }

    /** What an identity is made of says where the orders come from. */
    private static String sourceOf(Map<String, String> identity) {
        return identity.containsKey(BankInput.File.BYTES) ? "come from a file" : "are generated";
    }

    private static Map<String, String> read(Path file) throws IOException {
        Properties properties = new Properties();
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (CharacterCodingException | IllegalArgumentException e) {
            throw unreadable(file, e);
        }
        if (!properties.containsKey(PARTITIONS)) {
            throw unreadable(file, null);
        }
        Map<String, String> identity = new TreeMap<>();
        properties.stringPropertyNames().forEach(name -> identity.put(name, properties.getProperty(name)));
        return identity;
    }

    private static UnusableException unreadable(Path file, @Nullable Exception cause) {
        return new UnusableException(
                file + " does not say which run the directory belongs to: it is damaged. Bring it back from a copy, or"
                        + " name another directory with --data and begin anew; what is in this one can be removed.",
                cause);
    }

    private static void write(Path file, Map<String, String> identity) throws IOException {
        StringWriter text = new StringWriter();
        text.write("# The run that this directory belongs to.\n");
        new TreeMap<>(identity).forEach((name, value) -> text.write(name + "=" + value + "\n"));
        Path fresh = file.resolveSibling(IDENTITY + ".new");
        Files.writeString(fresh, text.toString());
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Unlocks, and removes a temporary directory. */
    @Override
    public void close() {
        try {
            lock.close();
            if (isTemporary) {
                remove(path);
            }
        } catch (Exception e) {
            throw new IllegalStateException("Cannot close " + path, e);
        }
    }

    static void remove(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
