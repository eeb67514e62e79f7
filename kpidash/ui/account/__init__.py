"""One's own account on the screen: who one is here, and everything one signs in or lends rights with."""
