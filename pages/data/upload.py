"""Upload: what would this file change? Look, then commit."""

from kpidash.domain.access import Capability
from kpidash.ui.elements import show
from kpidash.ui.header import header
from kpidash.ui.session import require
from kpidash.ui.upload.after import after, said
from kpidash.ui.upload.changes import change_set, understanding
from kpidash.ui.upload.choosing import choose
from kpidash.ui.upload.columns import columns
from kpidash.ui.upload.deciding import decide, summary, unusable
from kpidash.ui.upload.desk import desk_of
from kpidash.ui.upload.doubts import doubts, last_time
from kpidash.ui.upload.names import unknown_names
from kpidash.ui.upload.reading import file_line, reading
from kpidash.ui.upload.steps import steps
from kpidash.ui.upload.working import working

viewer = require(Capability.UPLOAD)
desk = desk_of(viewer)
idle = desk.settle(viewer)
question = "Nothing is written before you have seen it and commit."
show(header(viewer, "What would this file change?", question), steps(desk), key="upload")
said(desk)
if not idle:
    working()
elif desk.written:
    after(viewer, desk, desk.written)
elif desk.look is None:
    choose(viewer, desk)
else:
    look = desk.look
    show(file_line(viewer, look), key="file")
    if look.preview.columns:
        reading(desk, look)
    last_time(viewer, desk, look)
    doubts(viewer, desk, look)
    columns(viewer, desk, look)
    unknown_names(viewer, desk, look)
    if look.pages is None or look.questions:
        unusable(desk, look)
        if not look.preview.columns:
            reading(desk, look)
    else:
        show(summary(viewer, look), key="summary")
        if desk.understanding:
            understanding()
        change_set()
        decide(viewer, desk, look)
