"""The daily ritual: a message with at most three blockers, each with its owner, from the tables and alarms.

Nothing here writes: `compose` gives the message, and whoever calls it compares it with the last one.
"""

from helpers.daily.blockers import Blocker
from helpers.daily.message import Message, compose

__all__ = ["Blocker", "Message", "compose"]
