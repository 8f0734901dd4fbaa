resource "aws_glue_catalog_database" "lake" {
  name        = replace("${var.name}_lake", "-", "_")
  description = "Orders as they arrive, and what is made of them"
}

# The schema that Firehose converts by, and the table that Athena reads.
resource "aws_glue_catalog_table" "orders" {
  name          = "orders"
  database_name = aws_glue_catalog_database.lake.name
  table_type    = "EXTERNAL_TABLE"

  parameters = {
    EXTERNAL       = "TRUE"
    classification = "parquet"
  }

  partition_keys {
    name = "year"
    type = "string"
  }
  partition_keys {
    name = "month"
    type = "string"
  }
  partition_keys {
    name = "day"
    type = "string"
  }

  storage_descriptor {
    location      = "s3://${aws_s3_bucket.lake.bucket}/orders/"
    input_format  = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"

    ser_de_info {
      name                  = "parquet"
      serialization_library = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"

      parameters = {
        "serialization.format" = "1"
      }
    }

    columns {
      name = "order_id"
      type = "string"
    }
    columns {
      name = "ordered_at"
      type = "timestamp"
    }
    columns {
      name = "customer"
      type = "struct<name:string,email:string,country:string>"
    }
    columns {
      name = "product"
      type = "string"
    }
    columns {
      name = "quantity"
      type = "int"
    }
    columns {
      name = "unit_price"
      type = "double"
    }
    columns {
      name = "tags"
      type = "array<string>"
    }
    columns {
      name = "express"
      type = "boolean"
    }
  }

  # The crawler keeps its own notes on the table and may add columns it finds in the files.
  lifecycle {
    ignore_changes = [parameters, storage_descriptor, owner]
  }
}

# Looks at the files under the table and adds the partitions that have appeared.
resource "aws_glue_crawler" "orders" {
  name          = "${var.name}-crawler"
  database_name = aws_glue_catalog_database.lake.name
  role          = aws_iam_role.crawler.arn

  catalog_target {
    database_name = aws_glue_catalog_database.lake.name
    tables        = [aws_glue_catalog_table.orders.name]
  }

  # A crawler with catalog targets may only log what has gone.
  schema_change_policy {
    delete_behavior = "LOG"
    update_behavior = "UPDATE_IN_DATABASE"
  }

  configuration = jsonencode({
    Version = 1.0
    CrawlerOutput = {
      Partitions = { AddOrUpdateBehavior = "InheritFromTable" }
    }
    Grouping = { TableGroupingPolicy = "CombineCompatibleSchemas" }
  })
}
