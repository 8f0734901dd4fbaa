# Zip files of one file each, since Terraform packs nothing by itself: index.mjs answers "step 1" or "step 2".
locals {
  code = {
    1 = "UEsDBBQAAAAAAAAAIVwiCT2RKwAAACsAAAAJAAAAaW5kZXgubWpzZXhwb3J0IGNvbnN0IGhhbmRsZXIgPSBhc3luYyAoKSA9PiAnc3RlcCAxJ1BLAQIUAxQAAAAAAAAAIVwiCT2RKwAAACsAAAAJAAAAAAAAAAAAAACkgQAAAABpbmRleC5tanNQSwUGAAAAAAEAAQA3AAAAUgAAAAAA"
    2 = "UEsDBBQAAAAAAAAAIVzhWhC6KwAAACsAAAAJAAAAaW5kZXgubWpzZXhwb3J0IGNvbnN0IGhhbmRsZXIgPSBhc3luYyAoKSA9PiAnc3RlcCAyJ1BLAQIUAxQAAAAAAAAAIVzhWhC6KwAAACsAAAAJAAAAAAAAAAAAAACkgQAAAABpbmRleC5tanNQSwUGAAAAAAEAAQA3AAAAUgAAAAAA"
  }
  layer = "UEsDBBQAAAAAAAAAIVw4K3BuHQAAAB0AAAAiAAAAbm9kZWpzL25vZGVfbW9kdWxlcy9ncmVldC9pbmRleC5qc2V4cG9ydHMuZ3JlZXQgPSAoKSA9PiAnaGVsbG8nUEsBAhQDFAAAAAAAAAAhXDgrcG4dAAAAHQAAACIAAAAAAAAAAAAAAKSBAAAAAG5vZGVqcy9ub2RlX21vZHVsZXMvZ3JlZXQvaW5kZXguanNQSwUGAAAAAAEAAQBQAAAAXQAAAAAA"
}

data "aws_iam_policy_document" "function_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "function" {
  statement {
    actions   = ["logs:*", "kinesis:*", "lambda:InvokeFunction", "s3:PutObject"]
    resources = ["*"]
  }
}

resource "aws_iam_role" "function" {
  name               = "${var.name}-function"
  assume_role_policy = data.aws_iam_policy_document.function_trust.json
}

resource "aws_iam_role_policy" "function" {
  name   = "function"
  role   = aws_iam_role.function.id
  policy = data.aws_iam_policy_document.function.json
}

resource "aws_s3_object" "code" {
  bucket         = aws_s3_bucket.other.id
  key            = "code/${var.step}.zip"
  content_base64 = local.code[var.step]
}

resource "aws_s3_object" "layer" {
  bucket         = aws_s3_bucket.other.id
  key            = "code/layer.zip"
  content_base64 = local.layer
}

resource "aws_lambda_layer_version" "layer" {
  layer_name          = "${var.name}-layer"
  description         = "Greets"
  compatible_runtimes = ["nodejs20.x", "nodejs22.x"]
  s3_bucket           = aws_s3_object.layer.bucket
  s3_key              = aws_s3_object.layer.key
}

resource "aws_lambda_function" "function" {
  function_name                  = "${var.name}-function"
  description                    = "step ${var.step}"
  role                           = aws_iam_role.function.arn
  runtime                        = "nodejs22.x"
  handler                        = "index.handler"
  s3_bucket                      = aws_s3_object.code.bucket
  s3_key                         = aws_s3_object.code.key
  source_code_hash               = base64encode(local.code[var.step])
  publish                        = true
  timeout                        = 5 * var.step
  memory_size                    = 128 * var.step
  layers                         = [aws_lambda_layer_version.layer.arn]
  reserved_concurrent_executions = 5 * var.step
  tags                           = { step = var.step }

  environment {
    variables = { STEP = var.step }
  }
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  description      = "step ${var.step}"
  function_name    = aws_lambda_function.function.function_name
  function_version = aws_lambda_function.function.version
}

resource "aws_lambda_permission" "bucket" {
  statement_id   = "bucket-${var.step}"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.function.function_name
  qualifier      = aws_lambda_alias.live.name
  principal      = "s3.amazonaws.com"
  source_arn     = aws_s3_bucket.other.arn
  source_account = data.aws_caller_identity.current.account_id
}

resource "aws_s3_bucket_notification" "function" {
  bucket = aws_s3_bucket.other.id

  lambda_function {
    lambda_function_arn = aws_lambda_alias.live.arn
    events              = ["s3:ObjectCreated:*"]
    filter_prefix       = "told/"
  }

  depends_on = [aws_lambda_permission.bucket]
}

resource "aws_lambda_function_event_invoke_config" "function" {
  function_name                = aws_lambda_function.function.function_name
  maximum_retry_attempts       = var.step - 1
  maximum_event_age_in_seconds = 3600

  destination_config {
    on_failure {
      destination = aws_s3_bucket.other.arn
    }
  }
}

resource "aws_lambda_event_source_mapping" "stream" {
  event_source_arn                   = aws_kinesis_stream.stream.arn
  function_name                      = aws_lambda_function.function.arn
  starting_position                  = "TRIM_HORIZON"
  batch_size                         = 10 * var.step
  maximum_batching_window_in_seconds = var.step
  parallelization_factor             = var.step
  bisect_batch_on_function_error     = true
  maximum_retry_attempts             = 2
  function_response_types            = ["ReportBatchItemFailures"]
  tags                               = { step = var.step }

  destination_config {
    on_failure {
      destination_arn = aws_s3_bucket.other.arn
    }
  }

  depends_on = [aws_iam_role_policy.function]
}
