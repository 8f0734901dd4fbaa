resource "aws_kinesis_stream" "stream" {
  name             = "${var.name}-stream"
  retention_period = 24

  stream_mode_details {
    stream_mode = "ON_DEMAND"
  }

  tags = { step = var.step }
}

resource "aws_kinesis_stream_consumer" "consumer" {
  name       = "${var.name}-consumer"
  stream_arn = aws_kinesis_stream.stream.arn
}

resource "aws_cloudwatch_log_group" "group" {
  name              = "/${var.name}/group"
  retention_in_days = var.step == 1 ? 7 : 14
  tags              = { step = var.step }
}

resource "aws_kinesis_firehose_delivery_stream" "direct" {
  name        = "${var.name}-direct"
  destination = "extended_s3"
  tags        = { step = var.step }

  extended_s3_configuration {
    role_arn            = aws_iam_role.role.arn
    bucket_arn          = aws_s3_bucket.other.arn
    prefix              = "direct/!{timestamp:yyyy}/"
    error_output_prefix = "errors/!{firehose:error-output-type}/"
    buffering_size      = 5 * var.step
    buffering_interval  = 60
    compression_format  = "GZIP"
  }
}
