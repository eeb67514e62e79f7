"""TV mode: the company and its departments in turn, large and live."""

from kpidash.domain.access import Capability
from kpidash.ui.kiosk import rotate
from kpidash.ui.session import require

rotate(require(Capability.READ))
