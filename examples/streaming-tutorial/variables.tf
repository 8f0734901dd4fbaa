variable "name" {
  description = "Prefix of every resource's name; lower-case letters, digits and hyphens."
  type        = string
  default     = "orders"
}

variable "buffering_seconds" {
  description = "How long Firehose gathers records before it writes a Parquet file (0 to 900)."
  type        = number
  default     = 60
}

variable "retention_hours" {
  description = "How long the stream keeps its records (24 to 8760)."
  type        = number
  default     = 24
}
