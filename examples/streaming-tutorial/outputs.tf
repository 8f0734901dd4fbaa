output "stream" {
  description = "Where the producer puts orders."
  value       = aws_kinesis_stream.orders.name
}

output "bucket" {
  value = aws_s3_bucket.lake.bucket
}

output "database" {
  value = aws_glue_catalog_database.lake.name
}

output "crawler" {
  value = aws_glue_crawler.orders.name
}

output "workgroup" {
  value = aws_athena_workgroup.lake.name
}

output "delivery_stream" {
  value = aws_kinesis_firehose_delivery_stream.orders.name
}
