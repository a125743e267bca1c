import ai.timefold.solver.core.api.score.director.ScoreDirector;
import ai.timefold.solver.core.impl.heuristic.move.AbstractMove;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Gives a session a placement, takes it from the sessions in the way, and gives those the best that is free. */
public class EjectMove extends AbstractMove<Timetable> {
    private final Session session;
    private final Integer placement;

    public EjectMove(Session session, Integer placement) {
        this.session = session;
        this.placement = placement;
    }

    @Override
    public boolean isMoveDoable(ScoreDirector<Timetable> director) {
        return !placement.equals(session.getPlacement());
    }

    @Override
    protected void doMoveOnGenuineVariables(ScoreDirector<Timetable> director) {
        Data data = Data.current;
        List<Session> sessions = director.getWorkingSolution().getSessions();
        put(director, session, null);
        List<Session> ejected = new ArrayList<>();
        int p = placement;
        for (int at : data.fullCells(p)) {
            int holder = data.holder[at];
            Session other = holder < 0 ? null : sessions.get(holder);
            if (other != null && other.getPlacement() != null) {
                put(director, other, null);
                ejected.add(other);
            }
        }
        for (int i = session.getFirstOfNeed(); i < session.getEndOfNeed(); i++) {
            Session other = sessions.get(i);
            if (other.getPlacement() != null && data.dayCell[other.getPlacement()] == data.dayCell[p]) {
                put(director, other, null);
                ejected.add(other);
            }
        }
        put(director, session, placement);
        for (Session other : ejected) {
            put(director, other, best(data, other, sessions));
        }
    }

    private static void put(ScoreDirector<Timetable> director, Session session, Integer placement) {
        director.beforeVariableChanged(session, "placement");
        session.setPlacement(placement);
        director.afterVariableChanged(session, "placement");
    }

    /** Returns the first of a session's wishes, best first by its own points, that is free; null without one. */
    private static Integer best(Data data, Session session, List<Session> sessions) {
        for (Integer wish : session.getWishes()) {
            if (data.value[wish] <= 0) {
                return null;
            }
            if (data.isFree(wish) && !sameDay(data, session, wish, sessions)) {
                return wish;
            }
        }
        return null;
    }

    private static boolean sameDay(Data data, Session session, int wish, List<Session> sessions) {
        for (int i = session.getFirstOfNeed(); i < session.getEndOfNeed(); i++) {
            Integer other = sessions.get(i).getPlacement();
            if (other != null && data.dayCell[other] == data.dayCell[wish]) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Collection<?> getPlanningEntities() {
        return List.of(session);
    }

    @Override
    public Collection<?> getPlanningValues() {
        return List.of(placement);
    }
}
