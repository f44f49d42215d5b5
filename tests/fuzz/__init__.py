"""The API against its own document: whatever is sent, the answer is one that the document knows.

schemathesis makes requests from the OpenAPI document, valid ones, invalid ones and chains of them.
`make test` runs a short campaign against the running service, `make fuzz` a long one.
"""
