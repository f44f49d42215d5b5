"""The contracts as data: `python -m cdk.contracts` writes them from the classes that run.

events/        a JSON Schema and a sample of each domain event, every sample there ever was, and
               the catalogue
functions/reference/openapi.json   the OpenAPI 3.1 document of the whole API
"""
