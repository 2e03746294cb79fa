package io.millrace.examples.bank.command;

import io.millrace.cli.command.Numbers;
import io.millrace.cli.command.StopSignal;
import io.millrace.cli.command.Subcommand;
import io.millrace.cli.command.UsageException;
import io.millrace.dsl.PipelineException;
import io.millrace.examples.bank.input.GeneratorSettings;
import io.millrace.log.Durability;
import io.millrace.state.StateException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code millrace bank}: runs the bank and audits it. */
@Command(
        name = "bank",
        description = {
            "Runs a bank: orders on accounts apply in order, once each, whatever is killed meanwhile. Then audits it. If there are no"
                    + " transfers among the orders (--transfers 0), every result is also compared with that of a sequential program.",
            ""
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        subcommands = GenerateCommand.class,
        footerHeading = "%nExamples:%n",
        footer = {
            "  millrace bank --chaos 5                    a million orders, killed five times",
            "  millrace bank --input orders.csv           your own orders",
            "  millrace bank generate --orders 1000       orders as CSV",
            "  millrace bank --data mine                  stopped by Ctrl-C, the same goes on"
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:the audit passed",
            "1:the audit or the run failed",
            "2:the options, the input or the directory cannot be used; nothing was run",
            "3:the launcher could not build or start the program",
            "130, 143:stopped by Ctrl-C or SIGTERM, also during the audit; what is in --data can be gone on with"
        })
public final class BankCommand implements Callable<Integer>, Subcommand {
    private static final int MOST_PARTITIONS = 1_000;
    private static final int MOST_LOOPS = 256;
    private static final int MOST_KILLS = 10_000;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private final GeneratorOptions generator = new GeneratorOptions();

    @Option(
            names = "--input",
            paramLabel = "FILE",
            order = 10,
            description =
                    "Read orders from a CSV file or a pipe, or from standard input if it is -, instead of generating them. Its header: "
                            + "order_id,account,type,amount_cents,to_account. Blank lines are passed over; a line that is no order goes to"
                            + " the topic orders.dead-letters with its reason.")
    private @Nullable String input;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            converter = PartitionsConverter.class,
            defaultValue = "4",
            order = 11,
            description = "Partitions of every topic (default: ${DEFAULT-VALUE}).")
    private int partitions;

    @Option(
            names = "--loops",
            paramLabel = "N",
            converter = LoopsConverter.class,
            defaultValue = "2",
            order = 12,
            description = "How many threads process orders (default: ${DEFAULT-VALUE}).")
    private int loops;

    @Option(
            names = "--durability",
            paramLabel = "LEVEL",
            defaultValue = "process-crash",
            converter = DurabilityConverter.class,
            order = 13,
            description = "What a commit survives: process-crash (default) or power-loss.")
    private Durability durability = Durability.PROCESS_CRASH;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            order = 14,
            description =
                    "Keep the data there, and go on with what is there: with the orders and partitions that it was made with, so with the"
                            + " same options (--input, --orders, --accounts, --transfers, --seed, --partitions); others are refused. Without --data, everything"
                            + " is in the temporary directory and removed at the end.")
    private @Nullable Path data;

    @Option(
            names = "--chaos",
            paramLabel = "K",
            converter = KillsConverter.class,
            defaultValue = "0",
            order = 15,
            description = "Run in a child process, and kill it K times with SIGKILL at random moments.")
    private int chaos;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            order = 16,
            description =
                    "Write the audit as JSON to this file, or to standard output if it is - (the table then goes to standard error).")
    private @Nullable String report;

    @Option(names = "--child", hidden = true)
    private boolean isChild;

    @Override
    public Integer call() {
        GeneratorSettings generated = generator.settings();
        StopSignal stop = StopSignal.install();
        try {
            return isChild ? runChild(generated, stop) : runBank(generated, stop);
        } finally {
            stop.done();
        }
    }

    @Override
    public boolean foresees(Exception failure) {
        return failure instanceof StateException || failure instanceof PipelineException;
    }

    GeneratorSettings generatorSettings() {
        return generator.settings();
    }

    private int runChild(GeneratorSettings generated, StopSignal stop) {
        Path directory = Objects.requireNonNull(data, "--child needs --data");
        BankInput orders =
                input == null ? new BankInput.Generated(generated) : new BankInput.File(Path.of(input), 0, 0);
        ChildBank.run(new BankSetup(directory, orders, partitions, loops, durability), stop, System.in, System.out);
        return 0;
    }

    private int runBank(GeneratorSettings generated, StopSignal stop) {
        boolean isCompared = input != null && checkInput(input);
        BankSession session = new BankSession(
                new BankSession.Options(
                        generated,
                        Optional.ofNullable(input),
                        isCompared,
                        Optional.ofNullable(data),
                        Optional.ofNullable(report)),
                new BankSession.Shape(partitions, loops, durability, chaos),
                stop);
        return session.run(Objects.requireNonNull(spec, "spec").commandLine().getOut(), System.err);
    }

    /** @return whether a person asked for the comparison with a sequential program */
    private boolean checkInput(String name) {
        if (name.isEmpty()) {
            throw new UsageException("--input names no file: it is empty. For standard input, it is -.");
        }
        ParseResult given = Objects.requireNonNull(spec, "spec").commandLine().getParseResult();
        for (String option : List.of("--orders", "--accounts", "--seed")) {
            refuseBoth(option, given.hasMatchedOption(option));
        }
        boolean isTransfersGiven = given.hasMatchedOption("--transfers");
        refuseBoth("--transfers", isTransfersGiven && generator.settings().transferPercent() > 0);
        return isTransfersGiven;
    }

    private void refuseBoth(String option, boolean isGiven) {
        if (isGiven) {
            CommandLine command = Objects.requireNonNull(spec, "spec").commandLine();
            throw new ParameterException(
                    command,
                    "--input and " + option + " exclude each other: " + option
                            + " is about orders that are generated.");
        }
    }

    static final class PartitionsConverter extends Numbers.IntRange {
        PartitionsConverter() {
            super(1, MOST_PARTITIONS);
        }
    }

    static final class LoopsConverter extends Numbers.IntRange {
        LoopsConverter() {
            super(1, MOST_LOOPS);
        }
    }

    static final class KillsConverter extends Numbers.IntRange {
        KillsConverter() {
            super(0, MOST_KILLS);
        }
    }

    /** Reads {@code process-crash} and {@code power-loss}. */
    static final class DurabilityConverter implements ITypeConverter<Durability> {
        @Override
        public Durability convert(String value) {
            for (Durability durability : Durability.values()) {
                if (durability.name().replace('_', '-').equals(value.toUpperCase(Locale.ROOT))) {
                    return durability;
                }
            }
            throw new TypeConversionException("'" + value + "' is not one of process-crash, power-loss");
        }
    }
}
