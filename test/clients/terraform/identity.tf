resource "aws_iam_user" "user" {
  name = "${var.name}-user"
  path = "/team/"
  tags = { step = var.step }
}

resource "aws_iam_access_key" "user" {
  user = aws_iam_user.user.name
}

data "aws_iam_policy_document" "read" {
  statement {
    actions   = var.step == 1 ? ["s3:GetObject"] : ["s3:GetObject", "s3:ListBucket"]
    resources = ["*"]
  }
}

resource "aws_iam_user_policy" "user" {
  name   = "inline"
  user   = aws_iam_user.user.name
  policy = data.aws_iam_policy_document.read.json
}

resource "aws_iam_policy" "read" {
  name        = "${var.name}-read"
  path        = "/team/"
  description = "Reads"
  policy      = data.aws_iam_policy_document.read.json
  tags        = { step = var.step }
}

resource "aws_iam_user_policy_attachment" "user" {
  user       = aws_iam_user.user.name
  policy_arn = aws_iam_policy.read.arn
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${data.aws_caller_identity.current.account_id}:root"]
    }

    principals {
      type        = "Service"
      identifiers = ["firehose.amazonaws.com", "glue.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "role" {
  name                 = "${var.name}-role"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  description          = "step ${var.step}"
  max_session_duration = var.step == 1 ? 3600 : 7200
  tags                 = { step = var.step }
}

resource "aws_iam_role_policy" "role" {
  name   = "inline"
  role   = aws_iam_role.role.id
  policy = data.aws_iam_policy_document.read.json
}

resource "aws_iam_role_policy_attachment" "role" {
  role       = aws_iam_role.role.name
  policy_arn = aws_iam_policy.read.arn
}

data "aws_iam_role" "role" {
  name = aws_iam_role.role.name
}

resource "aws_kms_key" "key" {
  description             = "step ${var.step}"
  deletion_window_in_days = 7
  enable_key_rotation     = true
  tags                    = { step = var.step }
}

resource "aws_kms_alias" "key" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.key.key_id
}

data "aws_kms_alias" "key" {
  name = aws_kms_alias.key.name
}
