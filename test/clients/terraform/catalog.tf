resource "aws_glue_catalog_database" "database" {
  name        = replace("${var.name}_db", "-", "_")
  description = "step ${var.step}"
  tags        = { step = var.step }
}

resource "aws_glue_catalog_table" "table" {
  name          = "events"
  database_name = aws_glue_catalog_database.database.name
  table_type    = "EXTERNAL_TABLE"
  parameters    = { classification = "json", step = var.step }

  partition_keys {
    name = "day"
    type = "string"
  }

  storage_descriptor {
    location      = "s3://${aws_s3_bucket.main.id}/events/"
    input_format  = "org.apache.hadoop.mapred.TextInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"

    ser_de_info {
      serialization_library = "org.openx.data.jsonserde.JsonSerDe"
    }

    columns {
      name = "id"
      type = "bigint"
    }

    dynamic "columns" {
      for_each = var.step == 1 ? [] : ["added"]

      content {
        name = columns.value
        type = "string"
      }
    }
  }
}

resource "aws_glue_partition" "partition" {
  database_name    = aws_glue_catalog_database.database.name
  table_name       = aws_glue_catalog_table.table.name
  partition_values = ["2024-05-01"]

  storage_descriptor {
    location = "s3://${aws_s3_bucket.main.id}/events/day=2024-05-01/"

    columns {
      name = "id"
      type = "bigint"
    }
  }
}

resource "aws_glue_partition_index" "index" {
  database_name = aws_glue_catalog_database.database.name
  table_name    = aws_glue_catalog_table.table.name

  partition_index {
    index_name = "by-day"
    keys       = ["day"]
  }
}

resource "aws_glue_crawler" "crawler" {
  name          = "${var.name}-crawler"
  database_name = aws_glue_catalog_database.database.name
  role          = aws_iam_role.role.arn
  description   = "step ${var.step}"
  tags          = { step = var.step }

  s3_target {
    path       = "s3://${aws_s3_bucket.main.id}/events/"
    exclusions = ["**/_temporary/**"]
  }

  schema_change_policy {
    delete_behavior = "LOG"
    update_behavior = "UPDATE_IN_DATABASE"
  }
}

resource "aws_athena_workgroup" "workgroup" {
  name          = "${var.name}-workgroup"
  description   = "step ${var.step}"
  force_destroy = true
  tags          = { step = var.step }

  configuration {
    bytes_scanned_cutoff_per_query = 10485760 * var.step

    result_configuration {
      output_location = "s3://${aws_s3_bucket.other.id}/results/"
    }
  }
}

resource "aws_athena_named_query" "query" {
  name      = "count"
  workgroup = aws_athena_workgroup.workgroup.id
  database  = aws_glue_catalog_database.database.name
  query     = "SELECT count(*) FROM events"
}

resource "aws_athena_database" "by_sql" {
  name          = replace("${var.name}_sql", "-", "_")
  bucket        = aws_s3_bucket.other.id
  force_destroy = true
}

resource "aws_glue_classifier" "grok" {
  name = "${var.name}-grok"
  grok_classifier {
    classification  = "app"
    grok_pattern    = "%%{TIMESTAMP_ISO8601:at} %%{LEVEL:level} %%{GREEDYDATA:text}"
    custom_patterns = "LEVEL (?:LOW|HIGH)"
  }
}

resource "aws_glue_classifier" "xml" {
  name = "${var.name}-xml"
  xml_classifier {
    classification = "xml"
    row_tag        = "item"
  }
}

resource "aws_glue_connection" "connection" {
  name            = "${var.name}-connection"
  connection_type = "JDBC"
  connection_properties = {
    JDBC_CONNECTION_URL = "jdbc:postgresql://db:5432/x"
    USERNAME            = "reader"
    PASSWORD            = "word"
  }
  tags = { team = "x" }
}

resource "aws_glue_security_configuration" "plain" {
  name = "${var.name}-plain"
  encryption_configuration {
    cloudwatch_encryption {
      cloudwatch_encryption_mode = "DISABLED"
    }
    job_bookmarks_encryption {
      job_bookmarks_encryption_mode = "DISABLED"
    }
    s3_encryption {
      s3_encryption_mode = "SSE-S3"
    }
  }
}
