package io.shm;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keeps the floor plan: a package uses lower floors only, and packages on one floor do not know each other. */
class FloorPlanTest {
    private static final String ROOT = "io.shm";

    /** The root package, the facade, has the empty name. */
    private static final Map<String, Integer> FLOORS = Map.ofEntries(
            Map.entry("junit", 7),
            Map.entry("metrics", 7),
            Map.entry("flight", 7),
            Map.entry("", 6),
            Map.entry("inspect", 5),
            Map.entry("recovery", 5),
            Map.entry("channel", 4),
            Map.entry("cell", 3),
            Map.entry("heap", 2),
            Map.entry("weave", 2),
            Map.entry("ledger", 1),
            Map.entry("participant", 1),
            Map.entry("segment", 1),
            Map.entry("memory", 0),
            Map.entry("layout", 0),
            Map.entry("error", 0));

    private static final Set<String> NAMELESS_PACKAGES = Set.of("util", "utils", "common", "impl", "internal");

    private static final JavaClasses PRODUCTION = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/") && !location.contains("-tests.jar"))
            .importPackages(ROOT);

    @Test
    void packagesUseOnlyLowerFloors() {
        check(classes().that(alwaysTrue()).should(useOnlyLowerFloors()));
    }

    @Test
    void everyPackageHasAFloor() {
        assertThat(PRODUCTION.stream().map(FloorPlanTest::room).distinct()).isSubsetOf(FLOORS.keySet());
    }

    @Test
    void onlyTheMemoryPackageTouchesUnsafe() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("io.shm.memory")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("(sun\\.misc|jdk\\.internal\\.misc)\\.Unsafe"));
    }

    @Test
    void packagesAreNamedAfterTheThing() {
        assertThat(PRODUCTION.stream().map(JavaClass::getPackageName).distinct())
                .noneMatch(name -> List.of(name.split("\\.")).stream().anyMatch(NAMELESS_PACKAGES::contains));
    }

    @Test
    void classesAreNamedAfterTheThing() {
        check(noClasses().that(alwaysTrue()).should().haveNameMatching(".*(Manager|Helper|Utils?|Impl)"));
    }

    @ParameterizedTest
    @CsvSource({
        "'',        recovery,    true",
        "recovery,  '',          false",
        "heap,      ledger,      true",
        "ledger,    heap,        false",
        "ledger,    participant, false",
        "inspect,   recovery,    false",
        "heap,      heap,        true",
        "memory,    error,       true",
        "layout,    error,       true",
        "memory,    layout,      false",
        "layout,    memory,      false",
        "error,     memory,      false",
    })
    void theFloorPlanItself(String user, String used, boolean allowed) {
        assertThat(mayUse(user, used)).isEqualTo(allowed);
    }

    private static boolean mayUse(String user, String used) {
        if (user.equals(used)) {
            return true;
        }
        if (!FLOORS.containsKey(user) || !FLOORS.containsKey(used)) {
            return false;
        }
        boolean groundFloorException = used.equals("error") && FLOORS.get(user) == 0;
        return groundFloorException || FLOORS.get(used) < FLOORS.get(user);
    }

    private static ArchCondition<JavaClass> useOnlyLowerFloors() {
        return new ArchCondition<>("use only lower floors") {
            @Override
            public void check(JavaClass user, ConditionEvents events) {
                for (Dependency dependency : user.getDirectDependenciesFromSelf()) {
                    JavaClass used = dependency.getTargetClass().getBaseComponentType();
                    if (isOurs(used) && !mayUse(room(user), room(used))) {
                        events.add(SimpleConditionEvent.violated(user, dependency.getDescription()));
                    }
                }
            }
        };
    }

    private static boolean isOurs(JavaClass type) {
        return type.getPackageName().equals(ROOT) || type.getPackageName().startsWith(ROOT + ".");
    }

    /** The part of the package name that has a floor: {@code ledger} for {@code io.shm.ledger.anything}. */
    private static String room(JavaClass type) {
        String name = type.getPackageName();
        return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1).split("\\.")[0];
    }

    /** A rule about packages that are not there yet holds. */
    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(PRODUCTION);
    }
}
