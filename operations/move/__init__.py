"""Moves people's homes from one layout to the other, when HomeOf was changed."""
