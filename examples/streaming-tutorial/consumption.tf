resource "aws_athena_workgroup" "lake" {
  name          = "${var.name}-workgroup"
  description   = "Questions about orders"
  force_destroy = true

  configuration {
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = false

    result_configuration {
      output_location = "s3://${aws_s3_bucket.lake.bucket}/athena-results/"

      encryption_configuration {
        encryption_option = "SSE_S3"
      }
    }
  }
}

resource "aws_athena_named_query" "revenue_by_product" {
  name      = "${var.name}-revenue-by-product"
  workgroup = aws_athena_workgroup.lake.id
  database  = aws_glue_catalog_database.lake.name
  query     = <<-SQL
    SELECT product, count(*) AS orders, round(sum(quantity * unit_price), 2) AS revenue
    FROM orders
    GROUP BY product
    ORDER BY revenue DESC
  SQL
}
