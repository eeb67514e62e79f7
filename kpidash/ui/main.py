"""The main script that Streamlit runs for every visit: the frame, and in it the page that was asked for."""

from kpidash.ui import shell

shell.run()
