package io.millrace.examples.bank;

import static io.millrace.examples.bank.OrderType.OPEN;
import static io.millrace.examples.bank.OrderType.TRANSFER;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.testing.PipelineTest;
import io.millrace.dsl.testing.PipelineTestSettings;
import io.millrace.dsl.testing.TestInputTopic;
import io.millrace.log.Durability;
import io.millrace.platform.sim.CrashMode;
import io.millrace.state.KeyValueStore;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The bank on the real engine: transfers cross partitions and instances, and no crash makes or loses a cent. */
class BankPipelineTest {
    private static final int ACCOUNTS = 6;
    private static final long AT_FIRST = 100;
    /** Kills in every storage call are the simulation's, in the tests of the whole; here it is some of all phases. */
    private static final long STRIDE = 9;

    private static PipelineTest bank(PipelineTestSettings settings) {
        return PipelineTest.of(clock -> BankPipeline.of(NoLines::new, 3, clock), settings);
    }

    /** Every account is opened and sends a part of what it has to the next one; the last order is sent twice. */
    private static void transferInACircle(PipelineTest test) {
        TestInputTopic<Long, Order> orders = test.input(BankPipeline.ORDERS);
        for (long account = 0; account < ACCOUNTS; account++) {
            orders.send(account, new Order(10, OPEN, AT_FIRST, 0));
        }
        test.run();
        for (long account = 0; account < ACCOUNTS; account++) {
            orders.send(account, new Order(11, TRANSFER, 10 + account, (account + 1) % ACCOUNTS));
        }
        orders.send(0L, new Order(11, TRANSFER, 10, 1));
    }

    private static void check(PipelineTest test, String story) {
        KeyValueStore<Long, Account> accounts = test.state(Ledger.ACCOUNTS);
        Map<Long, Long> balances = test.output(BankPipeline.BALANCES).readLatestPerKey();
        for (long account = 0; account < ACCOUNTS; account++) {
            long sent = 10 + account;
            long received = 10 + (account + ACCOUNTS - 1) % ACCOUNTS;
            Account found = accounts.get(account);
            assertThat(found.balance())
                    .as("account %d, %s in %s", account, story, test)
                    .isEqualTo(AT_FIRST - sent + received)
                    .isEqualTo(balances.get(account));
            assertThat(found.inFlight()).as("account %d, %s", account, story).isZero();
        }
        List<Status> statuses = test.output(BankPipeline.RESULTS).readAll().stream()
                .map(record -> record.value().status())
                .toList();
        assertThat(statuses).as("%s in %s", story, test).hasSize(3 * ACCOUNTS + 1);
        assertThat(statuses).filteredOn(Status.CREDITED::equals).hasSize(ACCOUNTS);
        assertThat(statuses).filteredOn(Status.DUPLICATE_ORDER::equals).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(CrashMode.class)
    void noCrashMakesOrLosesACent(CrashMode mode) {
        int deaths = 1;
        for (long call = 0; deaths > 0; call += STRIDE) {
            PipelineTestSettings settings = PipelineTestSettings.defaults()
                    .withSeed(call)
                    .withLoops(2)
                    .withDurability(mode == CrashMode.POWER ? Durability.POWER_LOSS : Durability.PROCESS_CRASH);
            try (PipelineTest test = bank(settings)) {
                transferInACircle(test);
                test.crashAfter(call, mode);
                test.run();
                check(test, "dead in call " + call);
                deaths = test.restarts();
            }
        }
    }

    @Test
    void accountsMoveToAnInstanceThatJoinsAndBack() {
        for (long seed = 0; seed < 10; seed++) {
            try (PipelineTest test = bank(PipelineTestSettings.defaults().withSeed(seed))) {
                test.run();
                test.addInstance();
                transferInACircle(test);
                test.run();
                assertThat(test.status(1).recordsConsumed()).isPositive();
                check(test, "two instances");
                test.removeInstance();
                test.run();
                check(test, "one instance");
            }
        }
    }
}
