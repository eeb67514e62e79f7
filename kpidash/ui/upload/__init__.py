"""The upload screen, part by part, in the order in which people meet them."""
