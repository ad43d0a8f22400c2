"""From what others know of Cognito to profiles: an AWS account, and files of any format."""
