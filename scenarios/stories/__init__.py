"""Stories: pages of the manual that tell what came of planning scenarios of the library in several ways.

A story is a module here, an entry below, a page in ``scenarios/templates/stories`` with places for its figures, and the
plans in ``docs/NAME/`` that ``python -m scenarios.stories NAME`` makes.
"""

from scenarios.stories import centre, offices, pot, takeover

STORIES = {story.name: story for story in (centre.STORY, offices.STORY, pot.STORY, takeover.STORY)}
"""Every story by its name."""
