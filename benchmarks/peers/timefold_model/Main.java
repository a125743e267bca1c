import ai.timefold.solver.core.api.solver.Solver;
import ai.timefold.solver.core.api.solver.SolverConfigOverride;
import ai.timefold.solver.core.api.solver.SolverFactory;
import ai.timefold.solver.core.config.constructionheuristic.ConstructionHeuristicPhaseConfig;
import ai.timefold.solver.core.config.constructionheuristic.ConstructionHeuristicType;
import ai.timefold.solver.core.config.heuristic.selector.move.factory.MoveIteratorFactoryConfig;
import ai.timefold.solver.core.config.localsearch.LocalSearchPhaseConfig;
import ai.timefold.solver.core.config.localsearch.decider.acceptor.LocalSearchAcceptorConfig;
import ai.timefold.solver.core.config.localsearch.decider.forager.LocalSearchForagerConfig;
import ai.timefold.solver.core.config.score.director.ScoreDirectorFactoryConfig;
import ai.timefold.solver.core.config.solver.EnvironmentMode;
import ai.timefold.solver.core.config.solver.SolverConfig;
import ai.timefold.solver.core.config.solver.termination.TerminationConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** {@code Main DATA PLAN SEED DEADLINE TEMPERATURE}: anneal until the deadline, in milliseconds of the epoch. */
public final class Main {
    private static final long EVERY = 500;
    private static long written;

    public static void main(String[] arguments) throws IOException {
        Data.current = new Data(Path.of(arguments[0]));
        Path plan = Path.of(arguments[1]);
        SolverConfig config = new SolverConfig()
                .withSolutionClass(Timetable.class)
                .withEntityClasses(Session.class)
                .withScoreDirectorFactory(
                        new ScoreDirectorFactoryConfig().withIncrementalScoreCalculatorClass(Points.class))
                .withEnvironmentMode(EnvironmentMode.NO_ASSERT)
                .withRandomSeed(Long.parseLong(arguments[2]))
                .withPhases(
                        new ConstructionHeuristicPhaseConfig()
                                .withConstructionHeuristicType(ConstructionHeuristicType.FIRST_FIT),
                        new LocalSearchPhaseConfig()
                                .withMoveSelectorConfig(
                                        new MoveIteratorFactoryConfig().withMoveIteratorFactoryClass(EjectMoves.class))
                                .withAcceptorConfig(new LocalSearchAcceptorConfig()
                                        .withSimulatedAnnealingStartingTemperature("1hard/" + arguments[4] + "soft"))
                                .withForagerConfig(new LocalSearchForagerConfig().withAcceptedCountLimit(1)));
        SolverFactory<Timetable> factory = SolverFactory.create(config);
        Solver<Timetable> solver = factory.buildSolver(new SolverConfigOverride<Timetable>()
                .withTerminationConfig(new TerminationConfig().withSpentLimit(left(arguments[3]))));
        solver.addEventListener(event -> {
            Timetable best = event.getNewBestSolution();
            if (event.isNewBestSolutionInitialized() && best.getScore().isFeasible()
                    && System.currentTimeMillis() - written > EVERY) {
                write(best, plan);
            }
        });
        Timetable best = solver.solve(new Timetable(sessions(Data.current)));
        if (best.getScore().isFeasible()) {
            write(best, plan);
        } else {
            System.out.println("hard " + best.getScore());
        }
    }

    private static Duration left(String deadline) {
        return Duration.ofMillis(Math.max(1, Long.parseLong(deadline) - System.currentTimeMillis()));
    }

    private static List<Session> sessions(Data data) {
        List<Session> sessions = new ArrayList<>();
        for (int group : data.groupOrder) {
            List<Integer> wishes = new ArrayList<>();
            for (int p = data.groupStart[group]; p < data.groupStart[group + 1]; p++) {
                wishes.add(p);
            }
            wishes.sort(Comparator.comparingLong(p -> -data.value[p]));
            List<Integer> shared = Collections.unmodifiableList(wishes);
            int first = sessions.size();
            for (int k = 0; k < data.groupLimit[group]; k++) {
                sessions.add(new Session(sessions.size(), shared, first, first + data.groupLimit[group]));
            }
        }
        return sessions;
    }

    /** Writes the placements of a timetable and says its points. */
    private static void write(Timetable timetable, Path plan) {
        String text = timetable.getSessions().stream()
                .map(Session::getPlacement)
                .filter(Objects::nonNull)
                .map(String::valueOf)
                .collect(Collectors.joining("\n"));
        try {
            Path next = plan.resolveSibling(plan.getFileName() + ".next");
            Files.writeString(next, text);
            Files.move(next, plan, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        System.out.println("points " + timetable.getScore().softScore());
        written = System.currentTimeMillis();
    }
}
