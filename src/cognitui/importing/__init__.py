"""From what others know of Cognito to profiles: an AWS account, Amplify, Terraform, `.env` files."""
