"""The way in and out: pages for people who are not signed in."""
