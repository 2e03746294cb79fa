package io.millrace.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What the machine itself gives: no log on this disk can be faster than these. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@State(Scope.Benchmark)
public class DiskBenchmark {
    /** As much as a producer's batch. */
    private static final int BLOCK_KIB = 256;

    private static final long FILE_BYTES = 512L << 20;

    private Path directory;
    private FileChannel channel;
    private ByteBuffer block;
    private ByteBuffer page;
    private long position;

    @Setup(Level.Trial)
    public void createFile() throws IOException {
        directory = DataDirectory.create("disk-");
        channel = FileChannel.open(
                directory.resolve("file"),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        block = ByteBuffer.allocateDirect(BLOCK_KIB << 10);
        page = ByteBuffer.allocateDirect(4096);
        while (position < FILE_BYTES) {
            writeBlock();
        }
    }

    @TearDown(Level.Trial)
    public void deleteFile() throws IOException {
        channel.close();
        DataDirectory.delete(directory);
    }

    /** Appends to the page cache, in blocks of 256 KiB; operations are KiB. */
    @Benchmark
    @OperationsPerInvocation(BLOCK_KIB)
    public long pageCacheWrite() throws IOException {
        if (position >= FILE_BYTES) {
            channel.truncate(0);
            position = 0;
        }
        return writeBlock();
    }

    /** Reads from the page cache, in blocks of 256 KiB; operations are KiB. */
    @Benchmark
    @OperationsPerInvocation(BLOCK_KIB)
    public int pageCacheRead() throws IOException {
        if (position >= FILE_BYTES) {
            position = 0;
        }
        block.clear();
        int read = channel.read(block, position);
        position += read;
        return read;
    }

    /** Appends 4 KiB and forces them to the device; operations are forces. */
    @Benchmark
    public long appendAndForce() throws IOException {
        page.clear();
        position += channel.write(page, position);
        channel.force(false);
        return position;
    }

    private long writeBlock() throws IOException {
        block.clear();
        position += channel.write(block, position);
        return position;
    }
}
