"""The warehouse for language models: an MCP server with four tools, all of them read-only (extra ``mcp``).

Belongs here: ``server`` has the tools as a client sees them, ``answers`` what they answer. How a query is bounded is
``warehouse.guarded_query``'s.
"""
