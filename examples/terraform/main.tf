# Terraform's state in a person's home, with the keys of the profile that `latchkey configure` writes:
#
#   terraform init -backend-config=bucket=BUCKET -backend-config=key=HOME/terraform.tfstate \
#     -backend-config=workspace_key_prefix=HOME/workspaces
#
# `latchkey whoami` says which bucket and which home.
terraform {
  required_version = ">= 1.10"
  backend "s3" {
    region  = "eu-west-1"
    profile = "latchkey"
    encrypt = true
    # A lock beside the state, in S3 itself: no table that somebody would have to grant.
    use_lockfile = true
  }
}

# Something to remember, without a provider to download.
resource "terraform_data" "greeting" {
  input = "Hello from Terraform!"
}

output "greeting" {
  value = terraform_data.greeting.output
}
