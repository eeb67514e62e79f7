"""The design system at work; no screen links here."""

from kpidash.domain.access import Capability
from kpidash.ui.elements import show
from kpidash.ui.gallery import gallery
from kpidash.ui.header import heading
from kpidash.ui.session import require

require(Capability.READ)
show(
    heading(
        "How do our screens look?",
        "Every part of the design system; docs/design-system.md says what each is for.",
    ),
    *gallery(),
    key="gallery",
)
