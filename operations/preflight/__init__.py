"""`make preflight`: whether an account is ready for a deployment. It reads, and changes nothing."""
