package io.millrace.cli;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace help}: the help of a command, also of one below another, such as {@code help topics create}. */
@Command(name = "help", description = "Prints the help of a command.", helpCommand = true)
final class HelpCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            paramLabel = "COMMAND",
            arity = "0..*",
            description = "Which command, such as topics create; without one, this is the help of all.")
    private List<String> path = List.of();

    @Override
    public void run() {
        CommandLine self = Objects.requireNonNull(spec, "spec").commandLine();
        CommandLine command = Objects.requireNonNull(self.getParent(), "parent");
        for (String name : path) {
            CommandLine below = command.getSubcommands().get(name);
            if (below == null) {
                throw new ParameterException(
                        self, "There is no command '" + command.getCommandSpec().qualifiedName() + " " + name + "'.");
            }
            command = below;
        }
        command.usage(self.getOut());
    }
}
