from accounts.views import entrance, invitations, manage, own, preferences, tokens

__all__ = ["entrance", "invitations", "manage", "own", "preferences", "tokens"]
