"""Orders: who holds which ticket, until when. This service is the arbiter of every ticket."""
