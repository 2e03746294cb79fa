package io.millrace.examples.bank.command;

import io.millrace.examples.bank.OrderLine;
import io.millrace.examples.bank.input.GeneratorSettings;
import io.millrace.examples.bank.input.OrderCsv;
import io.millrace.examples.bank.input.OrderGenerator;
import io.millrace.serde.BytesWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code millrace bank generate}: the orders of {@code bank} as CSV on standard output, and nothing else there. */
@Command(
        name = "generate",
        description = "Writes the orders that 'bank' would generate as CSV to standard output.",
        mixinStandardHelpOptions = true)
final class GenerateCommand implements Callable<Integer> {
    private static final int CHUNK_BYTES = 1 << 16;
    /** What a shell reports of a program whose reader went away. */
    private static final int BROKEN_PIPE = 128 + 13;

    @ParentCommand
    private @Nullable BankCommand bank;

    @Override
    public Integer call() {
        GeneratorSettings settings = Objects.requireNonNull(bank, "bank").generatorSettings();
        try (OutputStream out = new FileOutputStream(FileDescriptor.out)) {
            write(settings, out);
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("broken pipe")) {
                return BROKEN_PIPE;
            }
            throw new UncheckedIOException("Standard output cannot be written: " + e.getMessage(), e);
        }
        return 0;
    }

    /** Writes header and orders. */
    static void write(GeneratorSettings settings, OutputStream out) throws IOException {
        OrderGenerator generator = new OrderGenerator(settings);
        BytesWriter chunk = new BytesWriter(CHUNK_BYTES + 1_024);
        chunk.putUtf8(OrderCsv.HEADER).putByte('\n');
        for (long i = 0; i < settings.orders(); i++) {
            OrderLine line = generator.order(i);
            OrderCsv.write(line.account(), line.order(), chunk);
            if (chunk.length() >= CHUNK_BYTES) {
                out.write(chunk.array(), 0, chunk.length());
                chunk.clear();
            }
        }
        out.write(chunk.array(), 0, chunk.length());
    }
}
