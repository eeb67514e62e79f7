"""Sign-in at an OpenID provider: authorisation code with PKCE, and what its answer means here."""
