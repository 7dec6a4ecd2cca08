"""Other people in this room: what was shared with them, and nothing else.

The hub knows the grants (`nbhotel.hotel.shares`); the room asks it for each visitor. Every request of
somebody who is not the owner passes `gate`: `rules` says what a request would need, `rights` what the
visitor has. What no rule names is refused.
"""
