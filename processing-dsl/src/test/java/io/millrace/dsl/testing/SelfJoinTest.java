package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Table;
import io.millrace.dsl.Topic;
import io.millrace.serde.Serdes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** Tables that are joined with themselves, directly or by tables made of them: what is kept of the join is what the rows say, also of those that go. */
class SelfJoinTest {
    private static final Topic<String, Long> ROWS = Topic.of("rows", Serdes.string(), Serdes.int64());
    private static final Topic<String, String> TOLD = Topic.of("told", Serdes.string(), Serdes.string());

    private record Row(String key, @Nullable Long value) {}

    /** A table made of another one, and its row of a row. */
    private enum Side {
        SAME {
            @Override
            Table<String, Long> of(Table<String, Long> table, String name) {
                return table;
            }

            @Override
            @Nullable Long row(@Nullable Long value) {
                return value;
            }
        },
        MAPPED {
            @Override
            Table<String, Long> of(Table<String, Long> table, String name) {
                return table.mapValues(Side::mapped);
            }

            @Override
            @Nullable Long row(@Nullable Long value) {
                return value == null ? null : mapped(value);
            }
        },
        SMALL {
            @Override
            Table<String, Long> of(Table<String, Long> table, String name) {
                return table.filter((key, value) -> value < 6);
            }

            @Override
            @Nullable Long row(@Nullable Long value) {
                return value != null && value < 6 ? value : null;
            }
        },
        EVEN_KEPT {
            @Override
            Table<String, Long> of(Table<String, Long> table, String name) {
                return table.filter((key, value) -> value % 2 == 0).materialize(name);
            }

            @Override
            @Nullable Long row(@Nullable Long value) {
                return value != null && value % 2 == 0 ? value : null;
            }
        },
        JOINED {
            @Override
            Table<String, Long> of(Table<String, Long> table, String name) {
                return table.join(table.filter((key, value) -> value > 2), Long::sum)
                        .materialize(name, Serdes.int64());
            }

            @Override
            @Nullable Long row(@Nullable Long value) {
                return value != null && value > 2 ? 2 * value : null;
            }
        };

        abstract Table<String, Long> of(Table<String, Long> table, String name);

        abstract @Nullable Long row(@Nullable Long value);

        private static @Nullable Long mapped(Long value) {
            return value == 7 ? null : value + 1;
        }
    }

    private enum Kind {
        INNER,
        LEFT,
        OUTER;

        Table<String, String> join(Table<String, Long> left, Table<String, Long> right) {
            BiFunction<Long, Long, String> both = (one, other) -> one + "/" + other;
            return switch (this) {
                case INNER -> left.join(right, both);
                case LEFT -> left.leftJoin(right, both);
                case OUTER -> left.outerJoin(right, both);
            };
        }

        boolean has(@Nullable Long left, @Nullable Long right) {
            return switch (this) {
                case INNER -> left != null && right != null;
                case LEFT -> left != null;
                case OUTER -> left != null || right != null;
            };
        }
    }

    @Provide
    Arbitrary<List<Row>> rows() {
        return Combinators.combine(
                        Arbitraries.of("a", "b"),
                        Arbitraries.longs().between(0, 9).injectNull(0.4))
                .as(Row::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(12);
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void whatIsKeptOfAJoinIsWhatTheRowsSay(
            @ForAll("rows") List<Row> rows,
            @ForAll Side left,
            @ForAll Side right,
            @ForAll Kind kind,
            @ForAll boolean isAtOnce,
            @ForAll boolean isCrashing) {
        Pipeline.Builder builder = Pipeline.named("self");
        Table<String, Long> table = builder.table(ROWS, "rows");
        kind.join(left.of(table, "left"), right.of(table, "right"))
                .materialize("joined", Serdes.string())
                .toStream()
                .to(TOLD);
        PipelineTestSettings settings = PipelineTestSettings.defaults()
                .withPartitions(1)
                .withApplication(app -> app.withCommitInterval(Duration.ofMillis(10)));
        Map<String, String> expected = new HashMap<>();
        try (PipelineTest test = PipelineTest.of(builder.build(), settings)) {
            for (Row row : rows) {
                test.input(ROWS).send(row.key(), row.value());
                Long ofLeft = left.row(row.value());
                Long ofRight = right.row(row.value());
                if (kind.has(ofLeft, ofRight)) {
                    expected.put(row.key(), ofLeft + "/" + ofRight);
                } else {
                    expected.remove(row.key());
                }
                if (!isAtOnce) {
                    test.run();
                    assertThat(test.state("joined")).as("%s", row).isEqualTo(expected);
                }
                if (isCrashing) {
                    test.crashAndRestart();
                }
            }
            test.run();
            assertThat(test.state("joined")).isEqualTo(expected);
            assertThat(test.output(TOLD).readLatestPerKey()).isEqualTo(expected);
        }
    }
}
