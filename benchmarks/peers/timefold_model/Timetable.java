import ai.timefold.solver.core.api.domain.solution.PlanningEntityCollectionProperty;
import ai.timefold.solver.core.api.domain.solution.PlanningScore;
import ai.timefold.solver.core.api.domain.solution.PlanningSolution;
import ai.timefold.solver.core.api.score.buildin.hardsoftlong.HardSoftLongScore;
import java.util.List;

/** Every session with its placement; the Problem itself is in {@link Data}, which never changes. */
@PlanningSolution
public class Timetable {
    @PlanningEntityCollectionProperty
    private List<Session> sessions;

    @PlanningScore
    private HardSoftLongScore score;

    public Timetable() {}

    public Timetable(List<Session> sessions) {
        this.sessions = sessions;
    }

    public List<Session> getSessions() {
        return sessions;
    }

    public HardSoftLongScore getScore() {
        return score;
    }

    public void setScore(HardSoftLongScore score) {
        this.score = score;
    }
}
