"""The logins that the segment service needs: /oauth/token and the customer service."""
