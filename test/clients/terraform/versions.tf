terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

provider "aws" {}

variable "name" {
  type = string
}

variable "step" {
  description = "1, then 2: the same resources with changed values."
  type        = number
  default     = 1
}

data "aws_caller_identity" "current" {}
