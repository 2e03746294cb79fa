package io.millrace.proof.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.jspecify.annotations.NullMarked;

/** Dependencies run one way, and the world has few doors. */
@AnalyzeClasses(packages = "io.millrace", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ENGINE = "io.millrace.log.embedded";

    @ArchTest
    static final ArchRule noPackageCycles =
            slices().matching("io.millrace.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule theLogApiKnowsNoEngine = noClasses()
            .that()
            .resideInAPackage("io.millrace.log")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.millrace.log.embedded..", "io.millrace.platform..", "io.millrace.transactions..");

    @ArchTest
    static final ArchRule theTransactionApiKnowsNoEngine = noClasses()
            .that()
            .resideInAPackage("io.millrace.transactions")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.millrace.transactions.coordinator..",
                    "io.millrace.transactions.embedded..",
                    "io.millrace.log.embedded..");

    @ArchTest
    static final ArchRule serdesKnowTheJdkAlone = classes()
            .that()
            .resideInAPackage("io.millrace.serde..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("io.millrace.serde..", "java..", "org.jspecify..");

    @ArchTest
    static final ArchRule stateKnowsNoLog = noClasses()
            .that()
            .resideInAPackage("io.millrace.state..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.millrace.log..", "io.millrace.transactions..", "io.millrace.dsl..");

    @ArchTest
    static final ArchRule theRuntimeKnowsNoEngine = noClasses()
            .that()
            .resideInAPackage("io.millrace.dsl..")
            .and()
            .resideOutsideOfPackage("io.millrace.dsl.testing..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.millrace.log.embedded..",
                    "io.millrace.transactions.embedded..",
                    "io.millrace.transactions.coordinator..");

    /** The test kit is where application, engine and simulated world meet; what runs in production knows none of it. */
    @ArchTest
    static final ArchRule nothingDependsOnTheTestKit = noClasses()
            .that()
            .resideOutsideOfPackage("io.millrace.dsl.testing..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.millrace.dsl.testing..");

    @ArchTest
    static final ArchRule theSimulatedWorldIsForTheTestKit = noClasses()
            .that()
            .resideOutsideOfPackages("io.millrace.dsl.testing..", "io.millrace.platform.sim..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.millrace.platform.sim..");

    @ArchTest
    static final ArchRule theTestKitNeedsNoLibraryOfTests = classes()
            .that()
            .resideInAPackage("io.millrace.dsl.testing..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("io.millrace..", "java..", "org.jspecify..");

    /** What users deploy does not depend on programs, and the launcher on none of them: they name their commands to it. */
    @ArchTest
    static final ArchRule theLauncherKnowsNoProgram = noClasses()
            .that()
            .resideOutsideOfPackage("io.millrace.examples..")
            .and()
            .resideOutsideOfPackage("io.millrace.proof..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.millrace.examples..");

    @ArchTest
    static final ArchRule librariesKnowNoCommand = noClasses()
            .that()
            .resideOutsideOfPackages("io.millrace.cli..", "io.millrace.examples..", "io.millrace.proof..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.millrace.cli..");

    @ArchTest
    static final ArchRule familiesOfCommandsShareOnlyTheirCommonPart = slices().matching("io.millrace.cli.(*)..")
            .should()
            .notDependOnEachOther()
            .ignoreDependency(alwaysTrue(), resideInAPackage("io.millrace.cli.command.."));

    @ArchTest
    static final ArchRule theEnginesLayersRunOneWay = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage(ENGINE + "..")
            .withOptionalLayers(true)
            .layer("format")
            .definedBy(ENGINE + ".format..")
            .layer("segment")
            .definedBy(ENGINE + ".segment..")
            .layer("producer")
            .definedBy(ENGINE + ".producer..")
            .layer("recovery")
            .definedBy(ENGINE + ".recovery..")
            .layer("partition")
            .definedBy(ENGINE + ".partition..")
            .layer("group")
            .definedBy(ENGINE + ".group..")
            .layer("retention")
            .definedBy(ENGINE + ".retention..")
            .layer("engine")
            .definedBy(ENGINE)
            .whereLayer("engine")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("group")
            .mayOnlyBeAccessedByLayers("engine")
            .whereLayer("retention")
            .mayOnlyBeAccessedByLayers("engine")
            .whereLayer("partition")
            .mayOnlyBeAccessedByLayers("group", "retention", "engine")
            .whereLayer("recovery")
            .mayOnlyBeAccessedByLayers("partition", "engine")
            .whereLayer("producer")
            .mayOnlyBeAccessedByLayers("recovery", "partition", "group", "retention", "engine")
            .whereLayer("segment")
            .mayOnlyBeAccessedByLayers("producer", "recovery", "partition", "retention", "engine");

    @ArchTest
    static final ArchRule theFormatIsPure = noClasses()
            .that()
            .resideInAPackage(ENGINE + ".format..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.millrace.platform..");

    @ArchTest
    static final ArchRule filesLiveInOnePackage = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.millrace.log..",
                    "io.millrace.serde..",
                    "io.millrace.transactions.coordinator..",
                    "io.millrace.dsl..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.nio.channels..");

    @ArchTest
    static final ArchRule everyPackageIsNullMarked =
            classes().that().resideInAPackage("io.millrace..").should(resideInANullMarkedPackage());

    private static ArchCondition<JavaClass> resideInANullMarkedPackage() {
        return new ArchCondition<>("reside in a package with package-info and @NullMarked") {
            @Override
            public void check(JavaClass item, ConditionEvents events) {
                if (!item.getPackage().isAnnotatedWith(NullMarked.class)) {
                    events.add(SimpleConditionEvent.violated(
                            item, item.getName() + " is in a package that is not @NullMarked"));
                }
            }
        };
    }
}
