"""HTTP: contracts compiled into routes, requests into calls, replies into bytes.

The only place that knows Connexion, Flask, Starlette, uvicorn and jsonschema-rs.
"""
