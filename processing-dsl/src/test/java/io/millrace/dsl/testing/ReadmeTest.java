package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tests of pipelines that README.md shows compile as they stand there, and pass. */
class ReadmeTest {
    private static final Path README = Path.of("..", "README.md");
    private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final String IMPORTS = """
            import static io.millrace.dsl.ErrorPolicy.*;
            import static org.junit.jupiter.api.Assertions.*;
            import io.millrace.dsl.*;
            import io.millrace.dsl.testing.*;
            import io.millrace.platform.sim.CrashMode;
            import io.millrace.serde.*;
            import java.time.Duration;
            import java.util.*;
            import org.junit.jupiter.api.Test;
            """;

    @TempDir
    private Path classes;

    /** A text that the compiler takes for a file. */
    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String text) {
            super(URI.create("string:///Shown.java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Test your pipeline", "When something fails"})
    void whatIsShownCompilesAndPasses(String section) throws Exception {
        String readme = Files.readString(README);
        int begin = readme.indexOf("## " + section + "\n");
        int end = readme.indexOf("\n## ", begin + 1);
        Matcher code = CODE.matcher(readme.substring(begin, end));
        assertThat(code.find()).as("code in section %s", section).isTrue();
        assertThat(run(compiled(IMPORTS + "public class Shown {\n" + code.group(1) + "}\n")))
                .as("tests in section %s", section)
                .isNotEmpty();
    }

    private Class<?> compiled(String source) throws Exception {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(said, null, null)) {
            List<String> options = List.of(
                    "-d",
                    classes.toString(),
                    "-proc:none",
                    "-classpath",
                    System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
            compiler.getTask(null, files, said, options, null, List.of(new Source(source)))
                    .call();
        }
        assertThat(said.getDiagnostics())
                .filteredOn(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
                .isEmpty();
        URL[] where = {classes.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(where, getClass().getClassLoader())) {
            return loader.loadClass("Shown");
        }
    }

    /**
     * Runs the class's tests.
     *
     * @return their names
     */
    private static List<String> run(Class<?> shown) throws Exception {
        Constructor<?> constructor = shown.getDeclaredConstructor();
        List<String> run = new ArrayList<>();
        for (Method method : shown.getDeclaredMethods()) {
            if (method.isAnnotationPresent(org.junit.jupiter.api.Test.class)) {
                method.setAccessible(true);
                method.invoke(constructor.newInstance());
                run.add(method.getName());
            }
        }
        return run;
    }
}
