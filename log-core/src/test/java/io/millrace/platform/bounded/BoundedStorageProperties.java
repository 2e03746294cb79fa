package io.millrace.platform.bounded;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.platform.Storage;
import io.millrace.platform.Storage.OpenMode;
import io.millrace.platform.StorageException;
import io.millrace.platform.StorageFile;
import io.millrace.platform.sim.SimulatedStorage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** PB1: the same calls on a bounded storage and on one that is not give the same answers. */
class BoundedStorageProperties {
    private static final int STEPS = 120;

    @Property(tries = 300)
    void nobodyCanTellThatFilesAreBounded(@ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int limit) {
        SimulatedStorage below = new SimulatedStorage(seed);
        List<String> bounded = run(new BoundedStorage(below, limit, true), seed);
        List<String> plain = run(new SimulatedStorage(seed), seed);
        assertThat(bounded).isEqualTo(plain);
    }

    private static List<String> run(Storage storage, long seed) {
        Random random = new Random(seed);
        storage.createDirectories("d");
        storage.createDirectories("e");
        List<StorageFile> files = new ArrayList<>();
        List<String> answers = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            answers.add(answer(storage, files, random));
        }
        for (StorageFile file : files) {
            answers.add(content(file));
        }
        return answers;
    }

    private static String answer(Storage storage, List<StorageFile> files, Random random) {
        int action = random.nextInt(10);
        String path = path(random);
        String other = path(random);
        int which = random.nextInt(100);
        byte[] bytes = new byte[1 + random.nextInt(8)];
        random.nextBytes(bytes);
        StorageFile file = files.isEmpty() ? null : files.get(which % files.size());
        try {
            switch (action) {
                case 0, 1 -> files.add(storage.open(path, OpenMode.CREATE));
                case 2 -> files.add(storage.open(path, OpenMode.READ));
                case 3 -> storage.rename(path, other);
                case 4 -> storage.delete(path);
                case 5 -> {
                    // A directory with all that is open in it.
                    storage.rename("d", "aside");
                    storage.rename("aside", "f");
                    storage.rename("f", "d");
                }
                default -> {
                    return file == null ? "" : use(file, action, bytes);
                }
            }
            return "done";
        } catch (StorageException e) {
            return e.kind().toString();
        }
    }

    private static String use(StorageFile file, int action, byte[] bytes) {
        return switch (action) {
            case 6 -> "at " + file.append(ByteBuffer.wrap(bytes));
            case 7 -> content(file);
            case 8 -> {
                file.truncate(file.size() / 2);
                yield "cut";
            }
            default -> {
                file.force();
                yield "size " + file.size();
            }
        };
    }

    private static String content(StorageFile file) {
        ByteBuffer target = ByteBuffer.allocate(2000);
        file.readAt(0, target);
        return HexFormat.of().formatHex(target.array(), 0, target.position());
    }

    private static String path(Random random) {
        return List.of("d", "e").get(random.nextInt(2)) + "/" + random.nextInt(3);
    }
}
