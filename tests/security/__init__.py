"""Everybody asks everything: every route of the document, with whatever should not get through.

The whole service in memory answers, with the real authorizer in front of the real handlers. A route
that is new is missing here until somebody says who may call it.
"""
