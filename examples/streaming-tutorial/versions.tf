terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

# The very block you would write for AWS. Where the requests go, and with which keys, comes from the
# environment: AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION.
provider "aws" {
  default_tags {
    tags = {
      Project = var.name
    }
  }
}
