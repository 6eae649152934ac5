package io.shm.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import io.shm.ledger.Level;
import org.junit.jupiter.api.Test;

/** How far the command line reaches into the toolkit: to the facade and the inspector, never to an offset. */
class ReachTest {
    private static final JavaClasses PRODUCTION = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/"))
            .importPackages("io.shm.cli");

    private static void check(ArchRule rule) {
        rule.check(PRODUCTION);
    }

    @Test
    void verbsSeeTheFacadeAndTheInspector() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages("io.shm.cli.demo", "io.shm.cli.bench..", "io.shm.cli.machine")
                .and()
                .doNotHaveSimpleName("AlphabetCommand")
                .should()
                .dependOnClassesThat(resideInAPackage("io.shm..")
                        .and(not(resideInAPackage("io.shm.cli..")))
                        .and(not(resideInAnyPackage("io.shm", "io.shm.inspect", "io.shm.error", "io.shm.weave")))
                        .and(not(equivalentTo(Level.class)))));
    }

    @Test
    void nobodyComputesAnOffset() {
        check(noClasses().should().dependOnClassesThat(resideInAnyPackage("io.shm.layout..", "io.shm.participant..")));
    }

    @Test
    void bareMemoryIsForDemos() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("io.shm.cli.demo")
                .should()
                .dependOnClassesThat(resideInAPackage("io.shm.memory..")));
    }

    @Test
    void renderingKnowsNoVerb() {
        check(classes()
                .that()
                .resideInAPackage("io.shm.cli.render")
                .and()
                .areTopLevelClasses()
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage("java..", "io.shm.inspect", "io.shm.cli.render")));
    }

    @Test
    void packagesHaveNoCycles() {
        check(SlicesRuleDefinition.slices().matching("io.shm.(cli..)").should().beFreeOfCycles());
    }
}
