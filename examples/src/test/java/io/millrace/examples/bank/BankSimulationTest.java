package io.millrace.examples.bank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.ProcessorFactory;
import io.millrace.dsl.testing.InputRecord;
import io.millrace.dsl.testing.PipelineSimulation;
import io.millrace.dsl.testing.PipelineTest;
import io.millrace.dsl.testing.ResultComparison;
import io.millrace.dsl.testing.SimulationCut;
import io.millrace.dsl.testing.TestRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** The bank of docs/simulation.md, which shows what stands between the two marks. */
class BankSimulationTest {
    private static final String MARK = "    // DOCS\n";

    // DOCS
    @Test
    void nobodyEverSeesMoneyThatIsMadeOrLost() {
        simulation(Ledger::new).withSeeds(60).run();
    }

    static PipelineSimulation simulation(ProcessorFactory<Long, Entry> ledgers) {
        return PipelineTest.simulate(clock -> BankPipeline.of(NoLines::new, 3, clock, ledgers))
                .feed(BankPipeline.ORDERS, BankSimulationTest::order)
                .invariant("money is conserved", BankSimulationTest::checkMoney)
                .invariant("each order has one result", BankSimulationTest::checkResults)
                // Whether there was enough money depends on which of an account's credits and orders came first.
                .comparing(ResultComparison.NONE);
    }

    /** Of four accounts; one in five orders was sent before. */
    static InputRecord<Long, Order> order(RandomGenerator random, int number) {
        long account = random.nextLong(4);
        OrderType type = number < 4 ? OrderType.OPEN : OrderType.values()[random.nextInt(4)];
        return InputRecord.of(
                number < 4 ? number : account,
                new Order(number - random.nextInt(5) / 4, type, 1 + random.nextInt(100), random.nextLong(4)));
    }

    /** What came in and did not go out is on accounts, or on its way between two of them. */
    static void checkMoney(SimulationCut cut) {
        long owned = 0;
        for (Object account : cut.state("accounts").values()) {
            owned += ((Account) account).balance();
        }
        Set<TestRecord<Long, Credit>> arrived = new HashSet<>(cut.consumed(BankPipeline.CREDITS));
        long onTheWay = 0;
        for (TestRecord<Long, Credit> credit : cut.records(BankPipeline.CREDITS)) {
            boolean carriesMoney = credit.value().kind() != Credit.Kind.SETTLED;
            onTheWay +=
                    carriesMoney && !arrived.contains(credit) ? credit.value().amount() : 0;
        }
        assertEquals(paidIn(cut), owned + onTheWay);
    }

    /** Of orders that were applied. */
    static long paidIn(SimulationCut cut) {
        Map<String, OrderType> types = new HashMap<>();
        for (TestRecord<Long, Order> order : cut.consumed(BankPipeline.ORDERS)) {
            types.putIfAbsent(
                    order.key() + "/" + order.value().orderId(), order.value().type());
        }
        long paid = 0;
        for (TestRecord<Long, OrderResult> result : cut.records(BankPipeline.RESULTS)) {
            if (result.value().status() == Status.APPLIED) {
                long amount = result.value().amount();
                paid += switch (types.get(result.key() + "/" + result.value().orderId())) {
                    case OPEN, DEPOSIT -> amount;
                    case WITHDRAW -> -amount;
                    case TRANSFER -> 0;
                };
            }
        }
        return paid;
    }

    static void checkResults(SimulationCut cut) {
        long firstLegs = cut.records(BankPipeline.RESULTS).stream()
                .filter(result -> result.value().status().isFirstLeg())
                .count();
        assertEquals(cut.consumed(BankPipeline.ORDERS).size(), firstLegs);
    }
    // DOCS

    @Test
    void aCacheThatKnowsNothingOfAbortedTransactionsIsFound() {
        PipelineSimulation simulation = PipelineTest.simulate(clock -> {
                    Map<Long, Account> cache = new HashMap<>();
                    return BankPipeline.of(
                            NoLines::new, 3, clock, stores -> new Ledger(new CachedAccounts(stores, cache)));
                })
                .feed(BankPipeline.ORDERS, BankSimulationTest::order)
                .invariant("money is conserved", BankSimulationTest::checkMoney)
                .comparing(ResultComparison.NONE);
        assertThatThrownBy(simulation::run)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("violates: invariant 'money is conserved'")
                .hasMessageContaining("Run it again: mvn test -Dtest=BankSimulationTest#aCacheThat");
    }

    @Test
    void theDocumentShowsWhatIsRun() throws IOException {
        Path module = Path.of(System.getProperty("basedir", ""));
        String source = Files.readString(
                module.resolve("src/test/java/" + getClass().getName().replace('.', '/') + ".java"));
        String shown = source.substring(source.indexOf(MARK) + MARK.length(), source.lastIndexOf(MARK))
                        .stripTrailing()
                        .stripIndent()
                + "\n";
        assertThat(Files.readString(module.resolve("../docs/simulation.md").normalize()))
                .contains("```java\n" + shown + "```");
    }
}
