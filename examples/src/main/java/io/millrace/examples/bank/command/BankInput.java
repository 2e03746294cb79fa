package io.millrace.examples.bank.command;

import io.millrace.dsl.RecordSource;
import io.millrace.examples.bank.InputLine;
import io.millrace.examples.bank.input.CsvSource;
import io.millrace.examples.bank.input.GeneratedSource;
import io.millrace.examples.bank.input.GeneratorSettings;
import io.millrace.examples.bank.input.OrderGenerator;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Where the orders of a run come from, in a form that another process can be told and a data directory can remember. */
sealed interface BankInput {
    /** Opens the orders at their beginning. */
    RecordSource<InputLine> open();

    /** What distinguishes this input from every other. */
    Map<String, String> identity();

    /** The options that name it, for a command line. */
    List<String> options();

    /** Orders of a seed. */
    record Generated(GeneratorSettings settings) implements BankInput {
        @Override
        public RecordSource<InputLine> open() {
            return new GeneratedSource(new OrderGenerator(settings));
        }

        @Override
        public Map<String, String> identity() {
            Map<String, String> identity = new TreeMap<>();
            identity.put("orders", Long.toString(settings.orders()));
            identity.put("accounts", Long.toString(settings.accounts()));
            identity.put("transfers", Integer.toString(settings.transferPercent()));
            identity.put("seed", Long.toString(settings.seed()));
            return identity;
        }

        @Override
        public List<String> options() {
            return List.of(
                    "--orders=" + settings.orders(),
                    "--accounts=" + settings.accounts(),
                    "--transfers=" + settings.transferPercent(),
                    "--seed=" + settings.seed());
        }
    }

    /** A CSV file. @param checksum CRC-32C of its bytes */
    record File(Path path, long size, long checksum) implements BankInput {
        /** The part of the identity that only a file has. */
        static final String BYTES = "csv-bytes";

        @Override
        public RecordSource<InputLine> open() {
            return CsvSource.open(path);
        }

        @Override
        public Map<String, String> identity() {
            return Map.of(BYTES, Long.toString(size), "csv-crc32c", Long.toHexString(checksum));
        }

        @Override
        public List<String> options() {
            return List.of("--input=" + path);
        }
    }
}
