"""Imports of profiles from an AWS account and from files of any format."""
