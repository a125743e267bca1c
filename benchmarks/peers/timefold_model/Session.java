import ai.timefold.solver.core.api.domain.entity.PlanningEntity;
import ai.timefold.solver.core.api.domain.lookup.PlanningId;
import ai.timefold.solver.core.api.domain.valuerange.ValueRangeProvider;
import ai.timefold.solver.core.api.domain.variable.PlanningVariable;
import java.util.List;

/** One session of a need: it has one of the need's placements, or none. */
@PlanningEntity
public class Session {
    @PlanningId
    private int id;
    private List<Integer> wishes;
    private int firstOfNeed;
    private int endOfNeed;

    @PlanningVariable(allowsUnassigned = true, valueRangeProviderRefs = "wishes")
    private Integer placement;

    public Session() {}

    public Session(int id, List<Integer> wishes, int firstOfNeed, int endOfNeed) {
        this.id = id;
        this.wishes = wishes;
        this.firstOfNeed = firstOfNeed;
        this.endOfNeed = endOfNeed;
    }

    public int getId() {
        return id;
    }

    @ValueRangeProvider(id = "wishes")
    public List<Integer> getWishes() {
        return wishes;
    }

    /** Sessions of one need stand side by side: the first of them, */
    public int getFirstOfNeed() {
        return firstOfNeed;
    }

    /** and the one behind the last. */
    public int getEndOfNeed() {
        return endOfNeed;
    }

    public Integer getPlacement() {
        return placement;
    }

    public void setPlacement(Integer placement) {
        this.placement = placement;
    }
}
